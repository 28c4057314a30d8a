from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.deadline import Deadline
from hook.errors import JobFailed, UnexpectedResponse
from hook.genesys.client import Platform
from hook.genesys.export_jobs import ExportItem, ExportJobs, file_names, unpack
from hook.redaction import Redactor
from tests.unit.genesys.conftest import QUICK, SETTINGS, WATCH, Told
from tests.unit.genesys.server import Request, Scripted, Server

JOBS = "/api/v2/flows/export/jobs"


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class Exporter:
    """Plays the platform's side: ``failures`` jobs fail with ``text`` first."""

    def __init__(self, server: Server, *, failures: int = 0, text: str = "") -> None:
        self.batches: list[list[str]] = []
        self.left = failures
        self.text = text
        self.jobs: dict[str, Scripted] = {}
        numbers = count(1)
        self.server = server

        def create(request: Request) -> Scripted:
            flows = request.json()["flows"]
            assert all(re.fullmatch("[A-Za-z0-9_-]+", flow["fileName"]) for flow in flows)
            assert all(flow["exportType"] == "Yaml" for flow in flows)
            self.batches.append([flow["flow"]["id"] for flow in flows])
            job = f"e{next(numbers)}"
            files = {
                f"{flow['fileName']}.yaml": f"{flow['flow']['id']} {flow['flow']['version']}".encode() for flow in flows
            }
            content = zipped(files) if len(files) > 1 else next(iter(files.values()))
            server.on("GET", f"/bucket/{job}", Scripted(body=content, content_type="application/zip"))
            server.on("GET", f"{JOBS}/{job}", Scripted(body={"id": job, "status": "Started"}), self.end(job))
            return Scripted(body={"id": job, "status": "Registered", "totalFlows": len(flows)})

        server.on("POST", JOBS, create)

    def end(self, job: str) -> Scripted:
        if self.left:
            self.left -= 1
            return Scripted(body={"id": job, "status": "Failure", "messages": [{"type": "Error", "text": self.text}]})
        return Scripted(body={"id": job, "status": "Success", "downloadUrl": f"{self.server.url}/bucket/{job}?sig=1"})


ITEMS = [ExportItem(f"flow-{number}", f"{number}.0") for number in range(5)]
EXPECTED = {item.key: f"{item.flow_id} {item.version}".encode() for item in ITEMS}


def test_nothing_to_export_makes_no_call(server: Server, platform: Platform) -> None:
    assert platform.exports.export([]) == {}
    assert not server.requests


def test_many_flows_are_exported_by_one_job(server: Server, platform: Platform) -> None:
    exporter = Exporter(server)
    assert platform.exports.export([*ITEMS, ITEMS[0]]) == EXPECTED
    assert exporter.batches == [[item.flow_id for item in ITEMS]]
    (download,) = server.called("GET", "/bucket/.*")
    assert "Authorization" not in download.headers


def test_a_single_flow_comes_as_it_is(server: Server, platform: Platform) -> None:
    Exporter(server)
    assert platform.exports.export(ITEMS[:1]) == {("flow-0", "0.0"): b"flow-0 0.0"}


def test_two_versions_of_one_flow_are_told_apart(server: Server, platform: Platform) -> None:
    Exporter(server)
    items = [ExportItem("flow", "1.0"), ExportItem("flow", "2.0")]
    assert platform.exports.export(items) == {("flow", "1.0"): b"flow 1.0", ("flow", "2.0"): b"flow 2.0"}


def test_many_flows_are_exported_in_batches(server: Server, platform: Platform) -> None:
    exporter = Exporter(server)
    exports = ExportJobs(
        session=platform.session,
        transfers=platform.transfers,
        deadline=Deadline(30),
        redactor=Redactor(),
        log=Told().log,
        settings=WATCH,
        batch=2,
    )
    assert exports.export(ITEMS) == EXPECTED
    assert [len(batch) for batch in exporter.batches] == [2, 2, 1]


