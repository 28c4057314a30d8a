"""What each format shows, word for word; with ``UPDATE_GOLDEN=1`` the files are written anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hook.model import Result
from hook.redaction import Redactor
from hook.report import EXTENSIONS, render
from tests.unit.report.samples import every_status, planned

GOLDEN = Path(__file__).parent / "golden"
RESULTS: Mapping[str, Callable[[], Result]] = {"plan": planned, "outcomes": every_status}


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("name", RESULTS)
def test_a_report_shows_what_the_golden_file_shows(name: str, extension: str) -> None:
    shown = render(RESULTS[name](), form=EXTENSIONS[extension], redactor=Redactor())
    golden = GOLDEN / f"{name}{extension}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
