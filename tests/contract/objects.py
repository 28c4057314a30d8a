"""The same questions to every kind of object: created, looked at, listed, changed, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.contract.case import Case
from tests.contract.rows import Body, Row, home


def judge(case: Case, row: Row) -> None:
    """Create one, look at it, find it in the list, change it, and delete it."""
    if row.path == "/api/v2/routing/skills":
        row = _with_division(row, home(case))
    name = f"Judged by {case.sdk.name}"
    body = row.body(case, name)
    echo = {key: value for key, value in body.items() if key not in row.silent}
    made = case.call(f"POST {row.path}", body=body, shows=echo)
    where = row.where(made["id"])
    one = case.call(row.item("GET"), where, shows={"id": made["id"], **echo})
    listed(case, row, made["id"], body)
    if row.change:
        _change(case, row, body, one)
    if row.removal:
        _remove(case, row, made["id"], body)


def _with_division(row: Row, division: str) -> Row:
    return replace(row, change={"divisionId": division})


def listed(case: Case, row: Row, identity: str, body: Body) -> None:
    """Find an object in its list, page by page and by its name."""
    key, query = f"GET {row.path}", row.query(body)
    found = _by_cursor(case, key) if row.lists == "cursor" else case.pages(key, query)
    assert [one["id"] for one in found].count(identity) == 1, f"{key}: the new object is not there once"
    if row.named:
        size = {} if row.lists == "cursor" else {"pageSize": 25}
        alone = case.call(key, query={**query, row.named: body["name"], **size})["entities"]
        assert [one["id"] for one in alone] == [identity], f"{key}: {row.named}={body['name']} finds {alone}"


def _by_cursor(case: Case, key: str) -> list[Any]:
    """Read a list whose pages hang together by ``nextUri`` and ``after``."""
    found: list[Any] = []
    query: Body = {"pageSize": "1"}
    while True:
        shown = case.call(key, query=query)
        found += shown["entities"]
        after = shown.get("nextUri", "").partition("after=")[2].partition("&")[0]
        if not after:
            return found
        query = {"pageSize": "1", "after": after}


def _change(case: Case, row: Row, body: Body, one: Body) -> None:
    where, key = row.where(one["id"]), row.item(row.verb)
    update = {name: body[name] for name in row.keep} | row.change
    if row.path == "/api/v2/integrations":
        update = {"name": body["name"], **row.change}
    if row.versioned:
        update["version"] = one["version"]
    shown = {name: value for name, value in row.change.items() if name not in {*row.silent, "divisionId"}}
    case.call(key, where, body=update, shows={} if row.operation else shown)
    after = case.call(row.item("GET"), where, shows={"id": one["id"], **shown})
    if row.versioned:
        assert after["version"] > one["version"], f"{key}: the version stays {after['version']}"
        case.refused(409, "", key, where, body=update)


def _remove(case: Case, row: Row, identity: str, body: Body) -> None:
    key, where = row.item("DELETE"), row.where(identity)
    case.call(key, where)
    answer = case.sdk.call(row.item("GET"), where)
    assert answer.status in row.removal, f"{key}: the next look answers {answer.status}"
    if answer.status == 200:
        assert answer.body.get("state") == "deleted", f"{key}: the next look shows the state {answer.body.get('state')}"
    query = row.query(body)
    found = case.pages(f"GET {row.path}", query, size=25) if row.lists == "pages" else []
    assert identity not in [one["id"] for one in found], f"{key}: the list still has it"
