from __future__ import annotations

import pytest

from hook.engine.verify import is_foreign, is_successor, not_as_before, overtaken, reset_since, to_keep, verify
from hook.errors import Conflict, VerificationFailed
from hook.model import Actor, Change, Live, Operation
from tests.unit.engine.build import OURS, SUPERVISOR, US, desired, flow, live


def update(**said: str) -> Change:
    return Change(
        identity=flow("Main"), operation=Operation.UPDATE, writes=True, desired=desired(said=said), live=live()
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, live()), (live(), live(version="2.0")), (live(version=None), live())],
)
def test_another_published_version_is_what_must_be_seen(before: Live | None, after: Live) -> None:
    assert verify(update(), before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [(live(), None), (live(), live()), (None, live(version=None)), (live(version=None), live(version=None))],
)
def test_the_same_version_or_none_is_not_believed(before: Live | None, after: Live | None) -> None:
    assert isinstance(verify(update(), before, after), VerificationFailed)


@pytest.mark.parametrize("said", ["One two", " One  two\n", "One\ntwo"])
def test_a_description_may_come_back_with_other_blanks(said: str) -> None:
    assert verify(update(description=said), None, live(said={"description": "One two"})) is None


def test_a_division_may_come_back_in_another_case() -> None:
    assert verify(update(division="home"), None, live(said={"division": "Home"})) is None


@pytest.mark.parametrize("name", ["description", "division"])
def test_what_the_file_says_must_have_come_about(name: str) -> None:
    error = verify(update(**{name: "Wanted"}), None, live(said={name: "Other"}))

    assert isinstance(error, VerificationFailed)
    assert f"{name} is 'Other' after the publish, the file says 'Wanted'" in error.message


@pytest.mark.parametrize("name", ["description", "division"])
def test_what_the_platform_does_not_tell_is_not_verified(name: str) -> None:
    assert isinstance(verify(update(**{name: "Wanted"}), None, live()), VerificationFailed)


@pytest.mark.parametrize(
    ("before", "after", "is_next"),
    [
        (None, "1.0", True),
        ("1.0", "2.0", True),
        (None, "2.0", False),
        ("1.0", "3.0", False),
        ("1.0", "x", False),
        ("x", "2.0", False),
    ],
)
def test_only_the_next_number_is_certain_to_be_ours(before: str | None, after: str, is_next: bool) -> None:
    assert is_successor(live(version=before) if before else None, live(version=after)) == is_next


def test_a_version_by_somebody_else_is_foreign() -> None:
    assert is_foreign(live(by=SUPERVISOR), own_client=US)
    assert not is_foreign(live(by=OURS), own_client=US)
    assert not is_foreign(live(by=None), own_client=US)
    assert not is_foreign(live(by=SUPERVISOR), own_client=None)


def test_only_one_version_since_the_planned_one_can_be_the_jobs() -> None:
    after = live(version="3.0", by=Actor("platform", is_client=True))

    assert overtaken(update(), after, published=("3.0",)) is None
    assert isinstance(overtaken(update(), live(version="3.0", by=SUPERVISOR), published=("3.0",)), Conflict)
    for published in ((), ("2.0",), ("2.0", "3.0")):
        assert isinstance(overtaken(update(), after, published=published), Conflict)


def test_only_what_the_file_is_silent_about_counts_as_reset() -> None:
    before = live(said={"description": "By hand", "division": "Sales", "divisionId": "d-2"})

    def reset(after: Live, before: Live | None = before, **said: str) -> frozenset[str]:
        return reset_since(to_keep(update(**said).desired, before), after, home=lambda: "d-1")

    silent = live(said={"description": "", "division": "Sales", "divisionId": "d-2"})
    assert reset(silent) == {"description"}
    assert not reset(silent, description="From Git")
    assert not reset(silent, None)
    assert not reset(before)
    assert not reset(live(said={"description": "Meanwhile", "division": "Sales"}))
    assert reset(live(said={"description": "By hand", "division": "Home", "divisionId": "d-1"})) == {"division"}
    assert reset(live(said={"description": "By hand"})) == {"division"}


def test_a_division_that_is_not_the_home_division_is_somebodys_choice() -> None:
    former = {"division": "Sales", "divisionId": "d-2"}
    moved = live(said={"division": "Support", "divisionId": "d-3"})

    assert reset_since(former, moved, home=lambda: "d-1") == frozenset()
    assert not_as_before(former, moved) == {"division"}
