"""Where ``make`` puts the official JavaScript SDK."""

from __future__ import annotations

import functools
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".make" / "javascript"
PACKAGE = HOME / "node_modules" / "purecloud-platform-client-v2"
DECLARATIONS = PACKAGE / "index.d.ts"


def missing() -> str:
    """Return what is not there to run the JavaScript SDK, or an empty text."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not PACKAGE.exists():
        return "the JavaScript SDK is not installed; `make judges` does it with npm"
    return ""


@functools.cache
def operations() -> frozenset[str]:
    """Return method and path of every operation that the JavaScript SDK has."""
    folder = PACKAGE / "src" / "purecloud-platform-client-v2" / "api"
    calls = re.compile(r"callApi\(\s*'([^']+)',\s*'([A-Z]+)'")
    return frozenset(
        f"{method} {path}"
        for file in folder.glob("*.js")
        for path, method in calls.findall(file.read_text(encoding="utf-8"))
    )
