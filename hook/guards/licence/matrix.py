"""Which licence something in a flow needs: the shipped entries, and those of the user."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import resources
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

SHIPPED = "matrix.yaml"


class Tier(StrEnum):
    """A licence of Genesys Cloud CX; the digital ones are without voice."""

    CX1 = "CX1"
    CX2 = "CX2"
    CX2_DIGITAL = "CX2 Digital"
    CX3 = "CX3"
    CX3_DIGITAL = "CX3 Digital"


class Effect(StrEnum):
    """What follows when the licence does not suffice."""

    REFUSE = "refuse"
    WARN = "warn"


def _tier(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    text = re.sub(r"(?i)^genesys cloud\s+|\s+", "", given).casefold()
    return next((tier for tier in Tier if tier.value.replace(" ", "").casefold() == text), given)


TierName = Annotated[Tier, BeforeValidator(_tier)]
"""A tier, however it is spelled: ``CX2``, ``CX 2``, ``Genesys Cloud CX 2 Digital``."""


def plain(add_on: str) -> str:
    """Return the form in which the names of two add-ons count as one."""
    return re.sub(r"[\s_-]+", "", add_on).casefold()


class Alternative(BaseModel):
    """One licence that suffices: a tier, and an add-on where it needs one; written ``CX1 + Digital Add-on II``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tier: TierName
    add_on: str = ""

    @model_validator(mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        tier, _, add_on = given.partition("+")
        return {"tier": tier.strip(), "add_on": add_on.strip()}

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.tier} + {self.add_on}" if self.add_on else str(self.tier)


class Entry(BaseModel):
    """
    What needs which licence.

    Attributes:
        name: What it is called; an entry of the user replaces the shipped one of the same name.
        flow_type: The platform's flow type that needs it, in lower case (``voicesurvey``); or
        uses: a pattern over the paths in a flow's document, without the numbers of list items, where ``*`` stands for
            anything (``*.callBotFlow``).
        needs: The licences of which one suffices.
        effect: Whether a flow is refused without one, or only warned of.
        source: Who says so: an address, or for example a contract.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    name: str = Field(min_length=1)
    flow_type: str = ""
    uses: str = ""
    needs: tuple[Alternative, ...] = Field(min_length=1)
    effect: Effect = Effect.REFUSE
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if bool(self.flow_type) == bool(self.uses):
            raise ValueError("say either 'flowType' or 'uses'")
        return self

    @property
    def needed(self) -> str:
        """The licences, in words."""
        return " or ".join(str(one) for one in self.needs)

    def suffices(self, tier: Tier, add_ons: Iterable[str]) -> bool:
        """Tell whether a tier with these add-ons is enough."""
        have = {plain(one) for one in add_ons}
        return any(one.tier is tier and (not one.add_on or plain(one.add_on) in have) for one in self.needs)


class _Matrix(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    entries: tuple[Entry, ...]


@functools.cache
def shipped() -> tuple[Entry, ...]:
    """Return the entries that come with this package."""
    text = resources.files(__package__ or "hook.guards.licence").joinpath(SHIPPED).read_text(encoding="utf-8")
    return _Matrix.model_validate(yaml.safe_load(text)).entries


def together(extra: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the shipped entries and ``extra``, of which those win that are called like a shipped one."""
    by_name: Mapping[str, Entry] = {entry.name: entry for entry in (*shipped(), *extra)}
    return tuple(by_name.values())
