"""What stands beside integrations: their configuration, their types, the categories of data actions."""

from __future__ import annotations

from simulator.changing import STALE
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.linking import configuration_of
from simulator.objects import listed
from simulator.paths import ACTIONS, INTEGRATIONS
from simulator.schemas import checked
from simulator.subordinate import owner, rows_page
from simulator.world import World

TYPES = {
    "custom-rest-actions": ("Web Services Data Actions", ("basicAuth", "userDefined")),
    "purecloud-data-actions": ("Genesys Cloud Data Actions", ("pureCloudOAuthClient",)),
    "aws-lambda-data-actions": ("AWS Lambda Data Actions", ("amazonWebServices",)),
    "embedded-client-app": ("Client Application", ()),
    "amazon-lex-v2": ("Amazon Lex V2", ("amazonWebServices",)),
}
"""Id: name, and the keys of its credentials."""


def configuration(world: World, call: Call) -> Reply:
    """GET /api/v2/integrations/{id}/config/current."""
    return json_reply(configuration_of(owner(world, call, INTEGRATIONS)))


def configure(world: World, call: Call) -> Reply:
    """PUT /api/v2/integrations/{id}/config/current: the whole configuration, with its version."""
    integration = owner(world, call, INTEGRATIONS)
    body = checked("IntegrationConfiguration", call.json())
    present = configuration_of(integration)["version"]
    if body["version"] != present:
        raise PlatformError(world.state.settings.version_conflict_status, message=STALE)
    stored = {name: body[name] for name in ("properties", "advanced", "notes", "credentials")}
    integration.parts["config"] = {**stored, "version": present + 1}
    if body["name"] != integration.name:
        integration.name = body["name"]
        world.renamed(INTEGRATIONS)
    world.changed()
    return json_reply(configuration_of(integration))


def types(_world: World, call: Call) -> Reply:
    """GET /api/v2/integrations/types."""
    return rows_page(call, [_type_json(one) for one in TYPES])


def integration_type(_world: World, call: Call) -> Reply:
    """GET /api/v2/integrations/types/{typeId}."""
    if call.params["typeId"] not in TYPES:
        raise PlatformError(404)
    return json_reply(_type_json(call.params["typeId"]))


def _type_json(type_id: str) -> dict[str, object]:
    name, credentials = TYPES[type_id]
    return {
        "id": type_id,
        "name": name,
        "provider": "clientapps" if type_id == "embedded-client-app" else "public-api",
        "category": "Data Actions" if "actions" in type_id else "Client Apps",
        "credentials": {key: {"required": False, "credentialTypes": [key]} for key in credentials},
        "nonInstallable": False,
        "selfUri": f"/api/v2/integrations/types/{type_id}",
    }


def categories(world: World, call: Call) -> Reply:
    """GET /api/v2/integrations/actions/categories."""
    actions = listed(world, call, KIND_OF[ACTIONS])
    names = sorted({str(one.attributes.get("category", "")) for one in actions})
    total = len(names)
    size, number = call.number("pageSize", 25), call.number("pageNumber", 1)
    rows = [{"name": name} for name in names[(number - 1) * size : number * size]]
    count = -(-total // size)
    return json_reply({"entities": rows, "pageSize": size, "pageNumber": number, "total": total, "pageCount": count})


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    view, edit = ("integrations:integration:view",), ("integrations:integration:edit",)
    actions = ("integrations:action:view", "bridge:actions:view")
    current = "/api/v2/integrations/{id}/config/current"
    return [
        Endpoint("GET", "/api/v2/integrations/types", types, view),
        Endpoint("GET", "/api/v2/integrations/types/{typeId}", integration_type, view),
        Endpoint("GET", "/api/v2/integrations/actions/categories", categories, actions, any_permission=True),
        Endpoint("GET", current, configuration, view),
        Endpoint("PUT", current, configure, edit),
    ]
