from __future__ import annotations

import pytest
import requests

from simulator.testing import Org, Simulator
from tests.simulator.conftest import CLIENT, Api, document


def status(api: Api) -> int:
    return api.call("GET", "organizations/me").status_code


def test_a_fault_hits_the_calls_that_it_names(api: Api, org: Org) -> None:
    org.fault(method="GET", path="organizations/me$", at=[2, 4], status=503, headers={"Retry-After": "7"})
    answers = [api.call("GET", "organizations/me") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 503, 200, 503, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert answers[1].json()["code"] == "service.unavailable"
    assert answers[1].json()["contextId"] == answers[1].headers["ININ-Correlation-Id"]


def test_a_fault_hits_the_first_times_or_always_until_it_is_cleared(api: Api, org: Org) -> None:
    org.fault(path="organizations/me$", times=2, status=429, headers={"Retry-After": "3"})
    assert [status(api) for _ in range(3)] == [429, 429, 200]
    org.fault(path="organizations/me$", status=500)
    assert [status(api) for _ in range(3)] == [500, 500, 500]
    org.clear_faults()
    assert status(api) == 200


def test_an_answer_can_be_replaced(api: Api, org: Org) -> None:
    org.fault(path="flows/jobs", body={"success": False, "message": "no"}, status=200, times=1)
    answer = api.call("POST", "flows/jobs", json={})
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    org.fault(path="organizations", body="<html>proxy</html>", status=502, times=1)
    proxied = api.call("GET", "organizations/me")
    assert (proxied.status_code, proxied.headers["Content-Type"]) == (502, "text/html")


@pytest.mark.parametrize(("reset", "registered"), [("before", 0), ("after", 1)])
def test_a_connection_can_be_lost_before_or_after_the_effect(api: Api, org: Org, reset: str, registered: int) -> None:
    org.fault(method="POST", path="flows/jobs$", at=[1], reset=reset)
    with pytest.raises(requests.ConnectionError):
        api.call("POST", "flows/jobs", json={})
    assert len(org.dump()["jobs"]) == registered
    assert org.calls(path="flows/jobs")[0].status == 0
    assert api.call("POST", "flows/jobs", json={}).status_code == 200


def test_an_upload_whose_answer_is_lost_has_started_the_job(api: Api, org: Org) -> None:
    org.fault(method="PUT", at=[1], reset="after")
    job = api.post("flows/jobs")
    with pytest.raises(requests.ConnectionError):
        requests.put(job["presignedUrl"], headers=job["headers"], data=document().encode(), timeout=5)
    org.advance(60)
    assert api.job(job["id"])["status"] == "Success"


def test_a_body_can_be_cut(api: Api, org: Org) -> None:
    org.fault(path="organizations", truncate=True, times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        status(api)
    assert status(api) == 200


def test_an_answer_can_come_too_late(api: Api, org: Org) -> None:
    org.fault(path="organizations", delay=5, times=1)
    headers = {"Authorization": f"Bearer {api.token}"}
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{api.base}/api/v2/organizations/me", headers=headers, timeout=0.2)


def test_logins_and_downloads_can_fail_too(simulator: Simulator, org: Org, api: Api) -> None:
    org.fault(path="/oauth/token", times=1, status=503)
    form = {"grant_type": "client_credentials"}
    answers = [requests.post(f"{simulator.login}/oauth/token", auth=CLIENT, data=form, timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]
    flow = org.add_flow(document())
    job_id = api.export({"flow": {"id": flow.id}})
    org.advance(60)
    org.fault(path="downloads", times=1, status=500)
    url = api.get(f"flows/export/jobs/{job_id}")["downloadUrl"]
    assert [requests.get(url, timeout=5).status_code for _ in range(2)] == [500, 200]


def test_every_call_of_the_platform_is_recorded_and_no_call_of_the_admin_api(
    simulator: Simulator, org: Org, api: Api
) -> None:
    requests.get(f"{simulator.admin}/organisation", timeout=5)
    answer = api.call("GET", "flows", params={"pageSize": 500})
    first, second = org.calls()
    assert (first.listener, first.method, first.path, first.status) == ("login", "POST", "/oauth/token", 200)
    assert (second.n, second.path, second.query, second.client) == (2, "/api/v2/flows", "pageSize=500", "flowsync")
    assert second.correlation_id == answer.headers["ININ-Correlation-Id"]
    org.reset_calls()
    assert org.calls() == []
