from __future__ import annotations

from pathlib import Path

from simulator.settings import Settings
from simulator.uncertain import doubts
from simulator.uncertainties import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "platform-uncertainties.md"


def test_the_page_is_what_the_settings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "run: python -m simulator.uncertainties > docs/platform-uncertainties.md"
    )


def test_every_doubt_has_a_section_a_source_and_words_for_each_value() -> None:
    page = document()

    for name, doubt in doubts(Settings).items():
        alias = Settings.model_fields[name].alias
        assert f"### `{alias}`" in page
        assert doubt.question.endswith(("?", "seconds."))
        assert doubt.source.endswith(".")
        assert all(case.platform and case.hook for case in doubt.cases)
        assert len({str(case.value) for case in doubt.cases}) == len(doubt.cases)
