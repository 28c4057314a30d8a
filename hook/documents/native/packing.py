"""
The content of an ``.i3*`` file: base64 of the URI-encoded JSON.

That is how Architect's export packs a flow (``exportType`` ``Architect``); twelve exports published by Genesys in its
blueprints are packed so: ``btoa(encodeURIComponent(JSON.stringify(configuration)))``.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import urllib.parse
from typing import Any

Configuration = dict[str, Any]
"""A flow as Architect stores it: JSON data."""

_BEGINS = re.compile(r"\s*J\s*T\s*d\s*[CD]|\s*J\s*T\s*d\s*i")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+\Z")
_UNESCAPED = "!~*'()"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class NotPacked(ValueError):
    """The text begins like a packed file and cannot be unpacked; the message says why."""


def is_packed(text: str) -> bool:
    """
    Return whether ``text`` begins as every packed flow does.

    A JSON object in URI encoding begins with ``%7B`` (or ``%7b``), and so its base64 always with the same letters. A
    text that begins so and cannot be unpacked is a damaged packed file, not another format.
    """
    return _BEGINS.match(text) is not None


def looks_like_base64(text: str) -> bool:
    """Return whether ``text`` is one run of base64 letters, so that it is neither JSON nor YAML of a flow."""
    return bool(text.strip()) and _BASE64.match(text) is not None


def unpack(text: str) -> Configuration | None:
    """
    Return the configuration in a packed text; ``None`` if the text is not packed.

    Raises:
        NotPacked: It begins as a packed flow does, but is damaged.
    """
    if not is_packed(text):
        return None
    try:
        configuration = json.loads(unpacked_text(text))
    except RecursionError:
        raise NotPacked("the JSON inside is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotPacked(f"the JSON inside is not valid: {error.msg} at character {error.pos + 1}") from error
    if not isinstance(configuration, dict):
        raise NotPacked("inside there is no JSON object")
    return configuration


def unpacked_text(text: str) -> str:
    """
    Return the JSON text in a packed text.

    Raises:
        NotPacked: It is no base64, or what is inside is not URI-encoded UTF-8.
    """
    packed = "".join(text.split())
    try:
        encoded = base64.b64decode(packed, validate=True).decode("ascii")
    except binascii.Error as error:
        raise NotPacked(f"the base64 is damaged: {error}") from error
    except UnicodeDecodeError as error:
        raise NotPacked(f"the URI encoding inside is damaged at character {error.start + 1}") from error
    bad = _BAD_ESCAPE.search(encoded)
    if bad:
        raise NotPacked(f"the URI encoding inside is damaged at character {bad.start() + 1}")
    try:
        return urllib.parse.unquote(encoded, errors="strict")
    except UnicodeDecodeError as error:
        raise NotPacked(f"the text inside is not UTF-8: byte 0x{error.object[error.start]:02x}") from error


def pack(configuration: Configuration) -> bytes:
    """Return the content of an ``.i3*`` file that holds ``configuration``."""
    text = json.dumps(configuration, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(urllib.parse.quote(text, safe=_UNESCAPED).encode("ascii"))
