"""Are the files there, readable, and those that this run was made for?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, warn
from hook.commands.doctor.subject import Subject
from hook.workspace.index import is_index, is_mount
from hook.workspace.layout import find_layout

SHOWN = 3
"""How many warnings are spelled out."""


def look(subject: Subject) -> Iterator[Seen]:
    """Read every file as a run does, and hold the digest against the expected one."""
    options = subject.options
    workspace = subject.workspace()
    folder = find_layout(options["workspace"], workspace.name, flows_dir=options["flows_dir"]).folder
    shards = sum(is_index(entry.name) for entry in folder.iterdir()) if is_mount(folder) else 0
    laid = f", mounted in {shards} {'part' if shards == 1 else 'parts'}" if shards else ""
    expected = "as expected" if options["expected_digest"] else "none is expected"
    yield ok(f"{len(workspace.desired)} flows in {folder}{laid}; digest {workspace.digest} ({expected}).")
    if subject.in_cluster and not options["expected_digest"]:
        seen = "EXPECTED_FLOWS_DIGEST is not set: a mount of another commit would not be noticed."
        yield warn(seen, "The charts set it: render this Pod's template with them.")
    if workspace.warnings:
        more = f" (and {len(workspace.warnings) - SHOWN} more)" if len(workspace.warnings) > SHOWN else ""
        shown = "; ".join(str(one) for one in workspace.warnings[:SHOWN])
        yield warn(f"{shown}{more}", "flowsync validate tells all of them.")


CHECK = Check("flows", look)
