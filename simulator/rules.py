"""What is particular about single kinds when they are created, updated or deleted: all in one table."""

from __future__ import annotations

from simulator import rules_architect, rules_people, rules_services
from simulator.rule import Rules

RULES: dict[str, Rules] = {**rules_people.RULES, **rules_architect.RULES, **rules_services.RULES}
