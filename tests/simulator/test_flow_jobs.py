from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.resolution import UNREDACTED
from simulator.testing import Org
from tests.simulator.conftest import Api, document, texts


def test_a_job_waits_for_its_file_then_runs_then_has_published(api: Api, org: Org) -> None:
    job = api.post("flows/jobs")
    assert api.get(f"flows/jobs/{job['id']}")["status"] == "Registered"
    requests.put(job["presignedUrl"], headers=job["headers"], data=document().encode(), timeout=5)
    org_wide = api.get("flows")
    assert (api.get(f"flows/jobs/{job['id']}")["status"], org_wide["total"]) == ("Started", 0)
    org.advance(60)
    state = api.get(f"flows/jobs/{job['id']}")
    assert (state["status"], state["command"]) == ("Success", "Publish")
    assert "messages" not in state
    flow = api.get(f"flows/{state['flow']['id']}")
    assert (flow["name"], flow["type"]) == ("Main line", "INBOUNDCALL")
    assert flow["publishedVersion"]["id"] == flow["checkedInVersion"]["id"] == "1.0"
    assert flow["publishedVersion"]["createdByClient"]["id"] == "flowsync"
    assert "savedVersion" not in flow


def test_the_same_name_and_type_gets_a_new_version_and_a_new_name_a_new_flow(api: Api, org: Org) -> None:
    for text in (document("A"), document("a"), document("A", key="workflow"), document("B")):
        api.upload(text)
        org.advance(60)
    flows = {(flow.name, flow.type): flow for flow in org.flows()}
    assert set(flows) == {("A", "inboundcall"), ("A", "workflow"), ("B", "inboundcall")}
    assert flows["A", "inboundcall"].published == "2.0"
    assert flows["A", "inboundcall"].publish_count == 2


def test_the_uncertain_ways_to_show_a_publish_are_switches(api: Api, org: Org) -> None:
    api.upload(document())
    org.advance(60)
    (flow,) = api.get("flows")["entities"]
    assert (flow["publishedBy"]["id"], "savedVersion" in flow) == ("flowsync", False)
    org.settings(client_as_publisher=False, saved_version_after_publish=True)
    (flow,) = api.get("flows")["entities"]
    assert ("publishedBy" in flow, flow["savedVersion"]["id"]) == (False, "1.0")


