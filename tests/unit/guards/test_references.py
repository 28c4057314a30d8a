from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from hook.errors import InvalidInput
from hook.guards import configure
from hook.guards.references import GUARD
from hook.model import (
    FLOWS,
    Finding,
    Identity,
    Known,
    Operation,
    Place,
    Problem,
    Reference,
    Resolution,
    ResolutionStatus,
    Severity,
    Verdict,
)
from hook.workspace.desire import read_desired, read_text
from tests.unit.guards.examined import change, examination, flow, judge, live

OWNER = flow()
PLACE = Place("main.yaml", 7, 11, "inboundCall.queue")
ID = "11111111-2222-4333-8444-555555555555"
QUEUE = Known(Identity("routing/queues", "", "Billing"), ID)
OTHER_QUEUE = Known(Identity("routing/queues", "", "Sales"), "99999999-2222-4333-8444-555555555555")

MISSING_HINT = "If it exists, it is in a division that the OAuth client cannot see."


def resolved(
    status: ResolutionStatus, *nearest: str, kind: str = "routing/queues", name: str = "Sales", type_: str = ""
) -> Resolution:
    return Resolution(OWNER, Reference(kind, name, type_, PLACE), status, nearest)


def found(*resolutions: Resolution, **settings: Any) -> tuple[Finding, ...]:
    return judge(GUARD, examination(change(), resolutions=resolutions), **settings)


def only(*resolutions: Resolution) -> Finding:
    (finding,) = found(*resolutions)
    return finding


STATUSES = [
    (ResolutionStatus.FOUND, None),
    (ResolutionStatus.PLANNED, None),
    (ResolutionStatus.MISSING, Verdict.REFUSE),
    (ResolutionStatus.AMBIGUOUS, Verdict.REFUSE),
    (ResolutionStatus.UNPUBLISHED, Verdict.REFUSE),
    (ResolutionStatus.OTHER_CASE, Verdict.WARN),
    (ResolutionStatus.UNCHECKED, Verdict.WARN),
]


@pytest.mark.parametrize(("status", "verdict"), STATUSES)
def test_a_name_is_judged_by_what_the_organisation_knows_of_it(
    status: ResolutionStatus, verdict: Verdict | None
) -> None:
    findings = found(resolved(status, "sales"))
    assert [finding.verdict for finding in findings] == ([verdict] if verdict else [])
    assert {finding.place for finding in findings} <= {PLACE}


def test_a_name_in_another_letter_case_is_refused_where_the_tool_itself_looks_up_the_id() -> None:
    archy = change()
    assert archy.desired is not None
    native = dataclasses.replace(archy, desired=dataclasses.replace(archy.desired, native=True))
    (finding,) = judge(GUARD, examination(native, resolutions=[resolved(ResolutionStatus.OTHER_CASE, "sales")]))
    assert finding.verdict is Verdict.REFUSE


def test_every_status_of_a_name_is_judged_above() -> None:
    assert {status for status, _ in STATUSES} == set(ResolutionStatus)


def test_a_missing_name_is_told_with_the_nearest_ones() -> None:
    finding = only(resolved(ResolutionStatus.MISSING, "Sales DE", "Sale"))
    assert finding.message == "there is no queue 'Sales'."
    assert finding.hint == f"Did you mean 'Sales DE', 'Sale'? {MISSING_HINT}"


def test_a_missing_name_that_resembles_none_is_told_with_a_way_out() -> None:
    assert only(resolved(ResolutionStatus.MISSING)).hint == f"Create it first, or correct the name. {MISSING_HINT}"


@pytest.mark.parametrize(
    ("kind", "type_", "elsewhere", "message"),
    [
        (
            FLOWS,
            "inqueuecall",
            ["X (in 'inboundcall')", "X (in 'workflow')"],
            "there is no inqueuecall flow 'X', but there is an inboundcall flow 'X' and a workflow flow 'X'.",
        ),
        (
            "integrations/actions",
            "CRM",
            ["x (in 'Billing')", "X2"],
            "there is no data action 'X' in category 'CRM', but there is a data action 'x' in category 'Billing'.",
        ),
    ],
)
def test_a_name_of_another_type_is_told_with_the_type_that_exists(
    kind: str, type_: str, elsewhere: list[str], message: str
) -> None:
    finding = only(resolved(ResolutionStatus.MISSING, *elsewhere, kind=kind, name="X", type_=type_))
    assert (finding.verdict, finding.message) == (Verdict.REFUSE, message)


@pytest.mark.parametrize(
    ("kind", "type_", "words"),
    [
        (FLOWS, "inqueuecall", "inqueuecall flow 'X'"),
        (FLOWS, "", "flow 'X'"),
        ("integrations/actions", "CRM", "data action 'X' in category 'CRM'"),
    ],
)
def test_what_is_missing_is_named_in_words(kind: str, type_: str, words: str) -> None:
    finding = only(resolved(ResolutionStatus.MISSING, kind=kind, name="X", type_=type_))
    assert finding.message == f"there is no {words}."


def test_a_refusal_is_told_although_its_object_is_not_in_the_plan() -> None:
    (finding,) = judge(GUARD, examination(resolutions=[resolved(ResolutionStatus.MISSING)]))
    assert finding.verdict is Verdict.REFUSE


def literal_id(path: str = "inboundCall.inputs.queueId.lit", id_: str = ID) -> Problem:
    message = f"a literal id stands here: {id_}."
    return Problem("literal-id", message, Place("main.yaml", 9, 3, path), "Use a placeholder.", Severity.WARNING)


