"""What a call has to keep to: the models of the official SDK, and the rules that hold for every answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from tests.contract.catalogue import PRIMITIVES, Operation, schema
from tests.contract.deviations import STATUSES, permitted
from tests.contract.recording import Exchange
from tests.contract.requirements import required
from tests.contract.routes import operation_of

TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})")
LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}
TIMES = {"datetime": TIMESTAMP, "LocalDateTime": LOCAL_TIME, "date": DATE}
SUCCESS = range(200, 300)
TOO_MANY = 429
NO_CONTENT = 204
NUMBERS = ("pageSize", "pageNumber", "total", "pageCount")


def complaints(exchange: Exchange) -> list[str]:
    """Return what is wrong with a call of the API, each with method, path and place."""
    operation = operation_of(exchange.method, exchange.path)
    if operation is None:
        known = exchange.status in {404, 405}
        return [] if known else [f"{exchange.method} {exchange.path}: no operation of the platform, yet answered"]
    # What was refused may have been wrong on purpose.
    asked = _of_request(exchange, operation) if exchange.status in SUCCESS else ()
    found = [*asked, *_of_answer(exchange, operation), *_of_protocol(exchange, operation)]
    return [f"{operation.key}: {one}" for one in found if not permitted(operation.key, one)]


def request_complaints(exchange: Exchange) -> list[str]:
    """Return what is wrong with a request to the API, whatever became of it."""
    operation = operation_of(exchange.method, exchange.path)
    if operation is None:
        return [f"{exchange.method} {exchange.path}: no operation of the platform"]
    return [f"{operation.key}: {one}" for one in _of_request(exchange, operation)]


def _of_request(exchange: Exchange, operation: Operation) -> Iterator[str]:
    names = {name for name, _ in exchange.query}
    for name in sorted(names - operation.query_arguments.keys()):
        yield f"unknown query parameter '{name}'"
    for name in sorted(operation.required_query - names):
        yield f"no query parameter '{name}'"
    yield from _of_parameters(exchange, operation)
    if exchange.request_body and exchange.request_body != b"null":
        if not operation.body:
            yield "a body, where none is taken"
        else:
            yield from (f"request{one}" for one in of_value(exchange.sent(), operation.body))
    elif operation.needs_body:
        yield "no body"


def _of_parameters(exchange: Exchange, operation: Operation) -> Iterator[str]:
    for name, value in exchange.query:
        kind = operation.query_types.get(name)
        if (kind == "int" and not value.isdigit()) or (kind == "bool" and value not in {"true", "false"}):
            yield f"query parameter '{name}': {_shown(value)} is no {kind}"


def _of_answer(exchange: Exchange, operation: Operation) -> Iterator[str]:
    if exchange.status not in SUCCESS:
        yield from (f"error{one}" for one in of_value(exchange.data(), "ErrorBody"))
        return
    if operation.response and exchange.method != "HEAD" and exchange.status != NO_CONTENT:
        yield from (f"answer{one}" for one in of_value(exchange.data(), operation.response))


def of_value(value: Any, kind: str) -> Iterator[str]:
    """Yield what is wrong with a JSON value of a type of the SDK, each with its place."""
    if kind.startswith("list["):
        if not isinstance(value, list):
            yield f": {_shown(value)} is no list"
            return
        for index, one in enumerate(value):
            yield from (f"[{index}]{said}" for said in of_value(one, kind[5:-1]))
    elif kind.startswith("dict("):
        if not isinstance(value, dict):
            yield f": {_shown(value)} is no object"
            return
        inner = kind[5:-1].partition(", ")[2]
        for key, one in value.items():
            yield from (f".{key}{said}" for said in of_value(one, inner))
    elif kind in PRIMITIVES:
        yield from _of_primitive(value, kind)
    else:
        yield from _of_model(value, kind)


def _of_primitive(value: Any, kind: str) -> Iterator[str]:
    if kind in TIMES:
        if not isinstance(value, str) or not TIMES[kind].fullmatch(value):
            yield f": {_shown(value)} is no {kind}"
    elif kind in TYPES and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "bool")):
        yield f": {_shown(value)} is no {kind}"


def _of_model(value: Any, kind: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f": {_shown(value)} is no {kind}"
        return
    model = schema(kind)
    for name in sorted(value.keys() - model.types.keys()):
        yield f".{name}: {kind} has no such attribute"
    for name in sorted(required(kind) - value.keys()):
        yield f".{name}: required in {kind}, and not there"
    for name, one in value.items():
        if one is None:
            yield f".{name}: null in {kind}"
        elif name in model.values and one not in model.values[name]:
            yield f".{name}: {_shown(one)} is no value of {kind}"
        elif name in model.types:
            yield from (f".{name}{said}" for said in of_value(one, model.types[name]))


def _of_protocol(exchange: Exchange, operation: Operation) -> Iterator[str]:
    data = exchange.data()
    yield from _of_headers(exchange)
    if exchange.status not in SUCCESS:
        yield from _of_error(exchange, data if isinstance(data, dict) else {})
        return
    if exchange.status not in STATUSES.get(operation.key, {200} if operation.response else {200, NO_CONTENT}):
        yield f"status {exchange.status} is none that the platform documents for it"
    if not isinstance(data, dict):
        return
    if "entities" in data:
        yield from _of_page(exchange, operation, data)
    elif exchange.method == "GET" and operation.path.endswith("Id}") and "id" in data:
        wanted = exchange.path.rpartition("/")[2]
        if data["id"] != wanted:
            yield f"answer.id: {_shown(data['id'])} was not asked for"
    yield from (f"answer{one}" for one in _of_links(data))


def _of_headers(exchange: Exchange) -> Iterator[str]:
    try:
        UUID(exchange.headers.get("inin-correlation-id", ""))
    except ValueError:
        yield "header ININ-Correlation-Id: missing, or no UUID"
    if exchange.body and exchange.headers.get("content-type") != "application/json":
        yield f"header Content-Type: {_shown(exchange.headers.get('content-type'))}"
    for name, value in exchange.headers.items():
        if name.startswith("inin-ratelimit-") and not value.isdigit():
            yield f"header {name}: {_shown(value)} is no number"
    if exchange.status == TOO_MANY and not exchange.headers.get("retry-after", "").isdigit():
        yield "header Retry-After: missing, or no whole number of seconds"


def _of_error(exchange: Exchange, data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("message", "code", "contextId"):
        if not data.get(name):
            yield f"error.{name}: missing"
    if data.get("status") != exchange.status:
        yield f"error.status: {_shown(data.get('status'))} under HTTP {exchange.status}"
    if data.get("contextId") != exchange.headers.get("inin-correlation-id"):
        yield "error.contextId: not the correlation id of the answer"


def _of_page(exchange: Exchange, operation: Operation, data: Mapping[str, Any]) -> Iterator[str]:
    """A page by number has to add up; lists with cursors have no numbers."""
    asked = dict(exchange.query)
    if not all(name in schema(operation.response).types for name in NUMBERS):
        return
    for name in NUMBERS:
        if name not in data:
            yield f"answer.{name}: missing in a list by pages"
            return
    size, number, total, count = (data[name] for name in NUMBERS)
    if not all(isinstance(one, int) for one in (size, number, total, count)):
        return
    for name in ("pageSize", "pageNumber"):
        if name in asked and str(data[name]) != asked[name]:
            yield f"answer.{name}: {data[name]} and not the {asked[name]} that was asked for"
    if size and count != -(-total // size):
        yield f"answer.pageCount: {count} of {total} by {size}"
    wanted = max(0, min(size, total - (number - 1) * size))
    if isinstance(data["entities"], list) and len(data["entities"]) != wanted:
        yield f"answer.entities: {len(data['entities'])} on page {number} of {total} by {size}"
    if "selfUri" in data and (number < count) != ("nextUri" in data):
        yield f"answer.nextUri: page {number} of {count}"


def _of_links(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from (f"[{index}]{said}" for said in _of_links(one))
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "selfUri" and not str(one).startswith("/api/v2/"):
                yield f".selfUri: {_shown(one)} is no path of the API"
            yield from (f".{name}{said}" for said in _of_links(one))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."
