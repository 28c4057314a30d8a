"""What the platform does under each value of what is not certain; other files show the rest of them."""

from __future__ import annotations

import io
import zipfile

import pytest
import requests

from simulator.testing import Org, Simulator
from tests.simulator.conftest import CLIENT, Api, document, texts


def publish(org: Org, api: Api, text: str) -> dict[str, object]:
    job = api.upload(text)
    org.advance(60)
    state: dict[str, object] = api.job(job)
    return state


@pytest.mark.parametrize(("told", "lifetime"), [("exact", 86400), ("one-less", 86399)])
def test_the_lifetime_of_a_token_is_told(simulator: Simulator, told: str, lifetime: int) -> None:
    simulator.org.settings(lifetime_told=told)
    form = {"grant_type": "client_credentials"}

    answer = requests.post(f"{simulator.login}/oauth/token", auth=CLIENT, data=form, timeout=5)

    assert answer.json()["expires_in"] == lifetime


@pytest.mark.parametrize("code", ["too.many.requests.retry.after", "too.many.requests"])
def test_a_rate_limit_has_either_code(api: Api, org: Org, code: str) -> None:
    org.settings(rate_limit_code=code, rate_limit_per_minute=0)

    assert api.call("GET", "organizations/me").json()["code"] == code


@pytest.mark.parametrize("code", ["bad.request", "invalid.value"])
def test_a_page_that_is_too_large_has_either_code(api: Api, org: Org, code: str) -> None:
    org.settings(page_size_code=code)

    answer = api.call("GET", "flows", params={"pageSize": 501})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(("step", "versions"), [(1, ["1.0", "2.0"]), (2, ["2.0", "4.0"])])
def test_versions_are_adjacent_or_not(org: Org, step: int, versions: list[str]) -> None:
    org.settings(version_step=step)
    org.add_flow(document("Main line"))
    org.act("edit", "Main line", user="Supervisor")

    assert [version.id for version in org.flow("Main line").versions] == versions


@pytest.mark.parametrize(("shown", "expected"), [("missing", {}), ("empty", {"description": ""})])
def test_an_empty_description_is_shown_or_not(api: Api, org: Org, shown: str, expected: dict[str, str]) -> None:
    org.settings(empty_description=shown)
    org.add_flow(document("Main line"))
    (flow,) = api.get("flows")["entities"]

    assert {key: value for key, value in flow.items() if key == "description"} == expected


@pytest.mark.parametrize("held", [True, False])
def test_a_running_job_holds_the_flow_or_not(api: Api, org: Org, held: bool) -> None:
    org.settings(jobs_hold_flow=held, job_seconds=100_000)
    org.add_flow(document("Main line"))
    api.upload(document("Main line"))
    (flow,) = api.get("flows")["entities"]

    assert ("lockedClient" in flow) == held


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_what_a_failed_job_leaves_behind(api: Api, org: Org, kept: bool, named: bool) -> None:
    org.settings(failed_job_keeps_lock=kept, failed_job_names_flow=named)
    org.add_flow(document("Main line"))
    state = publish(org, api, document("Main line", queue="Nobody"))
    (flow,) = api.get("flows")["entities"]

    assert (state["status"], "flow" in state, "lockedClient" in flow) == ("Failure", named, kept)


@pytest.mark.parametrize(("accepted", "status"), [(True, "Success"), (False, "Failure")])
def test_json_is_accepted_or_not(api: Api, org: Org, accepted: bool, status: str) -> None:
    org.settings(jobs_accept_json=accepted)

    assert publish(org, api, ' {"workflow": {"name": "Main"}}')["status"] == status
    assert publish(org, api, "workflow:\n  name: Other\n")["status"] == "Success"


@pytest.mark.parametrize(("keys", "status"), [("by-analogy", "Success"), ("others", "Failure")])
def test_keys_of_rare_types_are_known_or_not(api: Api, org: Org, keys: str, status: str) -> None:
    org.settings(rare_type_keys=keys)

    state = publish(org, api, "digitalBotFlow:\n  name: Bot\n")

    assert state["status"] == status
    assert publish(org, api, "botFlow:\n  name: Other\n")["status"] == "Success"
    if status == "Failure":
        assert "'digitalBotFlow' is not a flow type" in texts(state)


