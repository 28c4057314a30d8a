from __future__ import annotations

import copy
from typing import Any

import pytest

from hook.errors import FlowSyncError, PermissionDenied, UnexpectedResponse
from hook.genesys.authorization import grants, products
from hook.genesys.client import Platform
from hook.guards.permissions import GUARD
from hook.model import Grant, Verdict
from tests.mutating import mutations
from tests.unit.genesys.server import Scripted, Server, error
from tests.unit.guards.examined import Answers, change, examination, judge

SUBJECT = "/api/v2/authorization/subjects/me"
PRODUCTS = "/api/v2/authorization/products"

HOME = {"id": "d-home", "name": "Main office", "homeDivision": True}
SALES = {"id": "d-sales", "name": "Sales", "homeDivision": False}


def grant(*policies: dict[str, Any], division: dict[str, Any] = SALES, role: str = "Deployer") -> dict[str, Any]:
    return {
        "subjectId": "client-1",
        "division": division,
        "role": {"id": f"r-{role}", "name": role, "policies": list(policies), "default": False},
        "grantMadeAt": "2026-01-01T00:00:00Z",
    }


def policy(entity: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {"domain": "architect", "entityName": entity, "actions": list(actions), **more}


def subject(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"id": "client-1", "name": "flow sync", "grants": list(rows), "version": 1}


def read(server: Server, platform: Platform, body: object) -> tuple[Grant, ...]:
    server.on("GET", SUBJECT, Scripted(body=body))
    return grants(platform.session)


def test_every_action_of_every_policy_is_a_grant_in_the_division_of_its_role(
    server: Server, platform: Platform
) -> None:
    body = subject(
        grant(policy("flow", "view", "edit"), policy("job", "*")), grant(policy("flow", "add"), role="Other")
    )
    assert read(server, platform, body) == (
        Grant("architect:flow:view", "d-sales", "Sales", "Deployer"),
        Grant("architect:flow:edit", "d-sales", "Sales", "Deployer"),
        Grant("architect:job:*", "d-sales", "Sales", "Deployer"),
        Grant("architect:flow:add", "d-sales", "Sales", "Other"),
    )
    (request,) = server.called("GET", SUBJECT)
    assert request.query == {"includeFullRoles": ["true"]}


def test_the_home_division_is_called_home_whatever_its_name(server: Server, platform: Platform) -> None:
    (found,) = read(server, platform, subject(grant(policy("flow", "add"), division=HOME)))
    assert (found.division_id, found.division_name) == ("d-home", "Home")


def test_a_grant_in_all_divisions_needs_no_name(server: Server, platform: Platform) -> None:
    (found,) = read(server, platform, subject(grant(policy("flow", "add"), division={"id": "*"})))
    assert (found.division_id, found.division_name) == ("*", "")


@pytest.mark.parametrize("condition", ["it is Monday", {"conjunction": "AND"}])
def test_a_permission_under_a_condition_does_not_count(server: Server, platform: Platform, condition: object) -> None:
    rows = grant(policy("flow", "add", condition=condition), policy("flow", "edit", condition=None))
    assert [one.permission for one in read(server, platform, subject(rows))] == ["architect:flow:edit"]


def test_a_client_without_a_role_has_no_grant(server: Server, platform: Platform) -> None:
    assert read(server, platform, subject()) == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "client-1"},
        {"grants": None},
        {"grants": {}},
        subject({"role": {"name": "Deployer", "policies": []}}),
        subject(grant(division={"name": "Sales"})),
        subject(grant(division={"id": "d-sales"})),
        subject(grant(division={"id": "d-sales", "name": ""})),
        subject({"division": SALES, "role": {"name": "Deployer"}}),
        subject(grant({"domain": "architect", "entityName": "flow"})),
        subject(grant({"domain": "architect", "entityName": "flow", "actions": "*"})),
        subject(grant({"domain": "", "entityName": "flow", "actions": ["add"]})),
        subject(grant({"domain": "architect", "entityName": "flow", "actions": [None]})),
        b'{"grants": [{"division": {"id": "*"',
        b"",
        [],
    ],
)
def test_an_answer_that_is_not_what_the_platform_documents_is_refused(
    server: Server, platform: Platform, body: object
) -> None:
    with pytest.raises(UnexpectedResponse):
        read(server, platform, body)


def test_a_client_that_may_not_ask_is_told_so(server: Server, platform: Platform) -> None:
    server.on("GET", SUBJECT, error(403, "not.authorized", "You are not authorized to perform the requested action."))
    with pytest.raises(PermissionDenied):
        grants(platform.session)


REFUSED = [
    pytest.param(subject(), id="no role"),
    pytest.param(subject(grant(policy("job", "*"), policy("flow", "view"), division=HOME)), id="may only read"),
    pytest.param(
        subject(
            grant(policy("job", "*"), policy("flow", "*"), policy("flow", "publish")),
            grant(policy("flow", "view", "edit"), division=HOME),
        ),
        id="in another division",
    ),
    pytest.param(
        subject(grant(policy("flow", "*"), division={"id": "*", "name": "*", "homeDivision": False})), id="no jobs"
    ),
]


@pytest.mark.parametrize("intact", REFUSED)
def test_no_damage_to_the_answer_makes_a_pass_of_a_refusal(server: Server, platform: Platform, intact: Any) -> None:
    bodies = [intact, *mutations(intact)]
    served = iter(bodies)
    server.on("GET", SUBJECT, lambda _: Scripted(body=copy.deepcopy(next(served))))
    of = examination(change())
    for body in bodies:
        try:
            answers = Answers(grants(platform.session))
        except FlowSyncError as failure:
            answers = Answers(failure)
        verdicts = {finding.verdict for finding in judge(GUARD, of, answers)}
        assert verdicts & {Verdict.REFUSE, Verdict.UNKNOWN}, body


def test_products_are_told_by_their_ids(server: Server, platform: Platform) -> None:
    body = {"entities": [{"id": "engage"}, {"id": "communicate"}], "total": 2, "pageCount": 1}
    server.on("GET", PRODUCTS, Scripted(body=body))
    assert products(platform.session) == ("engage", "communicate")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entities": None},
        {"entities": []},
        {"entities": [{}]},
        {"entities": [{"id": ""}]},
        {"entities": [{"id": 7}]},
        {"entities": {"id": "engage"}},
        {"entities": [{"id": "engage"}], "total": 2},
        {"entities": [{"id": "engage"}], "pageCount": 2},
        {"entities": [{"id": "engage"}], "total": "1"},
    ],
)
def test_products_that_are_not_all_told_are_not_known(server: Server, platform: Platform, body: object) -> None:
    server.on("GET", PRODUCTS, Scripted(body=body))
    with pytest.raises(UnexpectedResponse):
        products(platform.session)
