"""Writes what follows from the library's values.yaml: a template of defaults, texts of the schema, tables."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHARTS = Path(__file__).parent
LIBRARY = CHARTS / "flow-sync-lib"
TABLE = re.compile(r"(?<=<!-- values -->\n).*?(?=<!-- end of values -->)", re.DOTALL)
_COMMENT = re.compile(r"^\s*# -- (?P<text>.*)$")
_KEY = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z][A-Za-z0-9]*):")


def defaults_template(values: str) -> str:
    """Return the defaults as a named template: helm keeps a library's own values apart from those of a wrapper."""
    return (
        "{{/* Made from values.yaml by make charts. */}}\n"
        '{{- define "flow-sync-lib.defaults" -}}\n' + values + "{{- end -}}\n"
    )


def documented(values: str) -> Iterator[tuple[str, Any, str]]:
    """
    Yield every value that a line ``# -- `` stands above.

    Args:
        values: The text of a values.yaml with two blanks per level.

    Returns:
        The path with dots, the default, and the line's text.
    """
    data = yaml.safe_load(values)
    path: list[str] = []
    comment = ""
    for line in values.splitlines():
        if match := _COMMENT.match(line):
            comment = match["text"]
        elif match := _KEY.match(line):
            path = [*path[: len(match["indent"]) // 2], match["key"]]
            if comment:
                default = data
                for key in path:
                    default = default[key]
                yield ".".join(path), default, comment
                comment = ""


def table(values: str) -> str:
    """Return the values as a Markdown table."""
    rows = [
        f"| `{path}` | `{json.dumps(default, ensure_ascii=False)}` | {text.replace('|', chr(92) + '|')} |"
        for path, default, text in documented(values)
    ]
    return "\n".join(["| value | default | |", "|---|---|---|", *rows, ""])


def described(schema: str, values: str) -> str:
    """Return the schema with description and default of every documented value, for editors."""
    root = json.loads(schema)
    for path, default, text in documented(values):
        node = root
        for key in path.split("."):
            node = node["properties"][key]
        node |= {"description": text, "default": default}
    return json.dumps(root, indent=2, ensure_ascii=False) + "\n"


def made() -> dict[Path, str]:
    """Return what every made file must hold."""
    values = (LIBRARY / "values.yaml").read_text(encoding="utf-8")
    schema = LIBRARY / "values.schema.json"
    files = {
        LIBRARY / "templates" / "_defaults.tpl": defaults_template(values),
        schema: described(schema.read_text(encoding="utf-8"), values),
    }
    rows = table(values)
    for readme in (LIBRARY / "README.md", CHARTS / "genesys-flow-sync" / "README.md"):
        files[readme] = TABLE.sub(lambda _: rows, readme.read_text(encoding="utf-8"))
    return files


def main() -> int:
    """Write the files."""
    for path, content in made().items():
        path.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