@pytest.mark.parametrize(
    "text",
    [
        "Setting the Archy exit code to 107",
        "Archy failed with exit code: 107",
        "Could not find the flow with id 'flow-1'",
    ],
)
def test_a_hidden_rate_limit_creates_the_job_again(server: Server, platform: Platform, told: Told, text: str) -> None:
    exporter = Exporter(server, failures=QUICK.attempts - 1, text=text)
    assert platform.exports.export(ITEMS) == EXPECTED
    assert len(exporter.batches) == QUICK.attempts
    assert len(told.events("trying again")) == QUICK.attempts - 1


def test_a_hidden_rate_limit_that_stays_is_a_failure(server: Server, platform: Platform) -> None:
    exporter = Exporter(server, failures=99, text="exit code: 107")
    with pytest.raises(JobFailed, match="exit code: 107"):
        platform.exports.export(ITEMS)
    assert len(exporter.batches) == SETTINGS.export_repeat.attempts


def test_any_other_failure_is_not_repeated(server: Server, platform: Platform) -> None:
    exporter = Exporter(server, failures=1, text="no such version")
    with pytest.raises(JobFailed, match="export job e1 failed: no such version"):
        platform.exports.export(ITEMS)
    assert len(exporter.batches) == 1


def test_a_success_without_a_download_is_unexpected(server: Server, platform: Platform) -> None:
    Exporter(server).end = lambda job: Scripted(body={"id": job, "status": "Success"})  # type: ignore[method-assign]
    with pytest.raises(UnexpectedResponse, match="without a download URL"):
        platform.exports.export(ITEMS)


def test_a_job_without_an_id_is_unexpected(server: Server, platform: Platform) -> None:
    server.on("POST", JOBS, Scripted(body={"status": "Registered"}))
    with pytest.raises(UnexpectedResponse, match="without a job id"):
        platform.exports.export(ITEMS)


@given(st.lists(st.text(max_size=100), max_size=60))
def test_file_names_are_unique_and_of_allowed_characters(ids: list[str]) -> None:
    names = file_names([ExportItem(flow_id, "1.0") for flow_id in ids])
    assert len(names) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,80}", name) for name in names)


def unpacked(files: Mapping[str, bytes], *, expected: tuple[str, ...] = ("a", "b"), limit: int = 1000) -> object:
    return unpack(zipped(files), expected=expected, limit=limit)


def test_members_are_found_by_name_in_any_folder_and_others_are_left() -> None:
    found = unpacked({"flows/a.yaml": b"1", "flows/": b"", "b.yaml": b"2", "readme.txt": b"3"})
    assert found == {"a": b"1", "b": b"2", "readme": b"3"}


def test_a_single_flow_may_come_in_an_archive_too() -> None:
    assert unpacked({"a.yaml": b"1"}, expected=("a",)) == {"a": b"1"}


def test_a_missing_member_is_named() -> None:
    with pytest.raises(UnexpectedResponse, match="lacks 1 of 2") as caught:
        unpacked({"a.yaml": b"1"})
    assert caught.value.details == ("b",)


def test_a_member_that_is_there_twice_is_refused() -> None:
    with pytest.raises(UnexpectedResponse, match="file a twice"):
        unpacked({"a.yaml": b"1", "x/a.yaml": b"2"})


def test_an_archive_that_unpacks_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UnexpectedResponse, match="larger than 1000 bytes when unpacked"):
        unpacked({"a.yaml": b"x" * 600, "b.yaml": b"x" * 401})
    with pytest.raises(UnexpectedResponse, match="larger"):
        unpacked({"a.yaml": b"x" * 10_000_000})


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_damaged_archive_never_passes_for_a_whole_one(noise: bytes, at: int) -> None:
    whole = zipped({"a.yaml": b"1" * 100, "b.yaml": b"2" * 100})
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    try:
        found = unpack(damaged, expected=("a", "b"), limit=1000)
    except UnexpectedResponse:
        return
    assert (found["a"], found["b"]) == (b"1" * 100, b"2" * 100)
