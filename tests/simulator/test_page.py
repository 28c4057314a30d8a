from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api, document


def page(simulator: Simulator, path: str = "/") -> str:
    answer = requests.get(f"{simulator.api}{path}", timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return re.sub(r"\s+", " ", answer.text)


def test_an_empty_organisation_has_a_page(simulator: Simulator) -> None:
    shown = page(simulator)

    assert "Simulated organisation" in shown
    assert "No flow yet." in shown
    assert "Nobody has called yet." in shown


def test_flows_are_shown_with_their_versions_locks_drafts_and_running_jobs(simulator: Simulator, api: Api) -> None:
    org = simulator.org
    org.settings(job_seconds=100_000)
    org.add_flow(document("Main line"), user="Author")
    org.act("save-draft", "Main line", user="Supervisor", lock=True)
    org.act("check-in", "Main line", user="Second")
    org.act("save-draft", "Main line", user="Third", lock=True)
    api.upload(document("Main line"))

    shown = page(simulator)

    for text in ("Main line", "Author", "locked by Third", "draft of Third", "checked in: 2.0", "a job is publishing"):
        assert text in shown


def test_the_page_of_a_flow_shows_who_published_what(simulator: Simulator) -> None:
    flow = simulator.org.add_flow(document("Main line", queue="Sales"), user="Author")
    simulator.org.act("edit", "Main line", user="Supervisor")

    shown = page(simulator, f"/page/flows/{flow.id}")

    assert "name: Sales" in shown
    assert [name in shown for name in ("Author", "Supervisor", "1.0", "2.0", "PUBLISH")] == [True] * 5


def test_calls_are_shown_with_answer_client_times_and_fault(simulator: Simulator, api: Api) -> None:
    simulator.org.fault(path="organizations/me$", status=503, delay=0.01)
    api.call("GET", "organizations/me", params={"expand": "x"})

    shown = page(simulator)

    assert "/api/v2/organizations/me" in shown
    assert "?expand=x" in shown
    assert "503" in shown
    assert "answers 503, waits 0.01 s" in shown


def test_what_others_will_do_and_did_is_shown(simulator: Simulator) -> None:
    org = simulator.org
    org.add_flow(document("Main line"), user="Author")
    org.act("lock", "Main line", user="Planner", after=1_000_000)
    org.act("rename", "Main line", user="Stager", value="Other", at_call={"path": "x", "n": 3})
    org.act("lock", "Nobody", user="Ghost", after=0)

    shown = page(simulator)

    assert "Planner: lock &#39;Main line&#39;" in shown
    assert "Stager: rename &#39;Main line&#39; to &#39;Other&#39;" in shown
    assert "refused: There is no flow" in shown


def test_names_are_escaped(simulator: Simulator) -> None:
    simulator.org.add_flow(document("placeholder"), name="<b>bold</b>", flow_type="workflow")

    assert "<b>bold</b>" not in page(simulator)


def test_only_flows_with_the_wanted_name_are_listed(simulator: Simulator) -> None:
    for name in ("Sales line", "Support line"):
        simulator.org.add_flow(document(name))

    shown = page(simulator, "/?q=sales")

    assert "Sales line" in shown
    assert "Support line" not in shown
    assert "No flow has such a name." in page(simulator, "/?q=nothing")


def test_of_many_flows_those_that_changed_last_are_shown(simulator: Simulator) -> None:
    simulator.org.load({"flows": [{"document": document(f"Flow {number}")} for number in range(101)]})
    simulator.org.act("edit", "Flow 50", user="Somebody")

    shown = page(simulator)

    assert "101, the last 100 that changed" in shown
    assert shown.index("Flow 50<") < shown.index("Flow 100<")
    assert "Flow 0<" not in shown


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_changes_nothing(simulator: Simulator, site: str) -> None:
    simulator.org.fault(path="x", status=500)
    (fault,) = simulator.org.faults()

    answer = requests.post(
        f"{simulator.api}/page/faults/{fault.id}",
        data={"enabled": "false"},
        headers={"Sec-Fetch-Site": site},
        timeout=5,
    )

    assert answer.status_code == 403
    assert simulator.org.faults()[0].enabled


def test_wrong_addresses_and_forms_are_refused(simulator: Simulator) -> None:
    assert requests.get(f"{simulator.api}/page/flows/none", timeout=5).status_code == 404
    assert requests.post(f"{simulator.api}/page/faults/none", timeout=5).status_code == 404
    assert requests.post(f"{simulator.api}/page/clock", data={"advance": "x"}, timeout=5).status_code == 400


def test_the_login_host_has_no_page(simulator: Simulator) -> None:
    assert requests.get(f"{simulator.login}/", timeout=5).status_code == 404


def test_the_page_is_no_call_of_the_platform(simulator: Simulator, org: Org) -> None:
    page(simulator)

    assert org.calls() == []


def test_every_template_is_part_of_the_package() -> None:
    folder = Path(__file__).resolve().parents[2] / "simulator" / "templates"

    assert sorted(path.name for path in folder.iterdir()) == ["base.html", "flow.html", "overview.html"]
