"""The questions that the observation queries take: which rows, and which numbers of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, ValidationError

from simulator.errors import PlatformError, invalid_value
from simulator.model import Model

Group = Mapping[str, str]


class Predicate(Model):
    """A test of one dimension, for example that ``flowId`` matches a value."""

    type: Literal["dimension", "property", "metric"] = "dimension"
    dimension: str | None = None
    operator: Literal["matches", "exists", "notExists"] = "matches"
    value: str | None = None
    range: dict[str, Any] | None = None

    def admits(self, group: Group) -> bool:
        """Return whether a row's group passes."""
        value = group.get(self.dimension or "")
        if self.operator == "matches":
            return value == self.value
        return (value is not None) == (self.operator == "exists")


class Clause(Model):
    """Predicates of which all or any have to hold."""

    type: Literal["and", "or"]
    predicates: list[Predicate] = Field(default_factory=list)

    def admits(self, group: Group) -> bool:
        """Return whether a row's group passes."""
        answers = (one.admits(group) for one in self.predicates)
        return all(answers) if self.type == "and" else any(answers)


class Filter(Clause):
    """Predicates and clauses of which all or any have to hold."""

    clauses: list[Clause] = Field(default_factory=list)

    def predicates_within(self) -> list[Predicate]:
        """Return every predicate, those of the clauses too."""
        return [*self.predicates, *(one for clause in self.clauses for one in clause.predicates)]

    def only(self, dimension: str) -> set[str] | None:
        """Return the values of a dimension that rows can have; ``None`` when the filter asks for something else, too.

        So a query with one predicate for each of hundreds of flows need not look at thousands of others.
        """
        plain = self.type == "or" and not self.clauses
        if plain and all(one.operator == "matches" and one.dimension == dimension for one in self.predicates):
            return {one.value or "" for one in self.predicates}
        return None

    def admits(self, group: Group) -> bool:
        """Return whether a row's group passes."""
        answers = [clause.admits(group) for clause in self.clauses]
        if self.predicates:
            answers.append(super().admits(group))
        return all(answers) if self.type == "and" else any(answers)


class Query(Model):
    """The body of an observation query."""

    filter: Filter
    metrics: list[str]
    detail_metrics: list[str] = Field(default_factory=list)


def read(data: dict[str, Any], *, dimensions: Sequence[str], metrics: Sequence[str]) -> Query:
    """Return the query in a request's body.

    Args:
        data: The body.
        dimensions: What predicates may test.
        metrics: What may be asked for.

    Raises:
        PlatformError: 400 when a required part is missing or empty, or anything else is asked for.
    """
    try:
        query = Query.model_validate(data)
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error
    if not query.metrics:
        raise PlatformError(400, message="The query names no metrics.")
    for metric in [*query.metrics, *query.detail_metrics]:
        if metric not in metrics:
            raise invalid_value(metric, "Metric", ", ".join(metrics))
    predicates = query.filter.predicates_within()
    if not predicates:
        raise PlatformError(400, message="The filter of the query has no predicates.")
    for predicate in predicates:
        if predicate.type != "dimension" or predicate.dimension not in dimensions:
            raise invalid_value(str(predicate.dimension), "Dimension", ", ".join(dimensions))
        if predicate.operator == "matches" and not predicate.value:
            raise PlatformError(400, message=f"The predicate on '{predicate.dimension}' has no value.")
    return query
