"""The content of .i3 files."""

import base64
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.documents.native.packing import NotPacked, is_packed, looks_like_base64, pack, unpack

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def packed(text: str) -> str:
    return base64.b64encode(urllib.parse.quote(text).encode()).decode()


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_every_object_is_packed_and_unpacked(configuration: dict[str, object]) -> None:
    content = pack(configuration).decode()
    assert is_packed(content)
    assert unpack(content) == configuration
    assert unpack("\n".join(content[start : start + 7] for start in range(0, len(content), 7)) + "\n") == configuration


def test_it_is_packed_as_a_browser_would() -> None:
    # In a browser: btoa of encodeURIComponent of the JSON text.
    assert pack({"a": "é (x)!'*~"}) == base64.b64encode(b"%7B%22a%22%3A%22%C3%A9%20(x)!'*~%22%7D")


@pytest.mark.parametrize("text", ["", "{}", "inboundCall:\n  name: x\n", "JTd", base64.b64encode(b"hello").decode()])
def test_other_texts_are_not_packed(text: str) -> None:
    assert not is_packed(text)
    assert unpack(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (packed('{"name": 1}')[:-2], "the base64 is damaged"),
        ("JTdC*" + packed("{}"), "the base64 is damaged"),
        (base64.b64encode(b"%7B%2").decode(), "the URI encoding inside is damaged at character 4"),
        (base64.b64encode(b"%7B\xff").decode(), "the URI encoding inside is damaged at character 4"),
        (base64.b64encode(b"%7B%22%FF%22").decode(), "the text inside is not UTF-8: byte 0xff"),
        (packed('{"name": }'), "the JSON inside is not valid: Expecting value at character 10"),
        (packed('{"a":' * 100_000), "the JSON inside is nested too deeply"),
    ],
)
def test_a_damaged_file_is_told_from_another_format(text: str, why: str) -> None:
    assert is_packed(text)
    with pytest.raises(NotPacked, match=why):
        unpack(text)


def test_lower_case_escapes_are_read() -> None:
    assert unpack(base64.b64encode(b"%7b%22a%22%3a1%7d").decode()) == {"a": 1}


@pytest.mark.parametrize(("text", "looks"), [("aGVsbG8=\n", True), ("name: x", False), ("", False), ("{}", False)])
def test_base64_is_told_from_yaml_and_json(text: str, looks: bool) -> None:
    assert looks_like_base64(text) is looks
