"""Which operations the simulator serves, and who uses them: ``python -m tests.contract.coverage`` writes the table."""

from __future__ import annotations

from pathlib import Path

from tests.contract.hook_run import at_work
from tests.contract.recording import Exchange
from tests.contract.routes import operation_of, served
from tests.contract.trials import tried

PAGE = Path(__file__).resolve().parents[2] / "docs" / "simulator-coverage.md"
SUCCESS = range(200, 300)
HEAD = """\
# What the simulator serves

Made by `python -m tests.contract.coverage`, and checked by a test: do not edit.

Every operation that the simulator serves, and who called it with success in the tests: the tool itself (a run over
the example repository, with conflicts, a lock, a failure and every guard), the official Python SDK
`PureCloudPlatformClientV2`, and the official JavaScript SDK `purecloud-platform-client-v2`, both unmodified. Every call
and every answer is held against the models of the SDKs.

Besides these, it serves `POST /oauth/token` (all three use it), the presigned addresses of flow and export jobs, and
its own administration below `/_sim/`.

| operation | tool | Python SDK | JavaScript SDK |
|---|---|---|---|
"""


def succeeded(exchanges: list[Exchange]) -> set[str]:
    """Return the operations that succeeded at least once."""
    found = (operation_of(one.method, one.path) for one in exchanges if one.is_api and one.status in SUCCESS)
    return {one.key for one in found if one}


def table(tool: list[Exchange]) -> str:
    """Return the page; ``tool`` are the calls of the tool itself."""
    columns = [succeeded(tool), *(succeeded(tried(name).exchanges) for name in ("python", "javascript"))]
    rows = []
    for operation in served():
        marks = " | ".join("✓" if operation.key in column else "" for column in columns)
        rows.append(f"| `{operation.key}` | {marks} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(table(at_work()[1]), encoding="utf-8")
