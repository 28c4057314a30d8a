"""The values of secrets are put back behind their placeholders, and nothing else changes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hook.commands.export.secrets import hide
from hook.workspace.placeholders import Variable, substitute

KEY = "k-47114711"


def test_only_values_of_secrets_are_hidden() -> None:
    variables = {"key": Variable(KEY, secret=True), "company": Variable("Example Energy")}
    hidden = hide(f"{KEY} of Example Energy, {KEY}".encode(), variables)
    assert hidden.content == b"{{key}} of Example Energy, {{key}}"
    assert hidden.notes == ("{{key}} stands in place of the secret's value.",)


def test_a_short_value_stays_and_is_told() -> None:
    hidden = hide(b"pin 1234", {"pin": Variable("1234", secret=True)})
    assert hidden.content == b"pin 1234"
    assert "may hold the value of the secret 'pin'" in hidden.notes[0]
    assert "1234" not in hidden.notes[0]


def test_where_the_placeholder_stands_already_nothing_is_hidden() -> None:
    hidden = hide(f"{{{{key}}}} {KEY}".encode(), {"key": Variable(KEY, secret=True)})
    assert hidden.content == f"{{{{key}}}} {KEY}".encode()
    assert "look before you commit it" in hidden.notes[0]


def test_a_missing_secret_hides_nothing() -> None:
    assert hide(b"a secret", {"secret": Variable("secret", secret=True, missing=True)}).notes == ()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["secret-one", "secret-one-two", "{", "}", "{{", "}}", "second", "{{third}}", " "])),
)
def test_a_sync_makes_of_the_file_what_was_exported(parts: list[str]) -> None:
    text = "".join(parts)
    variables = {
        "first": Variable("secret-one", secret=True),
        "second": Variable("secret-one-two", secret=True),
        "third": Variable("second", secret=True),
    }
    hidden = hide(text.encode(), variables)
    names = {name for name in variables if f"{{{{{name}}}}} stands in place" in " ".join(hidden.notes)}
    values = {name: variables[name] for name in names}
    assert substitute(hidden.content.decode(), values, file="main.yaml").text == text
