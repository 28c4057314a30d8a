from __future__ import annotations

import copy
from typing import Any

import pytest

from hook.errors import PermissionDenied, UnexpectedResponse
from hook.genesys.client import Platform
from hook.genesys.telephony import BASES, TRUNKS, trunk_bases, trunks
from hook.guards.trunks import TrunkSettings, examine
from hook.model import Endpoint, Examination, Organisation, Plan, TrunkState
from tests.mutating import mutations
from tests.unit.genesys.server import Request, Scripted, Server, error

Json = dict[str, Any]


def trunk(number: int = 1, **more: Any) -> Json:
    return {
        "id": f"t-{number}",
        "name": f"Carrier {number}",
        "state": "active",
        "trunkType": "EXTERNAL",
        "trunkBase": {"id": "b-1", "name": "Carrier"},
        "inService": True,
        "enabled": True,
        "connectedStatus": {"connected": True, "connectedStateTime": "2026-03-02T09:30:00Z"},
        "optionsEnabledStatus": "ENABLED",
        "optionsStatus": [{"proxyAddress": "192.0.2.1:5061", "optionState": True}],
        "registersEnabledStatus": "ENABLED",
        "registersStatus": [{"proxyAddress": "192.0.2.1:5061", "registerState": True}],
        "proxyAddressList": ["192.0.2.1:5061"],
        **more,
    }


def listing(*rows: Json, **more: Any) -> Json:
    return {"entities": list(rows), "pageSize": 100, "pageNumber": 1, "total": len(rows), "pageCount": 1, **more}


BASE = {"id": "b-1", "name": "Carrier", "state": "active"}


def only(server: Server, platform: Platform, **more: Any) -> TrunkState:
    server.on("GET", TRUNKS, Scripted(body=listing(trunk(**more))))
    (found,) = trunks(platform.session)
    return found


def test_a_healthy_trunk_is_told_in_one_call_for_external_ones(server: Server, platform: Platform) -> None:
    address = "192.0.2.1:5061"
    assert only(server, platform) == TrunkState(
        name="Carrier 1",
        base="Carrier",
        in_service=True,
        enabled=True,
        connected=True,
        options=(Endpoint(address, "OK"),),
        registers=(Endpoint(address, "OK"),),
        proxies=(address,),
    )
    (request,) = server.called("GET", TRUNKS)
    assert request.query["trunkType"] == ["EXTERNAL"]


@pytest.mark.parametrize(
    ("more", "part", "expected"),
    [
        ({"inService": None}, "in_service", None),
        ({"inService": False}, "in_service", False),
        ({"state": "inactive"}, "in_service", False),
        ({"enabled": None}, "enabled", None),
        ({"connectedStatus": None}, "connected", None),
        ({"connectedStatus": {}}, "connected", None),
        ({"connectedStatus": {"connected": False}}, "connected", False),
        ({"optionsEnabledStatus": "DISABLED"}, "options", ()),
        ({"registersEnabledStatus": "NOT_SUPPORTED"}, "registers", ()),
        ({"optionsStatus": None, "proxyAddressList": None}, "options", (Endpoint("", ""),)),
        ({"optionsStatus": []}, "options", (Endpoint("192.0.2.1:5061", ""),)),
        (
            {"optionsEnabledStatus": None, "optionsStatus": None, "proxyAddressList": []},
            "options",
            (Endpoint("", ""),),
        ),
        (
            {"optionsEnabledStatus": None},
            "options",
            (Endpoint("192.0.2.1:5061", "OK"), Endpoint("", "")),
        ),
        (
            {"proxyAddressList": ["192.0.2.1:5061", "192.0.2.2:5061"]},
            "options",
            (Endpoint("192.0.2.1:5061", "OK"), Endpoint("192.0.2.2:5061", "")),
        ),
        (
            {"optionsStatus": [{"proxyAddress": "a", "optionState": False, "errorInfo": {"code": "408"}}]},
            "options",
            (Endpoint("a", "failed: 408"),),
        ),
        ({"registersStatus": [{"registerState": False}]}, "registers", (Endpoint("", "failed"),)),
        ({"registersStatus": [{"proxyAddress": "a"}]}, "registers", (Endpoint("a", ""),)),
    ],
)
def test_what_the_platform_does_not_tell_is_not_known_and_never_healthy(
    server: Server, platform: Platform, more: Json, part: str, expected: object
) -> None:
    assert getattr(only(server, platform, **more), part) == expected


def test_deleted_trunks_and_those_of_phones_do_not_count(server: Server, platform: Platform) -> None:
    rows = [trunk(1, state="deleted"), trunk(2, trunkType="PHONE"), trunk(3)]
    server.on("GET", TRUNKS, Scripted(body=listing(*rows)))
    assert [one.name for one in trunks(platform.session)] == ["Carrier 3"]


