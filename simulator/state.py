"""What the simulator remembers, as models that can be written to a file and read again."""

from __future__ import annotations

import time
import uuid
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.settings import Settings


def new_id() -> str:
    """Return a new GUID."""
    return str(uuid.uuid4())


class Model(BaseModel):
    """Base of everything that is stored or received: unknown keys are refused, JSON names are camelCase."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class Organisation(Model):
    """The organisation that the simulator plays."""

    id: str = Field(default_factory=new_id)
    name: str = "Simulated organisation"


class Actor(Model):
    """Who does something: a user or an OAuth client."""

    kind: Literal["user", "client"]
    id: str
    name: str


class Client(Model):
    """An OAuth client; ``permissions`` may hold patterns such as ``architect:flow:*``; lifetime in seconds."""

    id: str = Field(default_factory=new_id)
    name: str = ""
    secret: str = Field(default_factory=new_id)
    permissions: list[str] = ["*"]
    token_lifetime_seconds: float = 86400

    @property
    def actor(self) -> Actor:
        """This client as the author of a change."""
        return Actor(kind="client", id=self.id, name=self.name or self.id)


class Token(Model):
    """An access token; ``expires`` in seconds since the epoch."""

    client_id: str
    expires: float


class Entity(Model):
    """An object of any list, for example a queue: id, name and whatever else the fixture says."""

    id: str = Field(default_factory=new_id)
    name: str
    attributes: dict[str, Any] = {}


class Version(Model):
    """One version of a flow; a draft has an id that begins with ``saved_version_``. Times in epoch seconds."""

    id: str
    type: Literal["PUBLISH", "CHECKIN", "SAVE"]
    document: str
    by: Actor
    created: float
    published: float | None = None
    published_end: float | None = None


class HistoryEntry(Model):
    """One line of a flow's history."""

    action: str
    at: float
    by: Actor
    version: str | None = None


class Operation(Model):
    """An asynchronous operation on a flow."""

    id: str = Field(default_factory=new_id)
    action: str
    by: Actor
    due: float
    version: str | None = None
    status: str = "STARTED"
    complete: bool = False
    error_code: str | None = None
    error_message: str | None = None


class Flow(Model):
    """One flow; ``type`` in lower case, ``published`` and ``checked_in`` are ids of ``versions``."""

    id: str = Field(default_factory=new_id)
    name: str
    type: str
    division_id: str
    description: str = ""
    versions: list[Version] = []
    published: str | None = None
    checked_in: str | None = None
    draft: Version | None = None
    published_by: Actor | None = None
    locked_by: Actor | None = None
    deleted: bool = False
    operation: Operation | None = None
    history: list[HistoryEntry] = []
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
    details: list[dict[str, Any]] = []


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
    messages: list[Message] = []


class FlowJob(Model):
    """A registered flow job and the presigned upload that starts it."""

    id: str = Field(default_factory=new_id)
    client_id: str
    create_stubs: bool
    headers: dict[str, str]
    query: dict[str, str]
    expires: float
    runs: list[Run] = []


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
    items: list[ExportItem]
    due: float
    query: dict[str, str]
    expires: float
    fault: JobFault | None = None
    status: str = "Started"
    content: bytes = b""
    file_name: str = ""
    messages: list[Message] = []


class HistoryQuery(Model):
    """A history that was asked for: the platform answers with an operation and then a listing."""

    id: str = Field(default_factory=new_id)
    flow_id: str
    by: Actor
    due: float


class Pending(Model):
    """Something that will be over at ``due`` (epoch seconds); ``index`` is the run within its job."""

    due: float
    kind: Literal["flow-job", "export-job", "operation"]
    id: str
    index: int = 0


class JobFault(Model):
    """What shall become of the next jobs.

    ``failure`` ends with ``messages`` (which may be none), ``stuck`` never ends, ``success`` publishes and adds
    ``messages`` as they are, ``lost`` reports success although nothing was published. ``flow`` limits it to
    one flow's name, ``job`` to flow jobs or export jobs.
    """

    flow: str | None = None
    job: Literal["flow", "export"] = "flow"
    times: int | None = 1
    outcome: Literal["failure", "stuck", "success", "lost"] = "failure"
    messages: list[Message] = []


class CallPattern(Model):
    """Which calls are meant: the method (any when empty) and a regular expression that the path must contain."""

    method: str = ""
    path: str = ""


class FaultEffect(Model):
    """What happens to the call instead of, or besides, the usual answer.

    ``status`` and ``body`` replace the answer; the call has no effect unless ``process`` is set. ``reset`` closes the
    connection before or after the call had its effect. ``delay`` waits real seconds. ``truncate`` sends half the body.
    """

    status: int | None = None
    body: Any = None
    headers: dict[str, str] = {}
    process: bool = False
    reset: Literal["before", "after"] | None = None
    delay: float = 0.0
    truncate: bool = False


class Fault(Model):
    """A fault that waits for its calls: the ``at``-th matching ones (from 1), the first ``times``, or all."""

    match: CallPattern = CallPattern()
    at: list[int] | None = None
    times: int | None = None
    fault: FaultEffect
    seen: int = 0


class Act(Model):
    """What another actor does to a flow."""

    by: Actor
    do: str
    name: str
    flow_type: str
    document: str | None = None
    value: str | None = None
    lock: bool = False


class StagedAct(Model):
    """An act that waits for the ``n``-th call that matches."""

    match: CallPattern
    n: int = 1
    seen: int = 0
    act: Act


class CallRecord(Model):
    """One call that the platform received; ``status`` 0 means that the connection was closed instead."""

    n: int
    listener: str
    method: str
    path: str
    query: str
    correlation_id: str
    client: str | None = None
    status: int = 0
    ms: float = 0.0


class State(Model):
    """Everything."""

    organisation: Organisation = Field(default_factory=Organisation)
    settings: Settings = Field(default_factory=Settings)
    clients: dict[str, Client] = {}
    tokens: dict[str, Token] = {}
    objects: dict[str, list[Entity]] = {}
    flows: dict[str, Flow] = {}
    flow_jobs: dict[str, FlowJob] = {}
    export_jobs: dict[str, ExportJob] = {}
    histories: dict[str, HistoryQuery] = {}
    pending: list[Pending] = []
    faults: list[Fault] = []
    job_faults: list[JobFault] = []
    staged: list[StagedAct] = []
    clock_offset: float = 0.0
    created: float = Field(default_factory=time.time)


Run.model_rebuild()
ExportJob.model_rebuild()
