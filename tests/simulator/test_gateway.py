from __future__ import annotations

from importlib.util import find_spec

import pytest
import requests

from simulator.testing import Org, Simulator, running
from tests.simulator import sdk_schemas
from tests.simulator.conftest import CLIENT, Api, document

GRANT = {"grant_type": "client_credentials"}


def bearer(simulator: Simulator) -> dict[str, str]:
    answer = requests.post(f"{simulator.gateway}/login/oauth/token", auth=CLIENT, data=GRANT, timeout=5)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_the_gateway_has_login_and_api_below_prefixes(simulator: Simulator, org: Org) -> None:
    base = f"{simulator.gateway}/platform/api/v2"
    assert requests.get(f"{base}/organizations/me", headers=bearer(simulator), timeout=5).json()["id"] == org.id
    assert requests.get(f"{simulator.gateway}/api/v2/flows", headers=bearer(simulator), timeout=5).status_code == 404
    assert [one.listener for one in org.calls(path="organizations")] == ["api"]


def test_a_document_goes_through_the_gateway(simulator: Simulator, org: Org) -> None:
    headers, base = bearer(simulator), f"{simulator.gateway}/platform/api/v2"
    job = requests.post(f"{base}/flows/jobs", headers=headers, json={}, timeout=5).json()
    assert job["presignedUrl"].startswith(simulator.gateway)
    sent = requests.put(job["presignedUrl"], headers=job["headers"], data=document().encode(), timeout=5)
    assert sent.status_code == 200
    org.advance(30)
    assert requests.get(f"{base}/flows/jobs/{job['id']}", headers=headers, timeout=5).json()["status"] == "Success"


def test_a_token_is_checked_and_revoked(api: Api) -> None:
    looked = api.call("HEAD", "tokens/me")
    assert (looked.status_code, looked.content) == (200, b"")
    assert api.call("DELETE", "tokens/me").status_code == 200
    assert api.call("HEAD", "tokens/me").status_code == 401


def test_a_null_body_is_no_body(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    answer = api.http.post(f"{api.base}/api/v2/flows/jobs", data="null", headers=headers, timeout=5)
    assert answer.status_code == 200


def test_large_pages_of_flows_are_limited_sooner() -> None:
    with running(speed=0.01) as simulator:
        simulator.org.settings(rate_limit_per_minute=100_000)
        caller = Api(simulator)
        for size, allowed in ((25, "12000"), (100, "3000"), (500, "600")):
            answer = caller.call("GET", "flows", params={"pageSize": size})
            assert answer.headers["inin-ratelimit-allowed"] == allowed
        assert caller.call("GET", "routing/queues").headers["inin-ratelimit-allowed"] == "100000"
        caller.http.close()


def test_call_routes_are_changed_a_hundred_times_a_minute() -> None:
    with running(speed=0.01) as simulator:
        caller = Api(simulator)
        statuses = [caller.call("PUT", "architect/ivrs/unknown", json={}).status_code for _ in range(101)]
        assert (set(statuses[:100]), statuses[100]) == ({404}, 429)
        assert caller.call("PUT", "architect/schedules/unknown", json={}).status_code == 404
        caller.http.close()


@pytest.mark.skipif(find_spec("PureCloudPlatformClientV2") is None, reason="the official Python SDK is not installed")
def test_the_stored_models_are_those_of_the_python_sdk() -> None:
    assert sdk_schemas.STORED.read_text("utf-8") == sdk_schemas.render(sdk_schemas.build(None))
