from __future__ import annotations

import ssl

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, ProxyError

from hook.genesys.wire import Answer, Wire, WireError, classify
from tests.unit.genesys.server import Scripted, Server

SECRET_URL = "/path?signature=hidden"


def wrapped(reason: Exception) -> requests.ConnectionError:
    retries = MaxRetryError(None, SECRET_URL, reason)  # type: ignore[arg-type]
    retries.__cause__ = reason
    error = requests.ConnectionError(retries)
    error.__context__ = retries
    return error


@pytest.mark.parametrize(
    ("reason", "may_have_arrived", "permanent"),
    [
        (NameResolutionError("host", None, OSError("unknown name")), False, False),  # type: ignore[arg-type]
        (ConnectTimeoutError("slow"), False, False),
        (ProxyError("no proxy", OSError("refused")), False, False),
        (ssl.SSLCertVerificationError("self-signed certificate"), False, True),
        (ssl.SSLEOFError("EOF in violation of protocol"), True, False),
        (ConnectionResetError("reset by peer"), True, False),
    ],
)
def test_a_broken_exchange_says_whether_the_request_may_have_arrived(
    reason: Exception, may_have_arrived: bool, permanent: bool
) -> None:
    error, cause = classify(wrapped(reason))
    assert (error.may_have_arrived, error.permanent) == (may_have_arrived, permanent)
    assert "hidden" not in f"{error} {cause!r}"


def test_a_certificate_that_is_not_accepted_names_the_way_out() -> None:
    error, _ = classify(wrapped(ssl.SSLCertVerificationError("self-signed certificate")))
    assert "REQUESTS_CA_BUNDLE" in str(error)


@pytest.mark.parametrize(
    "url", ["http://", "nonsense", "http://127.0.0.1:port/", f"http://{'a' * 70}.example/", "http://.x/"]
)
def test_a_request_that_cannot_be_made_never_arrived(url: str) -> None:
    with Wire() as wire, pytest.raises(WireError) as caught:
        wire.send("GET", url)
    assert not caught.value.may_have_arrived


def test_a_missing_certificate_bundle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with Wire() as wire, pytest.raises(WireError, match=r"/nowhere/bundle\.pem") as caught:
        wire.send("GET", "https://127.0.0.1:1/")
    assert not caught.value.may_have_arrived


def test_cookies_are_not_kept(server: Server) -> None:
    server.on("GET", "/", Scripted(headers={"Set-Cookie": "route=1; Path=/"}))
    with Wire() as wire:
        for _ in range(2):
            wire.send("GET", f"{server.url}/")
    assert "Cookie" not in server.requests[1].headers


def test_timeouts_shrink_with_what_the_run_has_left(server: Server) -> None:
    server.on("GET", "/", Scripted(delay=1.5))
    with Wire(timeout=(5, 30)) as wire, pytest.raises(WireError, match="timed out"):
        wire.send("GET", f"{server.url}/", longest=0.1)


def test_an_answer_without_headers_has_neither_type_nor_correlation_id() -> None:
    bare = Answer(status=200, headers={}, body=b"")
    assert (bare.content_type, bare.correlation_id) == ("", "")
