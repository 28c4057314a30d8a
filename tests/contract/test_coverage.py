"""The page that says what the simulator serves is what was seen."""

from __future__ import annotations

from tests.contract.conftest import present
from tests.contract.coverage import PAGE, table
from tests.contract.recording import Exchange


def test_the_table_of_coverage_is_what_was_seen(hook_at_work: tuple[dict[str, int], list[Exchange]]) -> None:
    present("python")
    present("javascript")
    expected = table(hook_at_work[1])
    hint = "write it anew with `python -m tests.contract.coverage`"
    assert PAGE.read_text(encoding="utf-8") == expected, hint
