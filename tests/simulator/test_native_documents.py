"""Real native configurations: held as they are, strict about ids when they are published."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests
import yaml

from simulator.testing import Org, running
from tests.simulator.conftest import Api, document
from tests.simulator.native_sample import ACT, STATE, UNKNOWN, Ids, configuration, prepared

Body = dict[str, Any]
Change = Callable[[Body, Ids], object]


@pytest.fixture
def ids(org: Org) -> Ids:
    return prepared(org)


def deployed(api: Api, org: Org, flow_id: str, body: Body) -> Body:
    """Go the whole way from checkout to publish; return the last operation."""
    api.post("flows/actions/checkout", flow=flow_id)
    api.post(f"flows/{flow_id}/versions", body)
    api.post("flows/actions/checkin", flow=flow_id)
    org.advance(30)
    api.post("flows/actions/publish", flow=flow_id)
    org.advance(30)
    return dict(api.get(f"flows/{flow_id}")["currentOperation"])


def exported(api: Api, org: Org, flow_id: str, kind: str) -> bytes:
    job = api.export({"flow": {"id": flow_id}, "exportType": kind})
    org.advance(30)
    return requests.get(api.get(f"flows/export/jobs/{job}")["downloadUrl"], timeout=5).content


def made(api: Api, name: str = "Main line") -> str:
    return str(api.post("flows", {"name": name, "type": "INBOUNDCALL"})["id"])


def actions(body: Body) -> dict[str, Body]:
    return {one["name"]: one for item in body["flowSequenceItemList"] for one in item["actionList"]}


def test_a_configuration_is_read_back_as_it_was_saved(api: Api, org: Org, ids: Ids) -> None:
    body, flow_id = configuration(ids), made(api)

    assert deployed(api, org, flow_id, body)["actionStatus"] == "SUCCESS"

    flow = api.get(f"flows/{flow_id}")
    published = flow["publishedVersion"]["id"]
    assert ("lockedClient" in flow, "savedVersion" in flow, flow["description"]) == (False, False, "Natively")
    assert api.get(f"flows/{flow_id}/latestconfiguration") == body
    assert api.get(f"flows/{flow_id}/versions/{published}/configuration") == body
    assert json.loads(unquote(base64.b64decode(exported(api, org, flow_id, "Architect")).decode())) == body


def test_an_archy_export_of_it_is_an_outline_that_tells_contents_apart(api: Api, org: Org, ids: Ids) -> None:
    flow_id = made(api)
    texts = []
    for greeting in ("ToAudio(Prompt.Welcome)", "ToAudio(Prompt.Goodbye)"):
        body = configuration(ids)
        actions(body)["Greet"]["prompts"]["defaultAudio"]["text"] = greeting
        assert deployed(api, org, flow_id, body)["actionStatus"] == "SUCCESS"
        texts.append(exported(api, org, flow_id, "Yaml").decode())

    outline = yaml.safe_load(texts[0])["inboundCall"]
    assert outline["name"] == "Main line"
    assert outline["states"][0]["state"]["actionList"][0]["playAudio"]["name"] == "Greet"
    assert texts[0].replace("Welcome", "Goodbye") == texts[1]


@pytest.mark.parametrize(
    "odd",
    [
        {"flowSequenceItemList": []},
        {"flowSequenceItemList": [None, 7, "x", {"name": None, "startAction": 3}]},
        {"defaultLanguage": None, "description": 7, "manifest": []},
        {"manifest": {"queue": {"id": 1}, "acdSkill": ["x"], "strange": [{"id": "1"}]}},
        {"errorHandling": {"text": "{{x}}", "deep": [[[{"a": "\x85\u2028: #"}]]]}},
    ],
    ids=["empty", "no items", "other types", "odd manifest", "odd texts"],
)
def test_a_draft_may_hold_anything_and_every_export_of_it_is_a_document(
    api: Api, org: Org, ids: Ids, odd: Body
) -> None:
    body, flow_id = configuration(ids, **odd), made(api)

    api.post(f"flows/{flow_id}/versions", body)

    assert api.get(f"flows/{flow_id}/latestconfiguration") == body
    assert yaml.safe_load(exported(api, org, flow_id, "Yaml"))["inboundCall"]["name"] == "Main line"
    assert org.flow("Main line").draft is not None


def in_manifest(kind: str) -> Change:
    return lambda body, _: body["manifest"][kind][0].update(id=UNKNOWN)


def in_action(name: str, key: str) -> Change:
    return lambda body, _: actions(body)[name].update({key: UNKNOWN})


def in_literal(key: str) -> Change:
    return lambda body, _: actions(body)["To sales"][key][0]["config"]["lit"].update(val=UNKNOWN)


def _in_expression(body: Body, _: Ids) -> None:
    audio = actions(body)["Greet"]["prompts"]["defaultAudio"]
    audio["config"]["ToAudio"]["operands"][0]["ref"]["val"] = UNKNOWN


def _beside_expression(body: Body, _: Ids) -> None:
    actions(body)["Greet"]["prompts"]["defaultAudio"]["metaData"]["references"][0]["id"] = UNKNOWN


def _bare(body: Body, ids: Ids) -> None:
    bare = ids.action.removeprefix("custom_-_")
    body["manifest"]["dataAction"] = []
    actions(body)["Find her"]["actionId"] = bare


def _of_another_type(body: Body, ids: Ids) -> None:
    body["manifest"]["botFlow"] = body["manifest"].pop("inqueueCallFlow")


def _no_such_version(body: Body, ids: Ids) -> None:
    body["manifest"]["inqueueCallFlow"][0]["version"] = "7.0"


@pytest.mark.parametrize(
    ("change", "words", "place"),
    [
        (in_manifest("queue"), ("queue 'Sales'", "does not exist"), "manifest.queue[0].id"),
        (in_manifest("acdSkill"), ("acdSkill 'French'", "does not exist"), "manifest.acdSkill[0].id"),
        (in_manifest("dataAction"), ("dataAction 'Find'", "does not exist"), "manifest.dataAction[0].id"),
        (in_manifest("inqueueCallFlow"), ("'Waiting'", "does not exist"), "manifest.inqueueCallFlow[0].id"),
        (_of_another_type, ("botFlow 'Waiting'", "of the type 'inqueuecall'"), "manifest.botFlow[0].id"),
        (_no_such_version, ("'Waiting'", "has no version '7.0'"), "manifest.inqueueCallFlow[0].id"),
        (in_action("Look up", "datatableId"), ("dataTable 'Customers'",), "actionList[1].datatableId"),
        (in_action("Find her", "actionId"), ("dataAction 'Find'",), "actionList[2].actionId"),
        (_bare, ("dataAction 'Find'",), "actionList[2].actionId"),
        (in_action("To sales", "inQueueFlowId"), ("flow 'Waiting'",), "actionList[0].inQueueFlowId"),
        (in_literal("queues"), ("queue 'Sales'",), "queues[0].config.lit.val"),
        (in_literal("skills"), ("acdSkill 'French'",), "skills[0].config.lit.val"),
        (_in_expression, ("userPrompt 'Welcome'",), "ToAudio.operands[0].ref.val"),
        (_beside_expression, ("userPrompt 'Welcome'",), "metaData.references[0].id"),
    ],
)
def test_an_id_of_nothing_fails_the_publish_and_keeps_the_draft(
    api: Api, org: Org, ids: Ids, *, change: Change, words: tuple[str, ...], place: str
) -> None:
    body, flow_id = configuration(ids), made(api)
    change(body, ids)
    api.post(f"flows/{flow_id}/versions", body)

    api.post("flows/actions/publish", flow=flow_id)
    org.advance(30)

    flow = api.get(f"flows/{flow_id}")
    failed = flow["currentOperation"]
    assert (failed["complete"], failed["actionStatus"]) == (True, "FAILURE")
    assert failed["errorCode"] == "architect.external.publish.error"
    assert [word for word in (*words, "with the id") if word not in failed["errorMessage"]] == []
    (detail,) = failed["errorDetails"]
    assert detail["fieldName"].endswith(place)
    assert detail["entityId"] in failed["errorMessage"]
    assert ("publishedVersion" in flow, flow["lockedClient"]["id"]) == (False, "flowsync")
    assert api.get(f"flows/{flow_id}/latestconfiguration") == body


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body, _: body.update(initialSequence=ACT), ("initialSequence of 'Main line'", "task, menu or state")),
        (lambda body, _: body["flowSequenceItemList"][0].update(startAction=UNKNOWN), ("startAction of 'Start'",)),
        (in_action("Greet", "nextAction"), ("nextAction of 'Greet'", "not an action of the flow")),
        (
            lambda body, _: actions(body)["Look up"]["paths"][0].update(nextActionId=UNKNOWN),
            ("nextActionId of 'Look up'",),
        ),
        (in_action("Go on", "taskReference"), ("taskReference of 'Go on'",)),
        (
            lambda body, _: actions(body)["Look up"]["lookupKeyValue"]["config"]["ref"].update(val=UNKNOWN),
            ("'Look up' uses the variable 'Flow.Number'",),
        ),
    ],
    ids=["initial", "start", "next", "path", "task", "variable"],
)
def test_a_link_to_nothing_fails_the_publish(
    api: Api, org: Org, ids: Ids, change: Change, words: tuple[str, ...]
) -> None:
    body, flow_id = configuration(ids), made(api)
    change(body, ids)

    failed = deployed(api, org, flow_id, body)

    assert (failed["actionStatus"], failed["errorCode"]) == ("FAILURE", "architect.object.validate.failed")
    assert [word for word in words if word not in failed["errorMessage"]] == []
    flow = api.get(f"flows/{flow_id}")
    assert ("publishedVersion" in flow, flow["checkedInVersion"]["id"]) == (False, "1.0")


def test_what_only_the_editor_remembers_is_not_looked_at(api: Api, org: Org, ids: Ids) -> None:
    body = configuration(ids, uiMetaData={"dataTableTables": [{"id": UNKNOWN, "schema": {"datatableId": UNKNOWN}}]})

    assert deployed(api, org, made(api), body)["actionStatus"] == "SUCCESS"


def test_everything_that_is_missing_is_told_at_once_and_once(api: Api, org: Org, ids: Ids) -> None:
    org.remove("routing/queues", "Sales")
    org.act("deactivate", "Waiting", user="Author")

    failed = deployed(api, org, made(api), configuration(ids))

    assert [(one["entityName"], one["entityId"]) for one in failed["errorDetails"]] == [
        ("Sales", ids.queue),
        ("Waiting", ids.waiting),
    ]
    assert "'Waiting'" in failed["errorMessage"]
    assert "is not published" in failed["errorMessage"]


def test_a_flow_that_was_deleted_cannot_be_named_and_a_flow_may_name_itself(api: Api, org: Org, ids: Ids) -> None:
    flow_id = made(api)
    loop = configuration(ids)
    loop["manifest"]["inboundCallFlow"] = [{"id": flow_id, "name": "Main line", "context": []}]
    assert deployed(api, org, flow_id, loop)["actionStatus"] == "SUCCESS"

    org.act("delete", "Waiting", user="Author")
    failed = deployed(api, org, flow_id, loop)

    assert (failed["actionStatus"], "was deleted" in failed["errorMessage"]) == ("FAILURE", True)
    assert api.get(f"flows/{flow_id}")["publishedVersion"]["id"] == "1.0"


def test_dependency_tracking_and_the_page_read_the_manifest(api: Api, org: Org, ids: Ids) -> None:
    flow_id = made(api)
    deployed(api, org, flow_id, configuration(ids))

    query = {"id": flow_id, "version": "1.0", "objectType": "INBOUNDCALLFLOW"}
    used = api.get("architect/dependencytracking/consumedresources", **query)["entities"]
    users = api.get("architect/dependencytracking/consumingresources", id=ids.table, objectType="DATATABLE")["entities"]
    page = requests.get(f"{api.base}/page/flows/{flow_id}", timeout=5).text

    assert {(one["type"], one["id"]) for one in used} == {
        ("QUEUE", ids.queue),
        ("ACDSKILL", ids.skill),
        ("USERPROMPT", ids.prompt),
        ("DATATABLE", ids.table),
        ("DATAACTION", ids.action),
        ("INQUEUECALLFLOW", ids.waiting),
    }
    assert [one["id"] for one in users] == [flow_id]
    assert ("What it uses" in page, ids.queue in page, STATE in page) == (True, True, True)


def test_what_a_native_flow_uses_can_be_gone(api: Api, org: Org, ids: Ids) -> None:
    org.settings(delete_blocked_by_use=True)
    flow_id = made(api)
    deployed(api, org, flow_id, configuration(ids))

    assert api.call("DELETE", f"flows/{ids.waiting}").status_code == 409
    assert api.call("DELETE", f"flows/datatables/{ids.table}").status_code >= 400
    assert api.call("DELETE", f"routing/queues/{ids.queue}").status_code < 300
    gone = api.get("architect/dependencytracking/deletedresourceconsumers", consumedResources="true")["entities"]
    assert [(one["id"], one["consumedResources"][0]["id"]) for one in gone] == [(flow_id, ids.queue)]


def test_a_validate_job_judges_ids(api: Api, org: Org, ids: Ids) -> None:
    flow_id = made(api)
    deployed(api, org, flow_id, configuration(ids))
    org.remove("routing/queues", "Sales")

    job = api.post("flows/validate/jobs", {"flows": [{"flow": {"id": flow_id}}]})
    org.advance(30)

    state = api.get(f"flows/validate/jobs/{job['id']}", expand="messages")
    assert (state["status"], "queue 'Sales'" in state["messages"][0]["text"]) == ("Failure", True)


def test_others_can_work_with_native_contents(api: Api, org: Org, ids: Ids) -> None:
    body = configuration(ids)
    org.add_flow(native=body, user="Author")
    flow_id = org.flow("Main line").id
    assert api.get(f"flows/{flow_id}/latestconfiguration") == body

    hers = configuration(ids, description="Hers")
    org.act("save-draft", "Main line", user="Supervisor", native=hers, lock=True)
    assert api.get(f"flows/{flow_id}/latestconfiguration") == hers
    assert api.get(f"flows/{flow_id}")["lockedUser"]["name"] == "Supervisor"
    org.act("check-in", "Main line", user="Supervisor")
    assert api.get(f"flows/{flow_id}/versions/2.0/configuration") == hers
    org.act("edit", "Main line", user="Supervisor")
    edited = api.get(f"flows/{flow_id}/latestconfiguration")
    assert edited == {**hers, "description": "Hers (edited by Supervisor)"}
    assert api.get(f"flows/{flow_id}")["publishedVersion"]["id"] == "3.0"
    org.act("publish", "Main line", user="Supervisor", native=body)
    assert api.get(f"flows/{flow_id}/versions/4.0/configuration") == body
    org.act("save-draft", "Main line", user="Supervisor", document=document())
    assert api.get(f"flows/{flow_id}/latestconfiguration")["flowSequenceItemList"] == []


@pytest.mark.parametrize(("publishes", "published"), [(False, "1.0"), (True, "2.0")])
@pytest.mark.parametrize("sound", [True, False])
def test_unlocking_keeps_a_native_draft_as_it_is(
    api: Api, org: Org, ids: Ids, *, publishes: bool, published: str, sound: bool
) -> None:
    org.settings(unlock_publishes=publishes)
    org.add_flow(native=configuration(ids), user="Author")
    draft = configuration(ids, description="Draft")
    if not sound:
        in_manifest("queue")(draft, ids)
    org.act("save-draft", "Main line", user="Supervisor", native=draft, lock=True)
    flow_id = org.flow("Main line").id

    api.post("flows/actions/unlock", flow=flow_id)

    assert api.get(f"flows/{flow_id}/versions/2.0/configuration") == draft
    assert api.get(f"flows/{flow_id}")["publishedVersion"]["id"] == (published if sound else "1.0")


DEEP = 190


def test_a_configuration_and_its_operation_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    odd: Body = {"numbers": [1, 1.5, 1e300, -0.0, 2**70, True, None], "text": "ä\u2028\x00", "": {}}
    for _ in range(DEEP):
        odd = {"deep": odd}
    with running(persist=file, speed=1) as simulator:
        ids, api = prepared(simulator.org), Api(simulator)
        body, flow_id = configuration(ids, debugSettings=odd), made(api)
        simulator.org.job_fault(job="publish", messages=["Not today."])
        api.post(f"flows/{flow_id}/versions", body)
        api.post("flows/actions/publish", flow=flow_id)
        api.http.close()

    with running(persist=file) as simulator:
        simulator.org.advance(30)
        api = Api(simulator)
        flow = api.get(f"flows/{flow_id}")
        kept = api.get(f"flows/{flow_id}/latestconfiguration")
        api.http.close()

    assert (kept, list(kept)) == (body, list(body))
    assert (flow["currentOperation"]["errorMessage"], flow["lockedClient"]["id"]) == ("Not today.", "flowsync")
