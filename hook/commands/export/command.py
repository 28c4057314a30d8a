"""The command's side of the export: wire, write, print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial

import click

from hook import guards
from hook.commands.context import Context
from hook.commands.export import documents
from hook.commands.export.documents import CurrentNames, Document
from hook.commands.export.fetching import Fetched, fetch
from hook.commands.export.placing import Fate, Placed, contents, place
from hook.commands.export.secrets import unreadable
from hook.commands.export.selection import Selection, types_of
from hook.engine.contents import Question, compare_contents
from hook.engine.decide import Look
from hook.engine.native.binding import Names
from hook.errors import FlowSyncError, GuardRefused, InvalidInput, Terminated
from hook.guards import environment
from hook.guards.protocol import Mode
from hook.model import ExitCode, Live, Organisation
from hook.platform import GenesysPlatform
from hook.workspace.existing import ExistingFile, Folder, open_folder
from hook.workspace.native import DOCS, UnexplainedIds
from hook.workspace.writing import shown, write_files


@dataclass(frozen=True, slots=True)
class Exported:
    """
    What came of an export.

    Attributes:
        organisation: Where the flows are.
        placed: Flows and their files.
        failed: Flows that cannot be exported, and why.
        never_published: Flows that have no version to export.
        notes: What concerns no single flow.
        calls: How many calls were made.
    """

    organisation: Organisation
    placed: tuple[Placed, ...]
    failed: tuple[tuple[Live, str], ...]
    never_published: tuple[Live, ...]
    notes: tuple[str, ...]
    calls: int

    @property
    def exit_code(self) -> ExitCode:
        """0, or 1 when a flow could not be exported."""
        return ExitCode.REFUSED if self.failed else ExitCode.DONE


def export(context: Context) -> ExitCode:
    """
    Export flows, and print what became of each.

    Raises:
        InvalidInput: Settings, or files that are in the way; nothing was written.
        GuardRefused: The organisation is not the environment's.
        Terminated: The command was asked to stop.
        FlowSyncError: What the platform says of more than a single flow.
    """
    options = context.options
    folder = open_folder(options["workspace"], options["environment"], out=options["out"], getenv=context.environ.get)
    context.redactor.add(*folder.variables.secrets)
    configured = guards.configure(folder.settings.guards)
    selection = Selection(tuple(options["names"]), types_of(options["types"]), _prefix(configured))
    try:
        with closing(context.platform(folder.settings)) as platform:
            organisation = _organisation(platform, folder, configured)
            found = _export(platform, organisation, folder, selection, native=options["format"] == "native")
    except FlowSyncError as error:
        if context.deadline.stopping:
            raise _stopped() from error
        raise
    if context.deadline.stopping:
        raise _stopped()
    write_files(folder.root, contents(found.placed), overwrite=options["overwrite"])
    click.echo(context.redactor.text("".join(f"{line}\n" for line in _lines(found, folder))), nl=False)
    return found.exit_code


def _stopped() -> Terminated:
    return Terminated("the export was asked to stop; nothing was written", hint="Rerun.")


def _prefix(configured: Sequence[guards.Configured]) -> str:
    settings = next(one.settings for one in configured if one.guard is environment.GUARD)
    if settings.mode is Mode.OFF or not isinstance(settings, environment.EnvironmentSettings):
        return ""
    return settings.prefix


def _organisation(platform: GenesysPlatform, folder: Folder, configured: Sequence[guards.Configured]) -> Organisation:
    """Refuse to write what another organisation has into an environment's files, as the guard refuses the reverse."""
    mode = next(one.settings.mode for one in configured if one.guard is environment.GUARD)
    organisation, _ = platform.who_am_i()
    expected = folder.settings.organization_id
    if mode is Mode.ENFORCE and environment.is_another(organisation, expected):
        finding = environment.another_organisation(folder.environment, organisation, expected)
        raise GuardRefused(finding.message, hint=finding.hint)
    return organisation


