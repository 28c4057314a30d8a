"""When a certificate ends, read from its DER bytes: the standard library tells it only of certificates it verified."""

from __future__ import annotations

from datetime import UTC, datetime

SEQUENCE = 0x30
VERSION = 0xA0
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
LONG_FORM = 0x80
CENTURY_TURN = 50
"""Two-digit years from here on are of the twentieth century (RFC 5280, 4.1.2.5.1)."""


def not_after(certificate: bytes) -> datetime:
    """
    Return the end of a certificate's validity (RFC 5280: ``tbsCertificate.validity.notAfter``).

    Raises:
        ValueError: These bytes are no certificate.
    """
    outer, _ = _inside(certificate, SEQUENCE)
    fields, _ = _inside(outer, SEQUENCE)
    if fields[:1] == bytes([VERSION]):
        _, fields = _inside(fields, VERSION)
    for _ in ("serial number", "signature algorithm", "issuer"):
        _, fields = _inside(fields)
    validity, _ = _inside(fields, SEQUENCE)
    _, ends = _inside(validity)
    tag = ends[:1]
    text, _ = _inside(ends)
    return _time(tag, text)


def _inside(data: bytes, tag: int | None = None) -> tuple[bytes, bytes]:
    """Return the content of the first element of ``data``, and what follows it."""
    if len(data) < 2 or (tag is not None and data[0] != tag):  # noqa: PLR2004  (tag and length)
        raise ValueError("no certificate")
    start, length = 2, data[1]
    if length >= LONG_FORM:
        start += length - LONG_FORM
        length = int.from_bytes(data[2:start], "big")
    if start + length > len(data):
        raise ValueError("a certificate that ends too early")
    return data[start : start + length], data[start + length :]


def _time(tag: bytes, text: bytes) -> datetime:
    digits = text.decode("ascii")
    if tag == bytes([UTC_TIME]):
        digits = ("19" if int(digits[:2]) >= CENTURY_TURN else "20") + digits
    elif tag != bytes([GENERALIZED_TIME]):
        raise ValueError("no time where the validity ends")
    return datetime.strptime(digits, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
