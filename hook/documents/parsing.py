"""Text to a tree of nodes with line and column, by libyaml's events; nothing is ever constructed from tags.

YAML is read without its type guessing, so that ``yes:`` stays ``yes`` and ``1.10`` stays ``1.10``. Events rather than
composed nodes, because then depth and alias expansion are known before anything of that size exists.
"""

from __future__ import annotations

import yaml

from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.nodes import Node
from hook.documents.treebuilder import TreeBuilder
from hook.errors import InvalidInput
from hook.model import Place, Problem

_TAB_HINT = "YAML indents with blanks only: replace the tabs at the beginning of the lines by blanks."
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(content: bytes, *, file: str) -> str:
    """
    Return the text of a file.

    Raises:
        InvalidInput: The file is not UTF-8, or begins with a byte order mark.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        raise InvalidInput(
            Problem(
                "byte-order-mark",
                "the file begins with a byte order mark (BOM).",
                Place(file, 1, 1),
                "Save it as UTF-8 without BOM.",
            )
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        what = "UTF-16" if content.startswith(_UTF16) else f"not UTF-8: byte 0x{content[error.start]:02x}"
        raise InvalidInput(
            Problem(
                "not-utf-8",
                f"the file is {what} at offset {error.start}.",
                Place(file, line, column),
                "Save the file as UTF-8.",
            )
        ) from error


def parse_yaml(text: str, *, file: str, limits: Limits = DEFAULT_LIMITS) -> Node:
    """
    Return the tree of the one YAML document in ``text``.

    Args:
        text: The document, placeholders substituted.
        file: The name for messages.
        limits: Bounds for depth and number of nodes.

    Raises:
        InvalidInput: With every duplicate key, or the first syntax error, or the limit that was passed.
    """
    builder = TreeBuilder(file=file, limits=limits)
    try:
        # The stream is checked to be printable when the parser is made, so that belongs inside.
        parser = yaml.CBaseLoader(text)
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise InvalidInput(_syntax_problem(error, text, file)) from error
    except yaml.reader.ReaderError as error:
        raise InvalidInput(_character_problem(error, text, file)) from error
    except UnicodeEncodeError as error:
        place = _place_of_offset(text, error.start, file)
        raise InvalidInput(
            Problem("invalid-character", "the text holds half of a surrogate pair.", place, "Remove it.")
        ) from error
    return builder.root()


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    for number in sorted({line, (error.context_mark.line + 1) if error.context_mark else line}, reverse=True):
        content = lines[number - 1] if number <= len(lines) else ""
        indent = content[: len(content) - len(content.lstrip())]
        if "\t" in indent:
            place = Place(file, number, indent.index("\t") + 1)
            return Problem("tab-indentation", "a tab indents this line.", place, _TAB_HINT)
    parts = [part for part in (error.context, error.problem) if part]
    hint = "Correct the YAML there."
    if "alias" in (error.problem or ""):
        hint = "An alias needs an anchor (&name) before it; if the * belongs to the text, quote the text."
    elif error.context_mark and error.context_mark.line + 1 != line:
        hint = f"What is open began on line {error.context_mark.line + 1}."
    return Problem("yaml-syntax", f"this is no valid YAML: {', '.join(parts)}.", Place(file, line, column), hint)


def _character_problem(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    # libyaml counts bytes here; the character itself is the surer way to the place.
    character = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    offset = max(text.find(chr(character)), 0)
    return Problem(
        "invalid-character",
        f"the character U+{character:04X} may not stand in YAML.",
        _place_of_offset(text, offset, file),
        "Remove it, or write it as an escape inside double quotes.",
    )


def _place_of_offset(text: str, offset: int, file: str) -> Place:
    before = text[:offset]
    return Place(file, before.count("\n") + 1, offset - before.rfind("\n"))
