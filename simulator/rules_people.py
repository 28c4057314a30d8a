"""What is particular about users, groups, skills and skill groups."""

from __future__ import annotations

import re

from simulator.errors import PlatformError
from simulator.paths import GROUPS, SKILL_GROUPS, SKILLS, USERS
from simulator.rule import Body, Rules
from simulator.state import Entity
from simulator.world import World, same

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class _Skill(Rules):
    def prepare(self, _world: World, body: Body, entity: Entity | None) -> Body:
        return body if entity is None else {}


class _SkillGroup(Rules):
    def prepare(self, world: World, body: Body, _entity: Entity | None) -> Body:
        for condition in body.get("skillConditions") or []:
            for row in condition.get("routingSkillConditions") or []:
                if not world.find_entities(SKILLS, str(row.get("routingSkill", ""))):
                    text = f"The skill '{row.get('routingSkill')}' does not exist."
                    raise PlatformError(400, message=text, field="skillConditions")
        return body

    def made(self, world: World, entity: Entity, body: Body) -> None:
        entity.parts.setdefault("divisions", body.get("memberDivisions") or [entity.division_id or world.home.id])

    def kept(self, entity: Entity) -> Body:
        return {"status": "Complete", **{key: entity.attributes[key] for key in ("skillConditions",)}}


class _User(Rules):
    def prepare(self, world: World, body: Body, entity: Entity | None) -> Body:
        email = body.get("email")
        if email is not None:
            if not ADDRESS.fullmatch(email):
                raise PlatformError(400, message=f"'{email}' is no e-mail address.", field="email")
            everyone = [*world.state.objects.get(USERS, []), *world.state.removed.get(USERS, [])]
            if any(one is not entity and same(one.attributes.get("email", "")) == same(email) for one in everyone):
                text = f"A user with the email {email} already exists."
                raise PlatformError(409, "general.conflict", text, field="email")
        if isinstance(manager := body.get("manager"), str):
            body = {**body, "manager": {"id": manager, "selfUri": f"/api/v2/users/{manager}"}}
        return body

    def made(self, world: World, entity: Entity, body: Body) -> None:
        if email := entity.attributes.get("email"):
            entity.attributes["username"] = email
            primary = {"address": email, "mediaType": "EMAIL", "type": "PRIMARY"}
            entity.attributes["primaryContactInfo"] = [primary]
            entity.attributes.setdefault("addresses", [primary])
        if body.get("state") in {"active", "inactive"}:
            entity.attributes["state"] = body["state"]
        world.changed()


class _Group(Rules):
    def prepare(self, world: World, body: Body, _entity: Entity | None) -> Body:
        owners = [world.entity(USERS, one) for one in body.get("ownerIds") or []]
        if None in owners:
            raise PlatformError(400, message="An owner of the group does not exist.", field="ownerIds")
        visibility = {"ownerIds": "owners"}.get(str(body.get("visibility")), body.get("visibility"))
        body = {**body, "visibility": visibility}
        if body.get("ownerIds") is not None:
            body["owners"] = [{"id": one.id, "name": one.name} for one in owners if one is not None]
        return body

    def kept(self, entity: Entity) -> Body:
        return {key: value for key, value in entity.attributes.items() if key in {"type", "owners", "memberCount"}}

    def made(self, world: World, entity: Entity, _body: Body) -> None:
        entity.attributes["memberCount"] = len(entity.parts.setdefault("members", []))
        world.changed()


RULES: dict[str, Rules] = {
    SKILLS: _Skill(),
    SKILL_GROUPS: _SkillGroup(),
    USERS: _User(),
    GROUPS: _Group(),
}
