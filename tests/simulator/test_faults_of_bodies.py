from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import pytest
import requests

from simulator.testing import Org, Simulator, running
from tests.simulator.conftest import Api


def statuses(api: Api, number: int) -> list[int]:
    return [api.call("GET", "organizations/me").status_code for _ in range(number)]


def test_the_content_type_can_be_wrong_while_the_answer_is_right(api: Api, org: Org) -> None:
    org.fault(path="organizations/me$", content_type="text/html; charset=utf-8")

    answer = api.call("GET", "organizations/me")

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.json()["id"] == org.id


def test_a_body_that_drips_arrives_whole_but_in_pieces(api: Api, simulator: Simulator) -> None:
    simulator.org.fault(path="organizations/me$", drip=0.2, times=1)
    connection = http.client.HTTPConnection(urlsplit(simulator.api).netloc, timeout=5)
    connection.request("GET", "/api/v2/organizations/me", headers={"Authorization": f"Bearer {api.token}"})
    answer = connection.getresponse()

    pieces = iter(lambda: answer.read1(100_000), b"")
    received = list(pieces)
    connection.close()

    assert len(received) > 1
    assert len(b"".join(received)) == int(answer.headers["Content-Length"])


def test_a_fault_with_a_chance_hits_the_same_calls_for_the_same_seed(api: Api, org: Org) -> None:
    seen = []
    for seed in (1, 1, 2):
        org.clear_faults()
        org.fault(path="organizations/me$", chance=0.5, seed=seed, status=503)
        seen.append(statuses(api, 20))

    assert seen[0] == seen[1] != seen[2]
    assert set(seen[0]) == {200, 503}


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 200), (1.0, 503)])
def test_a_chance_of_zero_hits_none_and_of_one_hits_all(api: Api, org: Org, chance: float, expected: int) -> None:
    org.fault(path="organizations/me$", chance=chance, status=503)

    assert set(statuses(api, 10)) == {expected}


def test_a_fault_is_switched_off_and_on_through_the_admin_api(api: Api, simulator: Simulator) -> None:
    faults = f"{simulator.admin}/faults"
    made = requests.post(faults, json={"match": {"path": "me$"}, "fault": {"status": 500}}, timeout=5).json()

    before = statuses(api, 1)
    requests.patch(f"{faults}/{made['id']}", json={"enabled": False}, timeout=5)
    without = statuses(api, 2)
    requests.patch(f"{faults}/{made['id']}", json={"enabled": True}, timeout=5)
    again = statuses(api, 1)
    (shown,) = requests.get(faults, timeout=5).json()
    requests.delete(f"{faults}/{made['id']}", timeout=5)

    assert (before, without, again) == ([500], [200, 200], [500])
    assert (shown["seen"], shown["hits"]) == (2, 2)
    assert statuses(api, 1) == [200]


def test_a_fault_that_is_not_there_or_makes_no_sense_is_refused(simulator: Simulator) -> None:
    faults = f"{simulator.admin}/faults"

    assert requests.patch(f"{faults}/none", json={"enabled": True}, timeout=5).status_code == 404
    assert requests.post(faults, json={"match": {"path": "("}, "fault": {}}, timeout=5).status_code == 400
    assert requests.post(faults, json={"chance": 2, "fault": {}}, timeout=5).status_code == 400


def test_the_log_tells_which_fault_hit_a_call_and_how_long_it_was_held_back(api: Api, org: Org) -> None:
    org.fault(path="organizations/me$", delay=0.05)
    statuses(api, 1)

    (record,) = org.calls(path="organizations/me")
    assert record.fault == org.faults()[0].id
    assert record.wait == 50.0
    assert record.ms < 10_000


def test_latency_is_divided_by_the_speed_and_is_no_part_of_the_simulators_own_time() -> None:
    with running(speed=10) as simulator:
        simulator.org.settings(latency_seconds=5)
        api = Api(simulator)
        began = time.monotonic()
        statuses(api, 1)
        passed = time.monotonic() - began
        (record,) = simulator.org.calls(path="organizations/me")
        api.http.close()

    assert record.wait == 500.0
    assert passed >= 0.5
