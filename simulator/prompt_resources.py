"""Resources of a user prompt: one per language, its text and its audio."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.paths import PROMPTS
from simulator.schemas import checked
from simulator.state import Entity
from simulator.subordinate import owner, rows_page
from simulator.world import World

MISSING = "Could not find resource with specified language in specified prompt."


def _resource_json(prompt: Entity, language: str) -> dict[str, Any]:
    uri = f"/api/v2/architect/prompts/{prompt.id}/resources/{language}"
    stored = prompt.parts["resources"][language]
    return {"id": f"{prompt.id}-{language}", "promptId": prompt.id, "language": language, **stored, "selfUri": uri}


def _language(prompt: Entity, call: Call) -> str:
    language = call.params["languageCode"].lower()
    if language not in prompt.parts.get("resources", {}):
        raise PlatformError(404, "architect.prompt.resource.not.found", MISSING)
    return language


def listing(world: World, call: Call) -> Reply:
    """GET /api/v2/architect/prompts/{id}/resources."""
    prompt = owner(world, call, PROMPTS)
    return rows_page(call, [_resource_json(prompt, one) for one in prompt.parts.get("resources", {})])


def look(world: World, call: Call) -> Reply:
    """GET /api/v2/architect/prompts/{id}/resources/{languageCode}."""
    prompt = owner(world, call, PROMPTS)
    return json_reply(_resource_json(prompt, _language(prompt, call)))


def add(world: World, call: Call) -> Reply:
    """POST /api/v2/architect/prompts/{id}/resources."""
    prompt = owner(world, call, PROMPTS)
    body = checked("PromptAssetCreate", call.json())
    language = str(body["language"]).lower()
    resources = prompt.parts.setdefault("resources", {})
    if language in resources:
        raise PlatformError(409, message=f"The prompt has a resource of '{language}' already.", field="language")
    resources[language] = {**_content(body), "uploadStatus": "created"}
    world.changed()
    return json_reply(_resource_json(prompt, language))


def change(world: World, call: Call) -> Reply:
    """PUT /api/v2/architect/prompts/{id}/resources/{languageCode}."""
    prompt = owner(world, call, PROMPTS)
    language = _language(prompt, call)
    body = checked("PromptAsset", call.json())
    status = prompt.parts["resources"][language]["uploadStatus"]
    prompt.parts["resources"][language] = {**_content(body), "uploadStatus": status}
    world.changed()
    return json_reply(_resource_json(prompt, language))


def _content(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("ttsString", "text", "tags") if body.get(name) is not None}


def remove(world: World, call: Call) -> Reply:
    """DELETE /api/v2/architect/prompts/{id}/resources/{languageCode}."""
    prompt = owner(world, call, PROMPTS)
    del prompt.parts["resources"][_language(prompt, call)]
    world.changed()
    return Reply(status=204)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    path = "/api/v2/architect/prompts/{id}/resources"
    view, edit = ("architect:userPrompt:view",), ("architect:userPrompt:edit",)
    return [
        Endpoint("GET", path, listing, view),
        Endpoint("POST", path, add, edit),
        Endpoint("GET", f"{path}/{{languageCode}}", look, view),
        Endpoint("PUT", f"{path}/{{languageCode}}", change, edit),
        Endpoint("DELETE", f"{path}/{{languageCode}}", remove, edit),
    ]
