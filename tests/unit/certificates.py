"""Certificates for tests, made with the openssl command, and TLS servers that show them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

_CONFIG = """\
[ca]
default_ca = test
[test]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""


def _openssl(*arguments: str | Path) -> str:
    if shutil.which("openssl") is None:
        pytest.skip("the command openssl is missing: it makes the certificates of these tests")
    command = ["openssl", *(str(one) for one in arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, both PEM files."""

    file: Path
    key: Path

    @property
    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(self.file.read_text())

    @property
    def fingerprint(self) -> str:
        """As ``openssl x509 -fingerprint -sha256`` prints it."""
        return _openssl("x509", "-in", self.file, "-noout", "-fingerprint", "-sha256").strip()

    @property
    def end(self) -> datetime:
        text = _openssl("x509", "-in", self.file, "-noout", "-enddate").strip().partition("=")[2]
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), tz=UTC)


class Authority:
    """Signs certificates; its own is in ``root.file``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._config = folder / "ca.cnf"
        self._config.write_text(_CONFIG.format(folder=folder))
        (folder / "index").write_text("")
        (folder / "serial").write_text("01")
        self.root = Certificate(folder / "ca.pem", folder / "ca.key")
        new_key = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Test CA")
        _openssl(*new_key, "-x509", "-days", "3650", "-keyout", self.root.key, "-out", self.root.file)

    def issue(self, name: str, *, days: float = 365) -> Certificate:
        """Return a certificate for a DNS name that ends in so many days; a negative number makes it an old one."""
        stem = self._folder / f"{name}{days}"
        made = Certificate(stem.with_suffix(".pem"), stem.with_suffix(".key"))
        request, extensions = stem.with_suffix(".csr"), stem.with_suffix(".ext")
        extensions.write_text(f"subjectAltName=DNS:{name}\n")
        new_key = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}")
        _openssl(*new_key, "-keyout", made.key, "-out", request)
        end = datetime.now(tz=UTC) + timedelta(days=days)
        dates = ("-startdate", f"{end - timedelta(days=800):%Y%m%d%H%M%SZ}", "-enddate", f"{end:%Y%m%d%H%M%SZ}")
        signer = ("-config", self._config, "-cert", self.root.file, "-keyfile", self.root.key)
        _openssl("ca", "-batch", "-notext", *signer, *dates, "-extfile", extensions, "-in", request, "-out", made.file)
        return made


@contextlib.contextmanager
def listening(
    certificate: Certificate | None = None, *, clients: Certificate | None = None, silent: bool = False
) -> Iterator[int]:
    """
    Yield the port of a server on 127.0.0.1.

    Args:
        certificate: What it shows in a TLS handshake; without one it accepts and closes.
        clients: Who must have signed the certificate that it wants of a client; without one it wants none.
        silent: It accepts and never says anything.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate.file, certificate.key)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients.file)
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                if silent:
                    held.append(connection)
                    continue
                with contextlib.suppress(OSError), connection:
                    if certificate:
                        context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in held:
                connection.close()
