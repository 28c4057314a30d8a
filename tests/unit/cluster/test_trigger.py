"""The CronJob's annotation that tells Argo CD whether the organisation has all of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster.connection import Connection, connect
from hook.cluster.trigger import ANNOTATION, CronJobTrigger
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
    found: dict[str, str] = api.get("cronjobs", "flows-rerun")["metadata"]["annotations"]
    return found


def test_it_is_marked_in_between_and_other_annotations_stay(api: ApiServer, connection: Connection) -> None:
    api.put("cronjobs", {"metadata": {"name": "flows-rerun", "annotations": {ANNOTATION: "true", "other": "x"}}})
    trigger = CronJobTrigger(connection, "flows-rerun")

    assert trigger.begin() == ""
    assert marks(api) == {ANNOTATION: "false", "other": "x"}
    assert trigger.complete() == ""
    assert marks(api) == {ANNOTATION: "true", "other": "x"}


def test_before_the_first_good_sync_there_is_none_and_that_is_right(connection: Connection) -> None:
    assert CronJobTrigger(connection, "flows-rerun").begin() == ""


def test_what_argo_cd_will_not_see_is_told(api: ApiServer, connection: Connection) -> None:
    api.forbidden.add(("patch", "cronjobs"))
    trigger = CronJobTrigger(connection, "flows-rerun")

    assert "Argo CD will find nothing to do" in trigger.begin()
    assert "Argo CD shows OutOfSync" in trigger.complete()
