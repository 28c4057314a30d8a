"""Real native configurations in the simulator: held as they are, and strict about every id in them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests
import yaml

from simulator.native_kinds import FLOW_KINDS, rows
from simulator.paths import FLOWS
from simulator.testing import Org, Simulator, running
from tests.simulator.conftest import Api

Body = dict[str, Any]
FILES = 8
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OTHER = "99999999-0000-4000-8000-00000000"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running() as one:
        one.org.settings(rate_limit_per_minute=1_000_000)
        yield one


@pytest.fixture
def api(simulator: Simulator) -> Iterator[Api]:
    caller = Api(simulator)
    yield caller
    caller.http.close()


def configurations(corpus: Path) -> list[Body]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((corpus / "native").glob("*.json"))]


def prepared(org: Org, configuration: Body) -> None:
    """Give an organisation what a configuration names, with the ids that it says."""
    known = {flow.id for flow in org.flows()}
    for kind, path, _, entry in rows(configuration):
        if path == FLOWS and entry["id"] not in known:
            org.load({"flows": [{"id": entry["id"], "name": entry["name"], "type": FLOW_KINDS[kind.lower()]}]})
        elif path != FLOWS:
            org.add(path, entry["name"], id=entry["id"])


def published(api: Api, org: Org, configuration: Body) -> Body:
    """Save and publish a configuration; return its flow."""
    found = api.get("flows", name=configuration["name"], type=configuration["type"])["entities"]
    body = {"name": configuration["name"], "type": configuration["type"].upper()}
    flow_id = (found or [api.post("flows", body)])[0]["id"]
    api.post(f"flows/{flow_id}/versions", configuration)
    api.post("flows/actions/publish", flow=flow_id)
    org.advance(30)
    return dict(api.get(f"flows/{flow_id}"))


def test_each_is_published_and_read_back_as_it_is(corpus: Path, simulator: Simulator, api: Api) -> None:
    found = configurations(corpus)
    assert len(found) == FILES
    for configuration in found:
        prepared(simulator.org, configuration)
        flow = published(api, simulator.org, configuration)
        assert flow["currentOperation"]["actionStatus"] == "SUCCESS", flow["currentOperation"]
        version = flow["publishedVersion"]["id"]
        assert api.get(f"flows/{flow['id']}/latestconfiguration") == configuration
        assert api.get(f"flows/{flow['id']}/versions/{version}/configuration") == configuration
        jobs = [api.export({"flow": {"id": flow["id"]}, "exportType": kind}) for kind in ("Architect", "Yaml")]
        simulator.org.advance(30)
        native, archy = (
            requests.get(api.get(f"flows/export/jobs/{job}")["downloadUrl"], timeout=5).content for job in jobs
        )
        assert json.loads(unquote(base64.b64decode(native).decode())) == configuration
        ((_, outline),) = yaml.safe_load(archy).items()
        assert outline["name"] == configuration["name"]


def test_dependency_tracking_knows_what_each_uses(corpus: Path, simulator: Simulator, api: Api) -> None:
    for configuration in configurations(corpus):
        prepared(simulator.org, configuration)
        flow = published(api, simulator.org, configuration)
        kind = "WORKFLOW" if configuration["type"] == "workflow" else f"{configuration['type'].upper()}FLOW"
        query = {"id": flow["id"], "version": flow["publishedVersion"]["id"], "objectType": kind}
        used = api.get("architect/dependencytracking/consumedresources", **query)["entities"]
        expected = {entry["id"] for _, _, _, entry in rows(configuration) if not str(entry["id"]).startswith("__")}
        assert {one["id"] for one in used} == expected


def ids_of_objects(configuration: Body) -> list[str]:
    return [entry["id"] for _, _, _, entry in rows(configuration) if GUID.search(entry["id"])]


def test_no_id_of_an_object_can_be_another_one_anywhere(corpus: Path, simulator: Simulator, api: Api) -> None:
    """Each place outside of the manifest and of the editor's memory in which an id stands as such is looked at."""
    seen = 0
    for configuration in configurations(corpus):
        prepared(simulator.org, configuration)
        for place in list(_places(configuration, set(ids_of_objects(configuration)))):
            changed = json.loads(json.dumps(configuration))
            holder: Any = changed
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = f"{OTHER}{seen:04d}"
            operation = published(api, simulator.org, changed)["currentOperation"]
            assert (operation["actionStatus"], holder[place[-1]] in operation["errorMessage"]) == ("FAILURE", True), (
                place
            )
            seen += 1
    assert seen > FILES


def _places(value: Any, ids: set[str], place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of whole ids; texts that happen to hold one, as the input of a data action, are only texts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "uiMetaData":
                if isinstance(inner, str) and inner in ids and key != "text":
                    yield (*place, key)
                yield from _places(inner, ids, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, ids, (*place, number))


def _links(value: Any, known: set[str], place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"uiMetaData", "manifest", "metaData"}:
                continue
            if isinstance(inner, str) and inner in known and key != "id":
                yield (*place, key)
            yield from _links(inner, known, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _links(inner, known, (*place, number))


def _own_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "__type" in value and isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _own_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _own_ids(inner)


def test_no_link_between_its_parts_can_lead_nowhere(corpus: Path, simulator: Simulator, api: Api) -> None:
    seen = 0
    for configuration in configurations(corpus):
        prepared(simulator.org, configuration)
        for place in list(_links(configuration, set(_own_ids(configuration)))):
            changed = json.loads(json.dumps(configuration))
            holder: Any = changed
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = f"{OTHER}{seen:04d}"
            operation = published(api, simulator.org, changed)["currentOperation"]
            assert operation["errorCode"] == "architect.object.validate.failed", place
            assert holder[place[-1]] in operation["errorMessage"], place
            seen += 1
    assert seen > FILES
