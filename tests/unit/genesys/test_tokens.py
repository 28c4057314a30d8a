from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, AuthenticationFailed, DeadlineExceeded, NotFound, UnexpectedResponse
from hook.genesys.credentials import Credentials
from hook.genesys.regions import Endpoints
from hook.genesys.tokens import TokenSource
from hook.genesys.wire import Wire
from hook.redaction import Redactor
from tests.unit.genesys.conftest import QUICK, SECRET, Connect, Told
from tests.unit.genesys.server import Scripted, Server, error

INVALID = {
    "error": "invalid_client",
    "description": "authentication failed",
    "error_description": "authentication failed",
}
Make = Callable[..., TokenSource]


@pytest.fixture
def source(server: Server, told: Told, redactor: Redactor) -> Iterator[Make]:
    with Wire(timeout=(2, 0.5)) as wire:

        def make(
            *,
            login: str | None = None,
            deadline: Deadline | None = None,
            region: str = "us-west-2",
            clock: Callable[[], float] = time.monotonic,
        ) -> TokenSource:
            return TokenSource(
                endpoints=Endpoints(api=server.url, login=login or server.url, region=region),
                credentials=Credentials("client-1", SECRET),
                wire=wire,
                deadline=deadline or Deadline(30),
                redactor=redactor,
                log=told.log,
                policy=QUICK,
                clock=clock,
            )

        yield make


def test_the_login_is_a_client_credentials_grant_with_basic_authorisation(server: Server, source: Make) -> None:
    assert source().token() == "token-1-abcdef"
    (login,) = server.called("POST", "/oauth/token")
    assert login.headers["Authorization"] == "Basic Y2xpZW50LTE6czNjcjN0LW9mLXRoZS1jbGllbnQ="
    assert login.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert login.body == b"grant_type=client_credentials"


def test_many_threads_share_one_login(server: Server, source: Make) -> None:
    tokens = source()
    server.on("POST", "/oauth/token", Scripted(body={"access_token": "shared", "expires_in": 60}, delay=0.1))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: tokens.token(), range(8))) == {"shared"}
    assert len(server.requests) == 1


def test_a_refused_token_is_renewed_once_however_many_threads_saw_it(server: Server, source: Make) -> None:
    tokens = source()
    old = tokens.token()
    barrier = threading.Barrier(8)

    def renew(_: int) -> str:
        barrier.wait()
        tokens.invalidate(old)
        return tokens.token()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(renew, range(8))) == {"token-2-abcdef"}
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("expires_in", "renewed_after"),
    [(86399, 86339), (300, 270), ("300", 270), (None, 86340), ("soon", 86340), (-5, 86340)],
)
def test_a_token_is_renewed_before_it_expires(
    server: Server, source: Make, expires_in: object, renewed_after: float
) -> None:
    server.on(
        "POST",
        "/oauth/token",
        Scripted(body={"access_token": "first", "expires_in": expires_in}),
        Scripted(body={"access_token": "second", "expires_in": 300}),
    )
    now = 1000.0
    tokens = source(clock=lambda: now)
    assert tokens.token() == "first"
    now += renewed_after - 1
    assert tokens.token() == "first"
    now += 2
    assert tokens.token() == "second"


@pytest.mark.parametrize("status", [400, 401])
def test_an_unknown_client_is_told_of_the_region_and_not_tried_again(server: Server, source: Make, status: int) -> None:
    server.on("POST", "/oauth/token", Scripted(status, INVALID))
    tokens = source()
    for _ in range(2):
        with pytest.raises(AuthenticationFailed) as caught:
            tokens.token()
        assert "us-west-2" in caught.value.message
        assert server.url in caught.value.message
        assert "authentication failed" in caught.value.message
        assert "another region" in caught.value.hint
    assert len(server.requests) == 1


def test_a_client_of_another_grant_type_is_told_so(server: Server, source: Make) -> None:
    server.on("POST", "/oauth/token", Scripted(400, {"error": "unauthorized_client"}))
    with pytest.raises(AuthenticationFailed) as caught:
        source(region="").token()
    assert "grant type" in caught.value.hint
    assert "region " not in caught.value.message


@pytest.mark.parametrize(
    "trouble",
    [
        Scripted(503),
        error(429, "too.many.requests", "slow down"),
        Scripted(drop="close"),
        Scripted(drop="reset"),
        Scripted(body=b'{"access_token": "half", "exp'),
        Scripted(body={"access_token": "cut"}, truncate=True),
    ],
)
def test_a_login_in_trouble_is_tried_again(server: Server, source: Make, trouble: Scripted) -> None:
    server.on("POST", "/oauth/token", trouble, trouble, Scripted(body={"access_token": "third", "expires_in": 300}))
    assert source().token() == "third"


def test_a_login_host_that_stays_away_is_unavailable(server: Server, source: Make) -> None:
    server.on("POST", "/oauth/token", Scripted(502, b"<html>Bad Gateway</html>", content_type="text/html"))
    with pytest.raises(ApiUnavailable, match=r"502 .*text/html.*Bad Gateway"):
        source().token()
    assert len(server.requests) == QUICK.attempts


@pytest.mark.parametrize(("region", "setting"), [("us-west-2", "the region"), ("", "FLOWSYNC_LOGIN_BASE")])
def test_an_unreachable_login_host_names_what_to_check(source: Make, region: str, setting: str) -> None:
    with pytest.raises(ApiUnavailable, match="refused") as caught:
        source(login="http://127.0.0.1:1", region=region).token()
    assert setting in caught.value.hint


def test_a_login_that_cannot_be_made_is_not_repeated(source: Make) -> None:
    with pytest.raises(ApiUnavailable, match="could not be made"):
        source(login="http://127.0.0.1:port").token()


def test_a_host_without_a_token_endpoint_is_told(server: Server, source: Make) -> None:
    server.on("POST", "/oauth/token", error(404, "not.found", "nothing here"))
    with pytest.raises(NotFound, match="nothing here"):
        source().token()


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 5}])
def test_an_answer_without_a_token_is_no_login(server: Server, source: Make, body: object) -> None:
    server.on("POST", "/oauth/token", Scripted(body=body))
    with pytest.raises(UnexpectedResponse, match="without an access token"):
        source().token()


def test_no_login_begins_after_the_deadline(server: Server, source: Make) -> None:
    with pytest.raises(DeadlineExceeded, match="logging in"):
        source(deadline=Deadline(0)).token()
    assert not server.requests


def test_secret_and_tokens_are_masked_everywhere(server: Server, source: Make, told: Told, redactor: Redactor) -> None:
    tokens = source()
    token = tokens.token()
    basic = server.requests[0].headers["Authorization"].removeprefix("Basic ")
    assert redactor.text(f"{token} {SECRET} {basic}") == "*** *** ***"
    assert told.lines
    assert not any(secret in line for line in told.lines for secret in (token, SECRET, basic))


def test_a_secret_that_the_login_host_repeats_is_masked(server: Server, connected: Connect) -> None:
    server.on("POST", "/oauth/token", Scripted(401, {**INVALID, "error_description": f"bad secret {SECRET}"}))
    with pytest.raises(AuthenticationFailed) as caught:
        connected().session.get("/api/v2/flows")
    assert SECRET not in str(caught.value)
