"""docs/platform-uncertainties.md, made from the metadata of the settings: ``python -m simulator.uncertainties``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from pydantic.alias_generators import to_camel

from simulator.settings import Settings
from simulator.uncertain import Doubt, doubts
from simulator.uncertain_flows import FlowFacts
from simulator.uncertain_platform import PlatformFacts

INTRODUCTION = """\
# What is not certain about the platform

Public sources leave open how Genesys Cloud behaves in some places. Each such fact is a setting of the
[simulator](simulator.md), and the tool has to be right whichever way it is: its stories in `tests/switches` run with
every value below alone, and with combinations in which every two values of different settings occur together. The
first value of each is the simulator's default. Right means: never a wrong success, nothing published twice, nobody's
work overwritten unseen.

Made by `python -m simulator.uncertainties > docs/platform-uncertainties.md` from `simulator/uncertain_*.py`; a test
holds it current. Whoever can try one of these facts in a real organisation is asked to tell.
"""
GROUPS = (("Flows and their jobs", FlowFacts), ("Login, limits, lists, grants, observations", PlatformFacts))


def document() -> str:
    """Return the page as Markdown."""
    known = doubts(Settings)
    lines = [INTRODUCTION]
    for title, group in GROUPS:
        lines += [f"## {title}", ""]
        for name in group.model_fields:
            if name in known:
                lines += [*_section(name, known[name]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, doubt: Doubt) -> Iterator[str]:
    yield f"### `{to_camel(name)}`"
    yield ""
    yield f"{doubt.question} {doubt.source}"
    yield ""
    yield "| value | the platform | the tool |"
    yield "|---|---|---|"
    for case in doubt.cases:
        yield f"| `{json.dumps(case.value)}` | {_cell(case.platform)} | {_cell(case.hook)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.write(document())
