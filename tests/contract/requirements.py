"""Which attributes a model has to have: the declarations of the JavaScript SDK tell, the Python SDK does not."""

from __future__ import annotations

import functools
import re

from tests.contract.javascript_sdk import DECLARATIONS

INTERFACE = re.compile(r"export interface (\w+) \{(.*?)\n\t\}", re.DOTALL)
MUST_HAVE = re.compile(r'^\s*"(\w+)":', re.MULTILINE)


@functools.cache
def _all() -> dict[str, frozenset[str]]:
    if not DECLARATIONS.exists():
        return {}
    text = DECLARATIONS.read_text(encoding="utf-8")
    return {name: frozenset(MUST_HAVE.findall(body)) for name, body in INTERFACE.findall(text)}


def required(model: str) -> frozenset[str]:
    """Return the attributes that a model must have; none where the JavaScript SDK is not installed."""
    return _all().get(model, frozenset())
