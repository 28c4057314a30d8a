"""Validate jobs against a scripted platform: what fails is found, and nothing passes that was not told to be valid."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from hook.errors import ApiUnavailable, PermissionDenied, UnexpectedResponse
from hook.genesys.client import Platform
from hook.genesys.validate_jobs import PATH, Version, validate
from tests.unit.genesys.server import Request, Scripted, Server

FLOWS: list[Version] = [(f"id-{number}", "1.0") for number in range(5)]


def judging(server: Server, fails: Callable[[Collection[str]], bool], *, statuses: tuple[str, ...] = ()) -> None:
    """Let the platform judge jobs by the ids of their flows, after having said each of ``statuses``."""
    jobs: list[list[str]] = []

    def register(request: Request) -> Scripted:
        jobs.append([one["flow"]["id"] for one in request.json()["flows"]])
        job = f"job-{len(jobs)}"
        ids, said = jobs[-1], [*statuses]

        def look(_: Request) -> Scripted:
            bad = fails(ids)
            messages = [{"type": "Error", "text": f"no queue in {', '.join(ids)}, secret-word"}] if bad else []
            status = said.pop(0) if said else "Failure" if bad else "Success"
            return Scripted(body={"id": job, "status": status, "messages": messages})

        server.on("GET", f"{PATH}/{job}", look)
        return Scripted(body={"id": job, "status": "Registered"})

    server.on("POST", PATH, register)


def ask(platform: Platform, *, looks: int = 99) -> dict[Version, str]:
    """Return the first line that is told of each flow that failed."""
    left = iter([True] * looks)
    failed = validate(
        platform.session,
        FLOWS,
        wait=lambda: next(left, False),
        redact=lambda text: text.replace("secret-word", "***"),
    )
    return {version: state.lines[0] for version, state in failed.items()}


def test_valid_flows_take_one_job(server: Server, platform: Platform) -> None:
    judging(server, lambda _: False, statuses=("Registered", "Started"))

    assert ask(platform) == {}
    assert len(server.called("POST", PATH)) == 1


def test_each_flow_that_fails_has_its_own_messages(server: Server, platform: Platform) -> None:
    judging(server, lambda ids: bool({"id-1", "id-4"} & {*ids}))

    assert ask(platform) == {
        ("id-1", "1.0"): "Error: no queue in id-1, ***",
        ("id-4", "1.0"): "Error: no queue in id-4, ***",
    }


def test_flows_that_fail_only_together_do_not_pass_for_valid(server: Server, platform: Platform) -> None:
    judging(server, lambda ids: len(ids) == len(FLOWS))

    assert ask(platform).keys() == {*FLOWS}


def test_without_flows_nothing_is_asked(server: Server, platform: Platform) -> None:
    assert validate(platform.session, [], wait=lambda: True, redact=str) == {}
    assert server.called("POST", PATH) == []


def test_a_job_that_does_not_end_is_no_answer(server: Server, platform: Platform) -> None:
    judging(server, lambda _: False, statuses=("Started",) * 9)

    with pytest.raises(ApiUnavailable, match="of 5 flows did not end in time"):
        ask(platform, looks=3)


@pytest.mark.parametrize("body", [{"status": "Registered"}, {"id": "", "status": "Registered"}, {"id": "job"}])
def test_a_registration_that_tells_no_job_is_no_answer(server: Server, platform: Platform, body: object) -> None:
    server.on("POST", PATH, Scripted(body=body))

    with pytest.raises(UnexpectedResponse):
        ask(platform)


def test_a_client_that_may_not_validate_is_told_so(server: Server, platform: Platform) -> None:
    server.on("POST", PATH, Scripted(status=403, body={"code": "missing.any.permissions", "message": "no"}))

    with pytest.raises(PermissionDenied):
        ask(platform)
