from __future__ import annotations

import re

import pytest
import requests

from simulator.testing import Org, Simulator, running
from tests.simulator.conftest import CLIENT, Api


def login(simulator: Simulator, auth: tuple[str, str], grant: str = "client_credentials") -> requests.Response:
    return requests.post(f"{simulator.login}/oauth/token", auth=auth, data={"grant_type": grant}, timeout=5)


def test_login_gives_a_bearer_token_with_its_lifetime(simulator: Simulator, org: Org) -> None:
    org.client("short", "s3cret", lifetime=300)
    body = login(simulator, ("short", "s3cret")).json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 300)
    assert len(body["access_token"]) > 40


@pytest.mark.parametrize("status", [400, 401])
def test_an_unknown_client_gets_an_oauth_error_and_no_error_body(simulator: Simulator, org: Org, status: int) -> None:
    org.settings(invalid_client_status=status)
    answer = login(simulator, ("flowsync", "wrong"))
    assert answer.status_code == status
    assert answer.json() == {
        "error": "invalid_client",
        "description": "authentication failed",
        "error_description": "authentication failed",
    }


def test_login_and_api_are_different_hosts(simulator: Simulator, api: Api) -> None:
    assert requests.post(f"{simulator.api}/oauth/token", auth=CLIENT, timeout=5).status_code == 404
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = requests.get(f"{simulator.login}/api/v2/organizations/me", headers=headers, timeout=5)
    assert answer.status_code == 404


def test_a_call_without_token_is_told_so_with_the_whole_error_body(simulator: Simulator) -> None:
    answer = requests.get(f"{simulator.api}/api/v2/flows", timeout=5)
    body = answer.json()
    assert answer.status_code == 401
    assert body["code"] == "authentication.required"
    assert body["contextId"] == answer.headers["ININ-Correlation-Id"]
    assert set(body) == {
        "message", "code", "status", "contextId", "details", "errors", "messageParams",
    }  # fmt: skip


def test_an_expired_token_and_garbage_are_bad_credentials(simulator: Simulator, org: Org) -> None:
    org.client("short", "s3cret", lifetime=300)
    api = Api(simulator, ("short", "s3cret"))
    assert api.call("GET", "organizations/me").status_code == 200
    org.advance(301)
    answer = api.call("GET", "organizations/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad.credentials")
    api.token = "garbage"
    assert api.call("GET", "organizations/me").json()["code"] == "bad.credentials"
    api.http.close()


def test_a_missing_permission_is_named(simulator: Simulator, org: Org) -> None:
    org.client("reader", "s3cret", permissions=["architect:flow:*"])
    api = Api(simulator, ("reader", "s3cret"))
    assert api.call("GET", "flows").status_code == 200
    answer = api.call("POST", "flows/jobs", json={})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (403, "missing.permissions")
    assert body["message"] == (
        "Unable to perform the requested action. You are missing the following permission(s): architect:job:create"
    )
    either = api.call("GET", "integrations/actions").json()
    assert either["code"] == "missing.any.permissions"
    assert "integrations:action:view, bridge:actions:view" in either["message"]
    api.http.close()


def test_one_of_several_permissions_is_enough_where_any_will_do(simulator: Simulator, org: Org) -> None:
    org.client("bridge", "s3cret", permissions=["bridge:actions:view"])
    api = Api(simulator, ("bridge", "s3cret"))
    assert api.call("GET", "integrations/actions").status_code == 200
    api.http.close()


def test_the_caller_can_learn_who_he_is(simulator: Simulator, org: Org) -> None:
    org.client("named", "s3cret", name="Pipeline", permissions=["architect:flow:view", "architect:flow:edit"])
    api = Api(simulator, ("named", "s3cret"))
    mine = api.get("organizations/me")
    assert mine["id"] == org.id
    token = api.get("tokens/me")
    assert token["organization"]["id"] == org.id
    assert (token["OAuthClient"]["id"], token["OAuthClient"]["name"]) == ("named", "Pipeline")
    policies = api.get("authorization/subjects/me", includeFullRoles="true")["grants"][0]["role"]["policies"]
    assert policies == [{"domain": "architect", "entityName": "flow", "actions": ["view", "edit"]}]
    api.http.close()


def test_the_rate_limit_of_a_token_is_told_and_ends_with_its_window() -> None:
    with running(speed=1) as simulator:
        simulator.org.settings(rate_limit_per_minute=3)
        simulator.org.advance(60 - simulator.org.now() % 60 + 1)
        api, other = Api(simulator), Api(simulator)
        answers = [api.call("GET", "organizations/me") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["inin-ratelimit-count"] for answer in answers[:3]] == ["1", "2", "3"]
        assert answers[0].headers["inin-ratelimit-allowed"] == "3"
        wait = int(answers[3].headers["Retry-After"])
        assert 1 <= wait <= 60
        assert answers[3].json()["code"] == "too.many.requests.retry.after"
        message = answers[3].json()["message"]
        assert message == f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
        assert other.call("GET", "organizations/me").status_code == 200
        simulator.org.advance(wait)
        assert api.call("GET", "organizations/me").status_code == 200
        api.http.close()
        other.http.close()


def test_a_path_can_have_a_limit_of_its_own(simulator: Simulator, org: Org) -> None:
    with running(speed=1) as slow:
        slow.org.settings(path_limits={"GET /api/v2/flows$": 1})
        slow.org.advance(60 - slow.org.now() % 60 + 1)
        api = Api(slow)
        first = api.call("GET", "flows")
        assert (first.status_code, first.headers["inin-ratelimit-allowed"]) == (200, "1")
        assert api.call("GET", "flows").status_code == 429
        assert api.call("GET", "organizations/me").headers["inin-ratelimit-allowed"] == "300"
        api.http.close()


def test_rate_limit_headers_can_be_switched_off(api: Api, org: Org) -> None:
    org.settings(rate_limit_headers=False)
    headers = api.call("GET", "organizations/me").headers
    assert not [name for name in headers if "ratelimit" in name.lower()]


def test_every_answer_has_a_correlation_id_of_its_own(api: Api) -> None:
    ids = {api.call("GET", path).headers["ININ-Correlation-Id"] for path in ("flows", "users", "nowhere")}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one) for one in ids)


def test_unknown_paths_and_verbs_get_error_bodies(api: Api) -> None:
    assert api.call("GET", "architect/flows").json()["code"] == "not.found"
    assert api.call("PATCH", "flows").status_code == 405
