"""What is particular about schedules, call routes, prompts and data tables."""

from __future__ import annotations

import re

from simulator.errors import PlatformError
from simulator.http import Call
from simulator.paths import DATA_TABLES, IVRS, PROMPTS, SCHEDULE_GROUPS, SCHEDULES
from simulator.rule import Body, Rules
from simulator.schemas import missing_value
from simulator.state import Entity
from simulator.uses import consumers
from simulator.world import World

PROMPT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?")


class _Schedule(Rules):
    def prepare(self, _world: World, body: Body, _entity: Entity | None) -> Body:
        for name in ("start", "end"):
            if not LOCAL_TIME.fullmatch(str(body.get(name))):
                text = "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSS"
                raise PlatformError(400, "invalid.date", text, field=name)
        return body

    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        groups = world.state.objects.get(SCHEDULE_GROUPS, [])
        lists = ("openSchedules", "closedSchedules", "holidaySchedules")
        if any(row["id"] == entity.id for one in groups for name in lists for row in one.attributes.get(name) or []):
            raise PlatformError(409, message=f"Schedule '{entity.name}' is used by a schedule group.")


class _ScheduleGroup(Rules):
    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        ivrs = world.state.objects.get(IVRS, [])
        if any((one.attributes.get("scheduleGroup") or {}).get("id") == entity.id for one in ivrs):
            raise PlatformError(409, message=f"Schedule group '{entity.name}' is used by a call route.")


class _Ivr(Rules):
    def prepare(self, world: World, body: Body, entity: Entity | None) -> Body:
        if body.get("scheduleGroup") and not (body.get("openHoursFlow") and body.get("closedHoursFlow")):
            text = "A call route with a schedule group needs an open flow and a closed flow."
            raise PlatformError(400, "general.bad.request", text, field="scheduleGroup")
        taken = {
            number for one in world.state.objects.get(IVRS, []) if one is not entity
            for number in one.attributes.get("dnis") or []
        }  # fmt: skip
        if both := taken & set(body.get("dnis") or []):
            text = f"The number {min(both)} is in use by another resource."
            raise PlatformError(400, "general.bad.request", text, field="dnis")
        return body


class _Prompt(Rules):
    def prepare(self, _world: World, body: Body, _entity: Entity | None) -> Body:
        if not PROMPT_NAME.fullmatch(str(body.get("name"))):
            text = (
                "Failed to validate prompt due to invalid name.  Prompt names can only contain letters, numbers, and "
                "the underscore, and must start with a letter or number."
            )
            raise PlatformError(400, "architect.prompt.validate.failed.name", text, field="name")
        return {key: value for key, value in body.items() if key != "resources"}

    def made(self, _world: World, entity: Entity, _body: Body) -> None:
        entity.parts.setdefault("resources", {})

    def guard(self, _world: World, entity: Entity, call: Call) -> None:
        if entity.parts.get("resources") and not call.flag("allResources"):
            text = "Cannot delete prompt since it contains prompt resources."
            raise PlatformError(400, "architect.prompt.has.resources", text)


class _DataTable(Rules):
    def prepare(self, _world: World, body: Body, entity: Entity | None) -> Body:
        schema = body.get("schema")
        if entity is None and schema is None:
            raise missing_value("schema")
        if schema is None:
            return body
        if not isinstance(schema.get("properties"), dict) or "key" not in schema["properties"]:
            text = "The schema of a data table needs the property 'key'."
            raise PlatformError(400, message=text, field="schema.properties")
        before = ((entity.attributes.get("schema") or {}) if entity else {}).get("properties", {})
        for name, row in before.items():
            if (schema["properties"].get(name) or {}).get("type") != row.get("type"):
                text = f"An update allows only new fields to be added, but '{name}' was changed or removed."
                raise PlatformError(400, message=text, field="schema.properties")
        return body

    def kept(self, entity: Entity) -> Body:
        return {key: value for key, value in entity.attributes.items() if key == "schema"}

    def made(self, _world: World, entity: Entity, _body: Body) -> None:
        entity.parts.setdefault("rows", {})

    def guard(self, world: World, entity: Entity, call: Call) -> None:
        if not call.flag("force") and consumers(world, DATA_TABLES, entity.name):
            raise PlatformError(409, message=f"Data table '{entity.name}' is in use; 'force' is needed to delete it.")


RULES: dict[str, Rules] = {
    SCHEDULES: _Schedule(),
    SCHEDULE_GROUPS: _ScheduleGroup(),
    IVRS: _Ivr(),
    PROMPTS: _Prompt(),
    DATA_TABLES: _DataTable(),
}
