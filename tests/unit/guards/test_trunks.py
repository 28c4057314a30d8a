from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from hook.errors import ApiUnavailable, FlowSyncError
from hook.guards import Configured, trunks
from hook.guards import examine as run_guards
from hook.guards.protocol import Mode
from hook.guards.trunks import GUARD, Probe, TrunkSettings
from hook.guards.trunks.hosts import HostSettings
from hook.model import Endpoint, Examination, Finding, Organisation, Plan, TrunkState, Verdict
from hook.probes import ProbeResult, Stage, Target, probe_all
from tests.unit.certificates import Authority, listening

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ADDRESS = "192.0.2.1:5061"
UP = TrunkState(
    name="Carrier-Edge1",
    base="Carrier",
    in_service=True,
    enabled=True,
    connected=True,
    options=(Endpoint(ADDRESS, "OK"),),
    registers=(Endpoint(ADDRESS, "OK"),),
)
PIN = "sha256:" + 32 * "ab"
SHOWN = ProbeResult(Stage.DONE, "", "192.0.2.1", "TLSv1.3", PIN, NOW + timedelta(days=100))


@dataclass(frozen=True)
class Answers:
    states: Sequence[TrunkState] | FlowSyncError = (UP,)
    bases: tuple[str, ...] = ("Carrier", "Carrier Backup", "Phones")

    def trunks(self) -> tuple[TrunkState, ...]:
        if isinstance(self.states, FlowSyncError):
            raise self.states
        return tuple(self.states)

    def trunk_bases(self) -> tuple[str, ...]:
        return self.bases


def examined(settings: dict[str, Any], *, answers: object = None, probe: Probe | None = None) -> tuple[Finding, ...]:
    guard = replace(GUARD, examine=functools.partial(trunks.examine, probe=probe)) if probe else GUARD
    configured = Configured(guard, GUARD.settings.model_validate(settings))
    examination = Examination(Plan(()), "dev", Organisation("o", "O"), now=NOW)
    readings: Any = answers or Answers()
    return run_guards(examination, [configured], readings)


def of_trunks(*states: TrunkState, **settings: Any) -> list[Finding]:
    return list(examined({"required": ["Carrier"], **settings}, answers=Answers(states)))


def of_host(result: ProbeResult, **host: Any) -> Finding:
    (finding,) = examined({"hosts": [{"host": "sip.example.com", **host}]}, probe=lambda _, __: [result])
    return finding


def test_a_healthy_trunk_passes_and_its_state_is_told_for_the_audit() -> None:
    (finding,) = of_trunks(UP)
    assert finding == Finding(
        "trunks",
        Verdict.PASS,
        "trunk 'Carrier-Edge1' of 'Carrier' is healthy: in service, on an Edge in service, connected,"
        f" OPTIONS OK at {ADDRESS}, registration OK at {ADDRESS}.",
    )


@pytest.mark.parametrize(
    ("state", "verdict", "words", "passing"),
    [
        (replace(UP, in_service=False), Verdict.REFUSE, "it is not in service", False),
        (replace(UP, enabled=False), Verdict.REFUSE, "it is not on an Edge in service", True),
        (replace(UP, connected=False), Verdict.REFUSE, "it is not connected", True),
        (
            replace(UP, options=(Endpoint(ADDRESS, "failed: 408"),)),
            Verdict.REFUSE,
            f"OPTIONS at {ADDRESS} failed: 408",
            True,
        ),
        (replace(UP, registers=(Endpoint("", "failed"),)), Verdict.REFUSE, "registration at its proxy failed", True),
        (replace(UP, connected=False, options=()), Verdict.REFUSE, "it is not connected", True),
        (replace(UP, options=(), registers=()), Verdict.PASS, "connected.", False),
        (replace(UP, in_service=None), Verdict.UNKNOWN, "whether it is in service", False),
        (replace(UP, enabled=None), Verdict.UNKNOWN, "whether it is on an Edge in service", False),
        (replace(UP, connected=None), Verdict.UNKNOWN, "whether it is connected", False),
        (replace(UP, options=(Endpoint("", ""),)), Verdict.UNKNOWN, "the state of OPTIONS at its proxy", False),
        (replace(UP, registers=(Endpoint("a", ""),)), Verdict.UNKNOWN, "the state of registration at a", False),
        (replace(UP, connected=False, enabled=None), Verdict.REFUSE, "it is not connected", True),
    ],
)
def test_a_trunk_is_judged_by_every_state_it_has(
    state: TrunkState, verdict: Verdict, words: str, passing: bool
) -> None:
    (finding,) = of_trunks(state)
    assert finding.verdict is verdict
    assert words in finding.message
    assert finding.passing is passing


