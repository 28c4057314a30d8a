"""A flows repository with the vendored library, as a user has it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.chart.helm import LIBRARY

FLOW = b"inboundCall:\n  name: Main Line\n  startUpRef: ./menus/menu[mainMenu]\n"
ENVIRONMENTS = b"""environments:
  dev:
    organizationId: 7D0C4A52-5f1e-4c1b-9a66-2f5b8f3de101
    region: mypurecloud.de
"""

Files = Mapping[str, bytes]


def lay(root: Path, files: Files | None = None) -> Path:
    """
    Make a wrapper chart in ``root``.

    Args:
        root: The folder; it may be there already.
        files: Content by path below the root; by default one flow of the environment ``dev``, and who that is.
            Names that are not UTF-8 stand there as Python reads them (``surrogateescape``).

    Returns:
        The folder.
    """
    (root / "templates").mkdir(parents=True)
    shutil.copytree(LIBRARY, root / "charts" / "flow-sync-lib")
    shutil.copy(LIBRARY / "values.schema.json", root)
    (root / "Chart.yaml").write_text(
        "apiVersion: v2\nname: flows\nversion: 0.1.0\ntype: application\n"
        "dependencies:\n  - {name: flow-sync-lib, version: 0.1.0}\n",
        encoding="utf-8",
    )
    (root / "templates" / "all.yaml").write_text('{{ include "flow-sync-lib.all" . }}\n', encoding="utf-8")
    (root / "templates" / "NOTES.txt").write_text('{{ include "flow-sync-lib.notes" . }}\n', encoding="utf-8")
    (root / ".helmignore").write_text(".git/\n", encoding="utf-8")
    add(root, {"flows/dev/voice/main.yaml": FLOW, "environments.yaml": ENVIRONMENTS} if files is None else files)
    return root


def add(root: Path, files: Files) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        target = os.fsencode(root / path)
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120  (names of bytes)
        with open(target, "wb") as stream:  # noqa: PTH123  (names of bytes)
            stream.write(content)
