"""Presigned URLs: a query that cannot be guessed, and the refusals of an object store."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from simulator.http import Reply
from simulator.model import new_id


def signed_query(now: float, *, lifetime: float, headers: Iterable[str] = ()) -> dict[str, str]:
    """Return the query of a presigned URL; ``headers`` are those that the signature covers."""
    date = datetime.fromtimestamp(now, UTC)
    return {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"SIMULATED/{date:%Y%m%d}/us-east-1/s3/aws4_request",
        "X-Amz-Date": f"{date:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(int(lifetime)),
        "X-Amz-SignedHeaders": ";".join(["host", *sorted(headers)]),
        "X-Amz-Signature": secrets.token_hex(32),
    }


def signed_url(base: str, path: str, query: dict[str, str]) -> str:
    """Return the presigned URL."""
    return f"{base}{path}?{urlencode(query)}"


def refused(status: int, code: str, message: str) -> Reply:
    """Return an error as an object store writes it: XML."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{new_id()}</RequestId></Error>"
    )
    return Reply(status=status, body=body.encode(), headers={"Content-Type": "application/xml"})
