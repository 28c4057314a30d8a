from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from simulator.testing import Org
from tests.simulator.conftest import Api, document

Body = dict[str, Any]


@pytest.fixture
def flow_id(org: Org) -> str:
    org.add("routing/queues", "Sales")
    return str(org.add_flow(document(queue="Sales")).id)


def saved(api: Api, flow_id: str, configuration: Body) -> Body:
    return dict(api.post(f"flows/{flow_id}/versions", configuration))


def operation(api: Api, org: Org, flow_id: str, action: str) -> Body:
    """Let an asynchronous action end, and return how."""
    api.post(f"flows/actions/{action}", flow=flow_id)
    org.advance(30)
    return dict(api.get(f"flows/{flow_id}")["currentOperation"])


def test_a_configuration_names_objects_by_id(api: Api, org: Org, flow_id: str) -> None:
    configuration = api.get(f"flows/{flow_id}/latestconfiguration")
    (queue,) = configuration["manifest"]["queue"]
    assert queue["id"] == org.dump()["objects"]["routing/queues"][0]["id"]
    assert (configuration["type"], configuration["defaultLanguage"]) == ("inboundcall", "en-US")
    assert configuration == api.get(f"flows/{flow_id}/versions/1.0/configuration")


def test_a_saved_configuration_is_a_draft_that_its_client_holds(api: Api, flow_id: str) -> None:
    configuration = {**api.get(f"flows/{flow_id}/latestconfiguration"), "description": "New"}
    version = saved(api, flow_id, configuration)
    assert version["type"] == "SAVE"
    flow = api.get(f"flows/{flow_id}")
    assert flow["lockedClient"]["id"] == "flowsync"
    assert flow["savedVersion"]["id"] == version["id"]
    assert api.get(f"flows/{flow_id}/latestconfiguration") == configuration
    assert api.get(f"flows/{flow_id}/versions/1.0/configuration") != configuration


def test_a_configuration_comes_out_as_the_document_that_went_in(api: Api, org: Org, flow_id: str) -> None:
    configuration = api.get(f"flows/{flow_id}/latestconfiguration")
    saved(api, flow_id, configuration)
    assert operation(api, org, flow_id, "publish")["actionStatus"] == "SUCCESS"
    jobs = [api.export({"flow": {"id": flow_id, "version": one}}) for one in ("1.0", "2.0")]
    org.advance(30)
    old, new = (requests.get(api.get(f"flows/export/jobs/{one}")["downloadUrl"], timeout=5).text for one in jobs)
    assert old == new
    assert "targetQueue" in new


def test_an_id_that_the_organisation_does_not_have_fails_at_publish(api: Api, org: Org, flow_id: str) -> None:
    configuration = api.get(f"flows/{flow_id}/latestconfiguration")
    configuration["manifest"]["queue"][0]["id"] = "of-another-organisation"
    saved(api, flow_id, configuration)
    failed = operation(api, org, flow_id, "publish")
    assert (failed["actionStatus"], failed["complete"]) == ("FAILURE", True)
    assert "of-another-organisation" in failed["errorMessage"]
    assert org.flow("Main line").published == "1.0"
    assert operation(api, org, flow_id, "checkin")["actionStatus"] == "SUCCESS"


