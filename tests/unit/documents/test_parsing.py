"""Reading text into a tree: what is accepted, and where each problem is reported."""

import contextlib
import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from hook.documents.emission import emit_yaml
from hook.documents.jsontext import parse_json
from hook.documents.limits import Limits
from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence, find_node, key_path, plain_data
from hook.documents.parsing import decode, parse_yaml
from hook.errors import InvalidInput


def problems_of(text: str, limits: Limits | None = None) -> list[tuple[str, int, int]]:
    with pytest.raises(InvalidInput) as caught:
        parse_yaml(text, file="flow.yaml", limits=limits or Limits())
    assert all(problem.place.file == "flow.yaml" and problem.hint for problem in caught.value.problems)
    return [(problem.code, problem.place.line, problem.place.column) for problem in caught.value.problems]


def test_scalars_stay_the_text_that_was_written() -> None:
    tree = parse_yaml("yes: no\n1.10: 2001-01-01\n'on': ~\n", file="flow.yaml")
    assert isinstance(tree, Mapping)
    pairs = [(entry.key.value, entry.value.value) for entry in tree.entries if isinstance(entry.value, Scalar)]
    assert pairs == [("yes", "no"), ("1.10", "2001-01-01"), ("on", "~")]


def test_every_node_knows_its_place_also_with_crlf_and_beyond_ascii() -> None:
    tree = parse_yaml("ä: 1\r\nü: {ö: [x, y]}\r\n", file="flow.yaml")
    node, path = find_node(tree, ("ü", "ö", 1))
    assert (node.line, node.column, path) == (2, 12, '["ü"]["ö"][1]')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a:\n\tb: 1\n", [("tab-indentation", 2, 1)], id="tab at the beginning"),
        pytest.param("a:\n  b: 1\n  \tc: 2\n", [("tab-indentation", 3, 3)], id="tab after blanks"),
        pytest.param("a: 1\nb: 2\na: 3\nb: 4\n", [("duplicate-key", 3, 1), ("duplicate-key", 4, 1)], id="duplicates"),
        pytest.param("x:\n  - {k: 1, k: 2}\n", [("duplicate-key", 2, 12)], id="duplicate in a flow mapping"),
        pytest.param("a: 1\n---\nb: 2\n", [("several-documents", 2, 1)], id="two documents"),
        pytest.param("", [("empty-file", 0, 0)], id="empty"),
        pytest.param("# only a comment\n", [("empty-file", 0, 0)], id="comment only"),
        pytest.param("---\n", [("empty-file", 0, 0)], id="empty document"),
        pytest.param("a: 1\n b: 2\n", [("yaml-syntax", 2, 3)], id="wrong indentation"),
        pytest.param('a: "open\n', [("yaml-syntax", 2, 1)], id="open quote"),
        pytest.param("a: *missing\n", [("yaml-syntax", 1, 4)], id="alias without anchor"),
        pytest.param("a: &x\n  b: *x\n", [("recursive-alias", 2, 6)], id="alias inside its anchor"),
        pytest.param("name: {{flow}}\n", [("complex-key", 1, 8)], id="placeholder that was not substituted"),
        pytest.param("a: !!python/object:os.system x\n", [], id="core namespace is only a text"),
        pytest.param("a: !call x\n", [("yaml-tag", 1, 4)], id="tag"),
        pytest.param("a: b\x07\n", [("invalid-character", 1, 5)], id="control character"),
        pytest.param("a: \ud800\n", [("invalid-character", 1, 4)], id="lone surrogate"),
    ],
)
def test_problems_name_code_line_and_column(text: str, expected: list[tuple[str, int, int]]) -> None:
    if expected:
        assert problems_of(text) == expected
    else:
        assert isinstance(parse_yaml(text, file="flow.yaml"), Mapping)


def test_a_duplicate_key_names_both_lines() -> None:
    with pytest.raises(InvalidInput, match=r"'a' stands twice .* on line 1 and on line 3"):
        parse_yaml("a: 1\nb: 2\na: 3\n", file="flow.yaml")


def test_an_open_bracket_names_the_line_where_it_was_opened() -> None:
    with pytest.raises(InvalidInput, match="What is open began on line 2"):
        parse_yaml('a: 1\nb: "x\nc: 1\n', file="flow.yaml")


def test_a_tab_inside_a_block_text_is_no_indentation() -> None:
    tree = parse_yaml("a: |\n  one\n  \ttwo\n", file="flow.yaml")
    assert plain_data(tree) == {"a": "one\n\ttwo\n"}


def test_an_alias_stands_for_its_anchor_and_a_merge_key_for_its_entries() -> None:
    tree = parse_yaml("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\n", file="flow.yaml")
    assert plain_data(tree) == {"base": {"x": "1", "y": "2"}, "more": {"y": "3", "x": "1"}}


