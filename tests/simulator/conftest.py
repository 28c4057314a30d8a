"""A running simulator per test, and a client that speaks to it over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.testing import Org, Simulator, running

CLIENT = ("flowsync", "secret-of-flowsync")


class Api:
    """A caller with a token."""

    def __init__(self, simulator: Simulator, auth: tuple[str, str] = CLIENT) -> None:
        self.base = simulator.api
        self.http = requests.Session()
        login = self.http.post(
            f"{simulator.login}/oauth/token", auth=auth, data={"grant_type": "client_credentials"}, timeout=5
        )
        self.token: str = login.json()["access_token"]

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.request(method, f"{self.base}/api/v2/{path}", headers=headers, timeout=5, **options)

    def get(self, path: str, **params: Any) -> Any:
        response = self.call("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        response = self.call("POST", path, json=body, params=params)
        assert response.status_code in {200, 202}, response.text
        return response.json()

    def upload(self, document: str | bytes, *, stubs: bool = False) -> str:
        """Register a job and send its file; return the job's id."""
        job = self.post("flows/jobs", {"createStubs": stubs})
        content = document.encode() if isinstance(document, str) else document
        answer = requests.put(job["presignedUrl"], headers=job["headers"], data=content, timeout=5)
        assert answer.status_code == 200, answer.text
        return str(job["id"])

    def job(self, job_id: str) -> Any:
        return self.get(f"flows/jobs/{job_id}", expand="messages")

    def export(self, *items: dict[str, Any]) -> str:
        return str(self.post("flows/export/jobs", {"flows": list(items)})["id"])


def texts(job: Any) -> list[str]:
    return [message["text"] for message in job["messages"]]


def document(name: str = "Main line", *, queue: str | None = None, key: str = "inboundCall", extra: str = "") -> str:
    text = f"{key}:\n  name: {name}\n  defaultLanguage: en-us\n{extra}"
    if queue:
        text += f"  states:\n    - transferToAcd:\n        targetQueue:\n          lit:\n            name: {queue}\n"
    return text


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running() as one:
        yield one


@pytest.fixture
def org(simulator: Simulator) -> Org:
    return simulator.org


@pytest.fixture
def api(simulator: Simulator) -> Iterator[Api]:
    caller = Api(simulator)
    yield caller
    caller.http.close()
