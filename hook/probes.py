"""
Looks whether a host can be reached from here: name, TCP connection, TLS handshake, certificate.

A side effect at the edge, like :mod:`hook.genesys`, but of hosts that are not the platform's. Nothing is sent besides
the handshake, and what comes out is plain data; judging it is for others.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hook import x509

GRACE = 0.5
"""Seconds beyond the timeout that are left to a probe to say itself why it failed."""


class Stage(StrEnum):
    """How far a probe got: the step that failed, or ``DONE``."""

    SETUP = "setup"
    NAME = "name"
    CONNECTION = "connection"
    HANDSHAKE = "handshake"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Target:
    """
    What to reach.

    Args:
        host: Name or address.
        port: TCP port.
        tls: Whether to go on to a TLS handshake.
        verify: Whether to check that the certificate is trusted and made for the name.
        server_name: The name to ask for and to check, where it is not ``host``.
        ca: A file with the certificates to trust, PEM; empty for those of the system.
    """

    host: str
    port: int
    tls: bool = True
    verify: bool = True
    server_name: str = ""
    ca: str = ""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """
    What was found.

    Args:
        stage: How far it got.
        error: Why it got no further.
        address: The address that answered.
        protocol: Of TLS, for example ``TLSv1.3``.
        fingerprint: ``sha256:<hex>`` over the certificate that the host showed.
        expires: When that certificate ends; ``None`` where it could not be read.
        untrusted: Why the certificate was not trusted; empty where it was, or where that was not asked.
    """

    stage: Stage
    error: str = ""
    address: str = ""
    protocol: str = ""
    fingerprint: str = ""
    expires: datetime | None = None
    untrusted: str = ""


def probe_all(targets: Sequence[Target], timeout: float) -> tuple[ProbeResult, ...]:
    """
    Probe all targets at once.

    Resolving a name cannot be given a time limit, so that every probe has a thread that is left behind when it is late.

    Args:
        targets: What to reach.
        timeout: Seconds for all of it.
    """
    end = time.monotonic() + timeout
    results: dict[int, ProbeResult] = {}

    def run(number: int, target: Target) -> None:
        results[number] = probe(target, end - time.monotonic())

    threads = [threading.Thread(target=run, args=one, daemon=True) for one in enumerate(targets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end + GRACE - time.monotonic()))
    late = ProbeResult(Stage.CONNECTION, f"no answer within {timeout:g} s")
    return tuple(results.get(number, late) for number in range(len(targets)))


def probe(target: Target, timeout: float) -> ProbeResult:
    """Probe one target within ``timeout`` seconds, as far as the system's name resolution allows."""
    end = time.monotonic() + timeout
    try:
        trusting = _context(target, verify=False)
        checking = _context(target, verify=True) if target.tls and target.verify else trusting
    except (OSError, ValueError) as error:
        return ProbeResult(Stage.SETUP, f"the certificates in {target.ca} cannot be read: {_reason(error)}")
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        return ProbeResult(Stage.NAME, _reason(error))
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    result = ProbeResult(Stage.CONNECTION)
    for number, address in enumerate(addresses):
        share = (end - time.monotonic()) / (len(addresses) - number)
        result = _reach(target, address, checking, share)
        if result.stage is not Stage.CONNECTION:
            break
    if result.untrusted:
        shown = _reach(target, result.address, trusting, end - time.monotonic())
        result = replace(shown, untrusted=result.untrusted) if shown.stage is Stage.DONE else result
    return result


def _reach(target: Target, address: str, context: ssl.SSLContext, timeout: float) -> ProbeResult:
    end = time.monotonic() + timeout
    try:
        connection = socket.create_connection((address, target.port), max(timeout, 0.001))
    except OSError as error:
        return ProbeResult(Stage.CONNECTION, f"{address}: {_reason(error)}", address)
    with connection:
        if not target.tls:
            return ProbeResult(Stage.DONE, address=address)
        connection.settimeout(max(end - time.monotonic(), 0.001))
        try:
            with context.wrap_socket(connection, server_hostname=target.server_name or target.host) as secured:
                return _seen(address, secured)
        except ssl.SSLCertVerificationError as error:
            return ProbeResult(Stage.DONE, address=address, untrusted=error.verify_message)
        except (OSError, ValueError) as error:
            return ProbeResult(Stage.HANDSHAKE, _reason(error), address)


def _seen(address: str, secured: ssl.SSLSocket) -> ProbeResult:
    certificate = secured.getpeercert(binary_form=True) or b""
    try:
        expires = x509.not_after(certificate)
    except ValueError:
        expires = None
    return ProbeResult(
        Stage.DONE,
        address=address,
        protocol=secured.version() or "",
        fingerprint=f"sha256:{hashlib.sha256(certificate).hexdigest()}",
        expires=expires,
    )


def _context(target: Target, *, verify: bool) -> ssl.SSLContext:
    if verify:
        return ssl.create_default_context(cafile=target.ca or None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip()
