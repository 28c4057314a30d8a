"""What nobody could prove about the platform: how such a fact is written down beside the setting that plays it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


@dataclass(frozen=True, slots=True)
class Case:
    """One plausible answer: the setting's value, what the platform does then, and what the hook does about it."""

    value: Any
    platform: str
    hook: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Metadata of a setting whose truth is not known.

    Attributes:
        question: What is not known.
        source: What public sources say, and which.
        cases: The plausible values, the default first.
    """

    question: str
    source: str
    cases: tuple[Case, ...]


SAME = "the same: it does not depend on this"
NOT_CALLED = "nothing: it makes no such call"
NATIVE = "native flows: "
"""How the hook's part begins where only native flows meet the fact."""

NATIVE_SAME = f"{NATIVE}{SAME}"


def either(question: str, source: str, *cases: tuple[Any, str, str]) -> Doubt:
    """Return a doubt with its cases, each as value, platform's and hook's behaviour."""
    return Doubt(question, source, tuple(Case(*one) for one in cases))


class Facts(BaseModel):
    """The base of all groups of settings: camelCase in JSON, unknown names are refused."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


def doubts(model: type[BaseModel]) -> dict[str, Doubt]:
    """Return the doubts of a model's fields by the fields' names, in order."""
    return {name: one for name, field in model.model_fields.items() for one in field.metadata if isinstance(one, Doubt)}
