from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.redaction import FRAGMENT, MASK, SHORTEST, Redactor

SECRETS = st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=SHORTEST, max_size=40)


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    made.add(*secrets)
    return made


@given(st.text(max_size=20), SECRETS, st.text(max_size=20))
def test_a_secret_is_nowhere_in_the_text(before: str, secret: str, after: str) -> None:
    assert secret not in redactor(secret).text(before + secret + after)


@given(SECRETS)
def test_a_secret_is_masked_as_json_and_python_quote_it(secret: str) -> None:
    made = redactor(secret)
    for quoted in (json.dumps(secret), repr(secret), json.dumps(json.dumps(secret)), repr(json.dumps(secret))):
        assert MASK in made.text(f"said {quoted}")
        assert quoted[1:-1] not in made.text(f"said {quoted}")


def test_the_longer_of_two_secrets_is_replaced_first() -> None:
    assert redactor("vault", "vault-4711").text("vault-4711, vault") == "***, ***"


@pytest.mark.parametrize("short", ["", "a", "abc"])
def test_short_values_are_not_masked(short: str) -> None:
    assert redactor(short).text("abc is all I know") == "abc is all I know"


@pytest.mark.parametrize("text", ["", "vault", "the vault… and more", "471108…", "***"])
def test_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert redactor("vault-47110815").text(text) == text


@given(st.integers(0, 100), st.integers(FRAGMENT, 60))
def test_what_a_cut_leaves_of_a_secret_is_masked(start: int, length: int) -> None:
    secret = "".join(f"{number:02x}" for number in range(80, 160))
    piece = secret[start : start + length]
    for cut in (f"x {piece}…", f"…{piece} x", f"…{piece}…"):
        shown = redactor(secret).text(cut)
        assert shown == cut.replace(piece, MASK)


def test_pieces_are_kept_where_nothing_was_cut() -> None:
    assert redactor("vault-4711-and-more").text("the vault-4711") == "the vault-4711"