@pytest.mark.parametrize("name", ["x-amz-server-side-encryption", "x-amz-meta-jobid"])
@pytest.mark.parametrize("change", ["missing", "changed"])
def test_an_upload_needs_exactly_the_signed_headers(api: Api, name: str, change: str) -> None:
    job = api.post("flows/jobs")
    headers = dict(job["headers"])
    if change == "missing":
        del headers[name]
    else:
        headers[name] += "x"
    answer = requests.put(job["presignedUrl"], headers=headers, data=b"x", timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/xml")
    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    assert api.job(job["id"])["status"] == "Registered"


def test_an_upload_with_a_token_or_another_verb_or_signature_or_too_late_is_refused(api: Api, org: Org) -> None:
    job = api.post("flows/jobs")
    url, headers = job["presignedUrl"], job["headers"]
    both = requests.put(url, headers={**headers, "Authorization": "Bearer x"}, data=b"x", timeout=5)
    assert both.status_code == 400
    assert "Only one auth mechanism allowed" in both.text
    assert requests.get(url, headers=headers, timeout=5).status_code == 403
    assert requests.post(url, headers=headers, timeout=5).status_code == 405
    assert requests.put(url[:-1] + "!", headers=headers, timeout=5).status_code == 403
    unsigned = requests.put(url, headers={**headers, "x-amz-acl": "public-read"}, timeout=5)
    assert "not signed" in unsigned.text
    org.advance(1000)
    late = requests.put(url, headers=headers, data=b"x", timeout=5)
    assert (late.status_code, "Request has expired" in late.text) == (403, True)
    assert "/api/v2" not in url


def test_each_arrival_of_the_file_starts_the_job_once_more(api: Api, org: Org) -> None:
    job = api.post("flows/jobs")
    for _ in range(2):
        requests.put(job["presignedUrl"], headers=job["headers"], data=document().encode(), timeout=5)
        org.advance(60)
    assert org.flow("Main line").publish_count == 2


def test_two_jobs_for_one_flow_at_a_time_are_one_too_many(api: Api, org: Org) -> None:
    first, second = api.upload(document()), api.upload(document())
    org.advance(60)
    assert api.job(first)["status"] == "Success"
    failed = api.job(second)
    assert failed["status"] == "Failure"
    assert "is locked by another entity. You can use the --forceUnlock" in texts(failed)[0]
    assert org.flow("Main line").publish_count == 1


@pytest.mark.parametrize("holder", [{"user": "Supervisor"}, {"client": "Other client"}])
def test_a_flow_that_somebody_else_holds_is_not_published(api: Api, org: Org, holder: dict[str, Any]) -> None:
    org.add_flow(document())
    org.act("lock", "Main line", **holder)
    job_id = api.upload(document())
    org.advance(60)
    assert "( name: 'Main line' type: 'inboundcall' ) is locked by another entity" in texts(api.job(job_id))[0]
    assert org.flow("Main line").published == "1.0"
    flow = api.get("flows")["entities"][0]
    kind = "lockedUser" if "user" in holder else "lockedClient"
    assert flow[kind]["name"] == next(iter(holder.values()))


def test_a_running_job_holds_the_flow_for_its_client(api: Api, org: Org) -> None:
    org.add_flow(document())
    org.settings(job_seconds=10_000)
    api.upload(document())
    (flow,) = api.get("flows")["entities"]
    assert flow["lockedClient"]["id"] == "flowsync"


def test_a_draft_without_a_lock_is_lost(api: Api, org: Org) -> None:
    org.add_flow(document())
    org.act("save-draft", "Main line", user="Supervisor")
    (flow,) = api.get("flows")["entities"]
    assert flow["savedVersion"]["id"].startswith("saved_version_")
    assert flow["savedVersion"]["createdBy"]["name"] == "Supervisor"
    api.upload(document())
    org.advance(60)
    assert org.flow("Main line").draft is None
    assert org.flow("Main line").published == "2.0"


def test_a_missing_name_fails_with_unredacted_diagnostics(api: Api, org: Org) -> None:
    job_id = api.upload(document(queue="Sales"))
    org.advance(60)
    job = api.job(job_id)
    assert job["status"] == "Failure"
    assert texts(job) == [
        "find 'queue' by value of 'Sales' - no matches",
        "Architect Scripting session ended in error ( code: 99 )",
    ]
    (detail,) = job["messages"][0]["details"]
    assert detail["type"] == "NetworkDiagnostic"
    assert UNREDACTED in detail["requestBody"]
    assert UNREDACTED in detail["responseBody"]
    assert job["messages"][0]["type"] == "Error"
    assert org.flows() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inboundCall:\n  name: [", "the YAML could not be parsed"),
        ("inboundCall:\n\tname: A\n", "the YAML could not be parsed"),
        ("inboundCall:\n  name: A\n  name: B\n", "duplicated mapping key 'name', line 3"),
        ("inboundCall:\n  name: A\nworkflow:\n  name: B\n", "exactly one top-level key"),
        ("a:\n---\nb:\n", "the YAML could not be parsed"),
        ("", "no YAML document"),
        ("ivr:\n  name: A\n", "'ivr' is not a flow type"),
        ("inboundCall:\n  description: A\n", "the flow has no name"),
        ("inboundCall:\n  name: a/b\n", "must not contain forward slashes"),
        ("inboundCall:\n  name: a-debug\n", "must not end with '-debug'"),
        ("inboundCall: text\n", "must hold the settings"),
        ("inboundCall:\n  name: A\n  division: Nowhere\n", "find 'division' by value of 'Nowhere' - no matches"),
        ("inboundCall:\n  name: A\n  startUpRef: ./menus/menu[gone]\n", "startUpRef './menus/menu[gone]'"),
        ("inboundCall:\n  name: A\n  startUpRef: ./nope\n", "startUpRef './nope'"),
        ("inboundCall:\n  name: A\n  startUpRef: nope\n", "startUpRef 'nope'"),
        ("inboundCall:\n  name: A\n  startUpRef: ./menus/menu[a]\n  tasks: [task: {refId: a}]\n", "'./menus/menu[a]'"),
        (b"inboundCall:\n  name: \xff\n", "not UTF-8"),
    ],
)
def test_a_document_that_cannot_be_used_fails_with_its_reason(
    api: Api, org: Org, text: str | bytes, message: str
) -> None:
    job_id = api.upload(text)
    org.advance(60)
    job = api.job(job_id)
    assert job["status"] == "Failure"
    assert message in texts(job)[0]


