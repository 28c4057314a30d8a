"""What a run needs of the organisation and of the guards; who provides it is none of its business."""

from __future__ import annotations

from typing import Protocol

from hook.engine.apply import FlowWriter
from hook.engine.native.protocol import NativeFlows
from hook.engine.planning import LiveFlows, NameLists
from hook.engine.recover import JobReader
from hook.model import Examination, Finding, Organisation, Plan


class Flows(FlowWriter, LiveFlows, Protocol):
    """The organisation's flows, to read and to write."""


class Guards(Protocol):
    """What a run knows of the guards."""

    def examine(self, examination: Examination) -> tuple[Finding, ...]:
        """Run all of them."""
        ...

    def is_approved(self, plan: Plan) -> bool:
        """Tell whether somebody took this very plan upon them."""
        ...


class Platform(Protocol):
    """What a run needs of the platform."""

    @property
    def flows(self) -> Flows:
        """The flows."""
        ...

    @property
    def jobs(self) -> JobReader:
        """The flow jobs, to ask for those of an earlier run."""
        ...

    @property
    def natives(self) -> NativeFlows:
        """The flows, by the native route."""
        ...

    @property
    def names(self) -> NameLists:
        """The other kinds, by name."""
        ...

    @property
    def calls(self) -> int:
        """How many calls were made so far."""
        ...

    def who_am_i(self) -> tuple[Organisation, str | None]:
        """Return whose credentials these are, and the id of our OAuth client where it is known."""
        ...
