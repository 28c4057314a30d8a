"""What is said of native configurations: nobody documents their route, and their ids belong to one organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hook.documents.native.ids import UnexplainedId
from hook.documents.nodes import key_path
from hook.model import Place, Problem, Severity
from hook.workspace.environments import Environments, NativeFlows
from hook.workspace.placeholders import PLACEHOLDER

DOCS = "docs/native-flows.md"
ARCHY = (
    "The documented way is Archy: export the flow as YAML (Architect: Export > YAML; or 'flowsync export') and commit"
    " that file instead."
)
_GUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE | re.ASCII)
_MOST_PLACES = 3


def ids_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the GUIDs in texts, in lower case."""
    return frozenset(found.lower() for text in texts for found in _GUID.findall(text))


def packed_placeholders(content: str, *, file: str, literal: frozenset[str]) -> tuple[Problem, ...]:
    """
    Return a problem for each placeholder inside a packed configuration, where it would be published as it stands.

    Args:
        content: What was packed.
        file: The name for messages.
        literal: Placeholders that belong to the flow and stay.
    """
    hint = (
        "Commit what 'flowsync convert' makes of the file, in which placeholders work; or name it in"
        f" literalPlaceholders if it belongs to the flow. See {DOCS}."
    )
    return tuple(
        Problem("placeholder-in-packed-file", f"{{{{{name}}}}} stands in a packed file.", Place(file), hint)
        for name in dict.fromkeys(match[1] for match in PLACEHOLDER.finditer(content))
        if name not in literal
    )


def setting_place(environments: Environments, environment: str) -> Place:
    """Return the place of an environment's ``nativeFlows``, or where it is to be written."""
    if environment not in environments.by_name:
        return Place(environments.file or "environments.yaml", path=f"environments.{environment}.nativeFlows")
    place = environments.place(environment, "nativeFlows")
    path = place.path if place.path.endswith("nativeFlows") else key_path(place.path, "nativeFlows")
    return Place(place.file, place.line, place.column, path)


def refused(file: str, setting: Place) -> Problem:
    """Return the problem of a native file in an environment that does not take them."""
    return Problem(
        "native-configuration",
        "this is native configuration, which Architect stores itself, and native flows are off.",
        Place(file),
        f"{ARCHY} To deploy this file all the same, by a route that the platform documents nowhere, set"
        f" nativeFlows: true at {setting}; {DOCS} tells its risks.",
    )


def notice(count: int, setting: Place) -> Problem:
    """Return the warning, once per run, that native flows go a route that nobody documents."""
    flows = "1 flow goes" if count == 1 else f"{count} flows go"
    return Problem(
        "native-flows",
        f"{flows} the native route, which the platform documents nowhere and may change.",
        setting,
        f"{ARCHY} {DOCS} tells the risks.",
        Severity.WARNING,
    )


def checked_alone(file: str) -> Problem:
    """Return the warning about a native file that is checked without an environment."""
    return Problem(
        "native-flows",
        "this is native configuration: only an environment with nativeFlows: true takes it.",
        Place(file),
        f"{ARCHY} {DOCS} tells the risks.",
        Severity.WARNING,
    )


@dataclass(slots=True)
class UnexplainedIds:
    """
    Gathers the ids of all files of which nothing tells what they are.

    Attributes:
        allowed: Those that are allowed by name, in lower case.
    """

    allowed: frozenset[str] = frozenset()
    _places: dict[str, list[Place]] = field(default_factory=dict)
    _what: dict[str, str] = field(default_factory=dict)
    _copies: dict[str, list[UnexplainedId]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def add(self, file: str, found: Sequence[UnexplainedId]) -> None:
        """Take those of one file."""
        for one in found:
            self._seen.add(one.value.lower())
            if one.value.lower() in self.allowed:
                continue
            if one.is_repeated_only:
                self._copies.setdefault(file, []).append(one)
                continue
            self._places.setdefault(one.value, []).extend(Place(file, path=path) for path in one.paths)
            if one.what:
                self._what[one.value] = one.what

    def problems(self, *, setting: str = "", severity: Severity = Severity.ERROR) -> tuple[Problem, ...]:
        """
        Return one problem for each id, with the ways out; ``setting`` is where it would be allowed, if known.

        Those that stand only in what the editor has read for itself are one warning for each file: every flow that
        calls a bot flow has some, and no part of the flow goes by them.
        """
        problems = tuple(
            Problem("unexplained-id", self._message(value, places), places[0], _ways_out(setting), severity)
            for value, places in self._places.items()
        )
        return problems + tuple(_copied(file, copies) for file, copies in self._copies.items())

    def _message(self, value: str, places: Sequence[Place]) -> str:
        if what := self._what.get(value):
            return f"the {what} cannot be looked up by name, so its id {value} would stay as it is{_also(places)}."
        return f"nothing tells what the id {value} is{_also(places)}."

    def unused(self, settings: NativeFlows, environments: Environments, environment: str) -> tuple[Problem, ...]:
        """Return a warning for each id that is allowed and that no file has."""
        return tuple(
            Problem(
                "unused-allowed-id",
                f"no native file needs the id {value}.",
                environments.place(environment, "nativeFlows", "allowedIds", number),
                "Remove it from allowedIds, so that it cannot slip in again.",
                Severity.WARNING,
            )
            for number, value in enumerate(settings.allowed_ids)
            if value not in self._seen
        )


def _also(places: Sequence[Place]) -> str:
    others = [place.path if place.file == places[0].file else str(place) for place in places[1:_MOST_PLACES]]
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    return f", also at {', '.join(others)}{more}" if others else ""


def _copied(file: str, copies: Sequence[UnexplainedId]) -> Problem:
    more = f" and {len(copies) - _MOST_PLACES} more" if len(copies) > _MOST_PLACES else ""
    shown = ", ".join(f"{one.value} ({one.paths[0]})" for one in copies[:_MOST_PLACES])
    return Problem(
        "copied-id",
        f"ids that nothing explains stand in what the editor has noted for itself: {shown}{more}.",
        Place(file),
        "They are of the organisation that the file is from; Architect reads them anew when it opens the flow.",
        Severity.WARNING,
    )


def _ways_out(setting: str) -> str:
    return (
        "If it is an object's, write @{queue/NAME} (or what kind it is) in its place, in the file that"
        " 'flowsync convert' makes; if it differs per environment, a {{placeholder}}; if it is the same everywhere,"
        f" allow it by name at {setting or 'nativeFlows.allowedIds of the environment'}."
    )
