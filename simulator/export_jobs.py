"""Export jobs: flows of any version as documents, several of them in a zip."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from pydantic import ValidationError

from simulator.access import sees, within
from simulator.archy_export import exported
from simulator.documents import DocumentError
from simulator.errors import PlatformError, invalid_value
from simulator.faults import take_job_fault
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.native import EXTENSIONS, encoded
from simulator.native_versions import configuration_of
from simulator.publishing import newest, try_read
from simulator.rendering import message_json
from simulator.signatures import signed_query, signed_url
from simulator.state import Client, ExportItem, ExportJob, Flow, Message, Pending
from simulator.world import World

DOWNLOADS = "/flow-jobs-downloads"
FILE_NAME = re.compile(r"[A-Za-z0-9_-]+")
FLOW_VIEW = "architect:flow:view"
EXPORT_TYPES = ("Architect", "Yaml")
HIDDEN_FAILURE = "setting the Archy exit code to 107"


def register(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/export/jobs."""
    rows = call.json().get("flows")
    if not isinstance(rows, list) or not rows:
        raise PlatformError(400, message="At least one flow must be named.")
    items = [_item(row) for row in rows]
    settings = world.state.settings
    due = world.after(settings.export_seconds + settings.export_seconds_per_flow * len(items))
    job = ExportJob(
        client_id=call.caller.id,
        items=items,
        due=due,
        query=signed_query(world.now(), lifetime=settings.presigned_seconds),
        expires=world.now() + settings.presigned_seconds,
        fault=take_job_fault(world, "export", {item.name or _name(world, item) for item in items}),
    )
    world.state.export_jobs[job.id] = job
    if job.fault is None or job.fault.outcome != "stuck":
        world.state.pending.append(Pending(due=due, kind="export-job", id=job.id))
    world.changed()
    uri = f"/api/v2/flows/export/jobs/{job.id}"
    return json_reply({"id": job.id, "status": job.status, "totalFlows": len(items), "selfUri": uri})


def _name(world: World, item: ExportItem) -> str:
    flow = world.state.flows.get(item.id or "")
    return flow.name if flow else ""


def _item(row: Any) -> ExportItem:
    flow = row.get("flow") if isinstance(row, dict) else None
    if not isinstance(flow, dict) or not (flow.get("id") or (flow.get("name") and flow.get("type"))):
        raise PlatformError(400, message="A flow must be given by id, or by name and type.")
    name = row.get("fileName")
    if name is not None and not (isinstance(name, str) and FILE_NAME.fullmatch(name)):
        raise PlatformError(
            400, "invalid.value", "fileName must contain only alphanumeric characters, underscores, or hyphens."
        )
    kind = row.get("exportType") or "Yaml"
    if kind not in EXPORT_TYPES:
        raise invalid_value(str(kind), "ExportType", ", ".join(EXPORT_TYPES))
    try:
        return ExportItem.model_validate({**flow, "fileName": name, "exportType": kind})
    except ValidationError as error:
        raise PlatformError(400) from error


def look(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/export/jobs/{jobId}."""
    job = world.state.export_jobs.get(call.params["jobId"])
    if job is None:
        raise PlatformError(404, message=f"The job '{call.params['jobId']}' does not exist.")
    body: dict[str, Any] = {"id": job.id, "status": job.status, "command": "Export"}
    if job.status == "Success":
        body["downloadUrl"] = signed_url(call.base, f"{DOWNLOADS}/{job.id}/{job.file_name}", job.query)
    if "messages" in call.many("expand"):
        body["messages"] = [message_json(message) for message in job.messages]
    body["selfUri"] = f"/api/v2/flows/export/jobs/{job.id}"
    return json_reply(body)


def finish(world: World, pending: Pending) -> None:
    """End an export job whose time is over."""
    job = world.state.export_jobs[pending.id]
    failures: list[str] = []
    files: dict[str, bytes] = {}
    if job.fault and job.fault.outcome == "failure":
        job.status, job.messages = "Failure", job.fault.messages
    else:
        for item in job.items:
            content = export(world, item, within(world.state.clients[job.client_id], (FLOW_VIEW,)))
            if content is None:
                failures.append(f"could not find the flow with id '{item.id or item.name}'")
            else:
                files[_unique(world, item, files)] = content
        _close(job, failures, files)
    job.messages = [message.model_copy(update={"at": job.due}) for message in job.messages]
    world.changed()


def _close(job: ExportJob, failures: list[str], files: dict[str, bytes]) -> None:
    if failures:
        job.status = "Failure"
        job.messages = [Message(text=text) for text in [*failures, HIDDEN_FAILURE]]
        return
    job.status = "Success"
    if len(files) == 1:
        ((job.file_name, job.content),) = files.items()
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    job.file_name, job.content = "flows.zip", buffer.getvalue()


def _unique(world: World, item: ExportItem, taken: dict[str, bytes]) -> str:
    extension: str = world.state.settings.export_extension
    if item.export_type == "Architect":
        flow = _flow(world, item)
        extension = "." + EXTENSIONS.get(flow.type if flow else "", "i3Flow")
    stem = item.file_name or re.sub(r"[^A-Za-z0-9_-]+", "_", item.name or item.id or "flow")
    name, number = f"{stem}{extension}", 1
    while name in taken:
        name, number = f"{stem}_{number}{extension}", number + 1
    return name


def _flow(world: World, item: ExportItem) -> Flow | None:
    return world.state.flows.get(item.id) if item.id else world.find_flow(item.name or "", item.type or "")


def export(world: World, item: ExportItem, client: Client) -> bytes | None:
    """Return the file of a flow or of one of its versions; ``None`` when the client has none.

    Without a version the newest content comes out, be it a draft.
    """
    flow = _flow(world, item)
    if flow is None or flow.deleted or not sees(world, client, flow.division_id):
        return None
    version = flow.version(item.version) if item.version else newest(flow)
    text = version.document if version else ""
    if version is None or not text:
        return None
    if item.export_type == "Architect":
        return encoded(configuration_of(world, flow, version)) if version.native or try_read(text) else None
    current = not item.version or version is flow.versions[-1]
    try:
        metadata = _metadata(world, flow, text, current=current)
        return exported(text, metadata, defaults=world.state.settings.export_adds_defaults).encode()
    except DocumentError:
        return text.encode()


def _metadata(world: World, flow: Flow, text: str, *, current: bool) -> dict[str, str]:
    """Name and division as the flow has them now; the description too, unless it is an older version."""
    document = try_read(text)
    description = flow.description if current else (document.text("description") if document else None)
    return {
        "name": flow.name,
        "description": description or "",
        "division": world.division(flow.division_id).name,
    }


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    return [
        Endpoint("POST", "/api/v2/flows/export/jobs", register, ("architect:jobExport:create",)),
        Endpoint("GET", "/api/v2/flows/export/jobs/{jobId}", look, ("architect:jobExport:view",)),
    ]
