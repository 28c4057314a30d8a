"""Which operation of the SDK a call is, and which operations the simulator serves."""

from __future__ import annotations

import functools
import re

from simulator.table import api_endpoints
from tests.contract.catalogue import Operation, operations


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


@functools.cache
def _by_shape() -> dict[str, Operation]:
    return {f"{rows[0].method} {_anonymous(rows[0].path)}": rows[0] for rows in operations().values()}


@functools.cache
def served() -> tuple[Operation, ...]:
    """Return every operation that the simulator serves.

    Raises:
        LookupError: It serves something that is no operation of the platform.
    """
    found = {}
    for endpoint in api_endpoints():
        shape = f"{endpoint.method} {_anonymous(endpoint.path)}"
        if shape not in _by_shape():
            raise LookupError(f"{endpoint.method} {endpoint.path} is no operation of the official SDK")
        found[shape] = _by_shape()[shape]
    return tuple(sorted(found.values(), key=lambda one: (one.path, one.method)))


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str], Operation]]:
    rows = [
        (one.method, re.compile(re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(one.path))), one)
        for one in _by_shape().values()
    ]
    return sorted(rows, key=lambda row: row[2].path.count("{"))


@functools.cache
def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation that a call is; fixed paths win over those with an id in the same place."""
    for wanted, pattern, operation in _patterns():
        if wanted == method and pattern.fullmatch(path):
            return operation
    return None
