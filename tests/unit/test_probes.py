from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook import x509
from hook.guards.trunks.hosts import HostSettings
from hook.probes import ProbeResult, Stage, Target, probe, probe_all
from tests.unit.certificates import Authority, Certificate, listening

TIMEOUT = 10.0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def good(authority: Authority) -> Certificate:
    return authority.issue("localhost")


@pytest.fixture
def server(good: Certificate) -> Iterator[int]:
    with listening(good) as port:
        yield port


def fingerprint(certificate: Certificate) -> str:
    (pinned,) = HostSettings(host="x", fingerprint=(certificate.fingerprint,)).fingerprint
    return pinned


def test_a_trusted_host_is_told_with_address_protocol_fingerprint_and_expiry(
    authority: Authority, good: Certificate, server: int
) -> None:
    assert probe(Target("localhost", server, ca=str(authority.root.file)), TIMEOUT) == ProbeResult(
        Stage.DONE, address="127.0.0.1", protocol="TLSv1.3", fingerprint=fingerprint(good), expires=good.end
    )


def test_a_name_can_be_asked_for_that_is_not_the_hosts(authority: Authority, server: int) -> None:
    ca = str(authority.root.file)
    assert probe(Target("127.0.0.1", server, ca=ca), TIMEOUT).untrusted
    assert not probe(Target("127.0.0.1", server, ca=ca, server_name="localhost"), TIMEOUT).untrusted


def test_an_untrusted_certificate_is_told_all_the_same(good: Certificate, server: int) -> None:
    result = probe(Target("localhost", server), TIMEOUT)
    assert "unable to get local issuer certificate" in result.untrusted
    assert (result.stage, result.fingerprint, result.expires) == (Stage.DONE, fingerprint(good), good.end)


@pytest.mark.parametrize(
    ("name", "days", "why"), [("other.example", 365, "Hostname mismatch"), ("localhost", -3, "expired")]
)
def test_a_certificate_for_another_name_or_time_is_not_trusted(
    authority: Authority, name: str, days: float, why: str
) -> None:
    wrong = authority.issue(name, days=days)
    with listening(wrong) as port:
        result = probe(Target("localhost", port, ca=str(authority.root.file)), TIMEOUT)
    assert why in result.untrusted
    assert (result.fingerprint, result.expires) == (fingerprint(wrong), wrong.end)


def test_without_verifying_any_certificate_is_told(authority: Authority) -> None:
    old = authority.issue("other.example", days=-3)
    with listening(old) as port:
        result = probe(Target("localhost", port, verify=False), TIMEOUT)
    assert (result.stage, result.untrusted) == (Stage.DONE, "")
    assert (result.fingerprint, result.expires) == (fingerprint(old), old.end)


def test_a_host_that_wants_a_certificate_of_its_clients_is_told_all_the_same(
    authority: Authority, good: Certificate
) -> None:
    with listening(good, clients=authority.root) as port:
        result = probe(Target("localhost", port, ca=str(authority.root.file)), TIMEOUT)
    assert (result.stage, result.protocol, result.fingerprint) == (Stage.DONE, "TLSv1.3", fingerprint(good))


def test_a_host_without_tls_is_only_connected_to() -> None:
    with listening() as port:
        assert probe(Target("127.0.0.1", port, tls=False), TIMEOUT) == ProbeResult(Stage.DONE, address="127.0.0.1")


def test_a_host_that_speaks_no_tls_fails_in_the_handshake() -> None:
    with listening() as port:
        result = probe(Target("127.0.0.1", port), TIMEOUT)
    assert result.stage is Stage.HANDSHAKE
    assert result.error


def test_a_host_that_stays_silent_is_given_up() -> None:
    with listening(silent=True) as port:
        result = probe(Target("127.0.0.1", port), 0.2)
    assert (result.stage, result.error) == (Stage.HANDSHAKE, "no answer in time")


def test_a_closed_port_refuses_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = probe(Target("127.0.0.1", port), TIMEOUT)
    assert (result.stage, result.error) == (Stage.CONNECTION, "127.0.0.1: Connection refused")


def test_a_host_with_several_addresses_is_reached_by_any(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def resolve(host: str, *arguments: Any, **options: Any) -> Any:
        names = ["::1", "127.0.0.1"] if host == "sip.example.com" else [host]
        return [row for name in names for row in real(name, *arguments, **options)]

    monkeypatch.setattr("hook.probes.socket.getaddrinfo", resolve)
    with listening() as port:
        assert probe(Target("sip.example.com", port, tls=False), TIMEOUT).address == "127.0.0.1"


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr("hook.probes.socket.getaddrinfo", fail)
    result = probe(Target("sip.example.com", 5061), TIMEOUT)
    assert result.stage is Stage.NAME
    assert result.error in str(error)


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_certificates_to_trust_that_cannot_be_read_are_no_fault_of_the_host(tmp_path: Path, text: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if text:
        ca.write_text(text)
    result = probe(Target("127.0.0.1", 1, ca=str(ca)), TIMEOUT)
    assert result.stage is Stage.SETUP
    assert str(ca) in result.error


def test_a_name_whose_resolution_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    real = socket.getaddrinfo

    def hang(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "slow.example.com":
            over.wait()
            raise socket.gaierror(-3, "Temporary failure in name resolution")
        return real(host, *arguments, **options)

    monkeypatch.setattr("hook.probes.socket.getaddrinfo", hang)
    with listening() as port:
        targets = [Target("slow.example.com", port, tls=False), Target("127.0.0.1", port, tls=False)]
        slow, quick = probe_all(targets, 0.5)
    over.set()
    assert (slow.stage, slow.error) == (Stage.CONNECTION, "no answer within 0.5 s")
    assert quick.stage is Stage.DONE


def test_results_come_in_the_order_of_the_targets() -> None:
    with listening() as first, listening() as second:
        targets = [Target("127.0.0.1", port, tls=tls) for port in (first, second) for tls in (False, True)]
        stages = [one.stage for one in probe_all(targets, TIMEOUT)]
    assert stages == [Stage.DONE, Stage.HANDSHAKE] * 2


def test_nothing_to_probe_is_no_result() -> None:
    assert probe_all([], TIMEOUT) == ()


@given(st.data())
def test_bytes_that_are_no_certificate_give_a_time_or_an_error_of_their_own(data: st.DataObject) -> None:
    intact = _self_made(b"\x17\x0d" + b"300102030405Z")
    assert x509.not_after(intact) == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    damaged = bytearray(intact)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    short = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    with contextlib.suppress(ValueError):
        assert isinstance(x509.not_after(short), datetime)


@pytest.mark.parametrize(
    ("end", "year"),
    [(b"\x17\x0d500102030405Z", 1950), (b"\x17\x0d490102030405Z", 2049), (b"\x18\x0f20500102030405Z", 2050)],
)
def test_both_forms_of_time_are_read(end: bytes, year: int) -> None:
    assert x509.not_after(_self_made(end)).year == year


def test_an_end_that_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time"):
        x509.not_after(_self_made(b"\x04\x0d300102030405Z"))


def _self_made(end: bytes) -> bytes:
    """Return the beginning of a certificate of version 1, as far as its validity goes."""

    def wrap(tag: int, content: bytes) -> bytes:
        return bytes([tag, len(content)]) + content

    start = wrap(0x17, b"200102030405Z")
    fields = wrap(0x02, b"\x01") + wrap(0x30, b"") + wrap(0x30, b"") + wrap(0x30, start + end)
    return wrap(0x30, wrap(0x30, fields))