def _export(
    platform: GenesysPlatform, organisation: Organisation, folder: Folder, selection: Selection, *, native: bool
) -> Exported:
    flows = platform.flows.list()
    chosen = selection.of(flows)
    published = [flow for flow in chosen if flow.version]
    fetched = fetch(
        [(flow.id, flow.version or "") for flow in published], partial(platform.flows.contents, native=native)
    )
    names = CurrentNames(flows, cache(platform.names.read))
    read: list[tuple[Live, Document]] = []
    failed: list[tuple[Live, str]] = []
    keys: dict[tuple[str, str, str], Live] = {}
    for flow in published:
        twin = keys.setdefault(flow.identity.key, flow)
        try:
            document = _document(fetched, flow, folder, names if native else None)
        except FlowSyncError as error:
            failed.append((flow, _why(error)))
            continue
        if twin is not flow:
            failed.append((flow, f"its name differs from that of {twin.identity} only in case or Unicode form."))
            continue
        read.append((flow, document))
    placed = place(read, folder, equals=partial(_equals, fetched=fetched, names=names, flows=flows))
    return Exported(
        organisation=organisation,
        placed=placed,
        failed=tuple(failed),
        never_published=tuple(flow for flow in chosen if not flow.version),
        notes=(*names.notes, *unreadable(folder.variables), *_notes(folder, read)),
        calls=platform.calls,
    )


def _document(fetched: Fetched, flow: Live, folder: Folder, names: CurrentNames | None) -> Document:
    version = (flow.id, flow.version or "")
    if version in fetched.failed:
        raise fetched.failed[version]
    content = fetched.contents[version]
    if names is None:
        return documents.archy(content, flow, folder.settings)
    return documents.native(content, flow, folder.settings, names)


def _equals(live: Live, there: ExistingFile, *, fetched: Fetched, names: CurrentNames, flows: Sequence[Live]) -> bool:
    """Tell whether a sync would find that the file says what is live."""

    def exported(versions: Sequence[tuple[str, str]], *, native: bool = False) -> dict[tuple[str, str], bytes]:
        del native  # everything was fetched in the format of the file
        return {version: fetched.contents[version] for version in versions}

    question = Question(there.desired, live, None, Look.WITH_DESIRED)
    answer = compare_contents([question], export=exported, names=Names(names.known, flows))
    return answer[there.desired.identity].to_desired == ()


def _why(error: FlowSyncError) -> str:
    if isinstance(error, InvalidInput):
        return "; ".join(f"{problem.message} {problem.hint}".strip() for problem in error.problems)
    return "; ".join((error.message, *error.details))


def _notes(folder: Folder, read: Sequence[tuple[Live, Document]]) -> Iterator[str]:
    """Yield what the environment must say so that it takes these files."""
    settings = folder.settings.native_flows
    if folder.environment and settings is None and any(document.desired.native for _, document in read):
        yield f"environment '{folder.environment}' does not take native files yet: set nativeFlows: true; see {DOCS}."
    allowed = settings.allowed_ids if settings else ()
    unexplained = UnexplainedIds(frozenset(allowed))
    for live, document in read:
        unexplained.add(str(live.identity), document.read.unexplained)
    yield from (str(problem) for problem in unexplained.problems())


def _lines(found: Exported, folder: Folder) -> Iterator[str]:
    yield f"Flows of {found.organisation.name} ({found.organisation.id})"
    for one in found.placed:
        yield f"{one.fate:<11}  {shown(folder.root, one.path)}  {one.live.identity}  version {one.live.version}"
        yield from (f"             note: {note}" for note in one.notes)
    for live in found.never_published:
        yield f"left out     {live.identity}: it has no published version"
    for live, reason in found.failed:
        yield f"failed       {live.identity}: {reason}"
    yield from (f"note: {note}" for note in found.notes)
    count = Counter(one.fate for one in found.placed)
    parts = [f"{count[fate]} {fate}" for fate in Fate if count[fate]] or ["nothing to export"]
    parts += [f"{len(found.never_published)} left out"] if found.never_published else []
    parts += [f"{len(found.failed)} failed"] if found.failed else []
    yield f"{', '.join(parts)}. {found.calls} calls, exit {int(found.exit_code)}."
