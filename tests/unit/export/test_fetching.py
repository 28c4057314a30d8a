"""Versions are exported in batches, and a bad one is found without losing the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hook.commands.export.fetching import BATCH, Version, fetch
from hook.errors import DeadlineExceeded, JobFailed


class Platform:
    """Exports everything but the bad versions."""

    def __init__(self, bad: frozenset[Version] = frozenset()) -> None:
        self.bad = bad
        self.asked: list[int] = []

    def __call__(self, versions: Sequence[Version]) -> Mapping[Version, bytes]:
        self.asked.append(len(versions))
        if broken := self.bad & set(versions):
            raise JobFailed(f"{len(broken)} cannot be exported")
        return {version: version[0].encode() for version in versions}


def flows(count: int) -> list[Version]:
    return [(f"flow-{number}", "1.0") for number in range(count)]


def test_good_versions_take_one_job_a_batch() -> None:
    platform = Platform()
    assert len(fetch(flows(2 * BATCH + 1), platform).contents) == 2 * BATCH + 1
    assert platform.asked == [BATCH, BATCH, 1]


@settings(deadline=None)
@given(st.integers(0, 130), st.data())
def test_every_version_is_either_exported_or_told(count: int, data: st.DataObject) -> None:
    wanted = flows(count)
    bad = frozenset(data.draw(st.lists(st.sampled_from(wanted), max_size=5)) if wanted else [])
    fetched = fetch(wanted, Platform(bad))
    assert fetched.contents.keys() == set(wanted) - bad
    assert fetched.failed.keys() == bad


def test_what_concerns_all_of_them_ends_it() -> None:
    def late(versions: Sequence[Version]) -> Mapping[Version, bytes]:
        raise DeadlineExceeded("too late")

    with pytest.raises(DeadlineExceeded):
        fetch(flows(3), late)
