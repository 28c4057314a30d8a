from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import requests
import yaml

from simulator.testing import Org
from tests.simulator.conftest import Api, document, texts

MENU = """\
inboundCall:
  startUpRef: ./menus/menu[main]
  name: 'Main line'
  priority: "0"
  level: 0
  menus:
    - menu:
        name: Main Menu
        refId: main
        choices:
          - menuJumpToTask: {targetTaskRef: "./tasks/task[bye]"}
  tasks:
    - task: {name: Bye, refId: bye, outputs: {"yes": {}, no: {}}}
"""


def finished(api: Api, org: Org, *items: dict[str, Any]) -> Any:
    job_id = api.export(*items)
    org.advance(60)
    return api.get(f"flows/export/jobs/{job_id}", expand="messages")


def download(job: Any) -> bytes:
    answer = requests.get(job["downloadUrl"], timeout=5)
    assert answer.status_code == 200
    return answer.content


def test_one_flow_comes_out_as_a_document_of_equal_meaning_and_other_bytes(api: Api, org: Org) -> None:
    flow = org.add_flow(MENU)
    job = finished(api, org, {"flow": {"id": flow.id, "version": "1.0"}, "fileName": "main"})
    assert (job["status"], job["command"], job["messages"]) == ("Success", "Export", [])
    text = download(job).decode()
    assert text != MENU
    body = yaml.load(text, Loader=yaml.BaseLoader)["inboundCall"]  # noqa: S506 (reads text only)
    assert list(body)[:5] == ["name", "division", "startUpRef", "supportedLanguages", "priority"]
    assert body["division"] == "Home"
    assert body["startUpRef"] == "/inboundCall/menus/menu[Main Menu_10]"
    assert body["menus"][0]["menu"]["refId"] == "Main Menu_10"
    jump = body["menus"][0]["menu"]["choices"][0]["menuJumpToTask"]
    assert jump["targetTaskRef"] == "/inboundCall/tasks/task[Bye_11]"
    assert list(body["tasks"][0]["task"]["outputs"]) == ["yes", "no"]
    assert 'priority: "0"' in text
    assert "level: 0" in text


def test_several_flows_come_out_in_a_zip_with_the_asked_names(api: Api, org: Org) -> None:
    first, second = org.add_flow(document("A")), org.add_flow(document("B"))
    job = finished(
        api,
        org,
        {"flow": {"id": first.id}, "fileName": "one"},
        {"flow": {"name": second.name, "type": "INBOUNDCALL"}, "fileName": "two", "exportType": "Yaml"},
    )
    with zipfile.ZipFile(io.BytesIO(download(job))) as archive:
        assert archive.namelist() == ["one.yaml", "two.yaml"]
        assert b"name: B" in archive.read("two.yaml")


def test_a_version_is_what_it_was_and_without_one_a_draft_leaks(api: Api, org: Org) -> None:
    flow = org.add_flow(document(extra="  description: first\n"))
    org.act("edit", "Main line", user="Supervisor", document=document(extra="  description: second\n"))
    org.act("save-draft", "Main line", user="Supervisor", document=document(extra="  draft: yes\n"))
    old = finished(api, org, {"flow": {"id": flow.id, "version": "1.0"}, "fileName": "a"})
    new = finished(api, org, {"flow": {"id": flow.id, "version": "2.0"}, "fileName": "a"})
    leaked = finished(api, org, {"flow": {"id": flow.id}, "fileName": "a"})
    assert b"description: first" in download(old)
    assert b"description: second" in download(new)
    assert b"draft: yes" in download(leaked)


def test_a_job_is_not_over_at_once_and_a_download_needs_its_url_and_no_token(api: Api, org: Org) -> None:
    flow = org.add_flow(document())
    org.settings(export_seconds=10_000)
    job_id = api.export({"flow": {"id": flow.id}})
    pending = api.get(f"flows/export/jobs/{job_id}")
    assert (pending["status"], "downloadUrl" in pending) == ("Started", False)
    org.advance(60)
    url = api.get(f"flows/export/jobs/{job_id}")["downloadUrl"]
    assert requests.get(url, headers={"Authorization": f"Bearer {api.token}"}, timeout=5).status_code == 400
    assert requests.get(url.split("?")[0], timeout=5).status_code == 403
    assert requests.put(url, timeout=5).status_code == 403
    assert requests.get(url, timeout=5).status_code == 200
    org.advance(1000)
    assert requests.get(url, timeout=5).status_code == 403


def test_an_unknown_flow_fails_with_the_words_that_hide_a_rate_limit(api: Api, org: Org) -> None:
    job = finished(api, org, {"flow": {"id": "unknown"}, "fileName": "a"})
    assert job["status"] == "Failure"
    assert texts(job) == ["could not find the flow with id 'unknown'", "setting the Archy exit code to 107"]


def test_an_export_can_be_made_to_fail_once(api: Api, org: Org) -> None:
    flow = org.add_flow(document())
    org.job_fault(job="export", messages=["setting the Archy exit code to 107"])
    item = {"flow": {"id": flow.id}, "fileName": "a"}
    assert [finished(api, org, item)["status"] for _ in range(2)] == ["Failure", "Success"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"flows": []},
        {"flows": [{"flow": {"name": "A"}}]},
        {"flows": [{"flow": {"id": "x"}, "fileName": "a b"}]},
        {"flows": [{"flow": {"id": "x"}, "exportType": "Pdf"}]},
        {"flows": [{"flow": {"id": "x", "other": 1}}]},
    ],
)
def test_an_export_that_does_not_say_what_it_wants_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.call("POST", "flows/export/jobs", json=body).status_code == 400


def test_an_unknown_export_job_is_not_found(api: Api) -> None:
    assert api.call("GET", "flows/export/jobs/unknown").status_code == 404