def test_every_trunk_of_a_base_must_be_healthy() -> None:
    down = replace(UP, name="Carrier-Edge2", connected=False)
    elsewhere = replace(UP, base="Phones", connected=False)
    assert [one.verdict for one in of_trunks(UP, down, elsewhere)] == [Verdict.PASS, Verdict.REFUSE]


def test_options_and_registration_can_be_left_out() -> None:
    state = replace(UP, options=(Endpoint("", ""),), registers=(Endpoint(ADDRESS, "failed"),))
    (finding,) = of_trunks(state, options="false", registration="false")
    assert finding.verdict is Verdict.PASS


def test_base_settings_that_do_not_exist_are_refused_with_the_nearest_names() -> None:
    (finding,) = examined({"required": ["Carier"]})
    assert finding.verdict is Verdict.REFUSE
    assert finding.message == "there are no trunk base settings 'Carier'."
    assert finding.hint.startswith("Did you mean 'Carrier'")
    (finding,) = examined({"required": ["Xyz"]})
    assert finding.hint == "Correct the name under guards.trunks.required."


def test_base_settings_are_found_whatever_their_case() -> None:
    assert [one.verdict for one in examined({"required": ["CARRIER"]})] == [Verdict.PASS]


def test_base_settings_that_no_external_trunk_uses_are_refused() -> None:
    (finding,) = examined({"required": ["Carrier Backup"]})
    assert (finding.verdict, finding.message) == (
        Verdict.REFUSE,
        "no external trunk uses the trunk base settings 'Carrier Backup'.",
    )


def test_a_platform_that_does_not_tell_is_unknown_and_the_hosts_are_told_all_the_same() -> None:
    settings = {"required": ["Carrier"], "hosts": [{"host": "sip.example.com"}]}
    found = examined(settings, answers=Answers(ApiUnavailable("no answer")), probe=lambda _, __: [SHOWN])
    assert [(one.verdict, one.message) for one in found][1:] == [
        (Verdict.UNKNOWN, "it could not be found out: no answer.")
    ]
    assert found[0].verdict is Verdict.PASS


@pytest.mark.parametrize(("mode", "expected"), [("warn", [Verdict.WARN]), ("off", [])])
def test_a_mode_weakens_it(mode: str, expected: list[Verdict]) -> None:
    assert [one.verdict for one in of_trunks(replace(UP, connected=False), mode=mode)] == expected


def test_it_is_off_unless_configured_and_no_approval_passes_it() -> None:
    assert (GUARD.default, GUARD.approvable) == (Mode.OFF, False)
    assert GUARD.settings(mode=GUARD.default).mode is Mode.OFF


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "name at least one trunk"),
        ({"required": ["A"], "timeout": "0"}, "greater than 0"),
        ({"hosts": [{"host": ""}]}, "at least 1 character"),
        ({"hosts": [{"host": "a", "port": "0"}]}, "greater than or equal to 1"),
        ({"hosts": [{"host": "a", "fingerprint": "sha256:12"}]}, "64 hexadecimal digits"),
        ({"hosts": [{"host": "a", "tls": "false", "ca": "ca.pem"}]}, "only with tls: true"),
        ({"hosts": [{"host": "a", "prot": "1"}]}, "not permitted"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        GUARD.settings.model_validate(settings)


@pytest.mark.parametrize(
    "given",
    [PIN, PIN.upper(), "ab" * 32, "sha256 Fingerprint=" + ":".join(32 * ["AB"]), "SHA-256: " + "AB:" * 31 + "AB"],
)
def test_a_fingerprint_is_understood_as_tools_print_it(given: str) -> None:
    assert HostSettings(host="a", fingerprint=given).fingerprint == (PIN,)


def test_settings_arrive_as_text() -> None:
    host = {"host": "a", "port": "5071", "tls": "true", "fingerprint": [PIN], "minDaysValid": "30", "reachable": "no"}
    settings = GUARD.settings.model_validate({"hosts": [host], "timeout": "2.5"})
    assert isinstance(settings, TrunkSettings)
    assert settings.timeout == 2.5
    assert settings.hosts == (
        HostSettings(host="a", port=5071, fingerprint=(PIN,), min_days_valid=30, reachable=False),
    )


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ({}, Target("a", 5061)),
        ({"tls": "false"}, Target("a", 5060, tls=False)),
        ({"fingerprint": PIN}, Target("a", 5061, verify=False)),
        ({"port": "5071", "serverName": "b", "ca": "c"}, Target("a", 5071, server_name="b", ca="c")),
    ],
)
def test_a_host_is_probed_as_declared(host: dict[str, Any], target: Target) -> None:
    asked: list[tuple[Sequence[Target], float]] = []

    def probe(targets: Sequence[Target], timeout: float) -> list[ProbeResult]:
        asked.append((targets, timeout))
        return [SHOWN]

    examined({"hosts": [{"host": "a", **host}], "timeout": "3"}, probe=probe)
    assert asked == [([target], 3.0)]