def alias_bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    assert problems_of(alias_bomb(60)) == [("too-many-nodes", 6, 30)]


def test_aliases_count_towards_the_nesting() -> None:
    deep = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300))])
    assert [code for code, _, _ in problems_of(deep)] == ["nested-too-deeply"]


def test_nesting_beyond_the_limit_is_refused_at_its_place() -> None:
    assert problems_of("[" * 100_000) == [("nested-too-deeply", 1, 201)]
    assert parse_yaml("[" * 200 + "]" * 200, file="flow.yaml")


def test_the_number_of_nodes_is_limited() -> None:
    assert problems_of("[a, b, c, d]", Limits(nodes=4)) == [("too-many-nodes", 1, 11)]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"\xef\xbb\xbfa: 1\n", "byte-order-mark", 1, 1),
        (b"a: 1\nb: \xfc\n", "not-utf-8", 2, 4),
        ("a: ä\n".encode("utf-16"), "not-utf-8", 1, 1),
    ],
)
def test_bytes_that_are_no_utf_8_are_located(content: bytes, code: str, line: int, column: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode(content, file="flow.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line, problem.place.column) == (code, line, column)
    assert "UTF-8" in problem.hint


JSON_ODDITIES = '{\n\t"a"\n:\t[true, null, "true", 1e3, "\\ud83d\\ude00\\/", "\x7f"], "%s": {}}' % ("k" * 2000)


def test_any_valid_json_reads_also_where_it_is_no_yaml() -> None:
    tree = parse_json(JSON_ODDITIES, file="flow.json")
    assert plain_data(tree) == {"a": ["true", None, "true", "1e3", "😀/", "\x7f"], "k" * 2000: {}}
    node, path = find_node(tree, ("a", 4))
    assert (node.line, node.column, path) == (3, 29, "a[4]")


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ('{"a": 1,\n "b" 2}', "json-syntax", 2, 6),
        ('{"a": 1,\n "a": 2}', "duplicate-key", 2, 2),
        ('{"a": NaN}', "json-syntax", 0, 0),
        ('{"a": "\\ud800"}', "invalid-character", 1, 7),
        ("[" * 250 + "]" * 250, "nested-too-deeply", 1, 201),
        ("[" * 100_000, "nested-too-deeply", 0, 0),
        (" ", "empty-file", 0, 0),
    ],
)
def test_json_problems_name_code_line_and_column(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_json(text, file="flow.json")
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.line, problem.place.column) == (code, line, column)


@pytest.mark.parametrize(("key", "path"), [("word", "a.word"), ("en-us", 'a["en-us"]'), ('q"', 'a["q\\""]')])
def test_keys_that_are_no_plain_words_are_quoted_in_paths(key: str, path: str) -> None:
    assert key_path("a", key) == path


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tricky = st.sampled_from(
    ["yes", "Off", "1.0", "1e3", "0o17", "0x1F", "12:30", "~", "null", "", "<<", "=", "2001-01-01"]
)
scalars = (texts | tricky).map(Scalar)
trees: st.SearchStrategy[Node] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: Sequence(tuple(items)))
        | st.dictionaries(texts | tricky, inner, max_size=4).map(
            lambda data: Mapping(tuple(Entry(Scalar(key), value) for key, value in data.items()))
        )
    ),
    max_leaves=20,
)


@given(trees)
@example(Scalar("😀"))
@example(Scalar("﻿x"))
def test_an_emitted_tree_reads_as_the_same_tree_with_every_text_a_text(tree: Node) -> None:
    text = emit_yaml(Mapping((Entry(Scalar("root"), tree),)))
    assert data_of(parse_yaml(text, file="flow.yaml")) == {"root": data_of(tree)}
    assert yaml.load(text, yaml.CSafeLoader) == {"root": data_of(tree)}


def data_of(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.key.value: data_of(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [data_of(item) for item in node.items]
    return node.value


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff")
@example(b"{")
@example(b"a: &a [*a]")
def test_random_bytes_raise_nothing_but_invalid_input(content: bytes) -> None:
    for parse in (parse_yaml, parse_json):
        with contextlib.suppress(InvalidInput):
            assert isinstance(parse(decode(content, file="flow"), file="flow"), Scalar | Sequence | Mapping)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(json_values)
def test_the_json_reader_agrees_with_the_standard_library(data: object) -> None:
    assert data_of(parse_json(json.dumps(data), file="flow.json")) == as_written(data)


def as_written(data: object) -> object:
    if isinstance(data, dict):
        return {key: as_written(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_written(value) for value in data]
    return data if isinstance(data, str) else json.dumps(data)
