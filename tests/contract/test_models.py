"""Every call of a whole run against the models of the official SDKs."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
import requests

from simulator.testing import running
from tests.contract import deviations, watching
from tests.contract.catalogue import schema
from tests.contract.checks import complaints, of_value, request_complaints
from tests.contract.conftest import present
from tests.contract.hook_run import CODES
from tests.contract.recording import Exchange
from tests.contract.requirements import required
from tests.contract.routes import served
from tests.contract.trials import Trial, tried


def all_complaints(exchanges: list[Exchange]) -> set[str]:
    return {said for one in exchanges if one.is_api for said in complaints(one)}


@pytest.fixture(autouse=True)
def models() -> None:
    present("python")


def test_everything_that_the_simulator_serves_is_an_operation_of_the_platform() -> None:
    assert len(served()) > 50


def test_the_calls_of_an_official_sdk_and_their_answers_keep_to_the_models(trial: Trial) -> None:
    assert trial.complaints() == set()


def test_the_calls_of_the_tool_and_their_answers_keep_to_the_models(
    hook_at_work: tuple[dict[str, int], list[Exchange]],
) -> None:
    codes, exchanges = hook_at_work
    assert codes == CODES
    assert all_complaints(exchanges) == set()


def test_every_known_deviation_is_needed(hook_at_work: tuple[dict[str, int], list[Exchange]]) -> None:
    present("javascript")
    deviations.used.clear()
    for exchanges in (tried("python").exchanges, tried("javascript").exchanges, hook_at_work[1]):
        all_complaints(exchanges)
    assert [row for row in deviations.DEVIATIONS if row not in deviations.used] == []


def test_the_models_are_read_as_the_sdks_write_them() -> None:
    flow = schema("Flow")
    assert flow.types["publishedVersion"] == "FlowVersion"
    assert flow.types["supportedLanguages"] == "list[SupportedLanguage]"
    assert "INBOUNDCALL" in flow.values["type"]


def test_what_is_required_is_read_from_the_declarations_of_the_javascript_sdk() -> None:
    present("javascript")
    assert required("IVR") == {"name"}


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ({"name": "A", "type": "workflow"}, "Flow", [".type: 'workflow' is no value of Flow"]),
        ({"name": 7}, "Flow", [".name: 7 is no str"]),
        ({"active": 1}, "Flow", [".active: 1 is no bool"]),
        ({"publishedVersion": {"dateCreated": True}}, "Flow", [".publishedVersion.dateCreated: True is no int"]),
        ({"nothing": 1}, "Flow", [".nothing: Flow has no such attribute"]),
        ({"description": None}, "Flow", [".description: null in Flow"]),
        ({"features": {"purecloud": "yes"}}, "Organization", [".features.purecloud: 'yes' is no bool"]),
        ([{"dateTime": "yesterday"}], "list[ArchitectJobMessage]", ["[0].dateTime: 'yesterday' is no datetime"]),
        ({"start": "2026-01-01T08:00:00.000Z"}, "object", []),
        ("", "Flow", [": '' is no Flow"]),
    ],
)
def test_what_is_no_value_of_a_model_is_named_with_its_place(value: object, kind: str, said: list[str]) -> None:
    assert [one for one in of_value(value, kind) if "required" not in one] == said


def request(method: str, path: str, query: str = "", body: bytes = b"") -> Exchange:
    return Exchange(
        method=method,
        path=path,
        query=tuple(parse_qsl(query)),
        request_headers={},
        request_body=body,
        status=200,
        headers={},
        body=b"",
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (request("GET", "/api/v2/flows", "pageSize=25&type=workflow"), []),
        (request("GET", "/api/v2/flows", "size=25"), ["GET /api/v2/flows: unknown query parameter 'size'"]),
        (
            request("GET", "/api/v2/flows", "pageSize=many"),
            ["GET /api/v2/flows: query parameter 'pageSize': 'many' is no int"],
        ),
        (request("GET", "/api/v2/flows/lookup"), ["GET /api/v2/flows/lookup: no query parameter 'id'"]),
        (request("GET", "/api/v2/architect/flows"), ["GET /api/v2/architect/flows: no operation of the platform"]),
        (request("POST", "/api/v2/flows"), ["POST /api/v2/flows: no body"]),
        (
            request("POST", "/api/v2/flows", body=b'{"kind": 1}'),
            ["POST /api/v2/flows: request.kind: Flow has no such attribute"],
        ),
        (request("GET", "/api/v2/flows", body=b"{}"), ["GET /api/v2/flows: a body, where none is taken"]),
    ],
)
def test_what_the_platform_does_not_document_is_no_request(sent: Exchange, said: list[str]) -> None:
    assert [one for one in request_complaints(sent) if "required" not in one] == said


def test_a_test_that_sends_what_the_platform_does_not_know_fails() -> None:
    def unknown() -> None:
        with watching.requests(), running() as simulator:
            requests.get(f"{simulator.api}/api/v2/flows?colour=red", timeout=5)

    with pytest.raises(AssertionError, match="unknown query parameter 'colour'"):
        unknown()