@pytest.mark.parametrize(
    ("result", "host", "verdict", "words"),
    [
        (SHOWN, {}, Verdict.PASS, "valid until 2026-06-10 10:00 UTC, 100 days from now."),
        (SHOWN, {"fingerprint": PIN}, Verdict.PASS, f"(192.0.2.1, TLSv1.3) shows certificate {PIN}"),
        (SHOWN, {"fingerprint": ["sha256:" + 64 * "0", PIN]}, Verdict.PASS, PIN),
        (SHOWN, {"fingerprint": "sha256:" + 64 * "0"}, Verdict.REFUSE, f"{PIN}, valid until 2026-06-10 10:00 UTC; dec"),
        (SHOWN, {"minDaysValid": "101"}, Verdict.REFUSE, "100 days from now; declared are at least 101 days."),
        (SHOWN, {"minDaysValid": "100"}, Verdict.PASS, "100 days"),
        (replace(SHOWN, expires=NOW - timedelta(hours=1)), {"minDaysValid": "0"}, Verdict.REFUSE, "that is over"),
        (replace(SHOWN, expires=NOW - timedelta(hours=1)), {"fingerprint": PIN}, Verdict.REFUSE, "that is over"),
        (replace(SHOWN, expires=None), {"fingerprint": PIN}, Verdict.UNKNOWN, "cannot be judged"),
        (replace(SHOWN, fingerprint=""), {}, Verdict.UNKNOWN, "cannot be judged"),
        (replace(SHOWN, untrusted="Hostname mismatch"), {}, Verdict.REFUSE, "it is not trusted: Hostname mismatch."),
        (ProbeResult(Stage.DONE, address="192.0.2.1"), {"tls": "false"}, Verdict.PASS, "reachable at 192.0.2.1"),
        (ProbeResult(Stage.NAME, "unknown"), {}, Verdict.REFUSE, "its name cannot be resolved (unknown)"),
        (ProbeResult(Stage.CONNECTION, "refused"), {}, Verdict.REFUSE, "does not accept a connection (refused)"),
        (ProbeResult(Stage.HANDSHAKE, "alert"), {}, Verdict.REFUSE, "the TLS handshake failed (alert)"),
        (ProbeResult(Stage.CONNECTION, "refused"), {"reachable": "false"}, Verdict.WARN, "cannot be reached from here"),
        (ProbeResult(Stage.SETUP, "no file"), {"reachable": "false"}, Verdict.UNKNOWN, "was not tried: no file"),
        (replace(SHOWN, untrusted="expired"), {"reachable": "false"}, Verdict.REFUSE, "not trusted"),
    ],
)
def test_a_far_end_is_judged_by_what_was_declared(
    result: ProbeResult, host: dict[str, Any], verdict: Verdict, words: str
) -> None:
    finding = of_host(result, **host)
    assert finding.verdict is verdict
    assert words in finding.message
    assert "sip.example.com:50" in finding.message


@pytest.mark.parametrize("stage", [Stage.NAME, Stage.CONNECTION, Stage.HANDSHAKE])
def test_a_far_end_that_cannot_be_reached_may_come_back(stage: Stage) -> None:
    assert of_host(ProbeResult(stage, "x")).passing
    assert not of_host(replace(SHOWN, untrusted="x")).passing


def test_real_far_ends_are_judged_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    good, short = authority.issue("localhost"), authority.issue("localhost", days=5.5)
    ca = str(authority.root.file)
    with listening(good) as first, listening(short) as second, listening() as third:
        hosts = [
            {"host": "localhost", "port": str(first), "ca": ca},
            {"host": "localhost", "port": str(first), "fingerprint": good.fingerprint},
            {"host": "localhost", "port": str(first), "fingerprint": short.fingerprint},
            {"host": "localhost", "port": str(second), "ca": ca},
            {"host": "localhost", "port": str(third), "reachable": "false"},
        ]
        settings = GUARD.settings.model_validate({"hosts": hosts, "timeout": "20"})
        examination = Examination(Plan(()), "dev", Organisation("o", "O"))
        readings: Any = Answers()
        found = run_guards(examination, [Configured(GUARD, settings)], readings)
    assert [one.verdict for one in found] == [
        Verdict.PASS,
        Verdict.PASS,
        Verdict.REFUSE,
        Verdict.REFUSE,
        Verdict.WARN,
    ]
    assert "5 days from now; declared are at least 14 days" in found[3].message


def test_the_guard_probes_for_real_unless_told_otherwise() -> None:
    assert trunks.examine.__kwdefaults__ == {"probe": probe_all}
