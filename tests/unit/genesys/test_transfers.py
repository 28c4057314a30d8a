from __future__ import annotations

from pathlib import Path

import pytest

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, DeadlineExceeded, PlatformRefused
from hook.genesys.client import Platform
from hook.genesys.transfers import UploadResult, UploadTarget, storage_error
from tests.unit.genesys.conftest import QUICK, Connect, Told
from tests.unit.genesys.server import Scripted, Server

PATH = "/bucket/job-1"
QUERY = "?X-Amz-Signature=0123456789abcdef&X-Amz-Expires=600"
DENIED = b"""<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code>
<Message>The signature we calculated &amp; yours differ for https://h/p?X-Amz-Signature=0123456789abcdef</Message>
<StringToSign>0123456789abcdef</StringToSign></Error>"""


def target(server: Server) -> UploadTarget:
    return UploadTarget(url=server.url + PATH + QUERY, headers={"x-amz-tagging": "org=1", "x-amz-meta-a": "b"})


def xml(status: int, body: bytes, **headers: str) -> Scripted:
    return Scripted(status, body, headers, content_type="application/xml")


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.mark.usefixtures("netrc")
def test_an_upload_has_exactly_the_signed_headers_and_no_authorisation(server: Server, platform: Platform) -> None:
    server.on("PUT", PATH, Scripted())
    content = "inboundCall:\n  name: Zoë\n".encode()
    assert platform.transfers.upload(target(server), content).result is UploadResult.STORED
    (request,) = server.requests
    assert request.body == content
    own = {"host", "user-agent", "accept", "accept-encoding", "connection", "content-length"}
    assert {name.lower() for name in request.headers} - own == {"x-amz-tagging", "x-amz-meta-a"}
    assert request.query == {"X-Amz-Signature": ["0123456789abcdef"], "X-Amz-Expires": ["600"]}
    assert platform.transfers.sent == 1
    assert platform.calls == 0


@pytest.mark.usefixtures("netrc")
def test_a_redirect_carries_no_authorisation_either(server: Server, platform: Platform) -> None:
    server.on("PUT", PATH, Scripted(307, headers={"Location": f"{server.url}/other"}))
    server.on("PUT", "/other", Scripted())
    assert platform.transfers.upload(target(server), b"x: y").result is UploadResult.STORED
    assert [request.body for request in server.requests] == [b"x: y"] * 2
    assert not any("authorization" in {name.lower() for name in request.headers} for request in server.requests)


def test_a_refused_upload_tells_the_storages_words_without_the_signature(
    server: Server, platform: Platform, told: Told
) -> None:
    server.on("PUT", PATH, xml(403, DENIED))
    outcome = platform.transfers.upload(target(server), b"x")
    assert (outcome.result, outcome.status, outcome.code) == (UploadResult.REFUSED, 403, "SignatureDoesNotMatch")
    assert outcome.message == "The signature we calculated & yours differ for ***"
    assert len(server.requests) == 1
    assert not any("0123456789abcdef" in line for line in told.lines)


@pytest.mark.parametrize(
    "trouble", [Scripted(drop="close"), Scripted(drop="reset"), Scripted(delay=0.7), Scripted(500), Scripted(504)]
)
def test_an_upload_that_may_have_arrived_is_not_sent_again(
    server: Server, platform: Platform, trouble: Scripted
) -> None:
    server.on("PUT", PATH, trouble)
    assert platform.transfers.upload(target(server), b"x").result is UploadResult.UNKNOWN
    assert len(server.requests) == 1


def test_an_upload_that_was_asked_to_slow_down_is_sent_again(server: Server, platform: Platform) -> None:
    slow = xml(503, b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
    server.on("PUT", PATH, slow, Scripted())
    assert platform.transfers.upload(target(server), b"x").result is UploadResult.STORED
    server.on("PUT", PATH, slow)
    with pytest.raises(ApiUnavailable, match="503 SlowDown"):
        platform.transfers.upload(target(server), b"x")


def test_a_storage_that_cannot_be_reached_is_named_without_the_url(platform: Platform, told: Told) -> None:
    url = f"http://127.0.0.1:1{PATH}{QUERY}"
    for transfer in (
        lambda: platform.transfers.upload(UploadTarget(url, {}), b"x"),
        lambda: platform.transfers.download(url),
        lambda: platform.transfers.download(f"http://127.0.0.1:port{PATH}{QUERY}"),
    ):
        with pytest.raises(ApiUnavailable, match="storage") as caught:
            transfer()
        shown: list[str] = []
        error: BaseException | None = caught.value
        while error is not None:
            shown.append(f"{error!r} {error}")
            error = error.__cause__ or error.__context__
        assert "Signature" not in " ".join([*shown, *told.lines])


def test_a_target_hides_its_secrets_when_shown(server: Server) -> None:
    assert repr(target(server)) == "UploadTarget()"


@pytest.mark.usefixtures("netrc")
def test_a_download_has_no_authorisation(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(body=b"flow", content_type="text/yaml"))
    assert platform.transfers.download(server.url + PATH + QUERY) == b"flow"
    assert "Authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    "trouble",
    [Scripted(500), Scripted(503), Scripted(429), Scripted(drop="reset"), Scripted(body=b"abcd", truncate=True)],
)
def test_a_download_in_trouble_is_tried_again(server: Server, platform: Platform, trouble: Scripted) -> None:
    server.on("GET", PATH, trouble, Scripted(body=b"flow"))
    assert platform.transfers.download(server.url + PATH) == b"flow"


def test_a_download_that_stays_in_trouble_is_unavailable(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(500))
    with pytest.raises(ApiUnavailable, match="500"):
        platform.transfers.download(server.url + PATH)
    assert len(server.requests) == QUICK.attempts


def test_an_expired_download_is_refused(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, xml(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"))
    with pytest.raises(PlatformRefused, match=r"403 AccessDenied.*Request has expired") as caught:
        platform.transfers.download(server.url + PATH)
    assert (caught.value.status, caught.value.code) == (403, "AccessDenied")


def test_a_download_has_a_largest_size(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, Scripted(body=b"x" * 1001))
    with pytest.raises(ApiUnavailable, match="larger than 1000 bytes"):
        platform.transfers.download(server.url + PATH, limit=1000)
    assert len(server.requests) == 1


def test_no_transfer_begins_after_the_deadline(server: Server, connected: Connect) -> None:
    transfers = connected(deadline=Deadline(0)).transfers
    with pytest.raises(DeadlineExceeded, match="uploading"):
        transfers.upload(target(server), b"x")
    with pytest.raises(DeadlineExceeded, match="downloading"):
        transfers.download(server.url + PATH)
    assert not server.requests


def test_a_body_that_is_no_storage_error_has_a_message_of_ours() -> None:
    assert storage_error(b"<html>") == ("", "no message")
