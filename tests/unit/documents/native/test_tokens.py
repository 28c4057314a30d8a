"""A token has one text, and a text is one token or none."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hook.documents.native.tokens import GUID, Token, escape, find_tokens, parse_token, repaired, unescape

GUID_TEXT = "1a785101-ad66-435d-9716-85709d364c6e"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text("@{}/%#!:-aF0", min_size=1)
TOKENS = st.builds(
    Token,
    kind=st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True),
    name=NAMES | st.just(f"Queue {GUID_TEXT}"),
    qualifier=st.just("") | NAMES,
    bare=st.booleans(),
    number=st.integers(min_value=1, max_value=999),
    foreign_id=st.just("") | NAMES | st.just(GUID_TEXT),
)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (Token("queue", "Sales"), "@{queue/Sales}"),
        (Token("dataAction", "Look up", "Web/Services"), "@{dataAction/Web%2FServices/Look up}"),
        (Token("dataAction", "Look up", bare=True), "@{dataAction:guid/Look up}"),
        (Token("queue", "50% {off} #1!", number=2), "@{queue/50%25 %7Boff%7D %231%21#2}"),
        (Token("queue", "A", foreign_id=GUID_TEXT), f"@{{queue/A!{GUID_TEXT}}}"),
        (Token("queue", "a\nb\x85\u2028"), "@{queue/a%0Ab%C2%85%E2%80%A8}"),
        (Token("queue", "Zoë 🎧: «ok»"), "@{queue/Zoë 🎧: «ok»}"),
        (Token("queue", f"Q {GUID_TEXT}"), "@{queue/Q 1a785101%2Dad66%2D435d%2D9716%2D85709d364c6e}"),
    ],
)
def test_the_text_of_a_token(token: Token, text: str) -> None:
    assert str(token) == text
    assert parse_token(text) == token


@given(TOKENS)
def test_every_token_is_read_back_and_its_name_never_looks_like_an_id(token: Token) -> None:
    text = str(token)
    assert parse_token(text) == token
    assert not GUID.search(text.partition("!")[0])
    assert [found for _, found, _ in find_tokens(f"x{text}y{text}")] == [text, text]


@pytest.mark.parametrize(
    "text",
    [
        "@{}",
        "@{queue}",
        "@{queue/}",
        "@{/Sales}",
        "@{queue/a/b/c}",
        "@{queue/Sales",
        "@{queue/Sales} ",
        "{queue/Sales}",
        "@{queue/S%61les}",
        "@{queue/a%2fb}",
        "@{queue/%FF}",
        "@{queue/Sales#1}",
        "@{queue/Sales#02}",
        "@{queue/Sales!}",
        "@{queue:id/Sales}",
        "@{my queue/Sales}",
        f"@{{queue/{GUID_TEXT}}}",
    ],
)
def test_what_is_no_token(text: str) -> None:
    assert parse_token(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@{queue/a%2fb}", "@{queue/a%2Fb}"),
        ("@{queue/S%61les}", "@{queue/Sales}"),
        ("@{queue/Sales#1}", "@{queue/Sales}"),
    ],
)
def test_another_spelling_of_a_token_is_recognised(text: str, meant: str) -> None:
    assert str(repaired(text)) == meant


@given(NAMES)
@example("@{@{}}")
@example("@{}")
def test_a_literal_opening_is_escaped_and_found_again(text: str) -> None:
    assert unescape(escape(text)) == text
    assert all(token is None for _, _, token in find_tokens(escape(text)))


def test_tokens_are_found_with_their_offsets_and_what_is_none_is_shown() -> None:
    assert list(find_tokens("a @{queue/A}@{} @{bad @{queue/B}")) == [
        (2, "@{queue/A}", Token("queue", "A")),
        (12, "@{}", None),
        (16, "@{", None),
        (22, "@{queue/B}", Token("queue", "B")),
    ]
