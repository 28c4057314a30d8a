"""Both SDKs do what their documentation's examples do; what came of it is kept for every test that asks."""

from __future__ import annotations

import atexit
import contextlib
import functools
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.state import Client
from simulator.testing import running as simulator_running
from tests.contract import flows, jobs, objects, parts, platform, rules
from tests.contract.case import Case
from tests.contract.checks import complaints
from tests.contract.recording import Change, Exchange, recorded
from tests.contract.rows import ROWS, Row
from tests.contract.sdks import NAMES, Sdk
from tests.contract.sdks import running as sdk_running
from tests.contract.world import CLIENT, POOR, fixture

Scenario = Callable[[Case], None]
SPEED = 300
CALLS = 100_000
"""Calls in a window; only one scenario is about the limit."""


def _objects() -> dict[str, Scenario]:
    def scenario(row: Row) -> Scenario:
        return lambda case: objects.judge(case, row)

    return {row.path.removeprefix("/api/v2/"): scenario(row) for row in ROWS}


SCENARIOS: dict[str, Scenario] = {
    "login": platform.login,
    "identity": platform.identity,
    "errors": platform.errors,
    "too many calls": platform.busy,
    "revoked and expired tokens": platform.revoke,
    "lists of flows": flows.lists,
    "publish jobs": jobs.publish,
    "stubs": jobs.stubs,
    "export jobs": jobs.export,
    "validate jobs": jobs.validate,
    "life of a flow": flows.life,
    "native configurations": flows.native,
    "locks": flows.locks,
    "deletion in a batch": flows.batch,
    "history": flows.history,
    "observations": flows.observations,
    **_objects(),
    "members of queues": parts.queue_members,
    "wrap-up codes of queues": parts.queue_codes,
    "members of groups": parts.group_members,
    "skills of users": parts.user_skills,
    "members of skill groups": parts.skill_group_members,
    "resources of prompts": parts.prompt_resources,
    "rows of data tables": parts.table_rows,
    "configuration of integrations": parts.integration_configuration,
    "trunks": parts.trunks,
    "queries of responses": parts.response_queries,
    "divisions": parts.divisions,
    "dependencies": parts.dependencies,
    "division views": parts.views,
    "lists to read only": parts.read_only,
    "rules of queues": rules.queues,
    "rules of skills": rules.skills,
    "rules of wrap-up codes": rules.codes,
    "rules of users": rules.users,
    "rules of divisions": rules.divisions,
    "rules of trunk settings": rules.trunk_bases,
    "rules of prompts": rules.prompts,
    "rules of data tables": rules.tables,
    "rules of flows": rules.flows,
}


@dataclass
class Trial:
    """What came of the scenarios with one SDK: what went wrong, by scenario, and all calls."""

    verdicts: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def complaints(self) -> set[str]:
        """Return what the calls have that the models do not allow."""
        return {said for one in self.exchanges if one.is_api for said in complaints(one)}


@functools.cache
def sdk(name: str) -> Sdk:
    """Return an SDK, started once in a process and ended with it: the Python SDK takes seconds to come."""
    stack = contextlib.ExitStack()
    home = stack.enter_context(tempfile.TemporaryDirectory())
    one = stack.enter_context(sdk_running(name, Path(home)))
    atexit.register(stack.close)
    return one


@contextlib.contextmanager
def stage(one: Sdk, *, change: Change | None = None) -> Iterator[Case]:
    """Let an SDK loose on a new organisation, logged in; ``change`` alters what it answers."""
    clients = [Client(id=CLIENT[0], secret=CLIENT[1]), Client(id=POOR[0], secret=POOR[1], permissions=["users:none"])]
    data: dict[str, Any] = {**fixture(), "settings": {"rateLimitPerMinute": CALLS}}
    with recorded() as recording, simulator_running(speed=SPEED, fixture=data, clients=clients) as simulator:
        one.connect(simulator.gateway)
        one.log_in(*CLIENT)
        recording.change = change
        yield Case(one, simulator.org, recording)


def verdict(case: Case, scenario: Scenario) -> str:
    """Run a scenario; return what went wrong, or an empty text."""
    try:
        scenario(case)
    except (AssertionError, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


@functools.cache
def tried(name: str) -> Trial:
    """Run every scenario with an SDK, one after the other on one organisation, once in a process."""
    with stage(sdk(name)) as case:
        verdicts = {key: verdict(case, scenario) for key, scenario in SCENARIOS.items()}
        return Trial(verdicts, list(case.recording.exchanges))


def main(names: list[str]) -> None:
    """Print what came of the scenarios, and which calls the models do not allow."""
    for name in names:
        trial = tried(name)
        for scenario, said in trial.verdicts.items():
            print(f"{name:10} {scenario:45} {said or 'ok'}")  # noqa: T201 (a command)
        found = Counter(one for exchange in trial.exchanges if exchange.is_api for one in complaints(exchange))
        for complaint, count in found.most_common():
            print(f"{name:10} {count:4} x {complaint}")  # noqa: T201 (a command)


if __name__ == "__main__":
    main(sys.argv[1:] or list(NAMES))
