"""Do calls reach us at all: are the trunks that this environment relies on up, and their far ends as declared?"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Self

from pydantic import Field, model_validator

from hook.guards.protocol import Guard, Mode, Readings, Settings
from hook.guards.trunks.hosts import HostSettings, judge
from hook.model import Endpoint, Examination, Finding, TrunkState, Verdict, fold
from hook.probes import ProbeResult, Target, probe_all

NAME = "trunks"
NEAREST = 3
GOOD = "OK"
Probe = Callable[[Sequence[Target], float], Sequence[ProbeResult]]


class TrunkSettings(Settings):
    """
    What must be up.

    Attributes:
        required: Names of trunk base settings; every external trunk that uses one must be healthy.
        options: Whether OPTIONS must be answered by every proxy, where the trunk sends them.
        registration: Whether every registration must stand, where the trunk registers.
        hosts: Far ends to be reached from where this runs.
        timeout: Seconds for reaching all of the hosts.
    """

    required: tuple[str, ...] = ()
    options: bool = True
    registration: bool = True
    hosts: tuple[HostSettings, ...] = Field(default=(), max_length=64)
    timeout: float = Field(default=5.0, gt=0, le=60)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.mode is not Mode.OFF and not self.required and not self.hosts:
            raise ValueError("name at least one trunk under 'required' or one host under 'hosts'")
        return self


def examine(
    examination: Examination, settings: TrunkSettings, readings: Readings, *, probe: Probe = probe_all
) -> Iterator[Finding]:
    """
    Look at the hosts, then at the platform's trunks; every state that was seen is told.

    Raises:
        FlowSyncError: The platform does not tell the state of its trunks.
    """
    if settings.hosts:
        results = probe([host.target for host in settings.hosts], settings.timeout)
        for host, result in zip(settings.hosts, results, strict=True):
            yield judge(NAME, host, result, now=examination.now)
    if settings.required:
        bases, trunks = readings.trunk_bases(), readings.trunks()
        for name in settings.required:
            yield from _base(name, bases, trunks, settings)


def _base(name: str, bases: Sequence[str], trunks: Sequence[TrunkState], settings: TrunkSettings) -> Iterator[Finding]:
    known = {fold(base): base for base in bases}
    if fold(name) not in known:
        nearest = [known[one] for one in difflib.get_close_matches(fold(name), list(known), n=NEAREST)]
        yield Finding(
            NAME,
            Verdict.REFUSE,
            f"there are no trunk base settings '{name}'.",
            hint=f"Did you mean {', '.join(repr(one) for one in nearest)}?"
            if nearest
            else "Correct the name under guards.trunks.required.",
        )
        return
    using = [trunk for trunk in trunks if fold(trunk.base) == fold(name)]
    if not using:
        yield Finding(
            NAME,
            Verdict.REFUSE,
            f"no external trunk uses the trunk base settings '{name}'.",
            hint="Assign them to a site or an Edge, or remove the name from guards.trunks.required.",
        )
    for trunk in using:
        yield _trunk(trunk, settings)


def _trunk(trunk: TrunkState, settings: TrunkSettings) -> Finding:
    what = f"trunk '{trunk.name}' of '{trunk.base}'"
    flags = (
        ("in service", trunk.in_service),
        ("on an Edge in service", trunk.enabled),
        ("connected", trunk.connected),
    )
    endpoints = (
        *(("OPTIONS", one) for one in trunk.options if settings.options),
        *(("registration", one) for one in trunk.registers if settings.registration),
    )
    bad = [f"it is not {word}" for word, state in flags if state is False]
    bad += [_bad(word, one) for word, one in endpoints if one.state not in {GOOD, ""}]
    untold = [f"whether it is {word}" for word, state in flags if state is None]
    untold += [f"the state of {word} at {one.address or 'its proxy'}" for word, one in endpoints if not one.state]
    if bad:
        return Finding(
            NAME,
            Verdict.REFUSE,
            f"{what} is not healthy: {'; '.join(bad)}.",
            hint="See Admin > Telephony > Trunks and the carrier's status. A trunk whose state changes is seen again"
            " with --wait; set guards.trunks to warn to deploy while it is down.",
            passing=trunk.in_service is not False,
        )
    if untold:
        return Finding(
            NAME,
            Verdict.UNKNOWN,
            f"the platform does not tell of {what}: {'; '.join(untold)}.",
            hint="Look at it under Admin > Telephony > Trunks; guards.trunks.options or guards.trunks.registration:"
            " false leaves that state out.",
        )
    facts = [word for word, _ in flags] + [_good(word, one) for word, one in endpoints]
    return Finding(NAME, Verdict.PASS, f"{what} is healthy: {', '.join(facts)}.")


def _bad(word: str, endpoint: Endpoint) -> str:
    return f"{word} at {endpoint.address or 'its proxy'} {endpoint.state}"


def _good(word: str, endpoint: Endpoint) -> str:
    return f"{word} {endpoint.state} at {endpoint.address or 'its proxy'}"


GUARD = Guard(name=NAME, settings=TrunkSettings, examine=examine, default=Mode.OFF)
