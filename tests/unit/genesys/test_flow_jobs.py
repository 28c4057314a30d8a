from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from hook.errors import Conflict, ConnectionLost, JobFailed, NotFound, UnexpectedResponse, UploadRefused
from hook.genesys.client import Platform
from hook.genesys.flow_jobs import RegisteredJob
from hook.genesys.job_states import JobMessage
from hook.genesys.transfers import UploadTarget
from hook.genesys.watching import WatchSettings
from tests.unit.genesys.conftest import SECRET, SETTINGS, Connect, Told
from tests.unit.genesys.server import CORRELATION, Request, Scripted, Server, error

JOBS = "/api/v2/flows/jobs"
JOB = f"{JOBS}/job-1"
STORAGE = "/bucket/job-1"
LOCKED = (
    "Unable to publish ( name: 'X' type: 'inboundcall' ) is locked by another entity. You can use the --forceUnlock"
    " command line parameter if you wish to publish flows locked by another entity."
)


def state(status: str, *messages: Any, **more: Any) -> Scripted:
    return Scripted(body={"id": "job-1", "status": status, "command": "Publish", "messages": list(messages), **more})


def message(text: str, kind: str = "Error", **more: Any) -> dict[str, Any]:
    return {"dateTime": "2026-01-01T00:00:00Z", "type": kind, "text": text, **more}


def registered(server: Server) -> RegisteredJob:
    return RegisteredJob("job-1", UploadTarget(f"{server.url}{STORAGE}?X-Amz-Signature=abc", {"x-amz-a": "b"}))


def test_a_registration_gives_the_id_and_where_the_file_goes(server: Server, platform: Platform) -> None:
    body = {"id": "job-1", "presignedUrl": "https://storage/x", "headers": {"x-amz-a": "b"}, "selfUri": "/x"}
    server.on("POST", JOBS, Scripted(body=body))
    job = platform.jobs.register()
    assert job == RegisteredJob("job-1", UploadTarget("https://storage/x", {"x-amz-a": "b"}))
    assert "storage" not in repr(job)
    platform.jobs.register(create_stubs=True)
    first, second = server.called("POST", JOBS)
    assert first.body == b""
    assert second.json() == {"createStubs": True}


def test_a_registration_whose_answer_was_lost_is_repeated(server: Server, platform: Platform) -> None:
    body = {"id": "job-2", "presignedUrl": "https://storage/x"}
    server.on("POST", JOBS, Scripted(drop="close"), Scripted(body=body))
    assert platform.jobs.register().id == "job-2"


@pytest.mark.parametrize("body", [{}, {"id": "job-1"}, {"id": 5, "presignedUrl": "https://secret/x"}])
def test_a_registration_without_id_or_url_is_unexpected(server: Server, platform: Platform, body: object) -> None:
    server.on("POST", JOBS, Scripted(body=body))
    with pytest.raises(UnexpectedResponse, match="does not document") as caught:
        platform.jobs.register()
    assert caught.value.details
    assert caught.value.correlation_id == CORRELATION
    assert "secret" not in str(caught.value.details)


def test_an_upload_that_was_stored_is_not_looked_after(server: Server, platform: Platform) -> None:
    server.on("PUT", STORAGE, Scripted())
    platform.jobs.upload(registered(server), b"x")
    assert [request.method for request in server.requests] == ["PUT"]


def test_a_refused_upload_means_that_the_job_never_starts(server: Server, platform: Platform) -> None:
    server.on("PUT", STORAGE, Scripted(403, b"<Error><Code>AccessDenied</Code><Message>Expired</Message></Error>"))
    with pytest.raises(UploadRefused, match=r"403 AccessDenied\): Expired"):
        platform.jobs.upload(registered(server), b"x")


def test_an_upload_without_an_answer_is_not_repeated_when_the_job_has_started(
    server: Server, platform: Platform
) -> None:
    server.on("PUT", STORAGE, Scripted(drop="close"))
    server.on("GET", JOB, state("Registered"), state("Registered"), state("Started"))
    platform.jobs.upload(registered(server), b"x")
    assert len(server.called("PUT", STORAGE)) == 1


def test_an_upload_without_an_answer_is_repeated_once_when_the_job_still_waits(
    server: Server, platform: Platform
) -> None:
    server.on("PUT", STORAGE, Scripted(drop="close"), Scripted())
    server.on("GET", JOB, state("Registered"))
    platform.jobs.upload(registered(server), b"x")
    assert len(server.called("PUT", STORAGE)) == 2


def test_two_uploads_without_an_answer_are_enough(server: Server, platform: Platform) -> None:
    server.on("PUT", STORAGE, Scripted(drop="close"))
    server.on("GET", JOB, state("Registered"))
    with pytest.raises(ConnectionLost, match="job job-1 still waits"):
        platform.jobs.upload(registered(server), b"x")
    assert len(server.called("PUT", STORAGE)) == 2


def test_a_state_is_read_with_messages_only_where_wanted(server: Server, platform: Platform) -> None:
    server.on("GET", JOB, state("Started", message("careful", "Warning"), flow={"id": "f-1"}))
    found = platform.jobs.state("job-1")
    assert (found.id, found.status, found.flow_id, found.done) == ("job-1", "started", "f-1", False)
    platform.jobs.state("job-1", messages=True)
    plain, expanded = server.called("GET", JOB)
    assert plain.query == {}
    assert expanded.query == {"expand": ["messages"]}


