"""What is particular about integrations, response management, telephony and divisions, and about queues."""

from __future__ import annotations

from simulator.errors import PlatformError, invalid_value
from simulator.http import Call
from simulator.paths import (
    ACTIONS,
    CREDENTIALS,
    DID_POOLS,
    DIVISIONS,
    INTEGRATIONS,
    IVRS,
    LIBRARIES,
    QUEUES,
    RESPONSES,
    TRUNK_BASES,
    TRUNKS,
)
from simulator.rule import Body, Rules
from simulator.schemas import missing_value
from simulator.state import Entity
from simulator.world import World, iso


class _Queue(Rules):
    def prepare(self, world: World, body: Body, entity: Entity | None) -> Body:
        source = world.entity(QUEUES, body["sourceQueueId"]) if body.get("sourceQueueId") else None
        return {**source.attributes, **body} if source is not None and entity is None else body

    def made(self, world: World, entity: Entity, _body: Body) -> None:
        count = len(entity.parts.get("members", []))
        entity.attributes |= {"memberCount": count, "userMemberCount": count, "joinedMemberCount": count}
        entity.parts.setdefault("members", [])
        world.changed()

    def guard(self, world: World, entity: Entity, call: Call) -> None:
        loads = world.state.traffic.queues.get(entity.id, {}).values()
        if not call.flag("forceDelete") and any(one.interacting or one.waiting for one in loads):
            raise PlatformError(400, "active.queue", "Queue contains active conversations.")


class _Integration(Rules):
    def prepare(self, _world: World, body: Body, entity: Entity | None) -> Body:
        kind = body.get("integrationType") or {}
        if entity is None and not kind.get("id"):
            raise missing_value("integrationType.id")
        return body

    def made(self, world: World, entity: Entity, body: Body) -> None:
        state = body.get("intendedState", entity.attributes.get("intendedState", "DISABLED"))
        code = "ACTIVE" if state == "ENABLED" else "INACTIVE"
        reported = {"code": code, "effective": code.capitalize(), "lastUpdated": iso(world.now())}
        entity.attributes |= {"intendedState": state, "reportedState": reported}
        entity.attributes["config"] = {"current": {"id": entity.id, "name": entity.name}}
        world.changed()

    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        actions = world.state.objects.get(ACTIONS, [])
        if any(one.attributes.get("integrationId") == entity.id for one in actions):
            raise PlatformError(409, message=f"Integration '{entity.name}' has data actions.")


class _Action(Rules):
    def prepare(self, world: World, body: Body, entity: Entity | None) -> Body:
        if entity is None and world.entity(INTEGRATIONS, str(body.get("integrationId"))) is None:
            raise PlatformError(400, message="The integration does not exist.", field="integrationId")
        return body


class _Credential(Rules):
    def prepare(self, _world: World, body: Body, _entity: Entity | None) -> Body:
        if not (body.get("type") or {}).get("name") and not (body.get("type") or {}).get("id"):
            raise missing_value("type")
        return {key: value for key, value in body.items() if key != "credentialFields"}


class _Library(Rules):
    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        """A library takes its responses along when they are in no other."""
        for one in list(world.state.objects.get(RESPONSES, [])):
            left = [row for row in one.attributes.get("libraries", []) if row["id"] != entity.id]
            if left:
                one.attributes["libraries"] = left
            elif one.attributes.get("libraries"):
                world.bury(RESPONSES, one)


class _Response(Rules):
    def prepare(self, _world: World, body: Body, entity: Entity | None) -> Body:
        if not body.get("libraries"):
            raise missing_value("libraries")
        if entity is None and body.get("texts") is None and body.get("messagingTemplate") is None:
            raise missing_value("texts")
        return body


class _TrunkBase(Rules):
    def prepare(self, _world: World, body: Body, entity: Entity | None) -> Body:
        if not (body.get("trunkMetabase") or {}).get("id"):
            raise PlatformError(400, "required.field.missing", "A required field is missing a value.",
                                field="trunkMetabase")  # fmt: skip
        if entity is not None and body.get("trunkType") != entity.attributes.get("trunkType"):
            raise invalid_value(str(body.get("trunkType")), "TrunkType", str(entity.attributes.get("trunkType")))
        return body

    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        trunks = world.state.objects.get(TRUNKS, [])
        if any((one.attributes.get("trunkBase") or {}).get("id") == entity.id for one in trunks):
            raise PlatformError(400, "delete.referenced.entity", "The trunk is being referenced.")


class _Division(Rules):
    def made(self, _world: World, entity: Entity, _body: Body) -> None:
        entity.attributes.setdefault("homeDivision", False)

    def guard(self, world: World, entity: Entity, call: Call) -> None:
        if entity is world.home:
            raise PlatformError(400, message="The home division may not be deleted.")
        held = any(one.division_id == entity.id for rows in world.state.objects.values() for one in rows)
        flows = any(one.division_id == entity.id and not one.deleted for one in world.state.flows.values())
        if (held or flows) and not call.flag("force"):
            text = f"Scope '{entity.id}' may not be deleted because it has objects in it."
            raise PlatformError(400, message=text)


class _DidPool(Rules):
    def guard(self, world: World, entity: Entity, _call: Call) -> None:
        start, end = (str(entity.attributes.get(key)) for key in ("startPhoneNumber", "endPhoneNumber"))
        ivrs = world.state.objects.get(IVRS, [])
        if any(start <= number <= end for one in ivrs for number in one.attributes.get("dnis") or []):
            raise PlatformError(409, message=f"Numbers of DID pool '{entity.name}' are used by a call route.")


RULES: dict[str, Rules] = {
    QUEUES: _Queue(),
    INTEGRATIONS: _Integration(),
    ACTIONS: _Action(),
    CREDENTIALS: _Credential(),
    LIBRARIES: _Library(),
    RESPONSES: _Response(),
    TRUNK_BASES: _TrunkBase(),
    DIVISIONS: _Division(),
    DID_POOLS: _DidPool(),
}
