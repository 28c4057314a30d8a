"""The readings of what is not certain about the platform: each alone, and so many together that each pair occurs."""

from __future__ import annotations

from functools import cache
from typing import Any

from covertable import make

from simulator.settings import Settings
from simulator.uncertain import NATIVE, NOT_CALLED, Case, doubts

Reading = dict[str, Any]

VALUES: dict[str, list[Any]] = {name: [case.value for case in one.cases] for name, one in doubts(Settings).items()}
"""The plausible values of each setting, the default first."""


def singles(*, met: bool = False, native: bool = False) -> list[Reading]:
    """
    Return a reading for each value that is not the default.

    Args:
        met: Of what the hook's calls can meet only, with Archy documents.
        native: Of what only native flows meet.
    """
    known = doubts(Settings)
    return [
        {name: case.value}
        for name in VALUES
        for case in known[name].cases[1:]
        if (not met or not (_is_native(case) or case.hook == NOT_CALLED)) and (not native or _is_native(case))
    ]


def _is_native(case: Case) -> bool:
    return case.hook.startswith(NATIVE)


@cache
def cover() -> list[Reading]:
    """Return readings in which every two values of different settings occur together at least once."""
    rows = make({name: list(range(len(values))) for name, values in VALUES.items()})
    return [{name: VALUES[name][number] for name, number in sorted(row.items())} for row in rows]


def label(reading: Reading) -> str:
    """Return how a test calls a reading; those of the cover are called by their place in it."""
    if len(reading) > 1:
        return f"pairs-{cover().index(reading) + 1}"
    return ",".join(f"{name}={value}" for name, value in reading.items()) or "as documented"
