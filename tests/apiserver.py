"""
A small API server over real HTTP on 127.0.0.1: Leases, ConfigMaps and Events, with versions, rights and faults.

What the real one does with the same requests is shown in ``tests/cluster``.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATH = re.compile(
    r"/(?:api/v1|apis/coordination\.k8s\.io/v1)/namespaces/(?P<namespace>[^/]+)/(?P<resource>[a-z]+)(?:/(?P<name>.+))?"
)
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch"}
REASONS = {403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid", 401: "Unauthorized"}
LARGEST = 1_048_576
"""Bytes that the values of a ConfigMap may have together."""

Key = tuple[str, str, str]
Object = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong: a status, ``lost`` (carried out, not answered) or ``hang`` (neither), so many times."""

    verb: str
    resource: str
    how: int | str
    times: int = 1
    name: str = ""


@dataclass
class ApiServer:
    """Its objects by namespace, resource and name; what it was asked; what it forbids."""

    url: str = ""
    objects: dict[Key, Object] = field(default_factory=dict)
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    before: Callable[[str, str, str], None] = lambda verb, resource, name: None
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _applied: dict[Key, set[str]] = field(default_factory=dict)
    _versions: int = 100

    def fail(self, verb: str, resource: str, how: int | str, *, times: int = 1, name: str = "") -> None:
        """Let the next calls of this kind fail."""
        self.faults.append(Fault(verb, resource, how, times, name))

    def get(self, resource: str, name: str, namespace: str = "flows") -> Object:
        """Return an object as it is."""
        return copy.deepcopy(self.objects[namespace, resource, name])

    def change(self, resource: str, name: str, namespace: str = "flows", **parts: Any) -> None:
        """Change an object as somebody else would."""
        with self.lock:
            self.objects[namespace, resource, name].update(parts)
            self._touch(self.objects[namespace, resource, name])

    def put(self, resource: str, body: Object, namespace: str = "flows") -> None:
        """Create an object as somebody else would."""
        with self.lock:
            self._create((namespace, resource, body["metadata"]["name"]), copy.deepcopy(body))

    def names(self, resource: str) -> list[str]:
        """Return the names of all objects of a kind."""
        return sorted(name for _, kind, name in self.objects if kind == resource)

    def kubeconfig(self, folder: Path, namespace: str = "flows") -> Path:
        """Write a kubeconfig that leads here."""
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": namespace}}],
            "clusters": [{"name": "test", "cluster": {"server": self.url}}],
            "users": [{"name": "test", "user": {"token": "token-of-the-test"}}],
        }
        path = folder / "kubeconfig.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def fault(self, verb: str, resource: str, name: str) -> int | str | None:
        """Return what goes wrong with a call, and count it."""
        with self.lock:
            for fault in self.faults:
                if (fault.verb, fault.resource) == (verb, resource) and fault.name in name and fault.times:
                    fault.times -= 1
                    return fault.how
            return None

    def carry_out(
        self, verb: str, key: Key, body: Object, *, force: bool, manager: str, merge: bool = False
    ) -> tuple[int, Object]:
        """Do what was asked; return status and body."""
        with self.lock:
            known = self.objects.get(key)
            # A Lease may be created by PUT.
            if verb == "create" or (known is None and (verb, key[1]) == ("update", "leases")):
                return self._post(key, body)
            if known is None and (verb != "patch" or merge):
                return _status(404, f'{key[1]} "{key[2]}" not found')
            version = body.get("metadata", {}).get("resourceVersion", "")
            if known and version and version != known["metadata"]["resourceVersion"]:
                return _status(409, "the object has been modified; please apply your changes to the latest version")
            if verb == "patch" and not merge:
                return self._apply(key, known, body, force=force, manager=manager)
            known = known or {}
            if verb == "update":
                known = {**copy.deepcopy(body), "metadata": {**known["metadata"], **body["metadata"]}}
                self.objects[key] = known
            if verb == "patch":
                merged = known.get("data", {}) | body["data"]
                if merged == known.get("data", {}):
                    # What changes nothing is not stored.
                    verb = "get"
                known["data"] = merged
            if verb != "get":
                self._touch(known)
            return 200, copy.deepcopy(known)

    def _post(self, key: Key, body: Object) -> tuple[int, Object]:
        if not key[2]:
            key = (key[0], key[1], body["metadata"]["generateName"] + uuid.uuid4().hex[:5])
            body["metadata"]["name"] = key[2]
        if key in self.objects:
            return _status(409, f'{key[1]} "{key[2]}" already exists')
        if problem := _invalid(key[1], body):
            return _status(422, problem)
        return 201, copy.deepcopy(self._create(key, copy.deepcopy(body)))

    def _create(self, key: Key, body: Object) -> Object:
        body["metadata"] = {"uid": str(uuid.uuid4()), **body["metadata"]}
        self.objects[key] = body
        self._touch(body)
        return body

    def _apply(self, key: Key, known: Object | None, body: Object, *, force: bool, manager: str) -> tuple[int, Object]:
        if manager == "" or not force:
            return _status(409, "field conflict")
        if problem := _invalid(key[1], body):
            return _status(422, problem)
        if known is None:
            if body["metadata"].get("resourceVersion"):
                return _status(409, "there is no such object at that version")
            known = self._create(key, {**body, "binaryData": {}})
        for part in ("data", "binaryData"):
            mine = self._applied.get((*key[:2], f"{key[2]}/{part}"), set())
            kept = {name: value for name, value in known.get(part, {}).items() if name not in mine}
            known[part] = kept | body.get(part, {})
            self._applied[*key[:2], f"{key[2]}/{part}"] = set(body.get(part, {}))
        self._touch(known)
        return 200, copy.deepcopy(known)

    def _touch(self, known: Object) -> None:
        self._versions += 1
        known["metadata"]["resourceVersion"] = str(self._versions)


