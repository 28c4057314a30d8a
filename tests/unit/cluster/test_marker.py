"""The ConfigMap that tells Argo CD whether the organisation has all of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster.connection import Connection, connect
from hook.cluster.marker import INPUTS, KEY, ConfigMapMarker
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
    assert marks(api) == {KEY: "true", INPUTS: "", "other": "x"}


def test_a_good_run_says_which_files_are_live_and_its_beginning_leaves_what_was_said(
    api: ApiServer, connection: Connection
) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", INPUTS: "old"}})
    marker = ConfigMapMarker(connection, "flows-live", inputs="new")

    assert (marker.begin(), marks(api)) == ("", {KEY: "false", INPUTS: "old"})
    assert (marker.complete(), marks(api)) == ("", {KEY: "true", INPUTS: "new"})


@pytest.mark.parametrize(("live", "own"), [("old", "new"), ("old", ""), ("", ""), ("", "new")])
def test_restoring_leaves_it_at_no_unless_the_same_files_are_known_to_have_been_live(
    api: ApiServer, connection: Connection, live: str, own: str
) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", INPUTS: live}})
    marker = ConfigMapMarker(connection, "flows-live", inputs=own)

    assert marker.begin() + marker.restore() == ""
    assert marks(api) == {KEY: "false", INPUTS: live}


def test_before_the_first_good_sync_there_is_none_and_that_is_right(connection: Connection) -> None:
    marker = ConfigMapMarker(connection, "flows-live")

    assert (marker.begin(), marker.restore()) == ("", "")


def test_restoring_tells_again_what_was_told_before_and_keeps_the_rest(api: ApiServer, connection: Connection) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", INPUTS: "own", "other": "x"}})
    marker = ConfigMapMarker(connection, "flows-live", inputs="own")

    assert (marker.begin(), marks(api)[KEY]) == ("", "false")
    assert (marker.restore(), marks(api)) == ("", {KEY: "true", INPUTS: "own", "other": "x"})


@pytest.mark.parametrize("said", [{KEY: "false"}, {KEY: "True"}, {"other": "true"}, {}])
def test_restoring_never_makes_a_yes_of_what_was_none(
    api: ApiServer, connection: Connection, said: dict[str, str]
) -> None:
    data = {**said, INPUTS: "own"}
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": data})
    marker = ConfigMapMarker(connection, "flows-live", inputs="own")

    assert marker.begin() + marker.restore() == ""
    assert marks(api) == {**data, KEY: "false"}


def test_without_a_beginning_there_is_nothing_to_restore(api: ApiServer, connection: Connection) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "false"}})

    assert ConfigMapMarker(connection, "flows-live").restore() == ""
    assert api.calls == []


def test_what_somebody_else_has_marked_since_stays(api: ApiServer, connection: Connection) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", INPUTS: "own"}})
    late, next_run = (ConfigMapMarker(connection, "flows-live", inputs="own") for _ in range(2))
    late.begin()
    api.change("configmaps", "flows-live", data={KEY: "false", INPUTS: "own", "since": "then"})
    next_run.begin()

    assert "Argo CD shows OutOfSync" in late.restore()
    assert marks(api) == {KEY: "false", INPUTS: "own", "since": "then"}


def test_a_lost_answer_to_the_mark_leaves_it_at_no(api: ApiServer, connection: Connection) -> None:
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {KEY: "true", INPUTS: "own"}})
    marker = ConfigMapMarker(connection, "flows-live", inputs="own")
    asked: list[str] = []

    def lose_the_second(*_: str) -> None:
        asked.append("patch")
        if len(asked) == 2:
            api.fail("patch", "configmaps", "lost")

    api.before = lose_the_second

    assert "could not be marked" in marker.begin()
    assert marker.restore() == ""
    assert marks(api) == {KEY: "false", INPUTS: "own"}


def test_what_argo_cd_will_not_see_is_told(api: ApiServer, connection: Connection) -> None:
    api.forbidden.add(("patch", "configmaps"))
    marker = ConfigMapMarker(connection, "flows-live")

    assert "Argo CD will find nothing to do" in marker.begin()
    assert "Argo CD shows OutOfSync" in marker.complete()
