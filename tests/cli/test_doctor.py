"""``flowsync doctor``: one thing is wrong at a time, and the doctor says which, and what to do."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hook.genesys.glance import Glance
from hook.platform import GenesysPlatform
from tests.apiserver import ApiServer, api_server
from tests.cli.harness import GOOD, SECRET, Desk, document

ORDER = [
    "settings",
    "environments",
    "flows",
    "credentials",
    "region",
    "network",
    "login",
    "organisation",
    "permissions",
    "licence",
    "clock",
    "rate",
    "rights",
    "state",
]
NARROW = (
    "architect:flow:view",
    "architect:flow:add",
    "architect:flow:edit",
    "architect:flow:publish",
    "architect:job:create",
    "architect:job:view",
    "architect:jobExport:create",
    "architect:jobExport:view",
)


@dataclass(frozen=True)
class Line:
    grade: str
    seen: str
    todo: str
    code: int


@pytest.fixture
def healthy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository, an organisation and a client of which nothing is wrong."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    desk.environments()
    desk.lay({GOOD: document("Good")})
    desk.simulator.org.client("flowsync", SECRET, permissions=NARROW)
    return desk


def examine(desk: Desk, *arguments: str) -> dict[str, list[Line]]:
    desk.run("doctor", "-o", "json", *arguments)
    found: dict[str, list[Line]] = {}
    for one in desk.last.data["checks"]:
        found.setdefault(one["check"], []).append(Line(one["grade"], one["seen"], one["todo"], one["exitCode"]))
    assert desk.last.data["exitCode"] == desk.last.code
    return found


def of(found: dict[str, list[Line]], check: str, grade: str) -> Line:
    return next(line for line in found[check] if line.grade == grade)


def test_all_is_well_and_nothing_is_written(healthy: Desk) -> None:
    found = examine(healthy)
    assert list(found) == ORDER
    assert {line.grade for lines in found.values() for line in lines} == {"ok"}, healthy.last.out
    assert healthy.last.code == 0
    assert healthy.writes == []


def test_the_only_environment_need_not_be_named(healthy: Desk) -> None:
    assert healthy.run("doctor", "-o", "json").data["environment"] == "dev"
    healthy.lay({"flows/prod/voice/a.yaml": document("A")})
    assert "Name one with --environment" in of(examine(healthy), "environments", "fail").todo
    assert of(examine(healthy, "-e", "prod"), "login", "ok")


def test_what_follows_from_a_cause_is_unknown_and_names_it(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "another-secret")
    found = examine(healthy, "--state", "none")
    assert "region" in of(found, "login", "fail").todo
    for later in ("permissions", "licence", "clock", "rate"):
        assert of(found, later, "unknown").seen == "not looked at, because of 'login'."
    assert healthy.last.code == 4
    assert [call.path for call in healthy.simulator.org.calls()].count("/oauth/token") == 1
    assert "another-secret" not in healthy.last.text


def no_files(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    (desk.root / GOOD).unlink()


def broken_file(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.lay({GOOD: "inboundCall: [\n"})


def broken_environments(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.lay({"environments.json": '{"environments": {"dev": {"orgId": "x"}}}'})


def wrong_guard(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.environments(guards={"peekHours": {}})


def other_digest(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("EXPECTED_FLOWS_DIGEST", "a" * 64)


def other_organisation(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.environments(organizationId="another")


def no_credentials(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("GENESYSCLOUD_OAUTHCLIENT_SECRET")


def no_region(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("FLOWSYNC_LOGIN_BASE")


def unknown_region(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("GENESYSCLOUD_REGION", "mypurecloud.dee")


def no_bundle(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("REQUESTS_CA_BUNDLE", str(desk.root / "nowhere.pem"))


def no_certificates(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.lay({"empty.pem": "nothing"})
    patch.setenv("REQUESTS_CA_BUNDLE", str(desk.root / "empty.pem"))


def nobody_answers(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("FLOWSYNC_LOGIN_BASE", "http://127.0.0.1:9")
    patch.setenv("FLOWSYNC_DEADLINE", "3")


def missing_permission(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    permissions = [one for one in NARROW if one != "architect:flow:publish"]
    desk.simulator.org.client("flowsync", SECRET, permissions=permissions)


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (no_files, ("flows", "fail", "holds no flow", 3)),
        (broken_file, ("flows", "fail", GOOD, 3)),
        (broken_environments, ("environments", "fail", "'orgId' is no key", 3)),
        (wrong_guard, ("environments", "fail", "peekHours", 3)),
        (other_digest, ("flows", "fail", "have the digest", 3)),
        (other_organisation, ("organisation", "fail", "but 'dev' is another", 6)),
        (no_credentials, ("credentials", "fail", "no OAuth client", 4)),
        (no_region, ("region", "fail", "no Genesys Cloud region", 4)),
        (unknown_region, ("region", "fail", "is no Genesys Cloud region", 3)),
        (no_bundle, ("network", "fail", "no such file", 3)),
        (no_certificates, ("network", "fail", "cannot be used", 3)),
        (nobody_answers, ("login", "unknown", "127.0.0.1:9", 5)),
        (missing_permission, ("permissions", "fail", "architect:flow:publish is missing", 4)),
    ],
)
def test_what_is_wrong_is_told_with_the_exit_code_of_a_run(
    healthy: Desk,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[Desk, pytest.MonkeyPatch], None],
    expected: tuple[str, str, str, int],
) -> None:
    check, grade, said, code = expected
    break_it(healthy, monkeypatch)
    found = examine(healthy, "-e", "dev")
    line = of(found, check, grade)
    assert said in line.seen
    assert line.todo
    assert (line.code, healthy.last.code) == (code, code), healthy.last.out
    told = [one.seen for lines in found.values() for one in lines if not one.seen.startswith("not looked at")]
    assert len(set(told)) == len(told), healthy.last.out
    assert "Traceback" not in healthy.last.text


def undeclared(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    (desk.root / "environments.json").unlink()


def another_declared(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.lay({"environments.json": '{"environments": {"prod": {}}}'})


def no_organisation(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.environments(organizationId="")


def forgotten_file(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.lay({"flows/dev/voice/old.yaml.bak": "x"})


def quoted(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.simulator.org.client('"quoted"', SECRET)
    patch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", '"quoted"')


def both_places(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.lay({"secret/client_id": "flowsync"})
    patch.setenv("FLOWSYNC_CREDENTIALS_DIR", str(desk.root / "secret"))


def trailing_newline(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.lay({"secret/client_id": "flowsync", "secret/client_secret": f"{SECRET}\n"})
    patch.setenv("FLOWSYNC_CREDENTIALS_DIR", str(desk.root / "secret"))
    patch.delenv("GENESYSCLOUD_OAUTHCLIENT_ID")
    patch.delenv("GENESYSCLOUD_OAUTHCLIENT_SECRET")


def two_regions(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.environments(region="mypurecloud.de")
    patch.setenv("GENESYSCLOUD_REGION", "mypurecloud.ie")


def other_variable(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("SSL_CERT_FILE", str(desk.root / "x.pem"))


def powerful_role(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.simulator.org.client("flowsync", SECRET)


def too_fast(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("FLOWSYNC_RATE", "1000")


def unusable_state(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.lay({"state.json": "nonsense"})


@pytest.mark.parametrize(
    ("change", "check", "said"),
    [
        (undeclared, "environments", "there is no environments.yaml"),
        (another_declared, "environments", "does not declare 'dev'"),
        (no_organisation, "organisation", "nothing says that this is 'dev'"),
        (forgotten_file, "flows", "old.yaml.bak"),
        (quoted, "credentials", "in quotes"),
        (both_places, "credentials", "stronger than the files"),
        (trailing_newline, "credentials", "ends in a newline"),
        (two_regions, "region", "the setting counts"),
        (other_variable, "network", "SSL_CERT_FILE is set"),
        (powerful_role, "permissions", "allows everything"),
        (too_fast, "rate", "--rate is 1000"),
        (unusable_state, "state", "not a state that this version understands"),
    ],
)
def test_what_a_person_should_look_at_is_a_warning_and_no_failure(
    healthy: Desk,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Desk, pytest.MonkeyPatch], None],
    check: str,
    said: str,
) -> None:
    change(healthy, monkeypatch)
    line = of(examine(healthy, "-e", "dev"), check, "warn")
    assert said in line.seen
    assert line.todo
    assert healthy.last.code == 0, healthy.last.out
    assert SECRET not in healthy.last.text


def test_only_the_permissions_of_what_the_files_name_are_asked_for(healthy: Desk) -> None:
    assert "routing:queue:view" not in healthy.run("doctor").out
    transfer = (
        "  tasks:\n    - task:\n        name: T\n        actions:\n          - transferToAcd:\n              name: X\n"
        "              targetQueue:\n                lit:\n                  name: Sales\n"
    )
    healthy.lay({GOOD: document("Good", more=transfer)})
    assert "routing:queue:view is missing" in of(examine(healthy), "permissions", "fail").seen


def test_a_guard_that_reads_more_needs_more(healthy: Desk) -> None:
    healthy.environments(guards={"capacity": {"types": {"inboundcall": 5}}})
    missing = [line.seen for line in examine(healthy)["permissions"] if line.grade == "fail"]
    assert [seen.split()[0] for seen in missing] == [
        "analytics:flowObservation:view",
        "analytics:queueObservation:view",
    ]


def test_text_is_wrapped_but_what_is_copied_stays_whole(healthy: Desk) -> None:
    out = healthy.run("doctor").out
    assert re.search(r"sha256:[0-9a-f]{64}", out)
    assert healthy.simulator.org.id in out
    assert out.splitlines()[-1].startswith("14 ok.")
    assert "| ok | login |" in healthy.run("doctor", "-o", "markdown").out


@pytest.fixture
def cluster(healthy: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ApiServer]:
    """A cluster outside of which the command runs, with lock and state in it."""
    with api_server() as server:
        monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig(tmp_path)))
        monkeypatch.setenv("FLOWSYNC_LOCK", "lease")
        monkeypatch.setenv("FLOWSYNC_STATE", "configmap")
        yield server


def test_rights_lock_and_state_of_a_cluster_are_looked_at(healthy: Desk, cluster: ApiServer) -> None:
    found = examine(healthy)
    assert [line.grade for line in found["rights"]] == ["ok", "ok"]
    assert "nobody has ever held" in of(found, "lock", "ok").seen
    assert "knows 0 objects" in of(found, "state", "ok").seen
    assert cluster.names("leases") == cluster.names("configmaps") == []


@pytest.mark.parametrize(
    ("forbidden", "said", "role"),
    [
        (
            ("update", "leases"),
            "lock: this Pod may not update leases/flowsync-",
            "resources: [leases], verbs: [update]",
        ),
        (
            ("patch", "configmaps"),
            "state: this Pod may not patch configmaps/",
            "resources: [configmaps], verbs: [patch]",
        ),
    ],
)
def test_a_missing_right_is_named_with_the_rule_to_add(
    healthy: Desk, cluster: ApiServer, forbidden: tuple[str, str], said: str, role: str
) -> None:
    cluster.forbidden.add(forbidden)
    line = of(examine(healthy), "rights", "fail")
    assert said in line.seen
    assert role in line.todo
    assert healthy.last.code == 4


def test_a_held_lock_names_its_holder(healthy: Desk, cluster: ApiServer) -> None:
    name = f"flowsync-{healthy.simulator.org.id}"
    spec = {"holderIdentity": "pod_run", "leaseDurationSeconds": 30, "renewTime": "2026-01-01T00:00:00.000000Z"}
    cluster.put("leases", {"metadata": {"name": name, "namespace": "flows"}, "spec": spec})
    assert "pod_run holds the Lease" in of(examine(healthy), "lock", "warn").seen
    assert healthy.last.code == 0


def test_an_api_server_that_does_not_answer_is_told(
    healthy: Desk, cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.fail("get", "leases", 503)
    assert "503" in of(examine(healthy), "lock", "unknown").seen
    monkeypatch.setenv("KUBECONFIG", str(healthy.root / "nowhere"))
    assert of(examine(healthy), "rights", "fail").todo
    assert healthy.last.code == 4


def test_files_that_were_applied_and_never_published_are_told(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert healthy.sync().code == 0, healthy.last.text
    healthy.lay({GOOD: document("Good", more="  # changed\n"), "flows/dev/voice/new.yaml": document("New")})
    digest = re.search(r"sha256:[0-9a-f]{64}", of(examine(healthy), "flows", "ok").seen)
    assert digest
    monkeypatch.setenv("EXPECTED_FLOWS_DIGEST", digest[0])
    line = of(examine(healthy), "trigger", "fail")
    assert "'Good'" in line.seen
    assert "'New'" in line.seen
    assert "Sync the Application again" in line.todo
    assert healthy.last.code == 1
    assert healthy.sync().code == 0, healthy.last.text
    assert of(examine(healthy), "trigger", "ok")


def test_a_file_that_is_gone_is_no_unpublished_trigger(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy.lay({"flows/dev/voice/new.yaml": document("New")})
    assert healthy.sync().code == 0, healthy.last.text
    (healthy.root / "flows/dev/voice/new.yaml").unlink()
    digest = re.search(r"sha256:[0-9a-f]{64}", of(examine(healthy), "flows", "ok").seen)
    assert digest
    monkeypatch.setenv("EXPECTED_FLOWS_DIGEST", digest[0])
    assert of(examine(healthy), "trigger", "ok")


def test_a_file_that_is_left_out_on_purpose_is_no_unpublished_trigger(
    healthy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"name": "calls", "uses": "inboundCall", "needs": ["CX3"], "source": "contract 12"}
    healthy.environments(guards={"licence": {"tier": "CX2", "exclude": True, "matrix": [rule]}})
    digest = re.search(r"sha256:[0-9a-f]{64}", of(examine(healthy), "flows", "ok").seen)
    assert digest
    monkeypatch.setenv("EXPECTED_FLOWS_DIGEST", digest[0])
    assert "1 are left out for want of a licence" in of(examine(healthy), "trigger", "ok").seen


def test_a_signal_ends_it_with_what_was_found(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    glance = GenesysPlatform.glance

    def stopped(platform: GenesysPlatform) -> Glance:
        signal.raise_signal(signal.SIGTERM)
        return glance(platform)

    monkeypatch.setattr(GenesysPlatform, "glance", stopped)
    ended = healthy.run("doctor", "-o", "json", "--state", "none")
    assert ended.code == 143
    assert [one["grade"] for one in ended.data["checks"] if one["check"] in {"login", "clock"}] == ["ok", "unknown"]


TRANSFER = (
    "  startUpRef: /inboundCall/tasks/task[T_10]\n  tasks:\n    - task:\n        name: T\n        refId: T_10\n"
    "        actions:\n          - transferToAcd:\n              name: X\n              targetQueue:\n"
    "                lit:\n                  name: Sales\n"
)


def test_the_platform_validates_live_flows_when_asked_to(healthy: Desk) -> None:
    org = healthy.simulator.org
    org.client("flowsync", SECRET)
    org.add("routing/queues", "Sales")
    healthy.lay({GOOD: document("Good", more=TRANSFER), "flows/dev/voice/fine.yaml": document("Fine")})
    assert healthy.sync().code == 0, healthy.last.text
    assert "all 2 live flows" in of(examine(healthy, "--server"), "server", "ok").seen
    org.remove("routing/queues", "Sales")
    published = healthy.published
    found = examine(healthy, "--server")
    assert "'Good' version 1.0" in of(found, "server", "fail").seen
    assert "Sales" in of(found, "server", "fail").seen
    assert not any("Fine" in line.seen for line in found["server"])
    assert healthy.last.code == 1
    assert healthy.published == published
    assert "server" not in examine(healthy)


def test_a_client_that_may_not_validate_is_told_so(healthy: Desk) -> None:
    assert healthy.sync().code == 0, healthy.last.text
    assert "jobValidate" in of(examine(healthy, "--server"), "server", "fail").seen
    assert healthy.last.code == 4


def test_a_pod_without_a_token_and_a_digest_is_told_so(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "9")
    found = examine(healthy)
    assert "no way to the API server" in of(found, "rights", "fail").seen
    assert "EXPECTED_FLOWS_DIGEST is not set" in of(found, "flows", "warn").seen
    assert "because of 'rights'" in of(found, "lock", "unknown").seen
    assert healthy.last.code == 4


def test_events_without_their_right_are_a_warning(
    healthy: Desk, cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWSYNC_EVENTS", "true")
    cluster.forbidden.add(("create", "events"))
    line = of(examine(healthy), "rights", "warn")
    assert "Events: this Pod may not create events in namespace flows" in line.seen
    assert healthy.last.code == 0


def test_an_api_server_that_does_not_say_what_is_allowed_is_unknown(
    healthy: Desk, cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.apiserver.REVIEWS", "/nowhere")
    found = examine(healthy)
    assert {line.grade for line in found["rights"]} == {"unknown"}
    assert healthy.last.code == 7


def test_a_run_that_ended_in_the_middle_is_told(healthy: Desk) -> None:
    assert healthy.sync().code == 0, healthy.last.text
    state = json.loads(healthy.state.read_text(encoding="utf-8"))
    intent = {"digest": "sha256:x", "jobId": "j", "at": "2026-01-01T00:00:00+00:00"}
    state["entries"][0]["intent"] = intent
    healthy.state.write_text(json.dumps(state), encoding="utf-8")
    assert "in the middle of 1 writes" in of(examine(healthy), "state", "warn").seen


def test_a_proxy_is_named_without_its_password(healthy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:proxy-password@127.0.0.1:9")
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "2")
    assert "proxy 127.0.0.1:9" in of(examine(healthy), "network", "ok").seen
    assert "proxy-password" not in healthy.last.text
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert "no proxy" in of(examine(healthy), "network", "ok").seen
    assert healthy.last.code == 0