def _invalid(resource: str, body: Object) -> str:
    if resource == "configmaps":
        values = {**body.get("data", {}), **body.get("binaryData", {})}
        if sum(len(value) for value in values.values()) * 3 / 4 > LARGEST:
            return "must have at most 1048576 bytes"
    if resource == "events" and len(body["message"].encode()) > 1024:
        return "note can have at most 1024 bytes"
    return ""


def _status(code: int, message: str) -> tuple[int, Object]:
    return code, {"kind": "Status", "code": code, "reason": REASONS[code], "message": message}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _do(self) -> None:
        api = self.server.api
        url = urlsplit(self.path)
        found = PATH.fullmatch(url.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if url.path == REVIEWS:
            asked = body["spec"]["resourceAttributes"]
            allowed = (asked["verb"], asked["resource"]) not in api.forbidden
            self._answer(201, {**body, "status": {"allowed": allowed}})
            return
        if found is None:
            self._answer(*_status(404, "no such path"))
            return
        verb, resource = VERBS[self.command], found["resource"]
        name = found["name"] or body.get("metadata", {}).get("name", "")
        api.before(verb, resource, name)
        with api.lock:
            api.calls.append((verb, resource, name))
        fault = api.fault(verb, resource, name)
        if (verb, resource) in api.forbidden:
            self._answer(*_status(403, f'{resource} "{name}" is forbidden: User "test" cannot {verb} it'))
        elif isinstance(fault, int):
            self._answer(fault, {"kind": "Status", "message": "as the test wants it"})
        elif fault == "hang":
            api.released.wait(30)
            self.close_connection = True
        else:
            query = parse_qs(url.query)
            force, manager = query.get("force") == ["true"], query.get("fieldManager", [""])[0]
            key = (found["namespace"], resource, name)
            merge = "merge-patch" in self.headers.get("Content-Type", "")
            status, content = api.carry_out(verb, key, body, force=force, manager=manager, merge=merge)
            if fault == "lost":
                self.close_connection = True
            else:
                self._answer(status, content)

    do_GET = do_POST = do_PUT = do_PATCH = _do  # noqa: N815  (the base class's names)

    def _answer(self, status: int, body: Object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: ApiServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away."""


@contextlib.contextmanager
def api_server() -> Iterator[ApiServer]:
    """Run an API server for the time of a ``with`` block."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.api = ApiServer(url=f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.api
        finally:
            server.api.released.set()
            server.shutdown()
            thread.join()
