"""What a file says about itself to this tool, and whether it belongs to the environment that is being read.

YAML: a comment line ``# x-flowsync: {environment: prod, labels: [sales]}``. JSON: a sibling key ``x-flowsync``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from hook.documents.document import METADATA_KEY
from hook.documents.nodes import Node, plain_data
from hook.documents.parsing import parse_yaml
from hook.documents.types import did_you_mean
from hook.errors import InvalidInput
from hook.model import Place, Problem

_COMMENT = re.compile(rf"^[ \t]*#[ \t]*{METADATA_KEY}[ \t]*:(?P<value>[^\r\n]*)", re.MULTILINE)
_SEPARATORS = "_-."
_SHAPE = "Write it as {environment: NAME, labels: [NAME, …]}."


class Metadata(BaseModel):
    """What a file says about itself: the environment it is for (empty when it does not say), and its labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Metadata and where it stands."""

    metadata: Metadata
    place: Place


def comment_metadata(text: str, *, file: str) -> Mark:
    """
    Return the metadata of a YAML text; empty metadata when it has none.

    Raises:
        InvalidInput: The comment holds something else than metadata, or there are two.
    """
    matches = list(_COMMENT.finditer(text))
    if not matches:
        return Mark(Metadata(), Place(file))
    places = [Place(file, text.count("\n", 0, match.start()) + 1, 1, METADATA_KEY) for match in matches]
    if len(matches) > 1:
        message = f"{METADATA_KEY} stands twice in the file: on line {places[0].line} and on line {places[1].line}."
        raise InvalidInput(Problem("two-metadata", message, places[1], "Write one line with everything."))
    try:
        node = parse_yaml(matches[0]["value"].strip(), file=file)
    except InvalidInput as error:
        raise InvalidInput(_bad(places[0], "it is no YAML mapping")) from error
    return node_metadata(node, places[0])


def node_metadata(node: Node, place: Place) -> Mark:
    """
    Return the metadata that ``node`` holds.

    Raises:
        InvalidInput: It holds something else; the message names what.
    """
    try:
        return Mark(Metadata.model_validate(plain_data(node)), place)
    except ValidationError as error:
        detail = error.errors()[0]
        key = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            problem = Problem(
                "bad-metadata", f"'{key}' is no key of {METADATA_KEY}.", place, did_you_mean(key, Metadata.model_fields)
            )
        else:
            problem = _bad(place, f"{key}: {detail['msg']}" if key else detail["msg"])
        raise InvalidInput(problem) from error


def environment_problems(
    path: str, mark: Mark, *, environment: str, known: Iterable[str], required: bool, shown: str = ""
) -> tuple[Problem, ...]:
    """
    Return why a file does not belong to ``environment``.

    Args:
        path: The file's path below the environment's folder.
        mark: Its metadata.
        environment: The environment that is being read.
        known: Every environment that the repository knows.
        required: The file must say, by prefix or metadata, that it is for this environment.
        shown: What stands before a path in messages.
    """
    name = PurePosixPath(path).name
    prefix = environment_prefix(name, {*known, environment})
    stated = mark.metadata.environment
    problems: list[Problem] = []
    if prefix is not None and prefix != environment:
        message = f"the name '{name}' says that the file is for '{prefix}', but it is in the files of '{environment}'."
        hint = f"Move it to flows/{prefix}/, or rename it if the prefix means something else."
        problems.append(Problem("file-of-another-environment", message, Place(shown + path), hint))
    if stated and stated != environment:
        message = f"{METADATA_KEY} says that the file is for '{stated}', but it is in the files of '{environment}'."
        hint = "Move the file to the environment that it is for, or correct the metadata."
        problems.append(Problem("file-of-another-environment", message, mark.place, hint))
    if required and not problems and prefix is None and not stated:
        message = f"the file does not say that it is for '{environment}', which requireEnvironmentMark asks for."
        hint = f"Let its name begin with '{environment}_', or add '# {METADATA_KEY}: {{environment: {environment}}}'."
        problems.append(Problem("environment-mark-missing", message, Place(shown + path), hint))
    return tuple(problems)


def environment_prefix(name: str, known: Iterable[str]) -> str | None:
    """Return the known environment, the longest, with whose name and a separator ``name`` begins."""
    folded = name.casefold()
    found = [
        entry
        for entry in known
        if folded.startswith(entry.casefold()) and folded[len(entry.casefold()) :][:1] in tuple(_SEPARATORS)
    ]
    return max(found, key=len, default=None)


def _bad(place: Place, reason: str) -> Problem:
    return Problem("bad-metadata", f"{METADATA_KEY} cannot be read: {reason}.", place, _SHAPE)
