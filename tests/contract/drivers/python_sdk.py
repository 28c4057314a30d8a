"""Calls the official Python SDK: one JSON line in for each call, one JSON line out with what the SDK made of it."""

from __future__ import annotations

import json
import re
import sys
import warnings
from typing import Any

import PureCloudPlatformClientV2  # type: ignore[import-untyped]  # it has no types

from tests.contract.catalogue import PRIMITIVES, Operation, operations

client = PureCloudPlatformClientV2.api_client.ApiClient()


def connect(host: str, port: int, login: str, api: str) -> None:
    """Point the SDK at a gateway, as its documentation says."""
    client.set_gateway(host, "http", port, login, api)


def log_in(client_id: str, secret: str) -> None:
    """Ask for a token, as its documentation says."""
    client.get_client_credentials_token(client_id, secret)


def made(value: Any, kind: str) -> Any:
    """Return a JSON value as the SDK's model, attribute by attribute, as its documentation's examples do."""
    if (inner := re.fullmatch(r"list\[(.*)\]", kind)) and isinstance(value, list):
        return [made(one, inner.group(1)) for one in value]
    if kind in PRIMITIVES or kind.startswith("dict(") or not isinstance(value, dict):
        return value
    model = getattr(PureCloudPlatformClientV2, kind)()
    attributes = {name: attribute for attribute, name in model.attribute_map.items()}
    for name, one in value.items():
        setattr(model, attributes[name], made(one, model.swagger_types[attributes[name]]))
    return model


def call(key: str, path: dict[str, Any], query: dict[str, Any], body: Any) -> Any:
    """Call the method of an operation, and return what it returns."""
    operation: Operation = operations()[key][0]
    arguments = {operation.path_arguments[name]: value for name, value in path.items()}
    arguments |= {operation.query_arguments[name]: value for name, value in query.items()}
    if body is not None:
        arguments[operation.body_argument] = made(body, operation.body)
    return getattr(getattr(PureCloudPlatformClientV2, operation.api)(client), operation.name)(**arguments)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one line."""
    try:
        if "connect" in request:
            connect(**request["connect"])
            return {}
        if "login" in request:
            log_in(*request["login"])
            return {"status": 200}
        result = call(request["key"], request["path"], request["query"], request["body"])
    except PureCloudPlatformClientV2.rest.ApiException as error:
        return {"status": error.status, "headers": dict(error.headers or {}), "body": parsed(error.body), "error": True}
    except Exception as error:  # noqa: BLE001 (whatever the SDK chokes on is what we want to know)
        return {"choked": f"{type(error).__name__}: {error}"}
    last = client.last_response
    return {
        "status": last.status,
        "headers": dict(last.getheaders()),
        "body": client.sanitize_for_serialization(result),
        "kind": type(result).__name__,
    }


def parsed(text: str | None) -> Any:
    """Return a body as JSON where it is."""
    try:
        return json.loads(text or "")
    except ValueError:
        return text


def main() -> None:
    """Answer line by line until the input ends."""
    # The SDK switches on its own warnings of deprecated operations; some of those are judged, too.
    warnings.showwarning = lambda *_args, **_more: None
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201 (the protocol)


if __name__ == "__main__":
    main()
