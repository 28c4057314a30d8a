"""A call as the endpoints see it, their answers, and the table that they stand in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pydantic import ValidationError
from starlette.datastructures import QueryParams
from starlette.routing import compile_path

from simulator.errors import PlatformError, invalid_value
from simulator.model import Model
from simulator.settings import Settings
from simulator.state import Client

if TYPE_CHECKING:
    from simulator.world import World

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, body and headers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return ``data`` as a JSON answer."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status=status, body=body, headers={"Content-Type": JSON, **(headers or {})})


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls what.

    ``base`` is the scheme and host that the caller used, ``permissions`` what the endpoint asks for, ``settings`` how
    the platform behaves.
    """

    method: str
    path: str
    query: QueryParams
    headers: Mapping[str, str]
    body: bytes
    base: str
    correlation_id: str
    params: Mapping[str, str] = field(default_factory=dict)
    client: Client | None = None
    permissions: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)

    @property
    def caller(self) -> Client:
        """The client behind the token; only endpoints behind the token check ask."""
        if self.client is None:
            raise PlatformError(401, "authentication.required")
        return self.client

    def many(self, name: str) -> list[str]:
        """Return the values of a query parameter that may be repeated or hold a list with commas."""
        return [part for value in self.query.getlist(name) for part in value.split(",") if part]

    def flag(self, name: str) -> bool:
        """Return a query parameter that is true or false; absent means false."""
        value = self.query.get(name, "false").lower()
        if value not in {"true", "false"}:
            raise invalid_value(value, "Boolean", "true, false")
        return value == "true"

    def number(self, name: str, default: int) -> int:
        """Return a query parameter that is a number from 1."""
        value = self.query.get(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            raise invalid_value(value, "Integer", "1 and above")
        return int(value)

    def json(self) -> dict[str, Any]:
        """Return the JSON object in the body; no body or ``null`` (as SDKs send it) is an empty object."""
        data = self._data() if self.body else None
        if data is None:
            return {}
        if not isinstance(data, dict):
            raise PlatformError(400)
        return data

    def rows(self) -> list[Any]:
        """Return the JSON list in the body."""
        data = self._data() if self.body else []
        if not isinstance(data, list):
            raise PlatformError(400)
        return data

    def _data(self) -> Any:
        if JSON not in self.headers.get("content-type", ""):
            raise PlatformError(415)
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise PlatformError(400) from error


Body = TypeVar("Body", bound=Model)


def parsed(model: type[Body], data: Any) -> Body:
    """Return ``data`` as ``model``.

    Raises:
        PlatformError: 400 that names each key that does not fit.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error


Handler: TypeAlias = "Callable[[World, Call], Reply]"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of the table of endpoints.

    ``permissions`` are needed all, or one of them when ``any_permission`` is set; none needed when empty.
    """

    method: str
    path: str
    handler: Handler
    permissions: tuple[str, ...] = ()
    any_permission: bool = False


class Router:
    """Finds the endpoint of a call; the first row that matches wins, so fixed paths stand before patterns."""

    def __init__(self, endpoints: list[Endpoint]) -> None:
        self._rows: dict[int, list[tuple[re.Pattern[str], Endpoint]]] = {}
        self._deep: list[tuple[re.Pattern[str], Endpoint]] = []
        for endpoint in endpoints:
            row = (compile_path(endpoint.path)[0], endpoint)
            if ":path}" in endpoint.path:
                self._deep.append(row)
            else:
                self._rows.setdefault(endpoint.path.count("/"), []).append(row)

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        """Return the endpoint and the values in its path.

        Raises:
            PlatformError: 404 for an unknown path, 405 for a known one with another method.
        """
        known = False
        for pattern, endpoint in [*self._rows.get(path.count("/"), ()), *self._deep]:
            if match := pattern.fullmatch(path):
                if endpoint.method == method:
                    return endpoint, match.groupdict()
                known = True
        raise PlatformError(405 if known else 404)