def test_a_configuration_of_a_locked_flow_is_refused(api: Api, org: Org, flow_id: str) -> None:
    configuration = api.get(f"flows/{flow_id}/latestconfiguration")
    org.act("lock", "Main line", user="Author")
    assert api.call("POST", f"flows/{flow_id}/versions", json=configuration).status_code == 409


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(None, "architect.flow.data.missing", id="nothing"),
        pytest.param(
            {"flowMetaData": {}}, "architect.flow.version.validate.failed.configuration.version", id="no version"
        ),
        pytest.param(
            {"flowMetaData": "1.0"}, "architect.flow.version.validate.failed.configuration.version", id="text"
        ),
        pytest.param({"type": "bot"}, "architect.object.validate.failed.value", id="another type"),
        pytest.param({"flowSequenceItemList": None}, "architect.object.validate.failed.value", id="no items"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(api: Api, flow_id: str, change: Body | None, code: str) -> None:
    body = {} if change is None else {**api.get(f"flows/{flow_id}/latestconfiguration"), **change}
    answer = api.call("POST", f"flows/{flow_id}/versions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_an_export_for_architect_is_the_encoded_configuration(api: Api, org: Org, flow_id: str) -> None:
    bot = org.add_flow(name="Bot", flow_type="bot")
    rows = [{"flow": {"id": one}, "exportType": "Architect"} for one in (flow_id, bot.id)]
    job_id = api.export(*rows)
    org.advance(30)
    content = requests.get(api.get(f"flows/export/jobs/{job_id}")["downloadUrl"], timeout=5).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist(), key=lambda name: name.rpartition(".")[2])
        assert [name.rpartition(".")[2] for name in names] == ["i3BotFlow", "i3InboundFlow"]
        decoded = json.loads(unquote(base64.b64decode(archive.read(names[1])).decode()))
    assert decoded == api.get(f"flows/{flow_id}/latestconfiguration")


def test_an_export_may_name_settings_that_the_document_does_not(api: Api, org: Org, flow_id: str) -> None:
    texts = []
    for adds in (False, True):
        org.settings(export_adds_defaults=adds)
        job_id = api.export({"flow": {"id": flow_id}})
        org.advance(30)
        texts.append(requests.get(api.get(f"flows/export/jobs/{job_id}")["downloadUrl"], timeout=5).text)
    assert ["settingsErrorHandling" in text for text in texts] == [False, True]
    assert "defaultLanguageSkill" in texts[1]
    assert set(texts[0].splitlines()) < set(texts[1].splitlines())


def test_an_export_type_that_is_not_known_is_refused(api: Api, flow_id: str) -> None:
    body = {"flows": [{"flow": {"id": flow_id}, "exportType": "Json"}]}
    answer = api.call("POST", "flows/export/jobs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid.value")


def test_a_flow_can_be_created_without_a_document(api: Api, org: Org) -> None:
    home = api.get("authorization/divisions/home")["id"]
    body = {"name": "New", "type": "INBOUNDCALL", "description": "Empty", "division": {"id": home}}
    made = api.post("flows", body)
    assert (made["type"], made["active"], made["description"]) == ("INBOUNDCALL", False, "Empty")
    assert "publishedVersion" not in made
    missing = api.call("GET", f"flows/{made['id']}/latestconfiguration")
    assert (missing.status_code, missing.json()["code"]) == (404, "flow.no.config.available")
    assert operation(api, org, made["id"], "publish")["errorCode"] == "architect.flow.data.missing"
    assert api.call("POST", "flows", json=body).status_code == 409
    api.upload("inboundCall:\n  name: New\n")
    org.advance(30)
    assert api.get(f"flows/{made['id']}")["publishedVersion"]["id"] == "1.0"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "BOT"}, "architect.flow.validate.failed.missing.name"),
        ({"name": "A"}, "architect.flow.validate.failed.missing.type"),
        ({"name": "A/B", "type": "BOT"}, "architect.flow.validate.failed.invalid.name.contains.slash"),
        ({"name": "A-debug", "type": "BOT"}, "architect.flow.validate.failed.invalid.name.contains.debug"),
        ({"name": "A", "type": "IVR"}, "invalid.value"),
        ({"name": "A", "type": "BOT", "division": {"id": "unknown"}}, "bad.request"),
    ],
)
def test_a_flow_that_does_not_fit_is_refused(api: Api, body: Body, code: str) -> None:
    answer = api.call("POST", "flows", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_flows_are_deleted_together_or_not_at_all(api: Api, org: Org) -> None:
    one, two = (org.add_flow(name=name, flow_type="bot") for name in ("A", "B"))
    org.act("lock", "B", user="Author")
    refused = api.call("DELETE", "flows", params={"id": [one.id, two.id]})
    assert (refused.status_code, refused.json()["code"]) == (400, "architect.batch.delete.failed")
    assert api.get("flows")["total"] == 2
    org.act("unlock", "B", user="Author")
    done = api.call("DELETE", "flows", params={"id": [one.id, two.id]}).json()
    assert (done["actionName"], done["actionStatus"], done["complete"]) == ("DELETE", "SUCCESS", True)
    assert api.get("flows")["total"] == 0
    assert api.call("DELETE", "flows").json()["code"] == "architect.query.parameter.missing"


def test_a_validate_job_tells_what_would_not_publish(api: Api, org: Org) -> None:
    org.add("routing/queues", "Sales")
    good = org.add_flow(document("Good", queue="Sales"))
    org.add_flow(document("Bad", queue="Gone"))
    states = []
    for rows in ([{"flow": {"id": good.id}}], [{"flow": {"name": "Bad", "type": "INBOUNDCALL"}}]):
        job = api.post("flows/validate/jobs", {"flows": rows})
        assert (job["status"], job["totalFlows"]) == ("Started", 1)
        org.advance(30)
        states.append(api.get(f"flows/validate/jobs/{job['id']}", expand="messages"))
    assert [one["status"] for one in states] == ["Success", "Failure"]
    assert states[0]["messages"] == []
    assert states[1]["messages"][0]["text"] == "find 'queue' by value of 'Gone' - no matches"
    assert api.call("POST", "flows/validate/jobs", json={"flows": []}).status_code == 400
