"""Contents of live flows, by one batch export, held against the files and against what we published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from hook.documents.comparison import compare
from hook.documents.document import FlowDocument, read_document
from hook.documents.native.packing import Configuration, NotPacked, unpack
from hook.engine.decide import Contents, Look
from hook.engine.native import comparing
from hook.engine.native.binding import Names
from hook.engine.stores import Entry
from hook.errors import ApiUnavailable, FlowSyncError, InvalidInput, JobFailed
from hook.model import Desired, Difference, DifferenceOperation, Identity, Live, Place, Problem

Version = tuple[str, str]
Exported = Mapping[Version, bytes]


class Export(Protocol):
    """Exports versions as Archy documents, or as packed native configurations."""

    def __call__(self, versions: Sequence[Version], *, native: bool = False) -> Exported:
        """Return every one of them."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One object whose contents must be compared, and how."""

    desired: Desired
    live: Live
    entry: Entry | None
    look: Look

    @property
    def live_version(self) -> Version:
        """The live published version."""
        return (self.live.id, self.live.version or "")

    @property
    def our_version(self) -> Version | None:
        """The version that we published last, where it is asked for."""
        if self.look is not Look.WITH_OURS or self.entry is None or not self.entry.version:
            return None
        if self.entry.flow_id not in {None, self.live.id}:
            return None
        return (self.live.id, self.entry.version)


def compare_contents(questions: Sequence[Question], *, export: Export, names: Names) -> dict[Identity, Contents]:
    """
    Answer all questions with one batch of exports for each of the two formats.

    An export that fails makes the contents unknown, never equal; only an unreachable platform ends the run.

    Args:
        questions: What is to be compared.
        export: Exports versions.
        names: What the organisation calls what native configurations name.

    Raises:
        ApiUnavailable: The platform does not answer.
    """
    answers: dict[Identity, Contents] = {}
    for native in (False, True):
        asked = [question for question in questions if question.desired.native is native]
        wanted = [question.live_version for question in asked]
        wanted += [version for question in asked if (version := question.our_version)]
        exported, failed = _export(list(dict.fromkeys(wanted)), partial(export, native=native))
        answers |= {question.desired.identity: _answer(question, exported, failed, names) for question in asked}
    return answers


def _export(
    wanted: Sequence[Version], export: Callable[[Sequence[Version]], Exported]
) -> tuple[dict[Version, bytes], dict[Version, str]]:
    """Export versions; one that cannot be exported does not take the others of its batch with it."""
    if not wanted:
        return {}, {}
    try:
        return dict(export(wanted)), {}
    except ApiUnavailable:
        raise
    except FlowSyncError as error:
        if len(wanted) == 1 or not isinstance(error, JobFailed):
            return {}, dict.fromkeys(wanted, f"the export of the live version failed: {error.message}")
    half = len(wanted) // 2
    first, second = _export(wanted[:half], export), _export(wanted[half:], export)
    return first[0] | second[0], first[1] | second[1]


def _answer(question: Question, exported: Exported, failed: Mapping[Version, str], names: Names) -> Contents:
    if question.live_version not in exported:
        why_not = failed.get(question.live_version, f"version {question.live.version} was not in the export")
        return Contents(why_not=why_not)
    try:
        to_desired, since_ours = (_native if question.desired.native else _archy)(question, exported, names)
    except InvalidInput as error:
        return Contents(why_not=f"the export cannot be read: {error.message}")
    to_desired = _as_far_as_said(to_desired, question.desired)
    if question.desired.has_secrets:
        # The live values may be secrets that nobody told us: those of before a change.
        to_desired, since_ours = _without_values(to_desired), since_ours and _without_values(since_ours)
    return Contents(to_desired=to_desired, since_ours=since_ours)


Compared = tuple[tuple[Difference, ...], tuple[Difference, ...] | None]


def _archy(question: Question, exported: Exported, _: Names) -> Compared:
    live = _document(exported[question.live_version], f"export of {question.desired.identity}")
    # Not under the file's name: what is uploaded is Archy YAML, although the file may be JSON.
    desired = _document(question.desired.content, f"document of {question.desired.identity}")
    former = question.our_version
    ours = (
        _document(exported[former], f"earlier export of {question.desired.identity}")
        if former is not None and former in exported
        else None
    )
    return compare(live, desired), compare(ours, live) if ours else None


def _native(question: Question, exported: Exported, names: Names) -> Compared:
    live = _unpacked(exported[question.live_version], f"export of {question.desired.identity}")
    desired, layout = json.loads(question.desired.content), question.desired.layout
    former = question.our_version
    ours = (
        _unpacked(exported[former], f"earlier export of {question.desired.identity}")
        if former is not None and former in exported
        else None
    )
    return (
        comparing.to_desired(live, desired, names=names, layout=layout),
        comparing.between(ours, live, layout=layout) if ours else None,
    )


def _unpacked(content: bytes, file: str) -> Configuration:
    try:
        configuration = unpack(content.decode("utf-8", errors="replace"))
    except NotPacked as error:
        raise InvalidInput(Problem("no-native-configuration", f"{error}.", Place(file))) from error
    if configuration is None:
        raise InvalidInput(Problem("no-native-configuration", "this is no native configuration.", Place(file)))
    return configuration


def _without_values(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    return tuple(replace(difference, before=None, after=None) for difference in differences)


def _document(content: bytes, file: str) -> FlowDocument:
    return read_document(content.decode("utf-8", errors="replace"), file=file)


def _as_far_as_said(differences: Sequence[Difference], desired: Desired) -> tuple[Difference, ...]:
    """Leave out division and description where the file is silent: they are kept as they are live."""
    silent = {name for name in ("division", "description") if desired.attribute(name) is None}
    return tuple(
        difference
        for difference in differences
        if not (
            difference.operation is DifferenceOperation.REMOVED
            and difference.path.count(".") == 1
            and difference.path.partition(".")[2] in silent
        )
    )
