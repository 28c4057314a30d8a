"""Mistakes that a stand-in for the platform could make: each one change of what the simulator answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.contract.recording import Change, Exchange

Edit = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake, and the scenarios in which it could be noticed."""

    mistake: str
    make: Callable[[], Change]
    scenarios: tuple[str, ...]
    sdk: str = "javascript"


@dataclass
class Changing:
    """Changes the answers that match, and counts them."""

    change: Change
    matches: Callable[[Exchange], bool]
    count: int = field(default=0)

    def __call__(self, exchange: Exchange) -> Exchange:
        """Return the changed answer."""
        if not self.matches(exchange):
            return exchange
        self.count += 1
        return self.change(exchange)


def where(call: str, *, status: int | None = None) -> Callable[[Exchange], bool]:
    """Match calls by a pattern of method and path, and the status of their answer (2xx without one)."""

    def matches(exchange: Exchange) -> bool:
        fits = exchange.status == status if status else exchange.status < 300
        return fits and re.fullmatch(call, f"{exchange.method} {exchange.path}") is not None

    return matches


def edited(edit: Edit) -> Change:
    """Change the JSON of an answer in place, or put what ``edit`` returns in its place."""

    def change(exchange: Exchange) -> Exchange:
        data = exchange.data()
        result = edit(data)
        return exchange.with_data(data if result is None else result)

    return change


def without(*names: str) -> Change:
    """Leave attributes of an answer out."""
    return edited(lambda data: {key: value for key, value in data.items() if key not in names})


def with_(**values: Any) -> Change:
    """Set attributes of an answer."""
    return edited(lambda data: data | values)


def header(name: str, value: str | None) -> Change:
    """Set a header of an answer, or leave it out."""

    def change(exchange: Exchange) -> Exchange:
        headers = {key: one for key, one in exchange.headers.items() if key != name}
        return replace(exchange, headers=headers if value is None else {**headers, name: value})

    return change


def status(number: int) -> Change:
    """Answer with another status."""
    return lambda exchange: replace(exchange, status=number)


