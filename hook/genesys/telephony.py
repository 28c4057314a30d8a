"""
Trunks and trunk base settings, as the platform's Edges report them.

``GET /api/v2/telephony/providers/edges/trunks`` and ``…/trunkbasesettings`` (permission ``telephony:plugin:all``); the
shapes are those of ``Trunk``, ``TrunkMetricsOptions`` and ``TrunkMetricsRegisters`` in the platform's official SDK.
What an answer does not tell is ``None`` or an empty state, never healthy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr
from pydantic.alias_generators import to_camel

from hook.errors import UnexpectedResponse
from hook.genesys.job_states import parse
from hook.genesys.responses import Json, Text
from hook.genesys.session import Query, Session
from hook.model import Endpoint, TrunkState

TRUNKS = "/api/v2/telephony/providers/edges/trunks"
BASES = "/api/v2/telephony/providers/edges/trunkbasesettings"
PAGE_SIZE = 100

OK = "OK"
"""State of an endpoint that answered well."""
UNTOLD = ""
"""State of an endpoint that the platform does not tell."""

Maybe = StrictStr | None
Enabled = Literal["ENABLED", "DISABLED", "NOT_SUPPORTED"] | None
State = Literal["active", "inactive", "deleted"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class _Reference(_Body):
    id: StrictStr = Field(min_length=1)
    name: Maybe = None


class _Connected(_Body):
    connected: StrictBool | None = None


class _Error(_Body):
    text: Text = ""
    code: Text = ""


class _Options(_Body):
    proxy_address: Maybe = None
    option_state: StrictBool | None = None
    error_info: _Error | None = None


class _Registers(_Body):
    proxy_address: Maybe = None
    register_state: StrictBool | None = None
    error_info: _Error | None = None


class _Base(_Body):
    id: StrictStr = Field(min_length=1)
    name: StrictStr = Field(min_length=1)
    state: State


class _Trunk(_Body):
    id: StrictStr = Field(min_length=1)
    name: StrictStr = Field(min_length=1)
    state: State
    trunk_type: Literal["EXTERNAL", "PHONE", "EDGE"]
    trunk_base: _Reference
    in_service: StrictBool | None = None
    enabled: StrictBool | None = None
    connected_status: _Connected | None = None
    options_enabled_status: Enabled = None
    options_status: list[_Options] | None = None
    registers_enabled_status: Enabled = None
    registers_status: list[_Registers] | None = None
    proxy_address_list: list[StrictStr] | None = None


def trunks(session: Session) -> tuple[TrunkState, ...]:
    """
    Return the external trunks that are not deleted, with their state; one call per 100 trunks.

    ``options`` and ``registers`` are empty where the trunk has them switched off. Where they are on, or where the
    platform does not tell whether they are, there is at least one endpoint; its state is ``OK``, what went wrong, or
    empty where that is not told.

    Raises:
        UnexpectedResponse: An answer is not what the platform documents, or does not hold as many as it says.
        FlowSyncError: As :meth:`Session.call` does.
    """
    found = [parse(_Trunk, row, request=f"GET {TRUNKS}") for row in _rows(session, TRUNKS, {"trunkType": "EXTERNAL"})]
    external = [one for one in found if one.trunk_type == "EXTERNAL" and one.state != "deleted"]
    names: dict[str, str] = {}
    if any(not one.trunk_base.name for one in external):
        names = {base.id: base.name for base in _bases(session)}
    return tuple(_state(one, one.trunk_base.name or names.get(one.trunk_base.id, "")) for one in external)


def trunk_bases(session: Session) -> tuple[str, ...]:
    """
    Return the names of all trunk base settings that are not deleted; one call per 100.

    Raises:
        UnexpectedResponse: An answer is not what the platform documents, or does not hold as many as it says.
        FlowSyncError: As :meth:`Session.call` does.
    """
    return tuple(base.name for base in _bases(session))


def _bases(session: Session) -> list[_Base]:
    found = [parse(_Base, row, request=f"GET {BASES}") for row in _rows(session, BASES, {})]
    return [one for one in found if one.state != "deleted"]


def _state(trunk: _Trunk, base: str) -> TrunkState:
    if not base:
        raise UnexpectedResponse(
            f"GET {TRUNKS} answered that trunk '{trunk.name}' uses base settings {trunk.trunk_base.id},"
            " which have no name"
        )
    proxies = tuple(trunk.proxy_address_list or ())
    options = [
        _endpoint(one.proxy_address, good=one.option_state, error=one.error_info) for one in trunk.options_status or ()
    ]
    registers = [
        _endpoint(one.proxy_address, good=one.register_state, error=one.error_info)
        for one in trunk.registers_status or ()
    ]
    return TrunkState(
        name=trunk.name,
        base=base,
        in_service=trunk.in_service if trunk.state == "active" else False,
        enabled=trunk.enabled,
        connected=trunk.connected_status.connected if trunk.connected_status else None,
        options=_told(options, trunk.options_enabled_status, proxies),
        registers=_told(registers, trunk.registers_enabled_status, proxies),
        proxies=proxies,
    )


def _endpoint(address: str | None, *, good: bool | None, error: _Error | None) -> Endpoint:
    reason = " ".join(filter(None, (error.code, error.text))) if error else ""
    state = UNTOLD if good is None else OK if good else f"failed: {reason}" if reason else "failed"
    return Endpoint(address or "", state)


def _told(found: Sequence[Endpoint], enabled: Enabled, proxies: Sequence[str]) -> tuple[Endpoint, ...]:
    """Complete what is told of the endpoints: a proxy without a row is not known, and neither is a missing switch."""
    if enabled in {"DISABLED", "NOT_SUPPORTED"}:
        return ()
    missing = max(len(proxies) - len(found), 0 if found and enabled else 1)
    told = {one.address for one in found}
    silent = [proxy for proxy in proxies if proxy not in told] + [""] * missing
    return (*found, *(Endpoint(address, UNTOLD) for address in silent[:missing]))


def _rows(session: Session, path: str, params: Query) -> Iterator[Json]:
    """
    Yield each row of a listing once.

    Stricter than :func:`hook.genesys.paging.entities`, which takes a listing that twice holds fewer than its ``total``
    for one that counts otherwise: a trunk that is down and left out must not look like a healthy rest.
    """
    found: dict[object, Json] = {}
    total, known, page = 1, -1, 0
    while known < len(found) < total:
        known, page = len(found), page + 1
        body = session.get(path, {**params, "pageNumber": page, "pageSize": PAGE_SIZE})
        rows, count = body.get("entities"), body.get("total")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or type(count) is not int:
            raise UnexpectedResponse(
                f"GET {path} answered without a list of entities and their total",
                details=(f"keys of the answer: {', '.join(sorted(body)) or 'none'}",),
            )
        found.update({row["id"] if isinstance(row.get("id"), str) else id(row): row for row in rows})
        total = count
    if len(found) != total:
        raise UnexpectedResponse(
            f"GET {path} says that there are {total}, but answered with {len(found)}",
            hint="Somebody may be changing them; rerun.",
        )
    yield from found.values()
