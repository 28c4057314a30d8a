from __future__ import annotations

import pytest
import requests

from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api, document

SPEED = 200


def flow(org: Org) -> None:
    org.add_flow(document("Main line"), user="Author")


def pass_time(org: Org, seconds: float) -> None:
    """Let simulated seconds pass."""
    org.advance(seconds / SPEED)


def test_an_act_happens_at_its_time_and_not_before(org: Org, api: Api) -> None:
    flow(org)
    org.freeze()
    org.act("lock", "Main line", user="Supervisor", after=60)

    pass_time(org, 59)
    before = api.get("flows")["entities"][0]
    pass_time(org, 2)
    after = api.get("flows")["entities"][0]

    assert "lockedUser" not in before
    assert after["lockedUser"]["name"] == "Supervisor"


def test_an_act_bears_the_time_at_which_it_was_due_and_not_that_of_the_next_look(org: Org) -> None:
    flow(org)
    org.freeze()
    planned = org.now() + 60 / SPEED
    org.act("edit", "Main line", user="Supervisor", after=60)
    pass_time(org, 600)

    (note,) = org.acts()
    assert note.at == pytest.approx(planned)
    assert org.flow("Main line").history[-1].at == pytest.approx(planned)


def test_an_act_may_come_again_and_again(org: Org) -> None:
    flow(org)
    org.freeze()
    org.act("edit", "Main line", user="Supervisor", after=10, every=30)

    published = []
    for _ in range(4):
        pass_time(org, 24)
        published.append(org.flow("Main line").publish_count)

    assert published == [2, 3, 4, 4]


def test_acts_happen_in_the_order_of_their_times(org: Org) -> None:
    flow(org)
    org.freeze()
    org.act("unlock", "Main line", user="Second", after=20)
    org.act("lock", "Main line", user="First", after=10)
    pass_time(org, 30)

    assert [note.act.do for note in org.acts()] == ["lock", "unlock"]
    assert org.flow("Main line").locked_by is None


def test_an_act_that_is_refused_in_its_time_is_noted_and_harms_nobody(org: Org, api: Api) -> None:
    org.act("lock", "Nobody", user="Supervisor", after=0)
    org.act("lock", "Nobody", user="Supervisor", at_call={"path": "organizations/me"})

    assert api.call("GET", "organizations/me").status_code == 200
    assert ["There is no flow" in note.refusal for note in org.acts()] == [True, True]


def test_what_waits_is_listed_and_taken_back_with_the_faults(org: Org, simulator: Simulator) -> None:
    flow(org)
    org.act("lock", "Main line", user="Supervisor", after=1000)
    org.act("edit", "Main line", user="Supervisor", at_call={"path": "x", "n": 3})

    waiting = requests.get(f"{simulator.admin}/acts", timeout=5).json()
    org.clear_faults()
    left = requests.get(f"{simulator.admin}/acts", timeout=5).json()

    assert (len(waiting["planned"]), len(waiting["staged"])) == (1, 1)
    assert (left["planned"], left["staged"]) == ([], [])


def test_a_publish_by_hand_takes_the_draft_and_the_lock_with_it(org: Org) -> None:
    flow(org)
    org.act("save-draft", "Main line", user="Supervisor", document=document("Main line", queue="Sales"), lock=True)
    org.act("publish", "Main line", user="Supervisor")

    seen = org.flow("Main line")
    assert (seen.published, seen.draft, seen.locked_by) == ("2.0", None, None)
    assert "Sales" in seen.versions[-1].document


def test_a_frozen_clock_ends_no_job_until_it_is_moved_or_goes_on(org: Org, api: Api) -> None:
    org.settings(job_seconds=0, job_seconds_per_kilobyte=0)
    org.freeze()
    org.settings(job_seconds=SPEED)
    job = api.upload(document("Main line"))
    still = api.job(job)["status"]
    org.advance(1.01)
    moved = api.job(job)["status"]
    stands = org.now()
    again = org.now()
    org.resume()

    assert (still, moved) == ("Started", "Success")
    assert stands == again
    assert org.now() >= stands


def test_the_clock_is_told_and_set_through_the_admin_api(simulator: Simulator) -> None:
    clock = f"{simulator.admin}/clock"
    frozen = requests.post(clock, json={"frozen": True}, timeout=5).json()
    moved = requests.post(clock, json={"advance": 90}, timeout=5).json()
    shown = requests.get(clock, timeout=5).json()
    going = requests.post(clock, json={"frozen": False}, timeout=5).json()

    assert moved["epochSeconds"] - frozen["epochSeconds"] == pytest.approx(90)
    assert shown == moved
    assert (shown["frozen"], going["frozen"]) == (True, False)
