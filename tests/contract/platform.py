"""Who is asking, what they may do, how many calls they have, and what an error looks like."""

from __future__ import annotations

from tests.contract.case import Case
from tests.contract.recording import Exchange
from tests.contract.sdks import Answer
from tests.contract.world import CLIENT, POOR

ME = "GET /api/v2/tokens/me"
TOO_MANY = 429
ENOUGH = 20
"""Calls within which a limit of one in a window has to show."""
NOBODY = "00000000-0000-4000-8000-000000000000"


def login(case: Case) -> None:
    """Log in, with a right and a wrong secret."""
    answer = case.sdk.log_in(*CLIENT)
    assert not answer.choked, f"the {case.sdk.name} SDK cannot log in: {answer.choked}"
    assert answer.status == 200, answer
    if case.sdk.name == "javascript":
        assert isinstance(answer.body["expires"], int | float), "POST /oauth/token: expires_in is no number"
        assert answer.body["expires"] > 0
    token = case.recording.exchanges[-1].data()
    assert token["token_type"].lower() == "bearer", token
    assert isinstance(token["expires_in"], int), token
    wrong = case.sdk.log_in(CLIENT[0], "wrong")
    raw = case.recording.exchanges[-1]
    assert wrong.error or wrong.choked, "a wrong secret logs in"
    assert raw.status in {400, 401}, raw.status
    assert raw.data()["error"] == "invalid_client", raw.data()
    assert raw.data()["error_description"], raw.data()
    case.call(ME)


def identity(case: Case) -> None:
    """Ask who one is and what one may do."""
    mine = case.call(ME, shows={"organization": {"id": case.org.id}, "OAuthClient": {"id": CLIENT[0]}})
    case.call("GET /api/v2/organizations/me", shows={"id": mine["organization"]["id"], "features": {}})
    asked = {"includeFullRoles": True} if case.sdk.name == "python" else {}
    subject = case.call("GET /api/v2/authorization/subjects/me", query=asked)
    assert subject["grants"][0]["role"].get("policies") or not asked, subject
    products = case.call("GET /api/v2/authorization/products")
    assert products["entities"], products
    case.call("HEAD /api/v2/tokens/me")


def revoke(case: Case) -> None:
    """Give a token back: it is worth nothing afterwards."""
    case.call("DELETE /api/v2/tokens/me")
    case.refused(401, "bad.credentials", ME)
    case.sdk.log_in(*CLIENT)
    case.call(ME)
    case.org.expire_tokens()
    case.refused(401, "bad.credentials", ME)
    case.sdk.log_in(*CLIENT)


def errors(case: Case) -> None:
    """Meet the errors that every caller meets."""
    case.refused(404, "", "GET /api/v2/routing/queues/{queueId}", {"queueId": NOBODY})
    case.refused(404, "architect.flow.not.found", "GET /api/v2/flows/{flowId}", {"flowId": NOBODY})
    case.refused(400, "", "GET /api/v2/flows", query={"pageSize": 501})
    case.refused(400, "", "GET /api/v2/routing/queues", query={"pageNumber": 0})
    case.sdk.log_in(*POOR)
    refused = case.refused(403, "missing.permissions", "GET /api/v2/flows")
    case.sdk.log_in(*CLIENT)
    assert "architect:flow:view" in refused.body["message"], refused.body


def busy(case: Case) -> None:
    """Use the limit of calls up: the Python SDK waits as long as it is told, the JavaScript SDK hands the error on."""
    case.org.settings(rate_limit_per_minute=1)
    answers: list[Answer] = []
    refused: list[Exchange] = []
    try:
        case.sdk.log_in(*CLIENT)
        before = len(case.recording.exchanges)
        while not refused and len(answers) < ENOUGH:
            answers.append(case.sdk.call(ME))
            refused = [one for one in case.recording.exchanges[before:] if one.status == TOO_MANY]
    finally:
        case.org.settings(rate_limit_per_minute=100_000)
        case.sdk.log_in(*CLIENT)
    assert refused, "the limit of calls does not limit"
    wait = refused[0].headers.get("retry-after", "")
    if case.sdk.name == "python":
        assert answers[-1].status == 200, f"the Python SDK gave up: Retry-After '{wait}'"
    else:
        assert answers[-1].status == TOO_MANY, answers[-1]
        assert int(answers[-1].headers["retry-after"]) > 0, answers[-1]
        assert f"[{wait}] seconds" in answers[-1].body["message"], answers[-1]
    told = {name.lower(): value for name, value in answers[0].headers.items()}
    names = ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset")
    assert all(told.get(name, "").isdigit() for name in names), told
