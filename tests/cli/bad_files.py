"""Files that are refused, each with what must be said about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.cli.harness import GOOD, document

Files = Mapping[str, str | bytes]
BAD = "flows/dev/voice/bad.yaml"


def bad(content: str | bytes) -> Files:
    return {BAD: content}


@dataclass(frozen=True)
class BadFiles:
    """Files that are refused with 3, beside a good one; ``words`` stand in what is shown, in this order."""

    item: str
    files: Files
    words: tuple[str, ...]


BOMB = "inboundCall:\n  name: Bomb\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8)
)
GUIDE = json.dumps({"name": "Sales", "flowType": "INBOUND", "elements": [{"type": "MENU"}]}, indent=2)
NATIVE = json.dumps({"name": "Sales", "type": "inboundcall", "manifest": {}, "flowSequenceItemList": []})
LONG = "n" * 201

BAD_FILES = (
    BadFiles("not UTF-8", bad(b"inboundCall:\n  name: Caf\xe9\n"), (f"{BAD}:2:12", "0xe9", "Save the file as UTF-8")),
    BadFiles("UTF-16", bad("inboundCall:\n".encode("utf-16")), (f"{BAD}:1:1", "UTF-16", "Save the file as UTF-8")),
    BadFiles("byte order mark", bad(b"\xef\xbb\xbf" + document("Bad").encode()), (f"{BAD}:1:1", "BOM", "without BOM")),
    BadFiles(
        "a tab that indents", bad("inboundCall:\n  name: Bad\n\tdescription: x\n"), (f"{BAD}:3:1", "tab", "blanks only")
    ),
    BadFiles(
        "a key twice",
        bad("inboundCall:\n  name: Bad\n  name: Worse\n"),
        (f"{BAD}:3:3", "'name' stands twice", "on line 2 and on line 3", "Remove or rename one"),
    ),
    BadFiles(
        "two documents in a file",
        bad(document("Bad") + "---\n" + document("Worse")),
        (f"{BAD}:4:1", "second YAML document", "file of its own"),
    ),
    BadFiles(
        "two types of flow in a file",
        bad(document("Bad") + document("Worse", key="workflow")),
        (f"{BAD}:4:1 (workflow)", "'inboundCall'", "file of its own"),
    ),
    BadFiles(
        "a type that is nearly one",
        bad(document("Bad", key="inboundcal")),
        (f"{BAD}:1:1 (inboundcal)", "no type of flow", "Did you mean 'inboundCall'?"),
    ),
    BadFiles(
        "no name", bad("inboundCall:\n  description: x\n"), (f"{BAD}:1:1 (inboundCall)", "no name", "Add 'name: …'")
    ),
    BadFiles("an empty name", bad("inboundCall:\n  name: ''\n"), (f"{BAD}:2:9 (inboundCall.name)", "empty")),
    BadFiles(
        "a slash in the name",
        bad(document("Sales/Support")),
        (f"{BAD}:2:9 (inboundCall.name)", "'Sales/Support' contains a slash", "another character"),
    ),
    BadFiles(
        "a name of over 200 characters",
        bad(document(LONG)),
        (f"{BAD}:2:9 (inboundCall.name)", "201 characters", "Shorten it"),
    ),
    BadFiles(
        "a name that ends in -debug",
        bad(document("Sales-Debug")),
        (f"{BAD}:2:9 (inboundCall.name)", "'-debug'", "another ending"),
    ),
    BadFiles(
        "one identity twice",
        bad(document("Good")),
        (f"{GOOD}:2:9", "inboundcall 'Good' is already described at", f"{BAD}:2:9", "Rename one"),
    ),
    BadFiles(
        "one identity twice but for case",
        bad(document("GOOD")),
        (f"{GOOD}:2:9", "spelled 'GOOD' there", "Rename one"),
    ),
    BadFiles(
        "one identity twice but for the Unicode form",
        {BAD: document("Cafe\u0301"), "flows/dev/voice/cafe.yaml": document("Caf\u00e9")},
        ("flows/dev/voice/cafe.yaml:2:9", "already described at", BAD, "Rename one"),
    ),
    BadFiles(
        "a placeholder that is left over",
        bad(document("Bad", more="  division: {{devision}}\n")),
        (f"{BAD}:4:13", "{{devision}} has no value", "--set", "Did you mean 'division'?"),
    ),
    BadFiles("an alias bomb", bad(BOMB), (BAD, "alias")),
    BadFiles(
        "a file of 10 MB",
        bad(document("Bad", more="  # " + "x" * 10_000_000 + "\n")),
        (BAD, "larger than 5 MB", "split the flow"),
    ),
    BadFiles(
        "the shape of a guide",
        {"flows/dev/voice/bad.json": GUIDE},
        ("flows/dev/voice/bad.json:1:1", "flowType, elements", "Export the flow as Archy YAML"),
    ),
    BadFiles(
        "native configuration",
        {"flows/dev/voice/bad.i3inboundflow": NATIVE},
        (
            "flows/dev/voice/bad.i3inboundflow",
            "native configuration",
            "export the flow as YAML",
            "nativeFlows: true at environments.json:1:",
            "(environments.dev.nativeFlows)",
            "docs/native-flows.md",
        ),
    ),
    BadFiles(
        "a file of another environment, by its prefix",
        {"flows/dev/voice/prod_bad.yaml": document("Bad"), "flows/prod/voice/sales.yaml": document("Sales")},
        ("flows/dev/voice/prod_bad.yaml", "for 'prod'", "'dev'", "Move it to flows/prod/"),
    ),
    BadFiles(
        "a file of another environment, by its metadata",
        bad("# x-flowsync: {environment: prod}\n" + document("Bad")),
        (f"{BAD}:1:1 (x-flowsync)", "for 'prod'", "'dev'", "Move the file"),
    ),
)