def first_entity(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Change the first object of a list."""

    def change(data: dict[str, Any]) -> None:
        if data["entities"]:
            data["entities"][0] = edit(data["entities"][0])

    return edited(change)


def first_page_again() -> Change:
    """Give the objects of the first page on every page."""
    first: dict[str, Any] = {}

    def change(data: dict[str, Any]) -> None:
        data["entities"] = first.setdefault("entities", data["entities"])[: len(data["entities"])]

    return edited(change)


def mutant(
    mistake: str, change: Change, matches: Callable[[Exchange], bool], *scenarios: str, sdk: str = "javascript"
) -> Mutant:
    """Return a mutant that counts anew each time it is made."""
    return Mutant(mistake, lambda: Changing(change, matches), scenarios, sdk)


QUEUES, QUEUE = "GET /api/v2/routing/queues", r"GET /api/v2/routing/queues/[^/]+"
MADE_QUEUE = "POST /api/v2/routing/queues"
FLOWS, FLOW = "GET /api/v2/flows", r"GET /api/v2/flows/[0-9a-f-]{36}"
TOKEN, ME = "POST /oauth/token", "GET /api/v2/tokens/me"
JOB, EXPORT = r"GET /api/v2/flows/jobs/[^/]+", r"GET /api/v2/flows/export/jobs/[^/]+"
GROUP = r"GET /api/v2/groups/[^/]+"
HISTORY = r"GET /api/v2/flows/[^/]+/history/[^/]+"
OBSERVATIONS = "POST /api/v2/analytics/flows/observations/query"
JOBS, LIFE, LISTS = "publish jobs", "life of a flow", "lists of flows"
NATIVE = "native configurations"
BUSY, ERRORS, LOGIN = "too many calls", "errors", "login"


def _count_as_text(data: dict[str, Any]) -> None:
    data["results"][0]["data"][0]["stats"]["count"] = "7"


def _successful(data: dict[str, Any]) -> None:
    if data.get("currentOperation", {}).get("actionStatus") == "FAILURE":
        data["currentOperation"]["actionStatus"] = "SUCCESS"


def _without_details(data: dict[str, Any]) -> None:
    data.get("currentOperation", {}).pop("errorDetails", None)


def _other_status(data: dict[str, Any]) -> None:
    if "currentOperation" in data:
        data["currentOperation"]["actionStatus"] = "RUNNING"


def _renamed(old: str, new: str) -> Edit:
    return lambda data: {new if key == old else key: value for key, value in data.items()}


MUTANTS = (
    mutant("429 without Retry-After", header("retry-after", None), where(ME, status=429), BUSY, sdk="python"),
    mutant("Retry-After as a date", header("retry-after", "Sun, 22 Nov 2026"), where(ME, status=429), BUSY),
    mutant("Retry-After with a fraction", header("retry-after", "0.5"), where(ME, status=429), BUSY),
    mutant("no inin-ratelimit-count", header("inin-ratelimit-count", None), where(ME), BUSY),
    mutant("429 answered as 503", status(503), where(ME, status=429), BUSY),
    mutant("enum in lower case", first_entity(lambda one: {**one, "type": one["type"].lower()}), where(FLOWS), LISTS),
    mutant("id as a number", with_(id=7), where(MADE_QUEUE), "routing/queues"),
    mutant("boolean as a text", with_(active="true"), where(FLOW), JOBS),
    mutant(
        "time in milliseconds as a text",
        first_entity(lambda one: {**one, "dateCreated": "1"}),
        where(rf"{FLOW}/versions"),
        LIFE,
    ),
    mutant(
        "malformed timestamp", first_entity(lambda one: {**one, "timestamp": "22.11.2026"}), where(HISTORY), "history"
    ),
    mutant("no pageCount", without("pageCount"), where(QUEUES), "routing/queues"),
    mutant("total too high", edited(lambda data: data | {"total": data["total"] + 1}), where(QUEUES), "routing/queues"),
    mutant("every page is the first", first_page_again(), where(QUEUES), "routing/queues"),
    mutant("pageSize is not kept to", with_(pageSize=25), where(QUEUES), "routing/queues"),
    mutant("no nextUri", without("nextUri"), where(FLOWS), LISTS),
    mutant("entities under another name", edited(_renamed("entities", "items")), where(QUEUES), "routing/queues"),
    mutant("unknown attribute", with_(colour="red"), where(QUEUE), "routing/queues"),
    mutant("required attribute absent", without("name"), where(GROUP), "groups"),
    mutant("null for an attribute that is not there", with_(description=None), where(FLOW), JOBS),
    mutant(
        "another object than asked for",
        with_(id="00000000-0000-4000-8000-000000000000"),
        where(QUEUE),
        "routing/queues",
    ),
    mutant("what was sent is not shown", without("mediaSettings"), where(QUEUE), "routing/queues"),
    mutant("201 for a creation that is documented with 200", status(201), where(MADE_QUEUE), "routing/queues"),
    mutant("error body without a code", without("code"), where(r"GET .*", status=404), ERRORS),
    mutant("error body without a message", without("message"), where(r"GET .*", status=404), ERRORS),
    mutant("error body with another status", with_(status=500), where(r"GET .*", status=400), ERRORS),
    mutant("contextId is not the correlation id", with_(contextId="another"), where(r"GET .*", status=404), ERRORS),
    mutant("no correlation id", header("inin-correlation-id", None), where(ME), "identity"),
    mutant("an error in HTML", header("content-type", "text/html"), where(r"GET .*", status=404), ERRORS),
    mutant("missing permission as 401", status(401), where(FLOWS, status=403), ERRORS),
    mutant("a page that is too large is given", status(200), where(FLOWS, status=400), ERRORS),
    mutant("token without expires_in", without("expires_in"), where(TOKEN), LOGIN),
    mutant("token under another name", edited(_renamed("access_token", "token")), where(TOKEN), LOGIN),
    mutant("refused login without an OAuth error", without("error"), where(TOKEN, status=401), LOGIN),
    mutant("a revoked token works", status(200), where(ME, status=401), "revoked and expired tokens"),
    mutant("unknown status of a job", with_(status="Completed"), where(JOB), JOBS),
    mutant("a job that is over before its file is there", with_(status="Success"), where(JOB), JOBS),
    mutant("a failed job without messages", without("messages"), where(JOB), JOBS),
    mutant("no headers for the upload", without("headers"), where("POST /api/v2/flows/jobs"), JOBS),
    mutant("no address of the download", without("downloadUrl"), where(EXPORT), "export jobs"),
    mutant("a second queue of a name", status(200), where(MADE_QUEUE, status=400), "rules of queues"),
    mutant(
        "another code for a name that is taken",
        with_(code="conflict"),
        where(MADE_QUEUE, status=400),
        "rules of queues",
    ),
    mutant(
        "a division with objects is deleted",
        status(204),
        where(r"DELETE /api/v2/authorization/.*", status=400),
        "rules of divisions",
    ),
    mutant("a stale version is accepted", status(200), where(r"PUT /api/v2/groups/[^/]+", status=409), "groups"),
    mutant("the version never rises", with_(version=1), where(GROUP), "groups"),
    mutant("a deleted flow is 404", status(404), where(FLOW, status=410), LIFE),
    mutant("a lock that nobody sees", without("lockedUser"), where(FLOW), "locks"),
    mutant(
        "somebody else's lock is passed", status(200), where("POST /api/v2/flows/actions/checkout", status=409), "locks"
    ),
    mutant("an operation that never ends", edited(lambda data: data | {"complete": False}), where(HISTORY), "history"),
    mutant("a failed publish is told as a success", edited(_successful), where(FLOW), NATIVE),
    mutant("a failed publish names no place", edited(_without_details), where(FLOW), NATIVE),
    mutant("an unknown status of an operation", edited(_other_status), where(FLOW), NATIVE),
    mutant("a configuration loses a part", without("variables"), where(rf"{FLOW}/latestconfiguration"), NATIVE),
    mutant("a number of interactions as a text", edited(_count_as_text), where(OBSERVATIONS), "observations"),
)
