"""What the node serves by HTTPS: logs for ``kubectl logs``, and a few things for tests alone."""

from __future__ import annotations

import json
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.cluster.lab.kubelet.logs import Wanted
from tests.cluster.lab.kubelet.node import Kubelet


class Server(ThreadingHTTPServer):
    """
    The server.

    Args:
        kubelet: Whose Pods it serves.
        port: Port on 127.0.0.1.
        certificate: Files with certificate and key; made anew if there are none.
        client_ca: Callers must show a certificate of this authority, if given.
    """

    daemon_threads = True

    def __init__(self, kubelet: Kubelet, port: int, certificate: tuple[Path, Path], client_ca: Path | None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.kubelet = kubelet
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        # The handshake happens in the thread of the connection, not in the one that accepts.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    timeout = 600

    def do_GET(self) -> None:
        """Serve ``/healthz``, ``/containerLogs/NS/POD/CONTAINER`` and ``/lab/stats/NS/POD/CONTAINER``."""
        url = urlsplit(self.path)
        match [unquote(one) for one in url.path.strip("/").split("/")]:
            case ["healthz"]:
                self._text(HTTPStatus.OK, "ok")
            case ["containerLogs", namespace, pod, container]:
                self._logs(namespace, pod, container, parse_qs(url.query))
            case ["lab", "stats", namespace, pod, container]:
                peaks = self.server.kubelet.node.peaks.of(namespace, pod, container)
                self._text(HTTPStatus.OK if peaks else HTTPStatus.NOT_FOUND, json.dumps(peaks or {}))
            case _:
                self._text(HTTPStatus.NOT_FOUND, "no such page")

    def do_POST(self) -> None:
        """Serve ``/lab/kill/NS/POD/CONTAINER``: SIGKILL to the container's first process."""
        match [unquote(one) for one in urlsplit(self.path).path.strip("/").split("/")]:
            case ["lab", "kill", namespace, pod, container]:
                worker = self.server.kubelet.worker(namespace, pod)
                killed = worker is not None and worker.kill(container)
                self._text(HTTPStatus.OK if killed else HTTPStatus.NOT_FOUND, "killed" if killed else "not running")
            case _:
                self._text(HTTPStatus.NOT_FOUND, "no such page")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet; the lab has enough logs."""

    def _text(self, status: HTTPStatus, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _logs(self, namespace: str, pod: str, name: str, query: dict[str, list[str]]) -> None:
        worker = self.server.kubelet.worker(namespace, pod)
        wanted = _wanted(query)
        held = {} if worker is None else worker.previous if query.get("previous") == ["true"] else worker.containers
        container = held.get(name)
        if container is None:
            self._text(HTTPStatus.BAD_REQUEST, f'container "{name}" in pod "{pod}" is waiting to start')
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        for line in container.log.read(wanted, ended=lambda: container.ending is not None):
            self.wfile.write(line)
            self.wfile.flush()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Return a new certificate for 127.0.0.1 and its key."""
    certificate, key = folder / "kubelet.crt", folder / "kubelet.key"
    subject = ("-subj", "/CN=kubelet", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        *subject,
    ]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def _wanted(query: dict[str, list[str]]) -> Wanted:
    def one(name: str) -> str | None:
        return query[name][0] if name in query else None

    since = None
    if seconds := one("sinceSeconds"):
        since = datetime.now(UTC) - timedelta(seconds=int(seconds))
    elif moment := one("sinceTime"):
        since = datetime.fromisoformat(moment)
    tail, limit = one("tailLines"), one("limitBytes")
    return Wanted(
        timestamps=one("timestamps") == "true",
        tail=int(tail) if tail is not None else None,
        since=since,
        limit=int(limit) if limit is not None else None,
        follow=one("follow") == "true",
    )