def test_an_unknown_job_is_not_found(server: Server, platform: Platform) -> None:
    server.on("GET", f"{JOBS}/.*", error(404, "not.found", "no such job"))
    with pytest.raises(NotFound):
        platform.jobs.state("../../users")
    assert server.requests[-1].path == f"{JOBS}/..%2F..%2Fusers"


@pytest.mark.parametrize("body", [{}, {"status": None}, {"status": "Started", "messages": "none"}])
def test_a_state_that_is_none_is_unexpected(server: Server, platform: Platform, body: object) -> None:
    server.on("GET", JOB, Scripted(body=body))
    with pytest.raises(UnexpectedResponse):
        platform.jobs.wait("job-1")


def test_a_successful_job_keeps_its_warnings_and_needs_no_further_call(server: Server, platform: Platform) -> None:
    server.on(
        "GET",
        JOB,
        state("Registered"),
        state("STARTED"),
        state("Reticulating"),
        state("SUCCESS", message("careful", "Warning"), flow={"id": "f-1"}),
    )
    done = platform.jobs.wait("job-1")
    assert done.flow_id == "f-1"
    assert done.messages == (JobMessage("Warning", "careful"),)
    assert len(server.called("GET", JOB)) == 4


def test_a_failed_job_tells_its_messages_but_not_the_bodies_behind_them(
    server: Server, platform: Platform, told: Told
) -> None:
    behind = [
        {
            "type": "NetworkDiagnostic",
            "url": "https://api/secret-path",
            "method": "POST",
            "requestBody": "secret-request",
            "statusCode": 404,
            "correlationId": "corr-9",
            "responseBody": "secret-response",
        },
        {"type": "NetworkDiagnostic", "errorCode": "ECONNRESET"},
    ]
    server.on(
        "GET",
        JOB,
        state(
            "Failure",
            message("a warning first", "Warning"),
            message(f"find 'queue' by value of 'Sales {SECRET}' - no matches", details=behind),
            message("Architect Scripting session ended in error ( code: 99 )", "Unknown"),
        ),
    )
    with pytest.raises(JobFailed) as caught:
        platform.jobs.wait("job-1")
    assert caught.value.message == "publish job job-1 failed: find 'queue' by value of 'Sales ***' - no matches"
    assert caught.value.details == (
        "Warning: a warning first",
        "Error: find 'queue' by value of 'Sales ***' - no matches",
        "  POST answered 404 (correlation id corr-9)",
        "  request failed with ECONNRESET",
        "Unknown: Architect Scripting session ended in error ( code: 99 )",
    )
    assert caught.value.correlation_id == CORRELATION
    assert "secret-" not in " ".join([*caught.value.details, *told.lines])


@pytest.mark.parametrize("messages", [[], [message("")], [message("  ", "Unknown")]])
def test_a_failure_without_a_reason_says_what_to_try(server: Server, platform: Platform, messages: list[Any]) -> None:
    server.on("GET", JOB, state("failure", *messages))
    with pytest.raises(JobFailed, match="gave no reason") as caught:
        platform.jobs.wait("job-1")
    assert CORRELATION in caught.value.hint
    assert "Architect" in caught.value.hint


def test_a_failure_with_messages_of_unknown_type_tells_the_first(server: Server, platform: Platform) -> None:
    server.on("GET", JOB, state("Failure", {"text": "odd"}))
    with pytest.raises(JobFailed, match="job-1 failed: odd"):
        platform.jobs.wait("job-1")


def test_a_locked_flow_is_a_conflict(server: Server, platform: Platform) -> None:
    server.on("GET", JOB, state("Failure", message(LOCKED)))
    with pytest.raises(Conflict, match="locked by another entity") as caught:
        platform.jobs.wait("job-1")
    assert caught.value.details == (f"Error: {LOCKED}",)


def test_many_waiting_threads_share_what_one_learned(server: Server, connected: Connect) -> None:
    platform = connected(
        settings=replace(SETTINGS, limit_per_minute=10_000, watch=WatchSettings(first=0.05, cap=1, timeout=30))
    )
    uploaded: dict[str, float] = {}

    def put(request: Request) -> Scripted:
        uploaded[request.path.rpartition("/")[2]] = request.at
        return Scripted()

    def get(request: Request) -> Scripted:
        done = request.at - uploaded[request.path.rpartition("/")[2]] >= 0.4
        return Scripted(body={"id": "x", "status": "Success" if done else "Started"})

    server.on("PUT", "/bucket/.*", put)
    server.on("GET", f"{JOBS}/.*", get)

    def publish(number: int) -> None:
        job = RegisteredJob(f"j{number}", UploadTarget(f"{server.url}/bucket/j{number}", {}))
        platform.jobs.upload(job, b"x")
        assert platform.jobs.wait(job.id).status == "success"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(4)))
        learning = len(server.called("GET", f"{JOBS}/.*"))
        list(pool.map(publish, range(4, 24)))
    assert len(server.called("GET", f"{JOBS}/.*")) - learning < 2 * 20
