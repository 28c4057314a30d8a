from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hook.deadline import Deadline
from hook.errors import (
    ApiUnavailable,
    AuthenticationFailed,
    Conflict,
    ConnectionLost,
    DeadlineExceeded,
    FlowSyncError,
    PlatformRefused,
    RateLimited,
    UnexpectedResponse,
)
from hook.genesys.client import Platform
from hook.genesys.session import Session
from tests.unit.genesys.conftest import QUICK, SECRET, SETTINGS, Connect, Told
from tests.unit.genesys.server import CORRELATION, Reaction, Request, Scripted, Server, error, too_many

PATH = "/api/v2/things"
OK = Scripted(body={"ok": True})


def test_a_call_carries_token_and_names_itself(server: Server, platform: Platform) -> None:
    server.on("POST", PATH, OK)
    assert platform.session.post(PATH, {"name": "Zoë"}) == {"ok": True}
    (call,) = server.called("POST", PATH)
    assert call.headers["Authorization"] == "Bearer token-1-abcdef"
    assert call.headers["User-Agent"].startswith("genesys-flow-sync/")
    assert call.headers["Content-Type"] == "application/json"
    assert call.json() == {"name": "Zoë"}


def test_parameters_are_sent_as_the_platform_reads_them(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, OK)
    platform.session.get(
        PATH, {"type": ["bot", "voice"], "deleted": False, "pageSize": 500, "name": None, "q": "a b&c"}
    )
    (call,) = server.called("GET", PATH)
    assert call.query == {"type": ["bot", "voice"], "deleted": ["false"], "pageSize": ["500"], "q": ["a b&c"]}


def test_a_call_without_a_body_has_no_content_type(server: Server, platform: Platform) -> None:
    server.on("POST", PATH, Scripted(status=202))
    assert platform.session.post(PATH) == {}
    assert "Content-Type" not in server.called("POST", PATH)[0].headers


def test_put_and_patch_send_their_verb(server: Server, platform: Platform) -> None:
    server.on("PUT", PATH, Scripted(body={"put": 1}))
    server.on("PATCH", PATH, Scripted(body={"patch": 1}))
    assert platform.session.put(PATH, {}) == {"put": 1}
    assert platform.session.patch(PATH, {}) == {"patch": 1}


def test_there_is_no_way_to_delete() -> None:
    assert not [name for name in dir(Session) if "delete" in name.lower()]


TEMPORARY = [
    Scripted(503),
    Scripted(504),
    error(502, "bad.gateway", "try later"),
    error(408, "request.timeout", "too slow"),
    error(500, "architect.database.throughput.exceeded", "Database too busy. Please try again."),
    error(429, "too.many.requests", "slow down"),
    Scripted(drop="close"),
    Scripted(drop="reset"),
    Scripted(body={"cut": "short"}, truncate=True),
    Scripted(body=b'{"cut": "sho'),
    Scripted(body=b"this is not gzip", headers={"Content-Encoding": "gzip"}),
    Scripted(delay=0.7),
]


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("trouble", TEMPORARY)
def test_what_may_be_repeated_is_repeated(server: Server, platform: Platform, method: str, trouble: Scripted) -> None:
    server.on(method, PATH, trouble, OK)
    assert platform.session.call(method, PATH, repeatable=True).body == {"ok": True}
    assert len(server.called(method, PATH)) == 2


def test_a_repeatable_post_is_repeated(server: Server, platform: Platform) -> None:
    server.on("POST", PATH, Scripted(drop="close"), Scripted(503), OK)
    assert platform.session.post(PATH, {}, repeatable=True) == {"ok": True}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    "trouble",
    [
        Scripted(drop="close"),
        Scripted(drop="reset"),
        Scripted(503),
        Scripted(504),
        Scripted(408),
        Scripted(502, b"<html>", content_type="text/html"),
        Scripted(body={"id": "made"}, truncate=True),
        Scripted(body=b'{"id": "ma'),
        Scripted(delay=0.7),
    ],
)
def test_what_may_have_been_carried_out_is_not_sent_twice(
    server: Server, platform: Platform, method: str, trouble: Scripted
) -> None:
    server.on(method, PATH, trouble, OK)
    with pytest.raises(ConnectionLost) as caught:
        platform.session.call(method, PATH, body={}, repeatable=False)
    assert "Look whether" in caught.value.hint
    assert len(server.called(method, PATH)) == 1


