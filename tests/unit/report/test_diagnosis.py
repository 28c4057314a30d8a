from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from hook.commands.doctor.checks import CHECKS
from hook.model import ExitCode
from hook.model.diagnosis import Checked, Diagnosis, Grade
from hook.redaction import Redactor
from hook.report import diagnosis as report

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
FOUND = Diagnosis(
    "dev",
    NOW,
    NOW,
    (
        Checked("login", Grade.FAIL, "refused | with hidden-secret", "Look.", ExitCode.CREDENTIALS),
        Checked("flows", Grade.FAIL, "broken", "Mend.", ExitCode.INVALID_INPUT),
        Checked("rate", Grade.UNKNOWN, "not told"),
        Checked("clock", Grade.OK, ""),
    ),
)


def test_the_worst_by_precedence_counts() -> None:
    assert FOUND.exit_code is ExitCode.INVALID_INPUT


def test_every_format_says_every_check_and_hides_secrets() -> None:
    redactor = Redactor()
    redactor.add("hidden-secret")
    for form in report.FORMATS:
        said = report.render(FOUND, form=form, redactor=redactor)
        assert all(one.check in said and one.todo in said for one in FOUND.checks), form
        assert "hidden-secret" not in said


def test_a_table_has_colours_and_a_cell_of_markdown_no_bar() -> None:
    assert "\x1b[" in report.render(FOUND, form="table", redactor=Redactor())
    assert "refused \\| with" in report.render(FOUND, form="markdown", redactor=Redactor())


def test_the_documentation_tells_of_every_check_in_its_order() -> None:
    page = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
    table = page.partition("## What is looked at")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [check.name for check in CHECKS]
