"""Every address of the platform that stands in the tool's source is one that the simulator serves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.conftest import present
from tests.contract.routes import served

HOOK = Path(__file__).resolve().parents[2] / "hook"
ADDRESS = re.compile(r"""["'](/api/v2/[^"'\s]*)["']""")


def anonymous(path: str) -> str:
    """Return a path with nothing but ``{}`` where a value goes, and without a query."""
    return re.sub(r"\{[^}]*\}", "{}", path).partition("?")[0].rstrip("/")


def addresses() -> list[str]:
    texts = (file.read_text(encoding="utf-8") for file in sorted(HOOK.rglob("*.py")))
    return sorted({anonymous(one) for text in texts for one in ADDRESS.findall(text)})


def test_addresses_are_found_in_the_source() -> None:
    assert "/api/v2/flows" in addresses()


@pytest.mark.parametrize("address", addresses())
def test_an_address_of_the_tool_is_served_by_the_simulator(address: str) -> None:
    present("python")
    # A value may stand for one of several words, too: the name of an action.
    wanted = re.compile(re.escape(address).replace(r"\{\}", "[^/]+") + "(/.*)?")
    assert any(wanted.fullmatch(anonymous(one.path)) for one in served())