@pytest.mark.parametrize(
    "turned_away",
    [error(429, "too.many.requests", "slow down"), Scripted(503, headers={"Retry-After": "0"})],
)
def test_what_was_turned_away_is_sent_again_even_if_it_must_not_be_carried_out_twice(
    server: Server, platform: Platform, turned_away: Scripted
) -> None:
    server.on("POST", PATH, turned_away, OK)
    assert platform.session.post(PATH, {}) == {"ok": True}


def test_a_post_that_found_no_connection_is_sent_again(server: Server, connected: Connect, told: Told) -> None:
    platform = connected(api="http://127.0.0.1:1")
    with pytest.raises(ApiUnavailable, match="Connection refused") as caught:
        platform.session.post(PATH, {})
    assert type(caught.value) is ApiUnavailable
    assert platform.calls == QUICK.attempts + 1
    assert len(told.events("trying again")) == QUICK.attempts - 1


def test_an_error_that_stays_ends_after_the_attempts(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, error(504, "request.timeout", "The request timed out."))
    with pytest.raises(ApiUnavailable, match=r"504 request\.timeout: The request timed out") as caught:
        platform.session.get(PATH)
    assert caught.value.correlation_id == CORRELATION
    assert len(server.called("GET", PATH)) == QUICK.attempts


def test_json_that_stays_broken_is_unexpected(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(body=b'{"entities": ['))
    with pytest.raises(UnexpectedResponse, match="no complete JSON"):
        platform.session.get(PATH)


def test_a_500_of_another_code_is_not_repeated(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, error(500, "internal.server.error", "oops"))
    with pytest.raises(ApiUnavailable, match="oops"):
        platform.session.get(PATH)
    assert len(server.called("GET", PATH)) == 1


def test_any_number_of_429_is_waited_for(server: Server, platform: Platform) -> None:
    limited = error(429, "too.many.requests", "slow down")
    server.on("GET", PATH, *[limited] * (QUICK.attempts + 4), OK)
    assert platform.session.get(PATH) == {"ok": True}


def test_nobody_sends_while_the_platform_asks_to_wait(server: Server, platform: Platform, told: Told) -> None:
    server.on("GET", PATH, too_many(1), OK)
    server.on("GET", "/api/v2/others", OK)
    first_answered = threading.Event()

    def limited() -> None:
        platform.session.get(PATH)

    def other() -> None:
        first_answered.wait()
        platform.session.get("/api/v2/others")

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(limited), pool.submit(other)]
        while not told.events("platform asks to wait 1 s"):
            first_answered.wait(0.01)
        first_answered.set()
        for job in jobs:
            job.result()
    refused, *later = [r.at for r in server.requests if r.path != "/oauth/token"]
    assert len(later) == 2
    assert min(later) - refused >= 0.9


