"""
What of a configuration is no content of the flow, and why. Everything else counts when two are compared.

Beside the keys below these are:

- *orders*: of keys, since JSON objects have none; of ``flowSequenceItemList``, ``variables`` and ``actionList``, whose
  members are found by id (in which order actions run is told by the ids that lead from one to the next); of ``paths``,
  ``inputs``, ``outputs``, ``errorBindings`` and ``supportedLanguages``, whose members are found by name;
- *local ids*, which the document itself defines: what counts is what they stand for;
- *the manifest*, the list of what the document uses: what counts is an id that stands nowhere else, and keys other than
  id, name and context;
- *what is empty*: an object without keys, a list of inputs or outputs without any, and an empty value (``emp``) in the
  form that Architect gives it, together with the name of the input or output that has it, equal nothing.
"""

from __future__ import annotations

from typing import Any

LAYOUT: dict[str, str] = {
    "uiMetaData": "how the editor shows things: folded branches, the form in which a value was typed in, and copies of"
    " what it has read of data actions and data tables",
}
"""Counts only where the layout is asked for; at every level."""

NUMBERS: dict[str, str] = {
    "trackingId": "the editor's number of an action, given anew to a copy",
    "nextTrackingNumber": "the number that the next action will get",
}
"""Never counts where it is a number; under these keys anything else is somebody's data."""

IN_VALUES: dict[str, str] = {"metaData": "repeats what the value's expression tree refers to"}
"""Never counts in a value."""

IN_EXPRESSIONS: dict[str, str] = {"pos": "the offset in the text as it was typed in"}
"""Never counts in an expression tree."""


def counts(key: str, value: Any, *, layout: bool) -> bool:
    """Return whether what stands under ``key`` in an object, that is no value or expression, is content."""
    if key in LAYOUT:
        return layout
    return not (key in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool))
