from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster.connection import Connection, connect
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
