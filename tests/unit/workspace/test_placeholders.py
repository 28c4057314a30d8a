"""Placeholders: substitution as text, what is left over, and secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.model import Place
from hook.workspace.placeholders import Variable, substitute, value_problem

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,5}", fullmatch=True)
plain = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=10)
values = st.text(st.characters(exclude_characters="{}\n\r", exclude_categories=["Cs"]), max_size=8)


def replaced(text: str, **variables: str) -> str:
    result = substitute(text, {name: Variable(value) for name, value in variables.items()}, file="f.yaml")
    assert not result.problems
    return result.text


@given(st.lists(st.tuples(plain, names, st.sampled_from(["", " ", "\t "])), max_size=5), plain, st.data())
def test_every_placeholder_is_replaced_and_nothing_else(
    parts: list[tuple[str, str, str]], end: str, data: st.DataObject
) -> None:
    given_values = {name: data.draw(values) for _, name, _ in parts}
    text = "".join(f"{before}{{{{{blank}{name}{blank}}}}}" for before, name, blank in parts) + end
    expected = "".join(before + given_values[name] for before, name, _ in parts) + end
    assert replaced(text, **given_values) == expected


@given(st.lists(st.tuples(plain, names), max_size=5))
def test_without_values_every_placeholder_is_reported_at_its_place(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}{{{{{name}}}}}" for before, name in parts)
    result = substitute(text, {}, file="f.yaml")
    assert result.text == text
    lines = text.split("\n")
    for problem, (_, name) in zip(result.problems, parts, strict=True):
        assert lines[problem.place.line - 1][problem.place.column - 1 :].startswith(f"{{{{{name}}}}}")


@given(st.lists(st.tuples(plain, names), max_size=5))
def test_set_missing_puts_the_name_and_literal_ones_stay(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}{{{{{name}}}}}" for before, name in parts)
    assert substitute(text, {}, file="f", set_missing=True).text == "".join(before + name for before, name in parts)
    literal = frozenset(name for _, name in parts)
    kept = substitute(text, {}, file="f", literal=literal)
    assert (kept.text, kept.problems) == (text, ())


@given(names, values.filter(bool), plain)
def test_the_public_text_holds_the_name_of_a_secret_and_not_its_value(name: str, value: str, around: str) -> None:
    text = f"{around}{{{{{name}}}}}{around}"
    result = substitute(text, {name: Variable(value, secret=True)}, file="f.yaml")
    assert result.text == f"{around}{value}{around}"
    assert result.public == f"{around}{{{{$secret:{name}}}}}{around}"
    assert result.used == {name}


def test_several_left_over_are_all_named_with_the_nearest_variable() -> None:
    result = substitute("a: {{quue}}\nb: {{queue}}\nc: {{zzz}}\n", {"queue": Variable("Q")}, file="f.yaml")
    assert [(problem.code, problem.place.line, problem.place.column) for problem in result.problems] == [
        ("placeholder-left-over", 1, 4),
        ("placeholder-left-over", 3, 4),
    ]
    assert "Did you mean 'queue'?" in result.problems[0].hint


def test_values_are_not_substituted_again() -> None:
    assert replaced("{{a}}", a="x$&\\1", b="no") == "x$&\\1"


@pytest.mark.parametrize("text", ["{{ a + b }}", "{{customer name}}", "{{}}", "{{1}}"])
def test_braces_around_no_name_stay_with_a_warning(text: str) -> None:
    result = substitute(f"x: 1\ny: '{text}'", {"a": Variable("1")}, file="f.yaml")
    assert result.text == f"x: 1\ny: '{text}'"
    assert [(problem.code, problem.severity, problem.place.line) for problem in result.problems] == [
        ("no-placeholder", "warning", 2)
    ]


@pytest.mark.parametrize("text", ['{"a":{"b":{}}}', "${name} $%7Bx", "{a}", "{{{{"])
def test_single_braces_and_nested_json_are_no_placeholders(text: str) -> None:
    assert replaced(text) == text


@pytest.mark.parametrize(
    ("value", "code"),
    [("a\nb", "value-with-newline"), ("a\r", "value-with-newline"), ("a\u2028b", "value-with-newline"),
     ("x{{y}}", "placeholder-in-value")],
)  # fmt: skip
def test_a_value_that_cannot_be_put_into_a_line_is_refused_without_being_shown(value: str, code: str) -> None:
    problem = value_problem("name", value, Place("environments.json", 3))
    assert problem is not None
    assert problem.code == code
    assert value not in str(problem)
    assert value_problem("name", "any {thing}: 'else' # ok", Place()) is None
