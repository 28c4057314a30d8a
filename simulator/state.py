"""What the simulator remembers, as models that can be written to a file and read again."""

from __future__ import annotations

import time
from typing import Any, Literal

from pydantic import Field

from simulator.fault import CallPattern, Fault
from simulator.model import Model, new_id
from simulator.settings import Settings
from simulator.traffic import Traffic


class Organisation(Model):
    """The organisation that the simulator plays."""

    id: str = Field(default_factory=new_id)
    name: str = "Simulated organisation"


class Actor(Model):
    """Who does something: a user or an OAuth client."""

    kind: Literal["user", "client"]
    id: str
    name: str


class Grant(Model):
    """A role in some divisions: permissions or patterns of them, and names or ids of divisions, or ``*``."""

    permissions: list[str]
    divisions: list[str] = Field(default_factory=lambda: ["*"])


class Client(Model):
    """An OAuth client; lifetime of its tokens in seconds.

    ``permissions`` may hold patterns such as ``architect:flow:*``; it has them in ``divisions``, which are names or
    ids, or ``*`` for all of them. ``grants`` are what it has besides, each in divisions of its own.
    """

    id: str = Field(default_factory=new_id)
    name: str = ""
    secret: str = Field(default_factory=new_id)
    permissions: list[str] = Field(default_factory=lambda: ["*"])
    divisions: list[str] = Field(default_factory=lambda: ["*"])
    grants: list[Grant] = Field(default_factory=list)
    token_lifetime_seconds: float = 86400

    @property
    def all_grants(self) -> list[Grant]:
        """Everything that it has, where it has it."""
        own = [Grant(permissions=self.permissions, divisions=self.divisions)] if self.permissions else []
        return own + self.grants

    @property
    def actor(self) -> Actor:
        """This client as the author of a change."""
        return Actor(kind="client", id=self.id, name=self.name or self.id)


class Token(Model):
    """An access token; ``expires`` in seconds since the epoch."""

    client_id: str
    expires: float


class Entity(Model):
    """An object of any list, for example a queue: id, name and whatever else the fixture says.

    Without ``division_id`` it is in the default division. ``parts`` are what has its own addresses below the object:
    members, rows, configuration. A new object may be missing from lists until ``listed_from``.
    """

    id: str = Field(default_factory=new_id)
    name: str
    division_id: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    parts: dict[str, Any] = Field(default_factory=dict)
    listed_from: float = 0.0


class Version(Model):
    """One version of a flow; a draft has an id that begins with ``saved_version_``. Times in epoch seconds.

    ``native`` is the configuration that made it, when it was no Archy document.
    """

    id: str
    type: Literal["PUBLISH", "CHECKIN", "SAVE"]
    document: str
    by: Actor
    created: float
    native: dict[str, Any] | None = None
    published: float | None = None
    published_end: float | None = None


class HistoryEntry(Model):
    """One line of a flow's history."""

    action: str
    at: float
    by: Actor
    version: str | None = None


JobKind = Literal["flow", "export", "checkin", "publish"]


class Operation(Model):
    """An operation on a flow: most take their time, some are over at once. Times in epoch seconds."""

    id: str = Field(default_factory=new_id)
    action: str
    by: Actor
    due: float
    started: float = 0.0
    version: str | None = None
    status: str = "STARTED"
    complete: bool = False
    error_code: str | None = None
    error_message: str | None = None
    error_details: list[dict[str, str]] = Field(default_factory=list)
    fault: JobFault | None = None


class Flow(Model):
    """One flow; ``type`` in lower case, ``published`` and ``checked_in`` are ids of ``versions``."""

    id: str = Field(default_factory=new_id)
    name: str
    type: str
    division_id: str
    description: str = ""
    versions: list[Version] = Field(default_factory=list)
    published: str | None = None
    checked_in: str | None = None
    draft: Version | None = None
    published_by: Actor | None = None
    locked_by: Actor | None = None
    deleted: bool = False
    operation: Operation | None = None
    history: list[HistoryEntry] = Field(default_factory=list)
    publish_count: int = 0
    listed_from: float = 0.0

    def version(self, version_id: str | None) -> Version | None:
        """Return the version or draft with this id, ``None`` when there is none."""
        candidates = [*self.versions, self.draft] if self.draft else self.versions
        return next((one for one in candidates if one and one.id == version_id), None)


class Message(Model):
    """A message of a job; ``details`` are the raw diagnostics that the platform attaches."""

    type: str = "Error"
    text: str
    at: float = 0.0
    details: list[dict[str, Any]] = Field(default_factory=list)


class Run(Model):
    """One run of a flow job: it starts when a file arrives, so one job can have several."""

    body: bytes
    due: float
    name: str | None = None
    flow_type: str | None = None
    collides: bool = False
    fault: JobFault | None = None
    status: str = "Started"
    flow_id: str | None = None
    messages: list[Message] = Field(default_factory=list)


class FlowJob(Model):
    """A registered flow job and the presigned upload that starts it."""

    id: str = Field(default_factory=new_id)
    client_id: str
    create_stubs: bool
    headers: dict[str, str]
    query: dict[str, str]
    expires: float
    runs: list[Run] = Field(default_factory=list)


