"""
Does the organisation have the licence for what the changed flows use?

What needs which licence is in ``matrix.yaml``, every entry with its source. Which licence an organisation has
is declared: the ids that ``GET /api/v2/authorization/products`` lists are not documented, so what one of them means
counts only when the settings say it.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from hook.documents.native.outline import outline
from hook.documents.nodes import Mapping, Node, Scalar, key_path
from hook.documents.nodes import Sequence as Items
from hook.documents.parsing import decode, parse_yaml
from hook.guards.licence.matrix import Effect, Entry, Tier, TierName, together
from hook.guards.protocol import Guard, Mode, Readings, Settings
from hook.model import Desired, Examination, Finding, Identity, Place, Problem, Severity, Verdict

NAME = "licence"
_INDEX = re.compile(r"\[[0-9]+\]")
_DECLARE = "Declare it as guards.licence.tier, or say under guards.licence.products which tier one of these ids means."


class LicenceSettings(Settings):
    """
    What the organisation has.

    Attributes:
        tier: Its licence; without one it is detected by ``products``.
        add_ons: Its add-ons, by name (``Digital Add-on II``).
        products: Which tier a product id of the organisation means.
        matrix: Further entries of what needs which licence.
        exclude: Leave flows out of the plan that the licence does not suffice for, instead of refusing the plan.
    """

    tier: TierName | None = None
    add_ons: tuple[str, ...] = ()
    products: dict[str, TierName] = Field(default_factory=dict)
    matrix: tuple[Entry, ...] = ()
    exclude: bool = False

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.exclude and self.tier is None:
            raise ValueError("exclude needs a declared 'tier'")
        return self


@dataclass(frozen=True, slots=True)
class Use:
    """One place in a flow that needs a licence."""

    identity: Identity
    entry: Entry
    place: Place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A flow that was left out of the plan, and what for."""

    identity: Identity
    problem: Problem


def uses(desired: Desired, entries: Sequence[Entry]) -> tuple[Use, ...]:
    """Return what in a flow needs a licence: its type, and the first place of each entry that matches a path."""
    found = [
        Use(desired.identity, entry, desired.place)
        for entry in entries
        if entry.flow_type and entry.flow_type.casefold() == desired.identity.type.casefold()
    ]
    patterns = [entry for entry in entries if entry.uses]
    places = _places(desired) if patterns else []
    for entry in patterns:
        place = next((one for one in places if fnmatch.fnmatchcase(_INDEX.sub("", one.path), entry.uses)), None)
        if place:
            found.append(Use(desired.identity, entry, place))
    return tuple(found)


def excluded(desired: Sequence[Desired], settings: LicenceSettings) -> tuple[tuple[Desired, ...], tuple[LeftOut, ...]]:
    """
    Take out the flows that the declared licence does not suffice for; to be called before planning.

    A document is never re-written, so a flow is left out as a whole or not at all.

    Returns:
        The flows that are kept, in their order; and those left out, each with a warning for the report. Everything is
        kept unless ``exclude`` is set and the guard is not off.
    """
    if not settings.exclude or settings.tier is None or settings.mode is Mode.OFF:
        return tuple(desired), ()
    entries = together(settings.matrix)
    kept: list[Desired] = []
    left_out: list[LeftOut] = []
    for one in desired:
        lacking = [
            use
            for use in uses(one, entries)
            if use.entry.effect is Effect.REFUSE and not use.entry.suffices(settings.tier, settings.add_ons)
        ]
        if not lacking:
            kept.append(one)
            continue
        message = f"left out of the plan: {_lacks(lacking[0], settings.tier, settings.add_ons)}"
        hint = "guards.licence.exclude leaves it out; what is live in the organisation stays as it is."
        problem = Problem("not-licensed", message, lacking[0].place, hint, Severity.WARNING)
        left_out.append(LeftOut(one.identity, problem))
    return tuple(kept), tuple(left_out)