def dynamic(line: int = 12) -> Problem:
    message = "FindQueue(…) looks up a name that only the running flow knows."
    return Problem("dynamic-reference", message, Place("main.yaml", line, 3), "Nothing.", Severity.WARNING)


def told(
    *warnings: Problem, known: Sequence[Known] = (), resolutions: Sequence[Resolution] = (), **settings: Any
) -> list[str]:
    of = examination(change(warnings=warnings), known=known, resolutions=resolutions)
    findings = judge(GUARD, of, **settings)
    assert {finding.verdict for finding in findings} <= {Verdict.WARN}
    return [finding.message for finding in findings]


def test_a_literal_id_is_told_with_the_object_that_it_belongs_to() -> None:
    assert told(literal_id(), known=[QUEUE]) == [
        f"the literal id {ID} belongs to the queue 'Billing' of this organisation."
    ]
    upper = literal_id(id_=ID.upper())
    assert "belongs to the queue 'Billing'" in told(upper, known=[QUEUE])[0]


def test_the_literal_id_of_a_flow_of_the_plan_is_told_with_the_flow() -> None:
    of = live("Billing", id_=ID)
    unchanged = change("Billing", Operation.UNCHANGED, writes=False, of=of)
    (finding,) = judge(GUARD, examination(change(warnings=[literal_id()]), unchanged))
    assert "belongs to the inboundcall flow 'Billing'" in finding.message
    assert (finding.place.line, finding.hint) == (9, "Use a placeholder.")


@pytest.mark.parametrize(
    ("path", "known", "message"),
    [
        ("inboundCall.inputs.queueId.lit", [OTHER_QUEUE], "is unknown in this organisation: no queue has it."),
        ("inboundCall.inputs.QueueID.lit", [OTHER_QUEUE], "is unknown in this organisation: no queue has it."),
        (
            "inboundCall.inputs.skill_id.lit",
            [OTHER_QUEUE],
            "belongs to nothing that was listed of this organisation (queue).",
        ),
        (
            'inboundCall.inputs["The one"].lit',
            [OTHER_QUEUE],
            "belongs to nothing that was listed of this organisation (queue).",
        ),
        ("inboundCall.x.exp", [], "and nothing was listed that it could belong to."),
    ],
)
def test_a_literal_id_that_the_target_does_not_know_is_told_by_what_was_listed(
    path: str, known: list[Known], message: str
) -> None:
    (text,) = told(literal_id(path), known=known)
    assert ID in text
    assert text.endswith(message)


def test_a_kind_that_was_listed_and_is_empty_counts_as_listed() -> None:
    (_, text) = told(literal_id(), resolutions=[resolved(ResolutionStatus.OTHER_CASE, "sales")])
    assert text.endswith("no queue has it.")
    (_, text) = told(literal_id(), resolutions=[resolved(ResolutionStatus.UNCHECKED)])
    assert text.endswith("nothing was listed that it could belong to.")


def test_the_id_of_a_data_action_is_known_by_its_own_form() -> None:
    action = Known(Identity("integrations/actions", "CRM", "Look up"), f"custom_-_{ID}")
    assert "belongs to the data action 'Look up'" in told(literal_id(id_=f"custom_-_{ID}"), known=[action])[0]


def test_a_name_that_only_the_running_flow_knows_is_a_warning_at_its_place() -> None:
    assert told(dynamic()) == [dynamic().message]


def test_only_documents_that_are_written_are_looked_into() -> None:
    of = examination(change(writes=False, operation=Operation.UNCHANGED, of=live(), warnings=[literal_id(), dynamic()]))
    assert judge(GUARD, of) == ()


def test_warnings_beyond_the_most_are_counted_per_document_and_refusals_are_all_told() -> None:
    warnings = [dynamic(line) for line in range(25)]
    assert told(*warnings)[20:] == ["inboundcall 'Main' has 5 more warnings about ids and names."]
    assert told(*warnings[:21])[20:] == ["inboundcall 'Main' has 1 more warning about ids and names."]
    assert len(told(*warnings[:20])) == 20
    assert told(*warnings, maxWarnings="0") == ["inboundcall 'Main' has 25 warnings about ids and names."]
    refusals = found(*[resolved(ResolutionStatus.MISSING)] * 3, maxWarnings="1")
    assert [finding.verdict for finding in refusals] == [Verdict.REFUSE] * 3


def test_literal_ids_come_before_dynamic_names() -> None:
    assert [ID in text for text in told(dynamic(), literal_id(), maxWarnings="1")] == [True, False]


def test_what_is_told_of_ids_is_what_documents_say() -> None:
    text = f'inboundCall:\n  name: Main\n  queueId:\n    lit: {ID}\n  q:\n    exp: FindQueueById("{ID}")\n'
    desired = read_desired(read_text(text.encode(), {}, file="main.yaml")).desired
    messages = told(*desired.warnings, known=[QUEUE])
    assert messages == [f"the literal id {ID} belongs to the queue 'Billing' of this organisation."] * 2


@pytest.mark.parametrize("most", ["-1", "many"])
def test_a_number_of_warnings_that_is_none_is_refused_when_it_is_read(most: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        configure({"references": {"maxWarnings": most}})
    assert "guards.references.maxWarnings" in str(raised.value)


@pytest.mark.parametrize(("mode", "verdicts"), [("enforce", [Verdict.REFUSE]), ("warn", [Verdict.WARN]), ("off", [])])
def test_the_mode_says_how_seriously_a_missing_name_is_taken(mode: str, verdicts: list[Verdict]) -> None:
    assert [finding.verdict for finding in found(resolved(ResolutionStatus.MISSING), mode=mode)] == verdicts