class ExportItem(Model):
    """One flow to export: by id, or by name and type."""

    id: str | None = None
    name: str | None = None
    type: str | None = None
    version: str | None = None
    file_name: str | None = None
    export_type: str = "Yaml"


class ExportJob(Model):
    """An export job; ``content`` is what the download gives."""

    id: str = Field(default_factory=new_id)
    client_id: str
    items: list[ExportItem]
    due: float
    query: dict[str, str]
    expires: float
    fault: JobFault | None = None
    status: str = "Started"
    content: bytes = b""
    file_name: str = ""
    messages: list[Message] = Field(default_factory=list)


class ValidateJob(Model):
    """A validate job; ``flows`` are the references of its request."""

    id: str = Field(default_factory=new_id)
    client_id: str
    flows: list[dict[str, Any]]
    due: float
    status: str = "Started"
    messages: list[Message] = Field(default_factory=list)


class Build(Model):
    """The state of the index that dependency tracking answers from. Times in epoch seconds."""

    id: str = Field(default_factory=new_id)
    status: str = "OPERATIONAL"
    due: float = 0.0
    started: float | None = None
    completed: float | None = None
    by: Actor | None = None


class HistoryQuery(Model):
    """A history that was asked for: the platform answers with an operation and then a listing."""

    id: str = Field(default_factory=new_id)
    flow_id: str
    by: Actor
    due: float


class Pending(Model):
    """Something that will be over at ``due`` (epoch seconds); ``index`` is the run within its job."""

    due: float
    kind: Literal["flow-job", "export-job", "validate-job", "operation"]
    id: str
    index: int = 0


class JobFault(Model):
    """What shall become of the next jobs, or of the next check-ins or publishes.

    ``failure`` ends with ``messages`` (which may be none), ``stuck`` never ends, ``success`` publishes and adds
    ``messages`` as they are, ``lost`` reports success although nothing was published. ``flow`` limits it to
    one flow's name, ``job`` to flow jobs, export jobs or one of the operations. An operation that fails says
    ``code`` and the texts of ``messages``, if there are any.
    """

    flow: str | None = None
    job: JobKind = "flow"
    code: str | None = None
    times: int | None = 1
    outcome: Literal["failure", "stuck", "success", "lost"] = "failure"
    messages: list[Message] = Field(default_factory=list)


class Act(Model):
    """What another actor does to a flow."""

    by: Actor
    do: str
    name: str
    flow_type: str
    document: str | None = None
    native: dict[str, Any] | None = None
    value: str | None = None
    lock: bool = False


class StagedAct(Model):
    """An act that waits for the ``n``-th call that matches."""

    match: CallPattern
    n: int = 1
    seen: int = 0
    act: Act


class PlannedAct(Model):
    """An act that waits for the time ``due`` (epoch seconds), and for each ``every`` real seconds after it."""

    due: float
    every: float | None = None
    act: Act


class ActNote(Model):
    """An act that was carried out, or refused with ``refusal``, at the time ``at`` (epoch seconds)."""

    at: float
    act: Act
    refusal: str = ""


class CallRecord(Model):
    """One call that the platform received.

    Attributes:
        n: Its number, from 1.
        listener: Where it came in: ``api``, ``login`` or ``storage``.
        method: Its verb.
        path: Its path.
        query: What follows the path.
        correlation_id: As the answer's header tells it.
        client: The id of the client behind the token.
        status: Of the answer; 0 means that the connection was closed instead.
        at: When it came, in epoch seconds.
        ms: The simulator's own time for it in milliseconds, from its arrival to the answer.
        wait: How long it was held back in milliseconds: simulated latency and the delay of a fault.
        fault: The id of the fault that hit it.
    """

    n: int
    listener: str
    method: str
    path: str
    query: str
    correlation_id: str
    client: str | None = None
    status: int = 0
    at: float = 0.0
    ms: float = 0.0
    wait: float = 0.0
    fault: str | None = None


class State(Model):
    """Everything."""

    organisation: Organisation = Field(default_factory=Organisation)
    settings: Settings = Field(default_factory=Settings)
    clients: dict[str, Client] = Field(default_factory=dict)
    tokens: dict[str, Token] = Field(default_factory=dict)
    objects: dict[str, list[Entity]] = Field(default_factory=dict)
    removed: dict[str, list[Entity]] = Field(default_factory=dict)
    flows: dict[str, Flow] = Field(default_factory=dict)
    traffic: Traffic = Field(default_factory=Traffic)
    flow_jobs: dict[str, FlowJob] = Field(default_factory=dict)
    export_jobs: dict[str, ExportJob] = Field(default_factory=dict)
    validate_jobs: dict[str, ValidateJob] = Field(default_factory=dict)
    build: Build = Field(default_factory=Build)
    histories: dict[str, HistoryQuery] = Field(default_factory=dict)
    pending: list[Pending] = Field(default_factory=list)
    faults: list[Fault] = Field(default_factory=list)
    job_faults: list[JobFault] = Field(default_factory=list)
    staged: list[StagedAct] = Field(default_factory=list)
    planned: list[PlannedAct] = Field(default_factory=list)
    acts: list[ActNote] = Field(default_factory=list)
    clock_offset: float = 0.0
    frozen_at: float | None = None
    created: float = Field(default_factory=time.time)


Run.model_rebuild()
Operation.model_rebuild()
ExportJob.model_rebuild()
