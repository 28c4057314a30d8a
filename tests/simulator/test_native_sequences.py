"""Two clients do what they like with one flow: nobody's draft is lost, and only a publish changes what is live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.testing import Org, Simulator, running
from tests.simulator.conftest import Api

Body = dict[str, Any]
CLIENTS = ("flowsync", "other")
ACTIONS = ("checkout", "save", "checkin", "publish", "revert", "unlock", "wait")
CONFLICT = 409
SWITCHES: dict[str, list[Any]] = {
    "unlock_publishes": [False, True],
    "publish_makes_version": [False, True],
    "checkout_makes_draft": [True, False],
    "checkout_again": ["accepted", "conflict"],
    "save_needs_checkout": [False, True],
    "revert_keeps_lock": [False, True],
}
NUMBERS = count(1)


@pytest.fixture(scope="module")
def platform() -> Iterator[tuple[Simulator, dict[str, Api]]]:
    with running() as simulator:
        simulator.org.client("other", "s3cret")
        simulator.org.settings(rate_limit_per_minute=1_000_000)
        simulator.org.freeze()
        callers = {"flowsync": Api(simulator), "other": Api(simulator, ("other", "s3cret"))}
        yield simulator, callers
        for one in callers.values():
            one.http.close()


def configuration(name: str, text: str) -> Body:
    metadata = {"flowDocumentVersion": "1.0"}
    return {"name": name, "type": "workflow", "flowSequenceItemList": [], "said": text, "flowMetaData": metadata}


@dataclass
class Expected:
    """What a flow should be like, after the rules of the documentation alone."""

    rules: Body
    versions: list[str] = field(default_factory=lambda: ["first"])
    live: int = 0
    draft: str | None = None
    holder: str | None = None
    running: tuple[str, str] | None = None
    published: set[int] = field(default_factory=lambda: {0})

    def refuses(self, who: str, action: str) -> bool:
        """Return whether the platform answers 409."""
        if self.running:
            return True
        if action != "unlock" and self.holder not in {None, who}:
            return True
        if action == "checkout" and self.holder and self.rules["checkout_again"] == "conflict":
            return True
        return bool(action == "save" and self.holder is None and self.rules["save_needs_checkout"])

    def happens(self, who: str, action: str, text: str) -> None:
        """Take over what an accepted call does at once."""
        if action == "checkout":
            self.holder = who
            if self.rules["checkout_makes_draft"] and self.draft is None:
                self.draft = self.versions[-1]
        elif action == "save":
            self.holder, self.draft = who, text
        elif action == "revert":
            self.draft = None
            self.holder = self.holder if self.rules["revert_keeps_lock"] else None
        elif action == "unlock":
            self.holder = None
            if self.draft is not None:
                self._check_in()
                self.live = len(self.versions) - 1 if self.rules["unlock_publishes"] else self.live
                self.published.add(self.live)
        else:
            self.running = (who, action)

    def ends(self) -> None:
        """Take over what an operation does at its end."""
        if self.running is None:
            return
        _, action = self.running
        waits = self.draft is None and len(self.versions) - 1 not in self.published
        if action == "checkin" or self.rules["publish_makes_version"] or not waits:
            self._check_in()
        if action == "publish":
            self.live = len(self.versions) - 1
        self.published.add(self.live)
        self.running, self.holder = None, None

    def _check_in(self) -> None:
        self.versions.append(self.versions[-1] if self.draft is None else self.draft)
        self.draft = None


def shown(org: Org, name: str) -> tuple[list[str], int, str | None, str | None]:
    """Return contents of versions, which is live, the draft, and who holds the flow."""
    flow = org.flow(name)
    texts = [str((one.native or {}).get("said")) for one in flow.versions]
    live = [one.id for one in flow.versions].index(str(flow.published))
    draft = str((flow.draft.native or {}).get("said")) if flow.draft else None
    return texts, live, draft, flow.locked_by.id if flow.locked_by else None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(CLIENTS), st.sampled_from(ACTIONS)), min_size=1, max_size=14),
    rules=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SWITCHES.items()}),
)
def test_a_flow_goes_the_documented_way_whatever_two_clients_do(
    platform: tuple[Simulator, dict[str, Api]], steps: list[tuple[str, str]], rules: Body
) -> None:
    simulator, callers = platform
    org, name = simulator.org, f"Flow {next(NUMBERS)}"
    org.settings(**rules)
    flow_id = org.add_flow(native=configuration(name, "first"), client="flowsync").id
    expected = Expected(rules)

    for number, (who, action) in enumerate(steps):
        text = f"{who} at {number}"
        if action == "wait":
            org.advance(30)
            expected.ends()
        else:
            refused = expected.refuses(who, action)
            if action == "save":
                answer = callers[who].call("POST", f"flows/{flow_id}/versions", json=configuration(name, text))
            else:
                answer = callers[who].call("POST", f"flows/actions/{action}", params={"flow": flow_id})
            assert (answer.status_code == CONFLICT) == refused, (answer.text, steps[: number + 1])
            if not refused:
                assert answer.status_code < 300, answer.text
                expected.happens(who, action, text)
        assert shown(org, name) == (expected.versions, expected.live, expected.draft, expected.holder), steps[
            : number + 1
        ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from([one for one in ACTIONS if one != "unlock"]), min_size=1, max_size=10),
    rules=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SWITCHES.items()}),
)
def test_a_draft_of_somebody_else_survives_everything_but_an_unlock(
    platform: tuple[Simulator, dict[str, Api]], steps: list[str], rules: Body
) -> None:
    simulator, callers = platform
    org, name = simulator.org, f"Flow {next(NUMBERS)}"
    org.settings(**{**rules, "save_needs_checkout": False})
    flow_id = org.add_flow(native=configuration(name, "first"), client="flowsync").id
    callers["other"].post(f"flows/{flow_id}/versions", configuration(name, "hers"))

    for action in steps:
        if action == "wait":
            org.advance(30)
        elif action == "save":
            callers["flowsync"].call("POST", f"flows/{flow_id}/versions", json=configuration(name, "ours"))
        else:
            callers["flowsync"].call("POST", f"flows/actions/{action}", params={"flow": flow_id})
        assert shown(org, name) == (["first"], 0, "hers", "other")
