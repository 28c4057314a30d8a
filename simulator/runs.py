"""What a flow job does with the file that arrived."""

from __future__ import annotations

from simulator import publishing
from simulator.access import sees, within
from simulator.documents import UNPROVEN_KEYS, Document, DocumentError, minimal, read
from simulator.faults import take_job_fault
from simulator.references import ANY_FLOW, FLOWS, Named
from simulator.resolution import broken_containers, diagnostics, unpublished, unresolved
from simulator.state import Actor, Flow, FlowJob, Message, Pending, Run
from simulator.world import DIVISIONS, World, same

SUMMARY = "Architect Scripting session ended in error ( code: 99 )"
KILOBYTE = 1000
PUBLISH = "architect:flow:publish"
API = "https://api.mypurecloud.com"
"""The host in the diagnostics of jobs."""

PLATFORM = Actor(kind="client", id="0b1f6f5e-6b0c-4f0e-9d57-3d1d5c1f7c11", name="Architect jobs")
"""Whom versions name when jobs do not publish in the name of their client."""


def locked_text(name: str, flow_type: str) -> str:
    """Return what a job says of a flow that somebody else holds."""
    return (
        f"The flow ( name: '{name}' type: '{flow_type}' ) is locked by another entity. You can use the --forceUnlock "
        "command line parameter if you wish to publish flows locked by another entity."
    )


def start(world: World, job: FlowJob, body: bytes) -> None:
    """Start a run of the job; while another run has the same flow, this one will find it locked."""
    settings = world.state.settings
    seconds = settings.job_seconds + settings.job_seconds_per_kilobyte * len(body) / KILOBYTE
    run = Run(body=body, due=world.after(seconds))
    try:
        document = read(body)
    except DocumentError:
        pass
    else:
        run.collides = _is_running(world, document)
        run.name, run.flow_type = document.name, document.flow_type
    run.fault = take_job_fault(world, "flow", {run.name} if run.name else set())
    job.runs.append(run)
    if run.fault is None or run.fault.outcome != "stuck":
        pending = Pending(due=run.due, kind="flow-job", id=job.id, index=len(job.runs) - 1)
        world.state.pending.append(pending)
    world.changed()


def _is_running(world: World, document: Document) -> bool:
    runs = (world.state.flow_jobs[one.id].runs[one.index] for one in world.state.pending if one.kind == "flow-job")
    return any(
        run.name and same(run.name) == same(document.name) and run.flow_type == document.flow_type for run in runs
    )


def finish(world: World, pending: Pending) -> None:
    """End a run whose time is over: publish, or say why not."""
    job = world.state.flow_jobs[pending.id]
    run = job.runs[pending.index]
    by = world.state.clients[job.client_id].actor if world.state.settings.job_publishes_as_client else PLATFORM
    texts = _Outcome(world, run, by, job).messages()
    run.status = "Success" if texts is None else "Failure"
    if texts is not None:
        _leave(world, run, by)
    run.messages = [message.model_copy(update={"at": run.due}) for message in texts or []]
    if texts is None and run.fault:
        run.messages = [message.model_copy(update={"at": run.due}) for message in run.fault.messages]
    run.body = b""
    world.changed()


def _leave(world: World, run: Run, by: Actor) -> None:
    """What a failed job leaves behind: nothing, or what the settings say."""
    flow = world.find_flow(run.name, run.flow_type or "") if run.name else None
    if flow is None:
        return
    if world.state.settings.failed_job_names_flow:
        run.flow_id = flow.id
    if world.state.settings.failed_job_keeps_lock and flow.locked_by is None:
        flow.locked_by = by


class _Outcome:
    """One run at its end."""

    def __init__(self, world: World, run: Run, by: Actor, job: FlowJob) -> None:
        self._world = world
        self._run = run
        self._by = by
        self._stubs = job.create_stubs
        self._client = within(world.state.clients[job.client_id], (PUBLISH,))

    def messages(self) -> list[Message] | None:
        """Carry the run out; return why it failed, ``None`` when it did not."""
        fault = self._run.fault
        if fault and fault.outcome == "failure":
            return fault.messages
        try:
            document = read(self._run.body)
        except DocumentError as error:
            return _failure(Message(text=str(error)))
        if text := self._not_archy(document):
            return _failure(Message(text=text))
        if refusals := self._refusals(document):
            return _failure(*refusals)
        flow = self._world.find_flow(document.name, document.flow_type)
        if fault and fault.outcome == "lost":
            self._run.flow_id = flow.id if flow else None
        else:
            self._publish(document, flow)
        return None

    def _not_archy(self, document: Document) -> str:
        """Why a document is none, by facts that are not certain; empty when it is one."""
        settings = self._world.state.settings
        if not settings.jobs_accept_json and self._run.body.lstrip().startswith(b"{"):
            return "the file is no YAML document"
        if settings.rare_type_keys == "others" and document.key in UNPROVEN_KEYS:
            return f"'{document.key}' is not a flow type"
        return ""

    def _refusals(self, document: Document) -> list[Message]:
        flow = self._world.find_flow(document.name, document.flow_type)
        held = flow.locked_by if flow else None
        if self._run.collides or (held and held.id != self._by.id):
            return [Message(text=locked_text(document.name, document.flow_type))]
        if texts := self._beyond_grants(document, flow):
            return [Message(text=text) for text in texts]
        missing = unresolved(self._world, document, self._client)
        if self._stubs:
            missing = [named for named in missing if not self._stub(document, named)]
        return [Message(text=text) for text in broken_containers(document)] + [
            Message(
                text=f"find '{named.object_type}' by value of '{named.name}' - no matches",
                details=diagnostics(named, API),
            )
            for named in missing
        ]

    def _beyond_grants(self, document: Document, flow: Flow | None) -> list[str]:
        """A sentence for each division in which the client may not publish; the platform's own text is not known."""
        named = [one.id for one in self._world.find_entities(DIVISIONS, document.text("division") or "")]
        divisions = {flow.division_id if flow else (named or [self._world.home.id])[0], *named}
        return [
            f"You are missing the following permission(s) in division '{self._world.division(one).name}': {PUBLISH}"
            for one in sorted(divisions)
            if not sees(self._world, self._client, one)
        ]

    def _stub(self, document: Document, named: Named) -> bool:
        """Put a stub in the place of a flow that a document names; return whether it helps."""
        if named.path != FLOWS:
            return False
        flow_type = named.qualifier if named.qualifier != ANY_FLOW else "inboundcall"
        if same(named.name) == same(document.name) and flow_type == document.flow_type:
            return True
        at = self._run.due
        flow = unpublished(self._world, named)
        if flow is None:
            flow = publishing.create(self._world, name=named.name, flow_type=flow_type, by=self._by, at=at)
            text = minimal(named.name, flow_type)
            if self._world.state.settings.stubs_published:
                publishing.publish(self._world, flow, text, by=self._by, at=at)
            else:
                publishing.check_in(self._world, flow, text, by=self._by, at=at)
        return True

    def _publish(self, document: Document, flow: Flow | None) -> None:
        at = self._run.due
        if flow is None:
            flow = publishing.create(self._world, name=document.name, flow_type=document.flow_type, by=self._by, at=at)
        publishing.publish(self._world, flow, self._run.body.decode(), by=self._by, at=at)
        flow.locked_by = None
        self._run.flow_id = flow.id


def _failure(*messages: Message) -> list[Message]:
    return [*messages, Message(text=SUMMARY)]
