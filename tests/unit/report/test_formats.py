from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.errors import InvalidInput
from hook.model import (
    Difference,
    DifferenceOperation,
    DifferenceSubject,
    ExitCode,
    Failure,
    Finding,
    Operation,
    Outcome,
    Place,
    Plan,
    Problem,
    Result,
    Severity,
    Status,
    Verdict,
)
from hook.redaction import Redactor
from hook.report import FORMATS, form_of, markdown, render, write
from hook.report.text import MOST_DIFFERENCES, summary
from tests.unit.report.samples import change, every_operation, every_status, flow, outcome, planned, result

ODD = st.text(st.characters(codec=None), max_size=30)


def shown(of: Result, form: str, *secrets: str) -> str:
    redactor = Redactor()
    redactor.add(*secrets)
    return render(of, form=form, redactor=redactor)


def failing_everywhere(text: str) -> Result:
    """A result with ``text`` wherever somebody else's words may stand."""
    failure = Failure(text, text, ExitCode.REFUSED, text, (text,), text)
    return result(
        command="sync",
        outcomes=(Outcome(flow(text), Operation.UPDATE, Status.FAILED, text, failure, text, text, (text,)),),
        problems=(Problem("code", text, Place(text, 1, 1, text), text),),
        findings=(Finding("references", Verdict.REFUSE, text, Place(text), text),),
        notes=(text,),
        failure=failure,
    )


@given(ODD)
def test_junit_is_well_formed_whatever_stands_in_it(text: str) -> None:
    suite = ET.fromstring(shown(failing_everywhere(text), "junit").encode())[0]  # noqa: S314  (our own text)
    assert (suite.get("tests"), suite.get("failures")) == ("3", "3")


@given(ODD)
def test_json_can_be_read_whatever_stands_in_it(text: str) -> None:
    data = json.loads(shown(failing_everywhere(text), "json").encode())
    assert data["exitCode"] == 3
    assert data["notes"][0] == text.encode("utf-8", "backslashreplace").decode()


@given(ODD)
def test_a_table_in_markdown_keeps_its_columns_whatever_stands_in_it(text: str) -> None:
    rows = [line for line in shown(failing_everywhere(text), "markdown").split("\n") if line.startswith("| ")]
    assert len(rows) == 2
    for row in rows:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 5


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("secret", ["p<&>i|n", 'say "pin"', r"back\slash", "null", "é-pin-ü"])
def test_no_format_shows_a_secret_or_breaks_on_it(form: str, secret: str) -> None:
    text = shown(failing_everywhere(f"the pin is {secret}."), form, secret)
    assert "the pin is ***." in text
    if form == "json":
        assert json.loads(text)["failure"]["message"] == "the pin is ***."


def test_a_masked_plan_keeps_the_checksum_that_sync_will_ask_for() -> None:
    plan = every_operation()
    data = json.loads(shown(planned(), "json", "Update", "flows/dev"))
    assert data["plan"]["checksum"] == plan.checksum
    assert data["plan"]["changes"][1]["identity"]["name"] == "***"


def test_json_holds_neither_contents_nor_the_digest_with_secrets() -> None:
    data = json.loads(shown(planned(), "json"))
    assert data["plan"]["changes"][0]["desired"] == {"file": "flows/dev/create.yaml", "digest": "sha256:1"}


def test_markdown_is_cut_at_the_limit_with_fences_closed_and_the_checksum_told() -> None:
    differences = tuple(
        Difference(DifferenceOperation.ADDED, DifferenceSubject.SETTING, f"inboundCall.{n}", after="x" * 100)
        for n in range(MOST_DIFFERENCES)
    )
    one = change(Operation.UPDATE, writes=True)
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__} | {"differences": differences}
    plan = Plan(tuple(type(one)(**fields) for _ in range(30)))
    text = shown(result(plan=plan), "markdown")
    assert markdown.LIMIT - 1000 < len(text) < 65_536
    assert text.count("```") % 2 == 0
    assert text.count("<details>") == text.count("</details>")
    assert text.endswith(f"cut; the JSON report has all of it. Checksum `{plan.checksum}`\n")


def test_markdown_below_the_limit_is_whole() -> None:
    assert "cut;" not in shown(planned(), "markdown")


def test_text_counts_differences_beyond_the_most() -> None:
    difference = Difference(DifferenceOperation.ADDED, DifferenceSubject.SETTING, "inboundCall.x")
    one = change(Operation.UPDATE, writes=True)
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
    plan = Plan((type(one)(**fields | {"differences": (difference,) * (MOST_DIFFERENCES + 2)}),))
    assert "      and 2 more differences\n" in shown(result(plan=plan), "text")
    plan = Plan((type(one)(**fields | {"differences": (difference,) * (MOST_DIFFERENCES + 1)}),))
    assert "      and 1 more difference\n" in shown(result(plan=plan), "text")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (result(), "Nothing was written"),
        (result(problems=(Problem("x", "y"),)), "Nothing was written: 1 error"),
        (result(problems=(Problem("x", "y", severity=Severity.WARNING),)), "Nothing was written"),
        (result(plan=Plan(())), "Nothing to do"),
        (result(plan=Plan((change(Operation.CREATE, writes=True),))), "1 to write"),
        (result(outcomes=(outcome(Status.UNCHANGED),) * 2), "Nothing to do: 2 unchanged"),
        (result(outcomes=(outcome(Status.LEFT_ALONE),)), "Nothing to do: 0 unchanged"),
        (result(outcomes=(outcome(Status.NOT_TRIED), outcome(Status.UNCHANGED))), "1 unchanged, 1 not-tried"),
    ],
)
def test_the_summary_says_in_a_few_words_what_was_done(of: Result, words: str) -> None:
    assert summary(of) == words


def test_a_failure_without_a_message_is_still_a_failing_case_in_junit() -> None:
    suite = ET.fromstring(shown(result(outcomes=(outcome(Status.FAILED),)), "junit").encode())[0]  # noqa: S314  (our own text)
    assert suite.get("failures") == "1"


@pytest.mark.parametrize("of", [planned(), every_status(), failing_everywhere("x")], ids=["plan", "outcomes", "all"])
def test_junit_counts_what_its_cases_hold(of: Result) -> None:
    suite = ET.fromstring(shown(of, "junit").encode())[0]  # noqa: S314  (our own text)
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(sum(case.find("failure") is not None for case in cases))
    assert suite.get("skipped") == str(sum(case.find("skipped") is not None for case in cases))


@pytest.mark.parametrize("name", ["report.JSON", "report.md", "a.b.xml", "report.txt"])
def test_a_report_has_the_format_of_its_extension(tmp_path: Path, name: str) -> None:
    write(planned(), tmp_path / name, redactor=Redactor())
    expected = shown(planned(), form_of(tmp_path / name))
    assert (tmp_path / name).read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("name", ["report", "report.html", "missing/report.json"])
def test_a_report_that_cannot_be_written_is_told_before_the_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=str(tmp_path)):
        form_of(tmp_path / name)


def test_a_report_that_turns_out_impossible_is_invalid_input(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(InvalidInput, match="cannot be written"):
        write(planned(), tmp_path / "report.json", redactor=Redactor())
