"""Flow jobs as the API shows them: register, look."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.model import new_id
from simulator.rendering import message_json
from simulator.signatures import signed_query, signed_url
from simulator.state import FlowJob
from simulator.world import World

UPLOADS = "/flow-jobs-uploads"


def register(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/jobs: a job that does nothing until a file arrives at its presigned URL."""
    stubs = call.json().get("createStubs", False)
    if not isinstance(stubs, bool):
        raise invalid_value(str(stubs), "Boolean", "true, false")
    job_id = new_id()
    headers = _signed_headers(world, call, job_id)
    lifetime = world.state.settings.presigned_seconds
    job = FlowJob(
        id=job_id,
        client_id=call.caller.id,
        create_stubs=stubs,
        headers=headers,
        query=signed_query(world.now(), lifetime=lifetime, headers=headers),
        expires=world.now() + lifetime,
    )
    world.state.flow_jobs[job.id] = job
    world.changed()
    return json_reply(
        {
            "id": job.id,
            "presignedUrl": signed_url(call.base, f"{UPLOADS}/{job.id}/flow.yaml", job.query),
            "headers": headers,
            "selfUri": f"/api/v2/flows/jobs/{job.id}",
        }
    )


def _signed_headers(world: World, call: Call, job_id: str) -> dict[str, str]:
    signed = world.state.settings.presigned_headers
    if signed == "none":
        return {}
    headers = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-meta-jobid": job_id,
        "x-amz-meta-organizationid": world.state.organisation.id,
        "x-amz-meta-correlationid": call.correlation_id,
    }
    return {**headers, "content-type": "application/x-yaml"} if signed == "with-content-type" else headers


def look(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/jobs/{jobId}; messages only with ``expand=messages``."""
    job = world.state.flow_jobs.get(call.params["jobId"])
    if job is None:
        raise PlatformError(404, message=f"The job '{call.params['jobId']}' does not exist.")
    body: dict[str, Any] = {"id": job.id, "status": "Registered", "command": "Publish"}
    if job.runs:
        run = job.runs[-1]
        body["status"] = run.status
        if run.flow_id:
            body["flow"] = {"id": run.flow_id, "selfUri": f"/api/v2/flows/{run.flow_id}"}
        if "messages" in call.many("expand"):
            body["messages"] = [message_json(message) for message in run.messages]
    body["selfUri"] = f"/api/v2/flows/jobs/{job.id}"
    return json_reply(body)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    return [
        Endpoint("POST", "/api/v2/flows/jobs", register, ("architect:job:create",)),
        Endpoint("GET", "/api/v2/flows/jobs/{jobId}", look, ("architect:job:view",)),
    ]