@pytest.mark.parametrize(("signed", "content_type"), [("amazon", None), ("with-content-type", "application/x-yaml")])
def test_a_content_type_is_signed_or_not(api: Api, org: Org, signed: str, content_type: str | None) -> None:
    org.settings(presigned_headers=signed)
    job = api.post("flows/jobs")

    without = {key: value for key, value in job["headers"].items() if key != "content-type"}
    bare = requests.put(job["presignedUrl"], headers=without, data=b"x", timeout=5)

    assert job["headers"].get("content-type") == content_type
    assert bare.status_code == (200 if content_type is None else 403)


def test_an_upload_may_need_no_header_at_all(api: Api, org: Org) -> None:
    org.settings(presigned_headers="none")
    job = api.post("flows/jobs")

    assert job["headers"] == {}
    assert requests.put(job["presignedUrl"], data=document().encode(), timeout=5).status_code == 200


@pytest.mark.parametrize("extension", [".yaml", ".yml"])
def test_files_in_an_export_end_either_way(api: Api, org: Org, extension: str) -> None:
    org.settings(export_extension=extension)
    flows = [org.add_flow(document(name)) for name in ("One", "Two")]
    job = api.export(*({"flow": {"id": flow.id}, "fileName": flow.name} for flow in flows))
    org.advance(60)

    url = api.get(f"flows/export/jobs/{job}")["downloadUrl"]
    content = requests.get(url, timeout=5).content

    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == [f"One{extension}", f"Two{extension}"]


@pytest.mark.parametrize(
    ("effect", "status", "live"),
    [("republish", "SUCCESS", "1.0"), ("newest", "SUCCESS", "3.0"), ("refuse", "FAILURE", "2.0")],
)
def test_publishing_an_older_version(api: Api, org: Org, effect: str, status: str, live: str) -> None:
    org.settings(publish_version=effect)
    flow = org.add_flow(document("Main line"))
    org.act("edit", "Main line", user="Supervisor")

    api.post("flows/actions/publish", flow=flow.id, version="1.0")
    org.advance(60)
    after = api.get(f"flows/{flow.id}")

    assert (after["currentOperation"]["actionStatus"], after["publishedVersion"]["id"]) == (status, live)


@pytest.mark.parametrize(("needed", "status"), [(True, 403), (False, 200)])
def test_a_check_in_needs_the_permission_to_unlock_or_not(simulator: Simulator, needed: bool, status: int) -> None:
    simulator.org.settings(checkin_needs_unlock=needed)
    flow = simulator.org.add_flow(document("Main line"))
    simulator.org.client("editor", "s", permissions=["architect:flow:edit"])
    editor = Api(simulator, ("editor", "s"))

    answer = editor.call("POST", "flows/actions/checkin", params={"flow": flow.id})
    editor.http.close()

    assert answer.status_code == status


@pytest.mark.parametrize("blocked", [True, False])
def test_a_flow_that_another_one_names_can_be_deleted_or_not(api: Api, org: Org, blocked: bool) -> None:
    org.settings(delete_blocked_by_use=blocked)
    callee = org.add_flow(document("Callee"))
    transfer = "  states:\n    - transferToFlow:\n        name: Go\n        targetFlow:\n          name: Callee\n"
    caller = org.add_flow(document("Caller", extra=transfer))

    assert (api.call("DELETE", f"flows/{callee.id}").status_code == 409) == blocked
    assert api.call("DELETE", f"flows/{caller.id}").status_code < 300
    assert api.call("DELETE", f"flows/{callee.id}").status_code < 300 or not blocked


@pytest.mark.parametrize(("shown", "divisions"), [("star", ["*"]), ("each", ["Home", "Sales"])])
def test_a_grant_in_all_divisions_is_shown_as_one_or_as_each(
    api: Api, org: Org, shown: str, divisions: list[str]
) -> None:
    org.add("authorization/divisions", "Sales")
    org.settings(all_divisions_grant=shown)

    grants = api.get("authorization/subjects/me")["grants"]

    assert [grant["division"]["name"] for grant in grants] == divisions
