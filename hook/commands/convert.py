"""``flowsync convert``: a native configuration as JSON that is fit for reviews, with names in place of ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from hook.documents.document import METADATA_KEY, read_document
from hook.documents.native.packing import is_packed
from hook.documents.native.reading import is_native, read_native
from hook.documents.native.writing import pretty
from hook.documents.nodes import plain_data
from hook.documents.parsing import decode
from hook.errors import InvalidInput
from hook.model import Identity, Place, Problem, Severity
from hook.workspace.file_names import TakenNames, numbered, readable
from hook.workspace.native import UnexplainedIds
from hook.workspace.placeholders import PLACEHOLDER, substitute
from hook.workspace.source import read_file
from hook.workspace.writing import shown, write_files


@dataclass(frozen=True, slots=True)
class Converted:
    """
    A file that was converted.

    Attributes:
        file: What it is called.
        identity: The flow that it describes.
        content: The JSON.
        warnings: Ids of which nothing tells what they are.
    """

    file: str
    identity: Identity
    content: bytes
    warnings: tuple[Problem, ...]


def convert(paths: Sequence[Path], *, out: Path | None, overwrite: bool) -> tuple[str | bytes, tuple[Problem, ...]]:
    """
    Convert files.

    Args:
        paths: Packed, raw or named configurations.
        out: The folder to write to; without one, the JSON of the only file is returned.
        overwrite: Whether files with other content are replaced.

    Returns:
        What to print, JSON as bytes, whatever a terminal can show; and what a person should know.

    Raises:
        InvalidInput: A file holds no native configuration, or files are in the way; nothing was written.
    """
    if out is None and len(paths) > 1:
        message = f"{len(paths)} files do not go to stdout together."
        raise InvalidInput(Problem("which-folder", message, hint="Name the folder to write to with --out."))
    converted: list[Converted] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            converted.append(_converted(path))
        except InvalidInput as error:
            problems.extend(error.problems)
    problems.extend(_twice(converted))
    if problems:
        raise InvalidInput(*problems)
    warnings = tuple(warning for one in converted for warning in one.warnings)
    if out is None:
        return converted[0].content, warnings
    names = _names(converted, out)
    written = write_files(out, {names[one.file]: one.content for one in converted}, overwrite=overwrite)
    lines = [
        f"{'wrote' if names[one.file] in written else 'unchanged'}  {shown(out, names[one.file])}  {one.identity}\n"
        for one in converted
    ]
    return "".join(lines), warnings


def _converted(path: Path) -> Converted:
    if path.is_dir():
        hint = f"Name the files in it: {path.as_posix()}/*"
        raise InvalidInput(Problem("folder", "this is a folder.", Place(path.as_posix()), hint))
    read = read_file(path, path.as_posix())
    if isinstance(read, Problem):
        raise InvalidInput(read)
    text = decode(read.content, file=read.path)
    if not is_native(text, read.path):
        raise InvalidInput(_not_native(text, read.path))
    kept = _Kept(text)
    try:
        document = read_native(kept.text, file=read.path)
    except InvalidInput as error:
        raise InvalidInput(*map(kept.problem, error.problems)) from error
    configuration = dict(document.configuration)
    if document.metadata is not None:
        configuration[METADATA_KEY] = plain_data(document.metadata)
    unexplained = UnexplainedIds()
    unexplained.add(read.path, document.unexplained)
    identity = replace(document.identity, name=kept.restored(document.identity.name))
    warnings = tuple(map(kept.problem, unexplained.problems(severity=Severity.WARNING)))
    return Converted(read.path, identity, kept.restored(pretty(configuration)).encode(), warnings)


class _Kept:
    """
    A text in which placeholders stay what they are, also inside the name of an object that becomes a token.

    Their braces are letters for private use while the text is converted; braces in a token would be escaped. Nothing is
    a placeholder inside a packed file.

    Args:
        text: The file's text.
    """

    def __init__(self, text: str) -> None:
        self.text, self._braces = text, ("", "")
        if is_packed(text):
            return
        escapes = text.casefold()
        letters = (chr(code) for code in range(0xE000, 0xF8FF) if f"\\u{code:04x}" not in escapes)
        opening, closing = islice((letter for letter in letters if letter not in text), 2)
        self._braces = (opening, closing)
        self.text = PLACEHOLDER.sub(lambda match: f"{opening}{match[0][2:-2]}{closing}", text)

    def restored(self, text: str) -> str:
        """Return a text with the braces of its placeholders."""
        opening, closing = self._braces
        return text.replace(opening, "{{").replace(closing, "}}") if opening else text

    def problem(self, problem: Problem) -> Problem:
        """Return a problem in the words of the file."""
        return replace(problem, message=self.restored(problem.message), hint=self.restored(problem.hint))


def _not_native(text: str, file: str) -> Problem:
    """Say what a file is that holds no native configuration."""
    try:
        document = read_document(substitute(text, {}, file=file, set_missing=True).text, file=file)
    except InvalidInput as error:
        first = error.problems[0]
        if first.code in {"not-a-platform-format", "json-syntax", "empty-file"}:
            return first
        hint = "Name an .i3* file, or the JSON that 'latestconfiguration' answers."
        return Problem("not-native", "this is no native configuration.", Place(file), hint)
    message = f"this is an Archy document, {document.identity}."
    return Problem("not-native", message, Place(file), "It is fit for Git already: commit it as it is.")


def _twice(converted: Sequence[Converted]) -> Iterator[Problem]:
    first: dict[tuple[str, str, str], Converted] = {}
    for one in converted:
        earlier = first.setdefault(one.identity.key, one)
        if earlier is not one:
            message = f"{one.identity} is already described by {earlier.file}."
            yield Problem("same-identity", message, Place(one.file), "Name one of the two files.")


def _names(converted: Sequence[Converted], folder: Path) -> dict[str, str]:
    """Return a file name for each, by the name of the flow alone unless another flow has that file."""
    taken = TakenNames()
    names = {}
    for one in sorted(converted, key=lambda one: one.identity):
        stem = readable(one.identity.name)
        wanted = chain((f"{stem}.json",), numbered(f"{stem}.{one.identity.type}", ".json"))
        names[one.file] = taken.take(name for name in wanted if not _is_another(folder / name, one.identity))
    return names


def _is_another(path: Path, identity: Identity) -> bool:
    """Tell whether a file holds another flow; one that cannot be read is in the way instead."""
    read = read_file(path, path.as_posix()) if path.is_file() else None
    if read is None or isinstance(read, Problem):
        return False
    try:
        text = decode(read.content, file=read.path)
        document = (read_native if is_native(text, read.path) else read_document)(text, file=read.path)
    except InvalidInput:
        return False
    return document.identity.key != identity.key
