"""
Takes the secrets out of a result before it is rendered.

Not afterwards: a format that escapes characters hides a secret that holds them, and a secret that happens to be a word
of the format would break it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from hook.model import Desired, Plan
from hook.redaction import Redactor

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class MaskedPlan(Plan):
    """A plan to be shown; its checksum is the one that it had before anything was masked."""

    true_checksum: str = ""

    @property
    def checksum(self) -> str:
        """The checksum of the plan that is carried out."""
        return self.true_checksum


def masked(result: Shown, redactor: Redactor) -> Shown:
    """Return ``result`` with every known secret in any of its texts replaced by a mask, fit to be encoded as UTF-8."""
    clean: Shown = _masked(result, redactor)
    return clean


def _masked(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        # The name of a file may hold bytes that are no UTF-8; Python keeps them as lone surrogates.
        return redactor.text(value).encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, tuple):
        return tuple(_masked(one, redactor) for one in value)
    if isinstance(value, Plan):
        return MaskedPlan(changes=_masked(value.changes, redactor), true_checksum=value.checksum)
    if isinstance(value, Desired):
        value = replace(value, content=b"", references=(), attributes=())
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _masked(getattr(value, one.name), redactor) for one in fields(value)})
    return value
