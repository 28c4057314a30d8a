from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from hook.documents.document import read_document
from hook.errors import ApiUnavailable, FlowSyncError
from hook.guards import Configured
from hook.guards import examine as run_guards
from hook.guards.licence import GUARD, LicenceSettings, excluded, uses
from hook.guards.licence.matrix import Alternative, Effect, Entry, Tier, shipped, together
from hook.guards.protocol import Mode
from hook.model import (
    FLOWS,
    Change,
    Desired,
    Examination,
    Finding,
    Identity,
    Operation,
    Organisation,
    Place,
    Plan,
    Severity,
    Verdict,
)
from hook.workspace.desire import read_desired, read_text
from tests.run.native_sample import call_flow

SURVEY = "voicesurvey"
BOTS: dict[str, Any] = {
    "name": "bots",
    "uses": "*.callBotFlow",
    "needs": ["CX3", "CX1 + Bots"],
    "source": "contract 12",
}
CALL = """\
inboundCall:
  name: Main
  tasks:
    - task:
        name: Start
        actions:
          - playAudio:
              name: Hello
          - callBotFlow:
              name: Ask
"""


def flow(name: str = "Main", type_: str = SURVEY, content: str = "") -> Desired:
    return Desired(
        identity=Identity(FLOWS, type_, name),
        place=Place(f"{name}.yaml", 2, 9, "x.name"),
        content=content.encode(),
        digest="sha256:1",
        public_digest="sha256:1",
    )


def call(text: str = CALL, file: str = "main.yaml") -> Desired:
    document = read_document(text, file=file)
    return Desired(document.identity, document.place, CALL.encode(), "sha256:1", "sha256:1")


@dataclass
class Answers:
    given: tuple[str, ...] | FlowSyncError | None = None

    def products(self) -> tuple[str, ...]:
        assert self.given is not None, "nothing in the plan needs to know the products"
        if isinstance(self.given, FlowSyncError):
            raise self.given
        return self.given


def examined(
    *desired: Desired,
    organisation: tuple[str, ...] | FlowSyncError | None = None,
    writes: bool = True,
    **settings: Any,
) -> list[Finding]:
    changes = tuple(Change(one.identity, Operation.CREATE, writes=writes, desired=one) for one in desired)
    configured = Configured(GUARD, GUARD.settings.model_validate(settings))
    readings: Any = Answers(organisation)
    return list(run_guards(Examination(Plan(changes), "dev", Organisation("o", "O")), [configured], readings))


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({"tier": "CX3"}, Verdict.PASS),
        ({"tier": "CX 2", "addOns": ["WEM Add-on I"]}, Verdict.PASS),
        ({"tier": "Genesys Cloud CX 1", "addOns": ["wem add-on ii"]}, Verdict.PASS),
        ({"tier": "CX1"}, Verdict.REFUSE),
        ({"tier": "CX1", "addOns": ["WEM Add-on I"]}, Verdict.REFUSE),
        ({"tier": "cx2", "addOns": ["Digital Add-on II"]}, Verdict.REFUSE),
        ({"tier": "CX2", "mode": "warn"}, Verdict.WARN),
    ],
)
def test_a_flow_is_judged_by_the_declared_licence(settings: dict[str, Any], verdict: Verdict) -> None:
    (finding,) = examined(flow(), **settings)
    assert finding.verdict is verdict


def test_a_refusal_names_file_place_entry_and_source() -> None:
    (finding,) = examined(flow(), tier="CX1", addOns=["Digital Add-on II"])
    assert finding.message == (
        "voicesurvey 'Main' (voice-survey-flows) needs CX1 + WEM Add-on II or CX2 + WEM Add-on I or CX3, but the"
        " organisation has CX1 + Digital Add-on II"
        " (source: https://help.mypurecloud.com/articles/work-with-voice-survey-flows)."
    )
    assert str(finding.place) == "Main.yaml:2:9 (x.name)"
    assert "guards.licence.exclude" in finding.hint


def test_where_a_source_speaks_only_of_the_channel_it_is_a_warning() -> None:
    (finding,) = examined(flow(type_="inboundemail"), tier="CX1")
    assert finding.verdict is Verdict.WARN


def test_what_nothing_is_known_of_passes_without_asking_for_the_products() -> None:
    (finding,) = examined(flow(type_="inboundcall"), flow("Bot", "bot"))
    assert (finding.verdict, finding.message) == (
        Verdict.PASS,
        "nothing in the 2 changed flows is known to need a particular licence.",
    )


def test_a_plan_that_writes_nothing_needs_no_licence() -> None:
    assert examined(flow(), writes=False, tier="CX1") == []


@pytest.mark.parametrize(
    ("products", "verdict", "words"),
    [
        (("p-3", "x"), Verdict.PASS, "the organisation has CX3"),
        (("p-1", "x"), Verdict.REFUSE, "the organisation has CX1"),
        (("x", "y"), Verdict.UNKNOWN, "products mean no tier that is declared: x, y."),
        ((), Verdict.UNKNOWN, "none is listed"),
        (("p-1", "p-3"), Verdict.UNKNOWN, "several tiers (CX1, CX3): p-1, p-3."),
        (ApiUnavailable("no answer"), Verdict.UNKNOWN, "no answer"),
    ],
)
def test_a_licence_that_is_not_declared_is_detected_only_by_what_the_settings_say_of_products(
    products: tuple[str, ...] | FlowSyncError, verdict: Verdict, words: str
) -> None:
    (finding,) = examined(flow(), organisation=products, products={"p-1": "CX 1", "p-3": "CX3"})
    assert finding.verdict is verdict
    assert words in finding.message