def test_an_alias_bomb_fails_quickly(api: Api, org: Org) -> None:
    levels = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    job_id = api.upload(f"inboundCall:\n  name: A\n  a0: &a0 [x]\n{levels}")
    org.advance(60)
    assert "once its aliases are expanded" in texts(api.job(job_id))[0]


def test_unquoted_yes_and_no_stay_text(api: Api, org: Org) -> None:
    extra = "  outputs:\n    yes:\n      targetQueue: {lit: {name: Sales}}\n    no: {}\n"
    org.add("routing/queues", "Sales")
    job_id = api.upload(document(extra=extra))
    org.advance(60)
    assert api.job(job_id)["status"] == "Success"


def test_a_referenced_flow_must_be_published(api: Api, org: Org) -> None:
    org.add_flow(name="Greeter", flow_type="bot")
    org.act("deactivate", "Greeter", user="Supervisor")
    job_id = api.upload(document(extra="  x:\n    botFlow:\n      Greeter:\n        ver_latestPublished: {}\n"))
    org.advance(60)
    assert "find 'botFlow' by value of 'Greeter' - no matches" in texts(api.job(job_id))


def calls(name: str, other: str) -> str:
    return document(
        name, key="commonModule", extra=f"  x:\n    commonModule:\n      {other}:\n        ver_latestPublished: {{}}\n"
    )


def test_stubs_break_the_circle_of_two_flows(api: Api, org: Org) -> None:
    job_id = api.upload(calls("A", "B"))
    org.advance(60)
    assert api.job(job_id)["status"] == "Failure"
    assert api.job(api.upload(calls("A", "B"), stubs=True))["status"] == "Started"
    org.advance(60)
    stub = org.flow("B", "commonmodule")
    assert (stub.published, stub.published_by and stub.published_by.id) == ("1.0", "flowsync")
    job_id = api.upload(calls("B", "A"))
    org.advance(60)
    assert api.job(job_id)["status"] == "Success"
    assert org.flow("B", "commonmodule").published == "2.0"
    assert org.flow("A", "commonmodule").published == "1.0"


def test_stubs_help_for_flows_only(api: Api, org: Org) -> None:
    job_id = api.upload(document(queue="Sales"), stubs=True)
    org.advance(60)
    assert texts(api.job(job_id))[0] == "find 'queue' by value of 'Sales' - no matches"


@pytest.mark.parametrize(("resets", "kept"), [(False, ("before", "Sales")), (True, ("", "Home"))])
def test_what_a_document_does_not_say_is_kept_or_reset(
    api: Api, org: Org, *, resets: bool, kept: tuple[str, str]
) -> None:
    org.settings(publish_resets_metadata=resets)
    org.add("authorization/divisions", "Sales")
    org.add_flow(document(extra="  description: before\n  division: sales\n"))
    api.upload(document())
    org.advance(60)
    (flow,) = api.get("flows")["entities"]
    assert (flow.get("description", ""), flow["division"]["name"]) == kept


def test_jobs_can_be_made_to_fail_with_and_without_messages(api: Api, org: Org) -> None:
    org.job_fault(flow="Main line", messages=["the platform is tired"])
    org.job_fault(flow="Main line", messages=[])
    found = []
    for _ in range(3):
        job_id = api.upload(document())
        org.advance(60)
        job = api.job(job_id)
        found.append((job["status"], texts(job)))
    assert found == [("Failure", ["the platform is tired"]), ("Failure", []), ("Success", [])]
    assert org.flow("Main line").publish_count == 1


def test_jobs_can_get_stuck_warn_or_lie(api: Api, org: Org) -> None:
    org.job_fault(outcome="stuck")
    stuck = api.upload(document())
    org.advance(10_000)
    assert api.job(stuck)["status"] == "Started"
    org.job_fault(outcome="success", messages=[{"type": "Warning", "text": "old action"}])
    warned = api.upload(document("B"))
    org.advance(60)
    assert (api.job(warned)["status"], api.job(warned)["messages"][0]["type"]) == ("Success", "Warning")
    org.job_fault(outcome="lost")
    lied = api.upload(document("B"))
    org.advance(60)
    assert api.job(lied)["status"] == "Success"
    assert org.flow("B").published == "1.0"


def test_an_unknown_job_is_not_found_and_stubs_are_yes_or_no(api: Api) -> None:
    assert api.call("GET", "flows/jobs/unknown").status_code == 404
    assert api.call("POST", "flows/jobs", json={"createStubs": "yes"}).status_code == 400
