"""How filters by name match."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from simulator.world import same


def name_matcher(wanted: str, mode: Literal["whole", "beginning"]) -> Callable[[str], bool]:
    """Return a test for names: without regard to case, ``*`` stands for anything.

    ``mode`` tells whether the pattern has to cover the whole name; public sources do not say which is true.
    """
    text = same(wanted) if mode == "whole" else same(wanted) + "*"
    pattern = re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
    return lambda name: pattern.fullmatch(same(name)) is not None