def test_an_unknown_licence_is_a_warning_where_the_lack_of_it_would_be_one() -> None:
    (finding,) = examined(flow(type_="inboundemail"), organisation=("x",))
    assert finding.verdict is Verdict.WARN


def test_an_action_is_found_by_its_path_and_named_with_its_line() -> None:
    (finding,) = examined(call(), tier="CX2", matrix=[BOTS])
    assert finding.verdict is Verdict.REFUSE
    assert str(finding.place) == "main.yaml:9:13 (inboundCall.tasks[0].task.actions[1].callBotFlow)"
    assert "(bots) needs CX3 or CX1 + Bots" in finding.message
    assert "contract 12" in finding.message


def test_in_a_flow_written_as_json_the_place_has_no_line() -> None:
    text = '{"inboundCall": {"name": "Main", "tasks": []}}'
    (finding,) = examined(call(text, "main.json"), tier="CX2", matrix=[BOTS])
    assert str(finding.place) == "main.json (inboundCall.tasks[0].task.actions[1].callBotFlow)"


@pytest.mark.parametrize("pattern", ["*.callBotFlow.x", "callBotFlow", "*.transferToFlow"])
def test_an_action_that_is_not_there_is_not_found(pattern: str) -> None:
    (finding,) = examined(call(), tier="CX2", matrix=[{**BOTS, "uses": pattern}])
    assert finding.verdict is Verdict.PASS


def test_an_entry_of_the_user_replaces_the_shipped_one_of_its_name() -> None:
    mine = {"name": "voice-survey-flows", "flowType": SURVEY, "needs": ["CX1"], "source": "account manager"}
    (finding,) = examined(flow(), tier="CX1", matrix=[mine])
    assert finding.verdict is Verdict.PASS
    assert len(together([Entry.model_validate(mine)])) == len(shipped())


def test_flows_beyond_the_licence_are_left_out_with_a_warning_when_that_is_asked_for() -> None:
    settings = LicenceSettings(tier=Tier.CX1, exclude=True)
    kept, left_out = excluded([flow("A", "inboundcall"), flow("B"), flow("C", "inboundemail")], settings)
    assert [one.identity.name for one in kept] == ["A", "C"]
    (gone,) = left_out
    assert gone.identity.name == "B"
    assert gone.problem.severity is Severity.WARNING
    assert str(gone.problem).startswith("B.yaml:2:9 (x.name): left out of the plan: voicesurvey 'B'")


@pytest.mark.parametrize(
    "settings",
    [
        {"tier": "CX1"},
        {"tier": "CX1", "exclude": "false"},
        {"tier": "CX3", "exclude": "true"},
        {"tier": "CX1", "exclude": "true", "mode": "off"},
    ],
)
def test_otherwise_every_flow_is_kept(settings: dict[str, Any]) -> None:
    desired = [flow("B"), flow("A")]
    assert excluded(desired, LicenceSettings.model_validate(settings)) == (tuple(desired), ())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tier": "CX9"}, "CX1"),
        ({"exclude": "true"}, "declared 'tier'"),
        ({"tier": "CX1", "matrix": [{**BOTS, "source": ""}]}, "at least 1 character"),
        ({"tier": "CX1", "matrix": [{**BOTS, "flowType": "bot"}]}, "either 'flowType' or 'uses'"),
        ({"tier": "CX1", "matrix": [{**BOTS, "uses": ""}]}, "either 'flowType' or 'uses'"),
        ({"tier": "CX1", "matrix": [{**BOTS, "needs": []}]}, "at least 1 item"),
        ({"tier": "CX1", "matrix": [{**BOTS, "needs": ["Gold"]}]}, "CX1"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        GUARD.settings.model_validate(settings)


def test_it_is_off_unless_configured_and_no_approval_passes_it() -> None:
    assert (GUARD.default, GUARD.approvable) == (Mode.OFF, False)


def test_every_shipped_entry_has_a_published_source_and_a_name_of_its_own() -> None:
    assert all(entry.source.startswith("https://") for entry in shipped())
    assert len({entry.name for entry in shipped()}) == len(shipped())
    assert {entry.flow_type for entry in shipped() if entry.effect is Effect.REFUSE} == {SURVEY}


def test_a_licence_is_shown_as_it_is_written() -> None:
    assert str(Alternative.model_validate("CX 2  Digital +  X")) == "CX2 Digital + X"


def test_a_native_flow_is_judged_by_the_words_of_its_outline() -> None:
    text = read_text(json.dumps(call_flow("Main")).encode(), {}, file="main.json")
    native = read_desired(text).desired
    transfers = Entry.model_validate({**BOTS, "name": "transfers", "uses": "*.transferToAcd"})
    (use,) = uses(native, [Entry.model_validate(BOTS), transfers])
    assert use.entry.name == "transfers"
    assert (use.place.file, use.place.line) == ("main.json", 0)
    assert use.place.path.endswith(".transferToAcd")
