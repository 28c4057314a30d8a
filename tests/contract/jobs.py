"""Jobs with flows: publish, with stubs, export, validate; their files go over presigned addresses."""

from __future__ import annotations

import urllib.request
from typing import Any

from tests.contract.case import Case
from tests.contract.world import call_flow, workflow

FLOW = "/api/v2/flows/{flowId}"
JOB = "GET /api/v2/flows/jobs/{jobId}"
OVER = ("Success", "Failure")


def upload(url: str, headers: dict[str, str], content: str) -> int:
    """Send a file to a presigned URL; no SDK does it."""
    request = urllib.request.Request(url, content.encode(), headers, method="PUT")  # noqa: S310 (the simulator's own)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (the simulator's own)
        return int(answer.status)


def published(case: Case, document: str, *, stubs: bool | None = None) -> Any:
    """Publish a document by a job; return what the job says at its end."""
    body = None if stubs is None else {"createStubs": stubs}
    job = case.call("POST /api/v2/flows/jobs", body=body)
    before = case.call(JOB, {"jobId": job["id"]}, {"expand": ["messages"]})
    assert before["status"] == "Registered", f"{JOB}: {before['status']} before the file is there"
    assert upload(job["presignedUrl"], job["headers"], document) == 200
    return case.until(
        lambda: case.call(JOB, {"jobId": job["id"]}, {"expand": ["messages"]}), lambda seen: seen["status"] in OVER
    )


def flow_named(case: Case, name: str) -> Any:
    """Return the flow of a name, as a list shows it."""
    found = case.call("GET /api/v2/flows", query={"name": name, "pageSize": 100})["entities"]
    assert [one["name"] for one in found] == [name], f"GET /api/v2/flows: name={name} finds {found}"
    return found[0]


def publish(case: Case) -> None:
    """Publish by a job, again as a new version, and with a name that cannot be resolved."""
    name = f"Job of {case.sdk.name}"
    first = published(case, workflow(name))
    assert first["status"] == "Success", first
    shown = case.call(f"GET {FLOW}", {"flowId": first["flow"]["id"]}, shows={"name": name, "type": "WORKFLOW"})
    second = published(case, workflow(name, then="Collect"), stubs=False)
    again = case.call(f"GET {FLOW}", {"flowId": second["flow"]["id"]})
    assert again["id"] == shown["id"]
    assert again["publishedVersion"]["id"] != shown["publishedVersion"]["id"]
    failed = published(case, call_flow("Failing", queue="No such queue"))
    assert failed["status"] == "Failure", failed
    assert any("No such queue" in one["text"] for one in failed["messages"]), failed
    case.refused(404, "", JOB, {"jobId": "00000000-0000-4000-8000-000000000000"})


def stubs(case: Case) -> None:
    """Publish a flow that names one that is not there yet, with a stub for it."""
    missing = f"Stub of {case.sdk.name}"
    done = published(case, workflow(f"Caller of {missing}", then=missing), stubs=True)
    assert done["status"] == "Success", done
    flow_named(case, missing)


def export(case: Case) -> None:
    """Export two versions of flows, and download what came of it."""
    one, other = flow_named(case, "Collect"), flow_named(case, "Main line")
    rows = [
        {"flow": {"id": one["id"], "version": one["publishedVersion"]["id"]}, "fileName": "one", "exportType": "Yaml"},
        {"flow": {"name": other["name"], "type": "INBOUNDCALL"}, "fileName": "other"},
    ]
    job = case.call("POST /api/v2/flows/export/jobs", body={"flows": rows}, shows={"totalFlows": 2})
    key, where = "GET /api/v2/flows/export/jobs/{jobId}", {"jobId": job["id"]}
    over = case.until(lambda: case.call(key, where, {"expand": ["messages"]}), lambda seen: seen["status"] in OVER)
    assert over["status"] == "Success", over
    with urllib.request.urlopen(over["downloadUrl"]) as answer:  # noqa: S310 (the simulator's own)
        assert answer.read().startswith(b"PK")
    gone = {"flows": [{"flow": {"id": "00000000-0000-4000-8000-000000000000"}}]}
    bad = case.call("POST /api/v2/flows/export/jobs", body=gone)
    failed = case.until(
        lambda: case.call(key, {"jobId": bad["id"]}, {"expand": ["messages"]}), lambda seen: seen["status"] in OVER
    )
    assert failed["status"] == "Failure", failed
    assert failed["messages"], failed


def validate(case: Case) -> None:
    """Validate a flow that is there."""
    flow = flow_named(case, "Collect")
    body = {"flows": [{"flow": {"id": flow["id"]}}]}
    job = case.call("POST /api/v2/flows/validate/jobs", body=body, shows={"totalFlows": 1})
    key = "GET /api/v2/flows/validate/jobs/{jobId}"
    over = case.until(
        lambda: case.call(key, {"jobId": job["id"]}, {"expand": ["messages"]}), lambda seen: seen["status"] in OVER
    )
    assert over["status"] == "Success", over
