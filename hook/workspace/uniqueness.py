"""Whether several files describe one object."""

from __future__ import annotations

from hook.model import Desired, Problem, Severity, fold


def identity_problems(desired: tuple[Desired, ...]) -> tuple[Problem, ...]:
    """
    Return an error for every identity that occurs again, and a warning for every name in several types.

    Identities count as one when type and name are equal after NFKC and case folding.
    """
    first: dict[tuple[str, str, str], Desired] = {}
    by_name: dict[str, Desired] = {}
    problems: list[Problem] = []
    for current in desired:
        name = fold(current.identity.name)
        earlier = first.setdefault(current.identity.key, current)
        namesake = by_name.setdefault(name, current)
        if earlier is not current:
            spelled = "" if earlier.identity == current.identity else f", spelled '{earlier.identity.name}' there"
            message = f"{current.identity} is already described at {earlier.place}{spelled}."
            hint = "Rename one of the flows or remove one of the files; names that differ by case count as one."
            problems.append(Problem("same-identity", message, current.place, hint))
        elif namesake.identity.key != current.identity.key:
            message = f"{current.identity} has the same name as {namesake.identity} at {namesake.place}."
            hint = "They are two objects; rename one if people may mix them up."
            problems.append(Problem("same-name-two-types", message, current.place, hint, Severity.WARNING))
    return tuple(problems)
