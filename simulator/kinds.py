"""The objects of an organisation: one table, one row per kind, with its addresses, permissions and rules.

Paths, permissions and parameters are those of the official SDKs and of the ``gc`` command line; error codes and the
status of a deletion those of the public API description.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.paths import (
    ACTIONS,
    CONTACT_LISTS,
    CREDENTIALS,
    DATA_TABLES,
    DID_POOLS,
    DIVISIONS,
    EDGES,
    EMERGENCY_GROUPS,
    FLOWS,
    GROUPS,
    INTEGRATIONS,
    IVRS,
    LANGUAGES,
    LIBRARIES,
    MILESTONES,
    OUTCOMES,
    PROMPTS,
    QUEUES,
    RESPONSES,
    SCHEDULE_GROUPS,
    SCHEDULES,
    SCRIPTS,
    SITES,
    SKILL_GROUPS,
    SKILLS,
    TRUNK_BASES,
    TRUNKS,
    USERS,
    WRAPUP_CODES,
)

Verb = Literal["PUT", "PATCH"]
PUT: Verb = "PUT"
PATCH: Verb = "PATCH"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """How a second object of the same name is refused; ``code`` is generic where public sources tell none."""

    status: int = 409
    code: str = ""
    text: str = "An object with that name already exists."


@dataclass(frozen=True, slots=True)
class Rights:
    """What creating, changing and deleting need; one permission of each is enough."""

    add: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object.

    Attributes:
        path: Its name here, and where the list is below ``/api/v2/`` unless ``address`` says otherwise.
        permissions: What a list and a single object need; one of them when ``any_permission``.
        maximum: The largest page.
        filters: Query parameters of the list.
        divided: Whether its objects belong to a division.
        model: The model of an answer.
        create: The model of a body that creates; none when the API cannot.
        update: The model of a body that changes; none when the API cannot.
        verb: ``PUT`` replaces the object, ``PATCH`` changes what it names.
        rights: What creating, changing and deleting need.
        locked: Whether an update has to tell the object's current version.
        nameless: Whether the API takes an object without a name.
        duplicate: How a second object of the same name is refused; ``None`` where names may repeat.
        matching: How ``name`` filters: the beginning, any part, or what the setting ``name_filter`` says.
        removed: The status of a deletion; 0 when the API cannot delete.
        lingers: Whether a deleted object can still be read, with the state ``deleted``.
        references: Attributes (dotted) that hold ``{id}`` of another object, and in which list that is.
        usual: What the platform sets where nothing is said.
    """

    path: str
    permissions: tuple[str, ...] = ()
    any_permission: bool = False
    maximum: int = 100
    filters: tuple[str, ...] = ("name", "id")
    divided: bool = False
    address: str = ""
    model: str = ""
    create: str = ""
    update: str = ""
    verb: Verb = PUT
    rights: Rights = Rights()
    locked: bool = False
    nameless: bool = False
    duplicate: Duplicate | None = Duplicate()
    matching: Literal["setting", "beginning", "part"] = "setting"
    removed: int = 0
    lingers: bool = False
    references: dict[str, str] = field(default_factory=dict)
    usual: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The path of the list in the API."""
        return f"/api/v2/{self.address or self.path}"


def _rights(prefix: str) -> Rights:
    return Rights(add=(f"{prefix}:add",), edit=(f"{prefix}:edit",), remove=(f"{prefix}:delete",))


def _all(permission: str) -> Rights:
    return Rights(add=(permission,), edit=(permission,), remove=(permission,))


GENERAL = Duplicate(400, "general.bad.request", "An object with that name already exists.")
NAMED = ("name",)
FLOW_OF_QUEUE = ("queueFlow", "emailInQueueFlow", "messageInQueueFlow")
CALLBACK_FLOWS = ("mediaSettings.callback.liveVoiceFlow", "mediaSettings.callback.answeringMachineFlow")
SERVICE_LEVEL = {"percentage": 0.8, "durationMs": 20000}

QUEUE = {
    "mediaSettings": {
        medium: {"enableAutoAnswer": False, "alertingTimeoutSeconds": seconds, "serviceLevel": SERVICE_LEVEL}
        for medium, seconds in (("call", 8), ("callback", 30), ("chat", 30), ("email", 300), ("message", 30))
    },
    "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300000},
    "skillEvaluationMethod": "ALL",
    "scoringMethod": "TimestampAndPriority",
    "lastAgentRoutingMode": "AnyAgent",
    "autoAnswerOnly": True,
    "enableTranscription": False,
    "enableAudioMonitoring": False,
    "enableManualAssignment": False,
    "suppressInQueueCallRecording": True,
}

KINDS = (
    Kind(
        QUEUES,
        ("routing:queue:view",),
        maximum=500,
        filters=("name", "id", "divisionId"),
        divided=True,
        model="Queue",
        create="CreateQueueRequest",
        update="QueueRequest",
        rights=_rights("routing:queue"),
        duplicate=Duplicate(400, "duplicate.name", "A queue with that name already exists."),
        removed=200,
        references={
            **dict.fromkeys((*FLOW_OF_QUEUE, *CALLBACK_FLOWS), FLOWS),
            **dict.fromkeys(("whisperPrompt", "onHoldPrompt"), PROMPTS),
        },
        usual=QUEUE,
    ),
    Kind(
        SKILLS,
        ("routing:skill:view",),
        maximum=500,
        matching="beginning",
        model="RoutingSkill",
        create="CreateRoutingSkill",
        update="UpdateSkillDivisionRequest",
        verb=PATCH,
        rights=Rights(
            add=("routing:skill:manage", "routing:skill:create"),
            edit=("routing:skill:update",),
            remove=("routing:skill:manage", "routing:skill:delete"),
        ),
        removed=200,
    ),
    Kind(
        LANGUAGES,
        maximum=500,
        model="Language",
        create="Language",
        rights=_all("routing:skill:manage"),
        removed=204,
    ),
    Kind(
        WRAPUP_CODES,
        ("routing:wrapupCode:view",),
        filters=("name", "id", "divisionId"),
        divided=True,
        model="WrapupCode",
        create="WrapupCodeRequest",
        update="WrapupCodeRequest",
        rights=_rights("routing:wrapupCode"),
        duplicate=Duplicate(400, "duplicate.name", "A wrapup code with this name already exists."),
        removed=200,
    ),
    Kind(
        SKILL_GROUPS,
        ("routing:skillGroup:view",),
        filters=NAMED,
        divided=True,
        model="SkillGroupWithMemberDivisions",
        create="SkillGroupWithMemberDivisions",
        update="SkillGroup",
        verb=PATCH,
        rights=_rights("routing:skillGroup"),
        removed=204,
        usual={"memberCount": 0, "status": "Complete"},
    ),
    Kind(
        USERS,
        filters=("id", "state"),
        divided=True,
        model="User",
        create="CreateUser",
        update="UpdateUser",
        verb=PATCH,
        rights=Rights(
            add=("directory:user:add",),
            edit=("admin", "directory:user:edit", "directory:organization:admin"),
            remove=("admin", "directory:user:delete", "directory:organization:admin"),
        ),
        locked=True,
        duplicate=None,
        removed=200,
        usual={"acdAutoAnswer": False},
    ),
    Kind(
        GROUPS,
        filters=("id",),
        model="Group",
        create="GroupCreate",
        update="GroupUpdate",
        rights=_rights("directory:group"),
        locked=True,
        removed=204,
        usual={"type": "official", "visibility": "public", "rulesVisible": True, "memberCount": 0},
    ),
    Kind(
        SCHEDULES,
        ("routing:schedule:view",),
        filters=("name", "divisionId"),
        divided=True,
        model="Schedule",
        create="Schedule",
        update="Schedule",
        rights=_rights("routing:schedule"),
        locked=True,
        duplicate=GENERAL,
        removed=200,
        lingers=True,
    ),
    Kind(
        SCHEDULE_GROUPS,
        ("routing:scheduleGroup:view",),
        filters=("name", "divisionId", "scheduleIds"),
        divided=True,
        model="ScheduleGroup",
        create="ScheduleGroup",
        update="ScheduleGroup",
        rights=_rights("routing:scheduleGroup"),
        locked=True,
        duplicate=GENERAL,
        removed=200,
        lingers=True,
        references=dict.fromkeys(("openSchedules", "closedSchedules", "holidaySchedules"), SCHEDULES),
    ),
    Kind(
        EMERGENCY_GROUPS,
        ("routing:emergencyGroup:view",),
        filters=NAMED,
        divided=True,
        model="EmergencyGroup",
        create="EmergencyGroup",
        update="EmergencyGroup",
        rights=_rights("routing:emergencyGroup"),
        locked=True,
        duplicate=GENERAL,
        removed=200,
        lingers=True,
        references={"emergencyCallFlows.emergencyFlow": FLOWS, "emergencyCallFlows.ivrs": IVRS},
        usual={"enabled": False},
    ),
    Kind(
        IVRS,
        ("routing:callRoute:view",),
        filters=("name", "dnis", "scheduleGroup"),
        divided=True,
        model="IVR",
        create="IVR",
        update="IVR",
        rights=_rights("routing:callRoute"),
        locked=True,
        duplicate=GENERAL,
        removed=200,
        lingers=True,
        references={
            **dict.fromkeys(("openHoursFlow", "closedHoursFlow", "holidayHoursFlow"), FLOWS),
            "scheduleGroup": SCHEDULE_GROUPS,
        },
        usual={"dnis": []},
    ),
    Kind(
        PROMPTS,
        ("architect:userPrompt:view",),
        filters=("name", "description", "nameOrDescription", "divisionId"),
        divided=True,
        model="Prompt",
        create="Prompt",
        update="Prompt",
        rights=_rights("architect:userPrompt"),
        duplicate=Duplicate(400, "architect.object.validate.failed.value", "A prompt with that name already exists."),
        removed=204,
    ),
    Kind(
        DATA_TABLES,
        ("architect:datatable:view",),
        filters=("name", "divisionId"),
        divided=True,
        model="DataTable",
        create="DataTable",
        update="DataTable",
        rights=_rights("architect:datatable"),
        removed=204,
    ),
    Kind(
        OUTCOMES,
        ("architect:flowOutcome:view",),
        filters=("name", "id", "description", "nameOrDescription", "divisionId"),
        divided=True,
        model="FlowOutcome",
        create="FlowOutcome",
        update="FlowOutcome",
        rights=_rights("architect:flowOutcome"),
    ),
    Kind(
        MILESTONES,
        ("architect:flowMilestone:view",),
        filters=("name", "id", "description", "nameOrDescription", "divisionId"),
        divided=True,
        model="FlowMilestone",
        create="FlowMilestone",
        update="FlowMilestone",
        rights=_rights("architect:flowMilestone"),
        removed=200,
    ),
    Kind(
        INTEGRATIONS,
        ("integrations:integration:view",),
        filters=("ids", "integrationType", "reportedState"),
        model="Integration",
        create="CreateIntegrationRequest",
        update="Integration",
        verb=PATCH,
        rights=_rights("integrations:integration"),
        duplicate=None,
        removed=200,
    ),
    Kind(
        ACTIONS,
        ("integrations:action:view", "bridge:actions:view"),
        any_permission=True,
        filters=("name", "ids", "category", "secure"),
        matching="part",
        model="Action",
        create="PostActionInput",
        update="UpdateActionInput",
        verb=PATCH,
        rights=_rights("integrations:action"),
        locked=True,
        duplicate=None,
        removed=204,
    ),
    Kind(
        CREDENTIALS,
        ("integrations:integration:view",),
        filters=(),
        model="CredentialInfo",
        create="Credential",
        update="Credential",
        rights=_rights("integrations:integration"),
        duplicate=None,
        removed=204,
    ),
    Kind(
        LIBRARIES,
        ("responses:library:view",),
        filters=("libraryPrefix",),
        divided=True,
        model="Library",
        create="Library",
        update="Library",
        rights=_rights("responses:library"),
        locked=True,
        removed=204,
    ),
    Kind(
        RESPONSES,
        ("responses:response:view",),
        filters=("libraryId",),
        nameless=True,
        model="Response",
        create="Response",
        update="Response",
        rights=_rights("responses:response"),
        locked=True,
        duplicate=None,
        removed=204,
        references={"libraries": LIBRARIES},
    ),
    Kind(SCRIPTS, ("scripter:script:view",), filters=NAMED, divided=True, model="Script"),
    Kind(CONTACT_LISTS, ("outbound:contactList:view",), divided=True, model="ContactList"),
    Kind(
        DIVISIONS,
        model="AuthzDivision",
        create="AuthzDivision",
        update="AuthzDivision",
        rights=Rights(
            add=("authorization:division:add", "authorization:grant:add"),
            edit=("authorization:division:edit",),
            remove=("authorization:division:delete",),
        ),
        removed=204,
        usual={"description": "", "homeDivision": False},
    ),
    Kind(
        TRUNK_BASES,
        ("telephony:plugin:all",),
        filters=NAMED,
        address=f"{EDGES}/trunkbasesettings",
        model="TrunkBase",
        create="TrunkBase",
        update="TrunkBase",
        rights=_all("telephony:plugin:all"),
        locked=True,
        duplicate=Duplicate(400, "duplicate.value", "A trunk with that name already exists."),
        removed=200,
        lingers=True,
        references={"site": SITES, "inboundSite": SITES},
    ),
    Kind(TRUNKS, ("telephony:plugin:all",), filters=("trunkType",), address=f"{EDGES}/trunks", model="Trunk"),
    Kind(
        SITES,
        filters=NAMED,
        address=f"{EDGES}/sites",
        model="Site",
        create="Site",
        update="Site",
        rights=_all("telephony:plugin:all"),
        locked=True,
        duplicate=Duplicate(400, "duplicate.value", "At least one of the values in the request were a duplicate."),
        removed=200,
        lingers=True,
        usual={"managed": False},
    ),
    Kind(
        DID_POOLS,
        ("telephony:plugin:all",),
        filters=("id",),
        address=f"{EDGES}/didpools",
        model="DIDPool",
        create="DIDPool",
        update="DIDPool",
        rights=_all("telephony:plugin:all"),
        locked=True,
        duplicate=None,
        removed=200,
        lingers=True,
    ),
)

KIND_OF = {kind.path: kind for kind in KINDS}