def examine(examination: Examination, settings: LicenceSettings, readings: Readings) -> Iterator[Finding]:
    """
    Hold what the changed flows use against the licence; the organisation is asked only when that matters.

    Raises:
        FlowSyncError: The licence is not declared, and the organisation does not tell its products.
    """
    entries = together(settings.matrix)
    changed = [change.desired for change in examination.plan.writes if change.desired]
    found = [use for one in changed for use in uses(one, entries)]
    if not changed:
        return
    if not found:
        yield Finding(
            NAME, Verdict.PASS, f"nothing in the {len(changed)} changed flows is known to need a particular licence."
        )
        return
    tier = settings.tier
    if tier is None:
        ids = readings.products()
        detected = {settings.products[one] for one in ids if one in settings.products}
        if len(detected) != 1:
            yield _unknown(found, ids, detected)
            return
        tier = detected.pop()
    lacking = [use for use in found if not use.entry.suffices(tier, settings.add_ons)]
    for use in lacking:
        yield Finding(
            NAME,
            Verdict.REFUSE if use.entry.effect is Effect.REFUSE else Verdict.WARN,
            _lacks(use, tier, settings.add_ons),
            use.place,
            "Take the flow out of this environment's folder, set guards.licence.exclude, correct tier or addOns, or"
            f" replace the entry '{use.entry.name}' under guards.licence.matrix.",
        )
    if not lacking:
        yield Finding(NAME, Verdict.PASS, f"{_has(tier, settings.add_ons)}, which suffices for {_names(found)}.")


def _unknown(found: Sequence[Use], ids: Sequence[str], detected: set[Tier]) -> Finding:
    refuses = any(use.entry.effect is Effect.REFUSE for use in found)
    what = f"several tiers ({', '.join(sorted(detected))})" if detected else "no tier that is declared"
    return Finding(
        NAME,
        Verdict.UNKNOWN if refuses else Verdict.WARN,
        f"{_names(found)} needs {found[0].entry.needed}, but the organisation's products mean {what}:"
        f" {', '.join(ids) or 'none is listed'}.",
        found[0].place,
        _DECLARE,
    )


def _lacks(use: Use, tier: Tier, add_ons: Sequence[str]) -> str:
    return (
        f"{use.identity} ({use.entry.name}) needs {use.entry.needed}, but {_has(tier, add_ons)}"
        f" (source: {use.entry.source})."
    )


def _has(tier: Tier, add_ons: Sequence[str]) -> str:
    return f"the organisation has {' + '.join((tier.value, *add_ons))}"


def _names(found: Sequence[Use]) -> str:
    names = list(dict.fromkeys(str(use.identity) for use in found))
    return names[0] if len(names) == 1 else f"{names[0]} (and {len(names) - 1} more)"


def _places(desired: Desired) -> list[Place]:
    """
    Return the place of every key in a flow's document.

    Lines are left out where the uploaded bytes do not have those of the file, which is so for a flow written as JSON;
    the places in a native configuration are those of its outline.
    """
    file = desired.place.file
    if desired.native:
        # The keys of a configuration are none that a person writes a pattern for; those of its outline are Archy's.
        return [Place(file, path=path) for _, path in _keys(outline(json.loads(desired.content)).root, "")]
    root = parse_yaml(decode(desired.content, file=file), file=file)
    flow = root.entries[0].value if isinstance(root, Mapping) and root.entries else None
    name = flow.text("name") if isinstance(flow, Mapping) else None
    same = name is not None and (name.line, name.column) == (desired.place.line, desired.place.column)
    return [Place(file, key.line if same else 0, key.column if same else 0, path) for key, path in _keys(root, "")]


def _keys(node: Node, path: str) -> Iterator[tuple[Scalar, str]]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            below = key_path(path, entry.key.value)
            yield entry.key, below
            yield from _keys(entry.value, below)
    elif isinstance(node, Items):
        for number, item in enumerate(node.items):
            yield from _keys(item, f"{path}[{number}]")


GUARD = Guard(name=NAME, settings=LicenceSettings, examine=examine, default=Mode.OFF)
