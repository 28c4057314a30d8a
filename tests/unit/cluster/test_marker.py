"""The ConfigMap that tells Argo CD whether the organisation has all of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster.connection import Connection, connect
from hook.cluster.marker import KEY, ConfigMapMarker
from tests.apiserver import ApiServer, api_server


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with api_server() as server:
        yield server


@pytest.fixture
def connection(api: ApiServer, tmp_path: Path) -> Iterator[Connection]:
    made = connect({"KUBECONFIG": str(api.kubeconfig(tmp_path))})
    yield made
    made.close()


def marks(api: ApiServer) -> dict[str, str]:
    found: dict[str, str] = api.get("configmaps", "flows-live")["data"]
    return found


def test_it_is_marked_in_between_and_the_rest_stays(api: ApiServer, connection: Connection) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", "other": "x"}})
    marker = ConfigMapMarker(connection, "flows-live")

    assert marker.begin() == ""
    assert marks(api) == {KEY: "false", "other": "x"}
    assert marker.complete() == ""
    assert marks(api) == {KEY: "true", "other": "x"}


def test_before_the_first_good_sync_there_is_none_and_that_is_right(connection: Connection) -> None:
    assert ConfigMapMarker(connection, "flows-live").begin() == ""


def test_what_argo_cd_will_not_see_is_told(api: ApiServer, connection: Connection) -> None:
    api.forbidden.add(("patch", "configmaps"))
    marker = ConfigMapMarker(connection, "flows-live")

    assert "Argo CD will find nothing to do" in marker.begin()
    assert "Argo CD shows OutOfSync" in marker.complete()
