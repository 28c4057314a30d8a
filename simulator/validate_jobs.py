"""Validate jobs: whether flows of the organisation could be published as they are."""

from __future__ import annotations

from typing import Any

from simulator import publishing
from simulator.access import sees
from simulator.documents import DocumentError, read
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.native_ids import missing
from simulator.rendering import message_json
from simulator.resolution import broken_containers, unresolved
from simulator.runs import SUMMARY
from simulator.schemas import checked
from simulator.state import Client, Flow, Message, Pending, ValidateJob, Version
from simulator.world import World


def register(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/validate/jobs."""
    rows = checked("RegisterArchitectValidateJob", call.json(), partial=True).get("flows")
    if not rows:
        raise PlatformError(400, message="At least one flow must be named.", field="flows")
    wanted = [row.get("flow") or {} for row in rows]
    if any(not one.get("id") and not (one.get("name") and one.get("type")) for one in wanted):
        raise PlatformError(400, message="A flow must be given by id, or by name and type.", field="flows")
    settings = world.state.settings
    due = world.after(settings.validate_seconds + settings.export_seconds_per_flow * len(wanted))
    job = ValidateJob(client_id=call.caller.id, flows=wanted, due=due)
    world.state.validate_jobs[job.id] = job
    world.state.pending.append(Pending(due=due, kind="validate-job", id=job.id))
    world.changed()
    uri = f"/api/v2/flows/validate/jobs/{job.id}"
    return json_reply({"id": job.id, "status": job.status, "totalFlows": len(wanted), "selfUri": uri})


def look(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/validate/jobs/{jobId}; messages only with ``expand=messages``."""
    job = world.state.validate_jobs.get(call.params["jobId"])
    if job is None:
        raise PlatformError(404, message=f"The job '{call.params['jobId']}' does not exist.")
    body: dict[str, Any] = {"id": job.id, "status": job.status, "command": "Validate"}
    if "messages" in call.many("expand"):
        body["messages"] = [message_json(message) for message in job.messages]
    return json_reply({**body, "selfUri": f"/api/v2/flows/validate/jobs/{job.id}"})


def finish(world: World, pending: Pending) -> None:
    """End a validate job whose time is over."""
    job = world.state.validate_jobs[pending.id]
    client = world.state.clients[job.client_id]
    texts = [text for one in job.flows for text in _complaints(world, one, client)]
    job.status = "Failure" if texts else "Success"
    job.messages = [Message(text=text, at=job.due) for text in ([*texts, SUMMARY] if texts else [])]
    world.changed()


def _complaints(world: World, wanted: dict[str, Any], client: Client) -> list[str]:
    if wanted.get("id"):
        flow = world.state.flows.get(wanted["id"])
    else:
        flow = world.find_flow(str(wanted["name"]), str(wanted["type"]))
    if flow is None or flow.deleted or not sees(world, client, flow.division_id):
        return [f"could not find the flow with id '{wanted.get('id') or wanted.get('name')}'"]
    version = _version(flow, wanted.get("version"))
    if version is None:
        return [f"Flow '{flow.name}' has no version that could be validated."]
    if version.native is not None:
        return [one.text for one in missing(world, version.native, flow)]
    try:
        document = read(version.document)
    except DocumentError as error:
        return [str(error)]
    unknown = unresolved(world, document, client)
    sentences = [f"find '{one.object_type}' by value of '{one.name}' - no matches" for one in unknown]
    return [*broken_containers(document), *sentences]


def _version(flow: Flow, version_id: str | None) -> Version | None:
    if version_id:
        return flow.version(version_id)
    return publishing.newest(flow)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    path = "/api/v2/flows/validate/jobs"
    return [
        Endpoint("POST", path, register, ("architect:jobValidate:create",)),
        Endpoint("GET", f"{path}/{{jobId}}", look, ("architect:jobValidate:view",)),
    ]
