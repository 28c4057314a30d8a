"""Every guard in every state: what it says, and how the command ends."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.run.conftest import Lab, workflow

GOLDEN = Path(__file__).with_name("guard_messages.json")
GUARDS = ("environment", "permissions", "references", "thresholds", "licence", "peakHours", "capacity", "trunks")
ALWAYS = {"windows": [{"days": "mon-sun", "from": "00:00", "to": "24:00", "timeZone": "UTC"}]}
OTHER_DAY = f"{datetime.now(tz=UTC) + timedelta(days=3):%a}".lower()
NEVER = {"windows": [{"days": OTHER_DAY, "from": "03:00", "to": "03:01", "timeZone": "UTC"}]}
FULL = "workflow 'One': 41 of 50 interactions (82 %), limit 80 %"
UNKNOWN = "it could not be found out"
BUSY = {"flows": {"One": "50"}}
SURVEY = 'voiceSurvey:\n  name: Survey\n  startUpRef: "/voiceSurvey/tasks/task[Start_10]"\n'
ANSWER_403: dict[str, Any] = {
    "status": 403,
    "body": {"status": 403, "code": "not.authorized", "message": "You are not authorized to perform that action."},
}


def nothing(_lab: Lab) -> None:
    """Change nothing."""


def another_organisation(lab: Lab) -> None:
    lab.environment["organizationId"] = "00000000-0000-0000-0000-000000000000"


def few_permissions(lab: Lab) -> None:
    permissions = ["architect:flow:view", "architect:job:create", "architect:job:view"]
    lab.org.client("flowsync", "secret-of-flowsync", permissions=permissions)


def missing_flow(lab: Lab) -> None:
    lab.write("One", then="Nobody")


def many_changes(lab: Lab) -> None:
    for number in range(12):
        lab.write(f"Many {number}")
    lab.sync()
    for number in range(12):
        lab.write(f"Many {number}", end="Finish")


def traffic(count: int) -> Callable[[Lab], None]:
    return lambda lab: lab.org.traffic(flow="One", count=count)


def forbidden(path: str) -> Callable[[Lab], None]:
    return lambda lab: lab.org.fault(path=path, times=None, **ANSWER_403)


def survey(lab: Lab) -> None:
    lab.write("Survey", SURVEY)


def trunk(**attributes: Any) -> Callable[[Lab], None]:
    def prepare(lab: Lab) -> None:
        base = lab.org.add("telephony/trunkbasesettings", "Carrier")
        named = {"id": base["id"], "name": "Carrier"}
        lab.org.add("telephony/trunks", "Carrier on Edge 1", trunkBase=named, **attributes)

    return prepare


@dataclass(frozen=True)
class Case:
    """One guard in one state; ``settings`` are its own in environments.json."""

    guard: str
    state: str
    code: int
    verdict: str
    says: str = ""
    settings: Any = None
    prepare: Callable[[Lab], None] = nothing
    environment: dict[str, Any] = field(default_factory=dict)


def states(
    guard: str, *, refused: str, prepare: Callable[[Lab], None], settings: dict[str, Any] | None = None
) -> list[Case]:
    """Return what is the same for every guard: what refuses is only told in warn, and not asked in off."""
    own = settings or {}
    return [
        Case(guard, "refuses", 6, "refuse", refused, own or None, prepare),
        Case(guard, "warns", 0, "warn", refused, {**own, "mode": "warn"}, prepare),
        Case(guard, "off", 0, "off", "", {**own, "mode": "off"}, prepare),
    ]


TRUNKS = {"required": ["Carrier"]}
TABLE = [
    Case("environment", "passes", 0, "pass"),
    *states("environment", refused="environment 'dev' means organisation 00000000", prepare=another_organisation),
    Case("permissions", "passes", 0, "pass"),
    *states("permissions", refused="architect:flow:publish", prepare=few_permissions),
    Case("permissions", "unknown", 6, "unknown", UNKNOWN, None, forbidden("/subjects/me")),
    Case("references", "passes", 0, "pass"),
    *states("references", refused="there is no flow 'Nobody'.", prepare=missing_flow),
    Case("thresholds", "passes", 0, "pass"),
    *states("thresholds", refused="12 of 13 existing objects would be overwritten", prepare=many_changes),
    Case("licence", "passes", 0, "pass", "", {"tier": "CX3"}),
    *states("licence", refused="voicesurvey", prepare=survey, settings={"tier": "CX1"}),
    Case("licence", "unknown", 6, "unknown", "", {}, survey),
    Case(
        "peakHours",
        "passes",
        0,
        "pass",
        "",
        NEVER,
    ),
    *states("peakHours", refused="inside the peak hours 'mon-sun 00:00-24:00 UTC'", prepare=nothing, settings=ALWAYS),
    Case("peakHours", "unknown", 6, "unknown", UNKNOWN, {"scheduleGroup": "Opening"}, nothing),
    Case("capacity", "passes", 0, "pass", "40 of 50 interactions (80 %)", BUSY, traffic(40)),
    *states(
        "capacity",
        refused=FULL,
        prepare=traffic(41),
        settings=BUSY,
    ),
    Case("capacity", "unknown", 6, "unknown", UNKNOWN, BUSY, forbidden("/flows/observations/query")),
    Case("trunks", "passes", 0, "pass", "Carrier", TRUNKS, trunk()),
    *states("trunks", refused="Carrier", prepare=trunk(inService=False), settings=TRUNKS),
    Case("trunks", "unknown", 6, "unknown", "Carrier", TRUNKS, trunk(inService=None)),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case.guard} {case.state}")
def test_every_guard_in_every_state(lab: Lab, case: Case) -> None:
    lab.environment["organizationId"] = lab.org.id
    lab.write("One")
    assert lab.sync().code == 0
    lab.write("One", workflow("One", end="Finish"))
    case.prepare(lab)
    if case.settings is not None:
        lab.environment["guards"] = {case.guard: case.settings}

    planned = lab.plan()

    said = [finding for finding in planned.report["findings"] if finding["guard"] == case.guard]
    assert planned.code == case.code, json.dumps(planned.report["findings"], indent=1)
    assert case.verdict in {finding["verdict"] for finding in said}
    assert case.says in " ".join(finding["message"] for finding in said if finding["verdict"] == case.verdict)
    assert spoken(said, lab) == golden(f"{case.guard} {case.state}", spoken(said, lab))


def spoken(findings: list[dict[str, Any]], lab: Lab) -> list[str]:
    """Return verdict, message and hint of findings, without what differs from run to run."""
    texts = [f"{one['verdict']}: {one['message']} {one['hint']}".strip() for one in findings]
    texts = [text.replace(lab.org.id, "<organisation>") for text in texts]
    texts = [re.sub(r"\b\w{3} \d{4}-\d\d-\d\d \d\d:\d\d", "<time>", text) for text in texts]
    texts = [re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<id>", text) for text in texts]
    return [text.replace(f"'{OTHER_DAY} ", "'<day> ") for text in texts]


def golden(key: str, spoken: list[str]) -> list[str]:
    """Return what the golden file holds for a case; UPDATE_GOLDEN=1 writes it."""
    known: dict[str, list[str]] = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    if os.environ.get("UPDATE_GOLDEN"):
        known[key] = spoken
        GOLDEN.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return known.get(key, [])


def test_the_table_holds_every_guard_in_every_state() -> None:
    common = {"passes", "warns", "refuses", "off"}
    assert all({case.state for case in TABLE if case.guard == guard} >= common for guard in GUARDS)
