from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from simulator.testing import Simulator, running
from tests.simulator.conftest import Api, document


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "simulator", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert line, child.stderr and child.stderr.read()
            yield child, json.loads(line)
        finally:
            child.kill()


def caller(urls: dict[str, str], auth: tuple[str, str]) -> Api:
    return Api(Simulator(api=urls["api"], login=urls["login"], admin=urls["admin"], org=None), auth)  # type: ignore[arg-type]


def test_it_says_where_it_listens_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    fixture = tmp_path / "fixture.json"
    fixture.write_text(json.dumps({"objects": {"routing/queues": ["Sales"]}}))
    ports = tmp_path / "ports.json"
    arguments = ["--fixture", str(fixture), "--ports-file", str(ports), "--seed-client", "me:mine", "--speed", "100"]
    with process(*arguments) as (child, urls):
        assert json.loads(ports.read_text()) == urls
        api = caller(urls, ("me", "mine"))
        assert api.get("routing/queues")["total"] == 1
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=10) == 0
        assert child.stderr is not None
        assert not child.stderr.read()
        api.http.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [("speed: 0\n", ":1: speed: "), ("speed: [\n", ":2: "), ("nothing: 1\n", "'nothing' is not known")],
)
def test_a_scenario_that_does_not_fit_ends_it_with_3_and_a_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    command = [sys.executable, "-m", "simulator", "--scenario", str(path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(str(path))
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told(simulator: Simulator) -> None:
    port = str(urlsplit(simulator.api).port)
    command = [sys.executable, "-m", "simulator", "--api-port", port]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 3
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_simulator_goes_on_where_it_was(tmp_path: Path) -> None:
    persist = ("--persist", str(tmp_path / "state.json"), "--speed", "100")
    with process(*persist) as (child, urls):
        api = caller(urls, ("flowsync", "secret-of-flowsync"))
        requests.patch(f"{urls['admin']}/settings", json={"jobSeconds": 100}, timeout=5)
        job_id = api.upload(document())
        assert api.job(job_id)["status"] == "Started"
        child.kill()
        child.wait()
    names = ("api", "login", "gateway")
    ports = [part for name in names for part in (f"--{name}-port", str(urlsplit(urls[name]).port))]
    with process(*persist, *ports) as (_, again):
        assert again == urls
        requests.post(f"{urls['admin']}/clock", json={"advance": 60}, timeout=5)
        state = api.job(job_id)
        assert state["status"] == "Success"
        (flow,) = api.get("flows")["entities"]
        assert flow["id"] == state["flow"]["id"]
    api.http.close()


def test_what_was_seen_once_is_the_same_after_a_kill(tmp_path: Path) -> None:
    persist = tmp_path / "state.json"
    with running(persist=persist) as simulator:
        api = Api(simulator)
        job_id = api.upload(document())
        simulator.org.advance(60)
        seen = api.job(job_id)
        left = persist.read_bytes()
        api.http.close()
    persist.write_bytes(left)
    with running(persist=persist) as simulator:
        api = Api(simulator)
        assert api.job(job_id) == seen
        assert [flow.id for flow in simulator.org.flows()] == [seen["flow"]["id"]]
        api.http.close()


def test_a_thousand_flows_are_loaded_and_listed() -> None:
    flows = [{"document": document(f"Flow {number}")} for number in range(1000)]
    with running(fixture={"flows": flows}) as simulator:
        api = Api(simulator)
        pages = [api.get("flows", pageSize=500, pageNumber=number) for number in (1, 2)]
        assert len({flow["id"] for page in pages for flow in page["entities"]}) == 1000
        api.http.close()
