"""From desired, live and state to a plan: decide about each object, put them in order, look who holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from hook.engine import decide, graph
from hook.engine.contents import Question, compare_contents
from hook.engine.decide import Contents, DriftPolicy, Look
from hook.engine.native.binding import Names
from hook.engine.resolve import flows_named, kinds_needed, read_names, resolve
from hook.engine.state import State
from hook.model import Change, Desired, ExitCode, Failure, Identity, Known, Live, Operation, Plan, Resolution


class LiveFlows(Protocol):
    """What planning reads of the organisation's flows."""

    def look(self, ids: Sequence[str]) -> tuple[Live, ...]:
        """Return flows as they are now, with locks and drafts."""
        ...

    def contents(self, versions: Sequence[tuple[str, str]], *, native: bool = False) -> Mapping[tuple[str, str], bytes]:
        """Export versions as Archy documents, or as packed native configurations."""
        ...


@dataclass(frozen=True, slots=True)
class NameLists:
    """The kinds that can be listed, and how."""

    known: frozenset[str]
    read: Callable[[str], Sequence[Known]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what the guards need to judge it."""

    plan: Plan
    resolutions: tuple[Resolution, ...]
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """
    What a plan is made from.

    Args:
        desired: What the files say.
        live: Every flow of the organisation.
        state: What we published before.
        flows: The organisation's flows, for locks, drafts and contents of those that are to change.
        names: The other kinds, listed only when a changed object names one.
        own_client: The id of our OAuth client, ``None`` when it is not known.
        whole: Whether ``desired`` is the whole environment, so that what is gone from Git can be told.
        left_out: What is in Git and was left out on purpose, so that it does not count as gone.
    """

    desired: Sequence[Desired]
    live: Sequence[Live]
    state: State
    flows: LiveFlows
    names: NameLists
    own_client: str | None
    whole: bool
    left_out: Sequence[Identity] = ()


def make_plan(sources: Sources, *, policy: DriftPolicy, is_approved: Callable[[Plan], bool]) -> Planned:
    """
    Make the plan.

    Args:
        sources: What it is made from.
        policy: Whether somebody else's content may be overwritten.
        is_approved: Tells whether somebody took this very plan upon them; then drift does not stop it.
    """
    by_key: dict[tuple[str, str, str], list[Live]] = {}
    for one in sources.live:
        by_key.setdefault(one.identity.key, []).append(one)
    matched = {one.identity: next(iter(by_key.get(one.identity.key, ())), None) for one in sources.desired}
    names = replace(sources.names, read=cache(sources.names.read))
    contents = _contents(sources, matched, names)
    plan = _plan(sources, matched, by_key, contents, policy)
    if policy is DriftPolicy.FAIL and any(change.refusal for change in plan.changes) and is_approved(plan):
        plan = _plan(sources, matched, by_key, contents, DriftPolicy.OVERWRITE)
    lists = _lists(plan, names)
    writing = [change for change in plan.changes if change.writes]
    resolutions = resolve(
        [change.desired for change in writing if change.desired],
        names=lists,
        live=sources.live,
        planned=[change.identity for change in writing],
    )
    return Planned(plan, resolutions, tuple(known for found in lists.values() for known in found))


def _plan(
    sources: Sources,
    matched: Mapping[Identity, Live | None],
    by_key: Mapping[tuple[str, str, str], Sequence[Live]],
    contents: Mapping[Identity, Contents],
    policy: DriftPolicy,
) -> Plan:
    decided = [
        decide.decide(
            one,
            matched[one.identity],
            sources.state.entry(one.identity),
            contents.get(one.identity, Contents()),
            policy=policy,
            own_client=sources.own_client,
        )
        for one in sources.desired
    ]
    decided = [_refuse_spelling(_refuse_twins(change, by_key)) for change in decided]
    ordered = _in_order(_held(decided, sources.flows, sources.own_client), sources.live)
    wanted = {one.identity.key for one in sources.desired} | {identity.key for identity in sources.left_out}
    left_alone = _left_alone(sources.state, wanted, by_key) if sources.whole else ()
    told = [_tell_rename(_tell_renamed(change, sources), left_alone, sources.state) for change in ordered]
    return Plan((*told, *left_alone))


def _contents(sources: Sources, matched: Mapping[Identity, Live | None], names: NameLists) -> dict[Identity, Contents]:
    questions: list[Question] = []
    for one in sources.desired:
        live, entry = matched[one.identity], sources.state.entry(one.identity)
        look = decide.look_needed(one, live, entry, own_client=sources.own_client)
        if live is not None and look is not Look.NOTHING:
            questions.append(Question(one, live, entry, look))
    natives = [question.desired for question in questions if question.desired.native]
    lists = read_names(kinds_needed(natives), known=names.known, read=names.read)
    called = Names([known for found in lists.values() for known in found], sources.live)
    return compare_contents(questions, export=sources.flows.contents, names=called)


def _refuse_twins(change: Change, live: Mapping[tuple[str, str, str], Sequence[Live]]) -> Change:
    twins = live.get(change.identity.key, ())
    if len(twins) < 2:  # noqa: PLR2004  (two is what twins are)
        return change
    failure = Failure(
        error="Ambiguous",
        message=f"the organisation has {change.identity} {len(twins)} times"
        " (names that differ only in case or Unicode form count as one)",
        exit_code=ExitCode.GUARD,
        hint="Rename or delete all but one in Architect; which is meant cannot be told.",
        details=tuple(f"'{twin.identity.name}' with id {twin.id}" for twin in twins),
    )
    return replace(
        change, operation=Operation.BLOCKED, intended=change.operation, writes=False, records=False, refusal=failure
    )


def _refuse_spelling(change: Change) -> Change:
    """Refuse to write a flow whose name the organisation spells otherwise: a job might make a second one of it."""
    if not change.writes or change.live is None or change.live.identity.name == change.identity.name:
        return change
    failure = Failure(
        error="OtherSpelling",
        message=f"{change.identity} is spelled {change.live.identity.name!r} in the organisation, the file says"
        f" {change.identity.name!r} (they differ in case or in their Unicode form)",
        exit_code=ExitCode.GUARD,
        hint="Use the organisation's spelling in the file, or rename the flow in Architect.",
    )
    return replace(change, operation=Operation.BLOCKED, intended=change.operation, writes=False, refusal=failure)


def _held(changes: Sequence[Change], flows: LiveFlows, client: str | None) -> list[Change]:
    """Look at the flows that are to change, and only at those, for locks and drafts."""
    writing = [change.live.id for change in changes if change.writes and change.live]
    now = {one.id: one for one in flows.look(writing)} if writing else {}
    return [_hold(change, now, client) for change in changes]


def _hold(change: Change, now: Mapping[str, Live], client: str | None) -> Change:
    if not change.writes or change.live is None:
        return change
    fresh = now.get(change.live.id)
    conflict = decide.moved_since_planned(change.identity, change.live, fresh)
    if conflict is None and fresh is not None:
        conflict = decide.held_by_somebody(change.identity, fresh, own_client=client)
    if conflict:
        return replace(change, writes=False, refusal=conflict.failure(), reason=conflict.message)
    warning = decide.unpublished_check_in(change.identity, fresh) if fresh else None
    return replace(change, live=fresh, warnings=(*change.warnings, warning) if warning else change.warnings)


def _in_order(changes: Sequence[Change], live: Sequence[Live]) -> list[Change]:
    by_key = {change.identity.key: change for change in changes}
    identities = [change.identity for change in changes]
    names = {change.identity: flows_named(change.desired, identities) if change.desired else () for change in changes}
    ordered: list[Change] = []
    refused: dict[tuple[str, str, str], Identity] = {}
    natives = [change.identity for change in changes if change.desired and change.desired.native]
    for step in graph.order(names, existing=[one.identity for one in live], late=natives):
        change = _refuse_native_cycle(by_key[step.identity.key], step, names)
        change = replace(
            change,
            depends_on=tuple(one for one in step.depends_on if _acts(by_key[one.key])),
            stubs=step.stubs if change.writes else (),
        )
        stopped_by = next((refused[one.key] for one in step.depends_on if one.key in refused), None)
        if change.refusal:
            refused[change.identity.key] = change.identity
        elif stopped_by and change.writes:
            change = replace(
                change,
                operation=Operation.BLOCKED,
                intended=change.operation,
                writes=False,
                reason=f"waits for {stopped_by}",
            )
            refused[change.identity.key] = stopped_by
        ordered.append(change)
    return ordered


def _refuse_native_cycle(change: Change, step: graph.Step, names: Mapping[Identity, Sequence[Identity]]) -> Change:
    """Refuse a native flow that names one which does not exist yet and in turn needs it: nobody makes a stub there."""
    if not (change.writes and step.stubs and change.desired and change.desired.native):
        return change
    cycle = next((found for found in graph.cycles(names) if change.identity in found), (change.identity, *step.stubs))
    failure = Failure(
        error="NativeCycle",
        message=f"{change.identity} names {step.stubs[0]}, which does not exist yet and in turn needs it:"
        f" {' and '.join(str(one) for one in cycle)} name each other",
        exit_code=ExitCode.GUARD,
        hint="Keep one of them as an Archy document (its job makes stubs of the others), or publish one without that"
        " reference first.",
    )
    return replace(change, operation=Operation.BLOCKED, intended=change.operation, writes=False, refusal=failure)


def _acts(change: Change) -> bool:
    return change.writes or change.refusal is not None or change.operation is Operation.BLOCKED


def _lists(plan: Plan, names: NameLists) -> dict[str, Sequence[Known]]:
    writing = [change.desired for change in plan.changes if change.writes and change.desired]
    return read_names(kinds_needed(writing), known=names.known, read=names.read)


def _tell_renamed(change: Change, sources: Sources) -> Change:
    """Warn when a new flow is one that we had published, and that somebody renamed in the organisation."""
    entry = sources.state.entry(change.identity) if change.operation is Operation.CREATE else None
    if entry is None or entry.flow_id is None:
        return change
    renamed = next((one for one in sources.live if one.id == entry.flow_id), None)
    if renamed is None:
        return change
    warning = (
        f"the flow that we published under this name is called '{renamed.identity.name}' in the organisation now; the"
        " platform knows flows by name, so this makes a second one"
    )
    return replace(change, warnings=(*change.warnings, warning))


def _tell_rename(change: Change, left_alone: Sequence[Change], state: State) -> Change:
    """Warn when a new flow is an old one under another name: that makes a second flow."""
    if change.operation is not Operation.CREATE or change.desired is None:
        return change
    for former in left_alone:
        entry = state.entry(former.identity)
        if entry and entry.file == change.desired.place.file and entry.type == change.identity.type:
            warning = (
                f"the file was {former.identity} before; the platform knows flows by name, so this makes a second one,"
                f" and what uses '{former.identity.name}' goes on using it"
            )
            return replace(change, warnings=(*change.warnings, warning))
    return change


def _left_alone(
    state: State, wanted: set[tuple[str, str, str]], live: Mapping[tuple[str, str, str], Sequence[Live]]
) -> tuple[Change, ...]:
    return tuple(
        Change(
            identity=entry.identity,
            operation=Operation.LEFT_ALONE,
            live=live[entry.identity.key][0],
            reason="gone from Git; never deleted here",
        )
        for entry in state.entries()
        if entry.identity.key not in wanted and entry.identity.key in live
    )
