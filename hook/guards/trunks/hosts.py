"""The far end of a trunk: what is declared of it, held against what a probe found."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from hook.model import Finding, Verdict
from hook.probes import ProbeResult, Stage, Target

SIPS_PORT = 5061
SIP_PORT = 5060
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class HostSettings(BaseModel):
    """
    One far end.

    Attributes:
        host: Its name or address.
        port: TCP port; without one 5061 with TLS, 5060 without (RFC 3261, 19.1.2).
        tls: Whether it speaks TLS.
        fingerprint: SHA-256 of the certificates that it may show, as ``openssl x509 -fingerprint -sha256`` prints them;
            more than one while it changes. With one the name and the issuer of the certificate do not matter.
        min_days_valid: Days that the certificate must still be valid for.
        server_name: The name to ask for and to check, where it is not ``host``.
        ca: A file with the certificates to trust, PEM, where it is not the system's that count.
        reachable: Whether it must be reachable from here; with ``false`` that is only told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: bool = True
    fingerprint: tuple[str, ...] = ()
    min_days_valid: int = Field(default=14, ge=0)
    server_name: str = ""
    ca: str = ""
    reachable: bool = True

    @field_validator("fingerprint", mode="before")
    @classmethod
    def _fingerprints(cls, given: Any) -> tuple[str, ...]:
        several = given if isinstance(given, list | tuple) else (given,)
        read = [re.sub(r"(?i)^sha-?256(\s+fingerprint)?\s*[:=]|[:\s]", "", str(one)).lower() for one in several]
        if not all(FINGERPRINT.fullmatch(one) for one in read):
            raise ValueError("a fingerprint is 'sha256:' and 64 hexadecimal digits")
        return tuple(f"sha256:{one}" for one in read)

    @model_validator(mode="after")
    def _tls_only(self) -> Self:
        if not self.tls and (self.fingerprint or self.ca or self.server_name):
            raise ValueError("fingerprint, ca and serverName mean something only with tls: true")
        return self

    @property
    def target(self) -> Target:
        """What to probe."""
        return Target(
            host=self.host,
            port=self.port or (SIPS_PORT if self.tls else SIP_PORT),
            tls=self.tls,
            verify=not self.fingerprint,
            server_name=self.server_name,
            ca=self.ca,
        )


def judge(guard: str, host: HostSettings, result: ProbeResult, *, now: datetime) -> Finding:
    """Return what a probe's result means for the guard of this name."""
    where = f"{host.target.host}:{host.target.port}"
    if result.stage is Stage.SETUP:
        return Finding(guard, Verdict.UNKNOWN, f"{where} was not tried: {result.error}.", hint="Correct the path 'ca'.")
    if result.stage is not Stage.DONE:
        return _not_reached(guard, where, host, result)
    if not host.tls:
        return Finding(guard, Verdict.PASS, f"{where} is reachable at {result.address}; no TLS is declared.")
    return _certificate(guard, where, host, result, now)


def _not_reached(guard: str, where: str, host: HostSettings, result: ProbeResult) -> Finding:
    step = {
        Stage.NAME: "its name cannot be resolved",
        Stage.CONNECTION: "it does not accept a connection",
        Stage.HANDSHAKE: "the TLS handshake failed",
    }[result.stage]
    return Finding(
        guard,
        Verdict.REFUSE if host.reachable else Verdict.WARN,
        f"{where} cannot be reached from here: {step} ({result.error}).",
        hint="See the firewall on the way, and whether the host is up; where it cannot be reached from here by design,"
        " declare reachable: false for it."
        if host.reachable
        else "Declared with reachable: false, so that its certificate was not checked.",
        passing=host.reachable,
    )


def _certificate(guard: str, where: str, host: HostSettings, result: ProbeResult, now: datetime) -> Finding:
    shown = f"certificate {result.fingerprint or 'unknown'}"
    until = f"{result.expires.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if result.expires else "an unknown date"
    days = (result.expires - now).days if result.expires else None
    seen = f"{where} ({result.address}, {result.protocol or 'TLS'}) shows {shown}, valid until {until}"
    if host.fingerprint and result.fingerprint not in host.fingerprint:
        return Finding(
            guard,
            Verdict.REFUSE,
            f"{seen}; declared is {' or '.join(host.fingerprint)}.",
            hint="If the owner of the host confirms the new certificate, put its fingerprint into guards.trunks.hosts;"
            " otherwise somebody else answers there.",
        )
    if result.untrusted:
        return Finding(
            guard,
            Verdict.REFUSE,
            f"{seen}; it is not trusted: {result.untrusted}.",
            hint="Name its issuer's certificate as ca, or its name as serverName, or pin it as fingerprint.",
        )
    if not result.fingerprint or days is None:
        return Finding(
            guard, Verdict.UNKNOWN, f"{seen}; it cannot be judged.", hint="Check the certificate with openssl s_client."
        )
    if days < host.min_days_valid:
        return Finding(
            guard,
            Verdict.REFUSE,
            f"{seen}, {'that is over' if days < 0 else f'{days} days from now'};"
            f" declared are at least {host.min_days_valid} days.",
            hint="Have it renewed, or lower minDaysValid for the host.",
        )
    return Finding(guard, Verdict.PASS, f"{seen}, {days} days from now.")