def test_base_settings_that_a_trunk_gives_by_id_only_are_looked_up_by_one_more_call(
    server: Server, platform: Platform
) -> None:
    server.on("GET", BASES, Scripted(body=listing(BASE)))
    assert only(server, platform, trunkBase={"id": "b-1"}).base == "Carrier"
    with pytest.raises(UnexpectedResponse, match="uses base settings b-2, which have no name"):
        only(server, platform, trunkBase={"id": "b-2"})


def test_every_page_is_read(server: Server, platform: Platform) -> None:
    def page(request: Request) -> Scripted:
        number = int(request.query["pageNumber"][0])
        return Scripted(body=listing({"id": f"b-{number}", "name": f"Base {number}", "state": "active"}, total=3))

    server.on("GET", BASES, page)
    assert trunk_bases(platform.session) == ("Base 1", "Base 2", "Base 3")
    assert len(server.called("GET", BASES)) == 3


def test_deleted_base_settings_do_not_exist(server: Server, platform: Platform) -> None:
    server.on("GET", BASES, Scripted(body=listing(BASE, {**BASE, "id": "b-2", "name": "Old", "state": "deleted"})))
    assert trunk_bases(platform.session) == ("Carrier",)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entities": None, "total": 0},
        {"entities": [1], "total": 1},
        {"entities": [trunk()]},
        {"entities": [trunk()], "total": "1"},
        listing(trunk(), total=2),
        listing(trunk(), trunk(2), total=1),
        listing(trunk(inService="true")),
        listing(trunk(connectedStatus={"connected": 1})),
        listing(trunk(optionsEnabledStatus="MAYBE")),
        listing(trunk(trunkType=None)),
        listing(trunk(trunkBase=None)),
        listing(trunk(state=None)),
        listing(trunk(name="")),
    ],
)
def test_a_malformed_answer_is_not_believed(server: Server, platform: Platform, body: Json) -> None:
    server.on("GET", TRUNKS, Scripted(body=body))
    with pytest.raises(UnexpectedResponse):
        trunks(platform.session)


def test_a_client_that_may_not_look_is_told_so(server: Server, platform: Platform) -> None:
    text = "Unable to perform the requested action. You are missing the following permission(s): telephony:plugin:all"
    server.on("GET", BASES, error(403, "missing.permissions", text))
    with pytest.raises(PermissionDenied) as caught:
        trunk_bases(platform.session)
    assert caught.value.permissions == ("telephony:plugin:all",)


SICK = [
    {"inService": False},
    {"enabled": False},
    {"connectedStatus": {"connected": False}},
    {"optionsStatus": [{"proxyAddress": "192.0.2.1:5061", "optionState": False}]},
    {"registersStatus": [{"proxyAddress": "192.0.2.1:5061", "registerState": False}]},
    {"state": "deleted"},
    {"trunkType": "EDGE"},
]


class Answers:
    """A session that answers from memory."""

    def __init__(self, bodies: dict[str, Any]) -> None:
        self._bodies = bodies

    def get(self, path: str, _: object = None) -> Any:
        body = self._bodies[path]
        if not isinstance(body, dict):
            raise UnexpectedResponse("no JSON object")
        return copy.deepcopy(body)


class FromAnswers:
    """Readings over such a session."""

    def __init__(self, bodies: dict[str, Any]) -> None:
        self._session: Any = Answers(bodies)

    def trunks(self) -> tuple[TrunkState, ...]:
        return trunks(self._session)

    def trunk_bases(self) -> tuple[str, ...]:
        return trunk_bases(self._session)


def passes(bodies: dict[str, Any]) -> bool:
    settings = TrunkSettings(required=("Carrier", "Second"))
    examination = Examination(Plan(()), "dev", Organisation("o", "O"))
    readings: Any = FromAnswers(bodies)
    try:
        return not any(one.verdict.refuses for one in examine(examination, settings, readings))
    except UnexpectedResponse:
        return False


@pytest.mark.parametrize("sick", SICK)
def test_no_mutation_of_an_answer_passes_where_the_intact_one_refuses(sick: Json) -> None:
    second = {"id": "b-2", "name": "Second", "state": "active"}
    rows = [trunk(1, **sick), trunk(2, trunkBase={"id": "b-2", "name": "Second"})]
    intact = {TRUNKS: listing(*rows), BASES: listing(BASE, second)}
    assert not passes(intact)
    wrong = [
        (path, mutated)
        for path, body in intact.items()
        for mutated in mutations(body)
        if passes({**intact, path: mutated})
    ]
    assert wrong == []


def test_the_healthy_answer_that_the_mutations_start_from_would_pass() -> None:
    second = {"id": "b-2", "name": "Second", "state": "active"}
    rows = [trunk(1), trunk(2, trunkBase={"id": "b-2", "name": "Second"})]
    assert passes({TRUNKS: listing(*rows), BASES: listing(BASE, second)})
