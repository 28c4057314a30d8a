"""Native configurations of live flows, held against a file and against what we published."""

from __future__ import annotations

from hook.documents.comparison import compare
from hook.documents.native.naming import name_ids
from hook.documents.native.outline import outline
from hook.documents.native.packing import Configuration
from hook.documents.native.renaming import with_current_names
from hook.documents.native.tokens import Token
from hook.engine.native.binding import Names
from hook.engine.native.merging import merged
from hook.model import Difference, DifferenceOperation, DifferenceSubject


def to_desired(
    live: Configuration, desired: Configuration, *, names: Names, layout: bool = False
) -> tuple[Difference, ...]:
    """
    Return what differs from the live configuration to the file's.

    The names in a live configuration are those of the day on which it was published. Here each object has its present
    name. Where the organisation has no such object, the name is shown together with the id, and differs from the
    file's.

    Args:
        live: With ids.
        desired: With names.
        names: What the organisation calls its objects, of every kind that the file names.
        layout: Whether places on the canvas count.
    """
    current, _ = with_current_names(live, names.name_of)
    named = name_ids(current, trusts=lambda token, id_: names.id_of(token) == id_, raw=True)
    return compare(outline(named, layout=layout), outline(merged(desired, named), layout=layout))


def between(before: Configuration, after: Configuration, *, layout: bool = False) -> tuple[Difference, ...]:
    """Return what differs between two configurations of one organisation, both with ids: the ids count."""
    return compare(*(outline(name_ids(one, trusts=_never, raw=True), layout=layout) for one in (before, after)))


def not_taken(sent: Configuration, shown: Configuration) -> tuple[Difference, ...]:
    """
    Return what the platform shows otherwise than it was sent.

    Settings that it adds by itself are none of it.
    """
    return tuple(
        difference
        for difference in between(sent, shown)
        if not (difference.operation is DifferenceOperation.ADDED and difference.subject is DifferenceSubject.SETTING)
    )


def _never(_token: Token, _id: str) -> bool:
    return False
