"""Nothing that is shown holds a secret, whatever goes wrong."""

from __future__ import annotations

import base64
import re

import pytest

from simulator.testing import Simulator
from tests.cli.harness import GOOD, SECRET, Desk, document

REPORTS = ("report.json", "report.md", "report.txt", "report.xml")
PLAIN = "the-pin-4711-of-the-vault"
AWKWARD = r"pinned<&>|silver\vault"
"""Every format escapes some of these characters."""
LONG = "".join(f"{n:02x}" for n in range(90, 250))
"""So long that a difference shows only its beginning."""


@pytest.fixture
def secretive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A flow that holds a secret, and an organisation whose job repeats it in its failure."""
    desk.environments(variables={"pin": {"$env": "VAULT_PIN"}})
    desk.lay({GOOD: document("Good", more="  pin: '{{pin}}'\n")})
    monkeypatch.setenv("VAULT_PIN", PLAIN)
    return desk


def run_everything(desk: Desk, *, state: bool = True) -> str:
    """Plan and sync with every report; return all that was shown or written."""
    texts = [desk.plan("-o", form, "--log-level", "debug").text for form in ("text", "json", "markdown")]
    for report in REPORTS:
        texts.append(desk.sync("--log-level", "debug", "--report", report).text)
        texts.append((desk.root / report).read_text(encoding="utf-8"))
    if state:
        texts.append(desk.state.read_text(encoding="utf-8"))
    return "\n".join(texts)


def assert_no_secret(text: str, simulator: Simulator, *more: str) -> None:
    basic = base64.b64encode(f"flowsync:{SECRET}".encode()).decode()
    tokens = _tokens(simulator)
    assert tokens
    for secret in (SECRET, basic, *tokens, *more, "Authorization", "Bearer ", "X-Amz-", "unredacted-value"):
        assert secret not in text


def _tokens(simulator: Simulator) -> list[str]:
    with simulator.org._now() as world:
        return list(world.state.tokens)


def test_a_job_that_fails_with_the_secret_in_its_message_shows_a_mask(secretive: Desk) -> None:
    secretive.simulator.org.job_fault(times=None, messages=[f"Line 4: '{PLAIN}' is no valid PIN."])
    text = run_everything(secretive)
    assert secretive.last.code == 1, secretive.last.text
    assert "Line 4: '***' is no valid PIN." in text
    assert_no_secret(text, secretive.simulator, PLAIN)


def test_a_secret_with_characters_that_formats_escape_is_masked_too(
    secretive: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_PIN", AWKWARD)
    secretive.simulator.org.job_fault(times=None, messages=[f"Line 4: '{AWKWARD}' is no valid PIN."])
    text = run_everything(secretive)
    assert "Line 4: '***' is no valid PIN." in text
    assert not re.search("silver|vault", text)


def test_a_secret_that_is_a_word_of_a_format_leaves_the_format_whole(
    secretive: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_PIN", "null")
    assert secretive.sync("-o", "json").code == 0, secretive.last.text
    assert secretive.last.data["failure"] is None


@pytest.mark.parametrize("pin", [PLAIN, AWKWARD, LONG], ids=["plain", "escaped", "shortened"])
def test_a_difference_inside_a_flow_shows_no_secret(secretive: Desk, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    secretive.simulator.org.add_flow(document("Good", more="  pin: the-former-one\n"), user="Supervisor")
    monkeypatch.setenv("VAULT_PIN", pin)
    text = run_everything(secretive, state=False)
    assert secretive.last.code == 8, secretive.last.text
    assert "inboundCall.pin" in text
    assert "the-former-one" not in text  # it may be a secret that was in force
    assert not [start for start in range(len(pin) - 8) if pin[start : start + 8] in text]


def test_a_missing_name_with_its_diagnostics_shows_no_request_or_response_body(desk: Desk) -> None:
    desk.environments(guards={"references": "off"})
    transfer = "  tasks:\n    - transferToAcd:\n        targetQueue:\n          lit:\n            name: Sales\n"
    desk.lay({GOOD: document("Good", more=transfer)})
    text = run_everything(desk)
    assert "no matches" in text
    assert_no_secret(text, desk.simulator)


def test_a_refused_login_shows_no_secret(secretive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "the-wrong-secret")
    shown = secretive.sync("--log-level", "debug")
    assert shown.code == 4
    assert "the-wrong-secret" not in shown.text
    assert base64.b64encode(b"flowsync:the-wrong-secret").decode() not in shown.text


def test_a_bug_ends_with_70_and_a_traceback_without_secrets(secretive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"no way on with {PLAIN} and {SECRET}")

    monkeypatch.setattr("hook.commands.sync.Run", broken)
    shown = secretive.sync()
    assert shown.code == 70
    assert "bug of flowsync" in shown.err
    assert "RuntimeError: no way on with *** and ***" in shown.err
    assert PLAIN not in shown.text
    assert SECRET not in shown.text


def test_a_bug_in_a_worker_ends_with_70_and_a_report(secretive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"no way on with {PLAIN}")

    monkeypatch.setattr("hook.genesys.flow_jobs.FlowJobs.upload", broken)
    shown = secretive.sync("-o", "json")
    assert shown.code == 70, shown.text
    assert shown.data["outcomes"][0]["failure"]["message"] == "RuntimeError: no way on with ***"
    assert "Traceback" in shown.err
    assert PLAIN not in shown.text