def test_a_limit_of_one_operation_pauses_only_that(server: Server, platform: Platform, told: Told) -> None:
    limit = {"key": "users.get.rate", "namespace": "directory", "value": 1}
    server.on("GET", PATH, too_many(1, limit=limit), too_many(1), OK)
    assert platform.session.get(PATH) == {"ok": True}
    assert [line["operation"] for line in told.events("platform asks to wait 1 s")] == [f"GET {PATH}", "all"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_deadline_does_not_leave_is_not_begun(server: Server, connected: Connect, status: int) -> None:
    server.on("GET", PATH, error(status, "busy", "later", headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited, match="asks to wait 60 s, but the run's deadline leaves"):
        connected(deadline=Deadline(20)).session.get(PATH)
    assert len(server.called("GET", PATH)) == 1


def test_no_call_begins_after_the_deadline(server: Server, connected: Connect) -> None:
    with pytest.raises(DeadlineExceeded, match=f"GET {PATH}"):
        connected(deadline=Deadline(0)).session.get(PATH)
    assert not server.requests


def test_a_refused_token_is_renewed_and_the_call_repeated(server: Server, platform: Platform) -> None:
    server.on("POST", PATH, error(401, "bad.credentials", "Invalid login credentials."), OK)
    assert platform.session.post(PATH, {}) == {"ok": True}
    assert [call.headers["Authorization"] for call in server.called("POST", PATH)] == [
        "Bearer token-1-abcdef",
        "Bearer token-2-abcdef",
    ]


def test_a_fresh_token_that_is_refused_too_ends_it(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, error(401, "bad.credentials", "Invalid login credentials."))
    with pytest.raises(AuthenticationFailed, match="Invalid login credentials") as caught:
        platform.session.get(PATH)
    assert caught.value.correlation_id == CORRELATION
    assert len(server.called("GET", PATH)) == 2
    assert len(server.called("POST", "/oauth/token")) == 2


def test_a_conflict_after_a_lost_answer_says_that_it_may_be_our_own(server: Server, platform: Platform) -> None:
    server.on("PUT", PATH, Scripted(drop="close"), error(409, "conflict", "stale version"))
    with pytest.raises(Conflict) as caught:
        platform.session.put(PATH, {})
    assert "may have been carried out" in caught.value.hint


def test_a_refusal_is_not_repeated(server: Server, platform: Platform) -> None:
    server.on("PUT", PATH, error(400, "invalid.value", "no"))
    with pytest.raises(PlatformRefused):
        platform.session.put(PATH, {})
    assert len(server.called("PUT", PATH)) == 1


def test_redirects_are_not_followed(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(302, headers={"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(UnexpectedResponse, match="302") as caught:
        platform.session.get(PATH)
    assert "does not redirect" in caught.value.hint
    assert not server.called("GET", "/elsewhere")


def test_every_request_is_counted(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(503), OK)
    platform.session.get(PATH)
    assert platform.calls == len(server.requests) == 3


def test_each_request_is_told_without_a_secret(server: Server, platform: Platform, told: Told) -> None:
    server.on("GET", PATH, OK)
    platform.session.get(PATH, {"name": "query-value"})
    (line,) = [entry for entry in told.events("call") if entry["path"] == PATH]
    assert (line["method"], line["status"], line["attempt"], line["correlation_id"]) == ("GET", 200, 1, CORRELATION)
    assert isinstance(line["ms"], int)
    assert not any(word in text for text in told.lines for word in ("abcdef", SECRET, "query-value"))


def test_a_netrc_of_the_user_does_not_replace_our_token(
    server: Server, platform: Platform, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123  (a short test)
        file.write("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", netrc)
    server.on("GET", PATH, OK)
    platform.session.get(PATH)
    assert server.called("GET", PATH)[0].headers["Authorization"].startswith("Bearer ")


def test_an_unusual_base_is_told_and_not_repeated(connected: Connect) -> None:
    platform = connected(api="http://127.0.0.1:port")
    with pytest.raises(ApiUnavailable, match="could not be made"):
        platform.session.get(PATH)
    assert platform.calls == 2


def test_a_stop_leaves_no_time_for_a_long_wait(server: Server, connected: Connect) -> None:
    deadline = Deadline(100)
    platform = connected(deadline=deadline)

    def stop(_: Request) -> Scripted:
        deadline.stop(within=10)
        return error(503, "service.unavailable", "maintenance", headers={"Retry-After": "50"})

    server.on("GET", PATH, stop)
    with pytest.raises(RateLimited, match="asks to wait 50 s"):
        platform.session.get(PATH)


@pytest.mark.parametrize("reaction", [Scripted(503), Scripted(drop="close")])
def test_the_cause_is_ours_and_holds_no_library_exception(
    server: Server, platform: Platform, reaction: Reaction
) -> None:
    server.on("GET", PATH, reaction)
    with pytest.raises(FlowSyncError) as caught:
        platform.session.get(PATH, {"signature": "in-the-url"})
    error_: BaseException | None = caught.value
    while error_ is not None:
        assert not type(error_).__module__.startswith(("requests", "urllib3"))
        assert "in-the-url" not in str(error_)
        error_ = error_.__cause__ or error_.__context__


def test_one_session_serves_many_threads(server: Server, connected: Connect) -> None:
    server.on("GET", PATH, OK)
    platform = connected(settings=replace(SETTINGS, limit_per_minute=1000, timeout=(5.0, 30.0)))
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda _: platform.session.get(PATH), range(200))) == [{"ok": True}] * 200
    assert platform.calls == 201
