"""The state in ConfigMaps, against an API server over HTTP."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import threading
import uuid
from typing import Any

import pytest

from hook.cluster import connection as connecting
from hook.cluster import stored
from hook.cluster.connection import Connection
from hook.cluster.state_store import ROOM, ConfigMapStore
from hook.engine.state import State
from hook.engine.stores import Contents, Entry, Intent
from hook.errors import ApiUnavailable, CredentialsError, InvalidInput, LockUnavailable
from hook.model import FLOWS
from tests.apiserver import ApiServer
from tests.unit.engine.build import flow

ORGANISATION = "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"
NAME = f"flowsync-state-{ORGANISATION}"
INTENT = Intent(digest="sha256:1", job_id="j-1", planned_version="1.0", at="2026-03-02T09:30:00+00:00")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "TIMEOUT", (0.3, 0.3))


def state_in(store: ConfigMapStore, *, organisation: str = ORGANISATION) -> State:
    return State(store, organisation_id=organisation, environment="dev", run_id="r-1")


def content(api: ApiServer, name: str = NAME) -> dict[str, Any]:
    packed = api.get("configmaps", name)["binaryData"]["content.json.gz"]
    unpacked: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return unpacked


def entries(count: int, *, start: int = 0) -> list[Entry]:
    """Return as many objects as a real state would hold them: digests and ids that cannot be compressed."""
    digests = [f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}" for number in range(start, start + count)]
    return [
        Entry(
            kind=FLOWS,
            type="inboundcall",
            name=f"Customer line {number}",
            environment="prod",
            digest=digest,
            public_digest=digest,
            version=f"{number % 40}.0",
            flow_id=str(uuid.UUID(int=int(digest[7:39], 16))),
            file=f"flows/prod/voice/customer-line-{number}.yaml",
            at="2026-03-02T09:30:00+00:00",
            run="0a1b2c3d4e5f",
        )
        for number, digest in enumerate(digests, start)
    ]


def test_what_was_noted_is_there_in_the_next_run(api: ApiServer, connection: Connection) -> None:
    first = state_in(ConfigMapStore(connection))
    first.intend(flow("Main"), INTENT)
    first.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    first.intend(flow("Other"), INTENT)

    second = state_in(ConfigMapStore(connection))

    main, other = second.entry(flow("Main")), second.entry(flow("Other"))
    assert main is not None
    assert (main.digest, main.version, main.intent) == ("sha256:1", "2.0", None)
    assert other is not None
    assert other.intent == INTENT
    assert second.problems == ()
    assert api.names("configmaps") == [NAME]
    assert api.get("configmaps", NAME)["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "flowsync"}


def test_a_state_that_is_only_read_is_not_created(api: ApiServer, connection: Connection) -> None:
    assert state_in(ConfigMapStore(connection)).entries() == ()
    assert api.names("configmaps") == []


def test_every_change_is_stored_before_the_call_returns(api: ApiServer, connection: Connection) -> None:
    state = state_in(ConfigMapStore(connection))
    for number in range(3):
        state.intend(flow(f"Flow {number}"), INTENT)
        assert len(content(api)["entries"]) == number + 1


def test_changes_of_many_threads_share_writes_and_each_is_stored_when_it_returns(
    api: ApiServer, connection: Connection
) -> None:
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("First"), INTENT)
    go_on = threading.Event()
    held = threading.Event()

    def hold_the_first(verb: str, resource: str, _: str) -> None:
        if (verb, resource) == ("patch", "configmaps") and not held.is_set():
            held.set()
            go_on.wait(10)

    api.before = hold_the_first
    api.calls.clear()
    missing: list[str] = []
    started = threading.Semaphore(0)

    def note(number: int) -> None:
        started.release()
        state.intend(flow(f"Flow {number}"), INTENT)
        names = {one["name"] for one in content(api)["entries"]}
        missing.extend([] if f"Flow {number}" in names else [f"Flow {number}"])

    connecting_patiently = pytest.MonkeyPatch()
    connecting_patiently.setattr(connecting, "TIMEOUT", (5.0, 10.0))
    threads = [threading.Thread(target=note, args=(number,)) for number in range(16)]
    threads[0].start()
    assert held.wait(10)
    for thread in threads[1:]:
        thread.start()
    for _ in threads:
        assert started.acquire(timeout=10)
    while len(state._entries) < 17:
        threading.Event().wait(0.005)
    go_on.set()
    for thread in threads:
        thread.join()
    connecting_patiently.undo()

    assert missing == []
    assert len(content(api)["entries"]) == 17
    assert sum(call[0] == "patch" for call in api.calls) == 2


def test_a_lost_answer_is_recognised_and_nothing_is_written_twice(api: ApiServer, connection: Connection) -> None:
    state = state_in(ConfigMapStore(connection))
    api.fail("create", "configmaps", "lost")
    state.intend(flow("Main"), INTENT)
    api.fail("patch", "configmaps", "lost")
    state.intend(flow("Other"), INTENT)
    state.intend(flow("Third"), INTENT)

    assert [one["name"] for one in content(api)["entries"]] == ["Main", "Other", "Third"]


@pytest.mark.parametrize("how", [500, 429, "hang"])
def test_a_request_that_fails_once_is_repeated(api: ApiServer, connection: Connection, how: int | str) -> None:
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("Main"), INTENT)
    api.fail("patch", "configmaps", how)
    state.intend(flow("Other"), INTENT)

    assert len(content(api)["entries"]) == 2


@pytest.mark.parametrize("how", [500, "hang"])
def test_an_api_server_that_does_not_answer_is_unavailable(
    api: ApiServer, connection: Connection, how: int | str
) -> None:
    api.fail("get", "configmaps", how, times=100)
    with pytest.raises(ApiUnavailable, match=rf"the state \(ConfigMap flows/{NAME}\) cannot be read"):
        state_in(ConfigMapStore(connection))

    api.faults.clear()
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("Main"), INTENT)
    api.fail("patch", "configmaps", how, times=100)
    with pytest.raises(ApiUnavailable, match="cannot be written"):
        state.intend(flow("Other"), INTENT)


@pytest.mark.parametrize("verb", ["get", "create", "patch"])
def test_missing_rights_are_told_with_the_role_to_add(api: ApiServer, connection: Connection, verb: str) -> None:
    api.forbidden.add((verb, "configmaps"))

    with pytest.raises(CredentialsError) as caught:
        state_in(ConfigMapStore(connection)).intend(flow("Main"), INTENT)

    assert f"no right to {verb} configmaps/{NAME} in namespace flows" in caught.value.message
    assert f'{{apiGroups: [""], resources: ["configmaps"], verbs: ["{verb}"]}}' in caught.value.hint


def test_a_write_of_somebody_else_is_noticed_and_not_overwritten(api: ApiServer, connection: Connection) -> None:
    ours = state_in(ConfigMapStore(connection))
    ours.intend(flow("Main"), INTENT)
    theirs = state_in(ConfigMapStore(connection))
    theirs.intend(flow("Theirs"), INTENT)

    with pytest.raises(LockUnavailable, match="written by somebody else"):
        ours.intend(flow("Other"), INTENT)
    assert [one["name"] for one in content(api)["entries"]] == ["Main", "Theirs"]


def test_a_state_that_somebody_else_created_meanwhile_is_not_overwritten(
    api: ApiServer, connection: Connection
) -> None:
    ours, theirs = state_in(ConfigMapStore(connection)), state_in(ConfigMapStore(connection))
    theirs.intend(flow("Theirs"), INTENT)

    with pytest.raises(LockUnavailable, match="written by somebody else"):
        ours.intend(flow("Main"), INTENT)
    assert [one["name"] for one in content(api)["entries"]] == ["Theirs"]


def test_a_run_that_died_right_after_creating_it_leaves_nothing_to_report(
    api: ApiServer, connection: Connection
) -> None:
    api.put("configmaps", {"metadata": {"name": NAME}})
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("Main"), INTENT)

    assert state.problems == ()
    assert [one["name"] for one in content(api)["entries"]] == ["Main"]


def test_a_label_that_somebody_puts_on_it_is_no_foreign_write(api: ApiServer, connection: Connection) -> None:
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("Main"), INTENT)
    api.change("configmaps", NAME, data={})
    state.intend(flow("Other"), INTENT)

    assert len(content(api)["entries"]) == 2


def test_a_state_that_somebody_deletes_meanwhile_is_written_anew(api: ApiServer, connection: Connection) -> None:
    state = state_in(ConfigMapStore(connection))
    state.intend(flow("Main"), INTENT)
    del api.objects["flows", "configmaps", NAME]
    state.intend(flow("Other"), INTENT)

    assert [one["name"] for one in content(api)["entries"]] == ["Main", "Other"]


def packed(text: bytes) -> str:
    return base64.b64encode(gzip.compress(text)).decode()


UNUSABLE = {
    "nothing of ours": {"data": {"hello": "world"}},
    "no base64": {"binaryData": {"content.json.gz": "%%%"}},
    "no gzip": {"binaryData": {"content.json.gz": base64.b64encode(b"hello").decode()}},
    "cut short": {"binaryData": {"content.json.gz": base64.b64encode(gzip.compress(b"{}" * 99)[:-9]).decode()}},
    "no UTF-8": {"binaryData": {"content.json.gz": packed(b"\xff\xfe")}},
    "no JSON": {"binaryData": {"content.json.gz": packed(b"{")}},
    "another shape": {"binaryData": {"content.json.gz": packed(b'{"organisation": "x", "extra": 1}')}},
    "another organisation": {"binaryData": {"content.json.gz": packed(b'{"organisation": "org-2"}')}},
}


@pytest.mark.parametrize("found", UNUSABLE.values(), ids=UNUSABLE.keys())
@pytest.mark.parametrize("aside_exists", [False, True])
def test_a_state_that_cannot_be_used_is_reported_kept_and_rebuilt(
    api: ApiServer, connection: Connection, found: dict[str, Any], *, aside_exists: bool
) -> None:
    api.put("configmaps", {"metadata": {"name": NAME}, **found})
    if aside_exists:
        api.put("configmaps", {"metadata": {"name": f"{NAME}-set-aside"}, "data": {"older": "content"}})

    state = state_in(ConfigMapStore(connection))
    untouched = api.get("configmaps", NAME)
    state.intend(flow("Main"), INTENT)
    state.intend(flow("Other"), INTENT)

    assert [problem.code for problem in state.problems] == ["state-not-usable"]
    assert f"kept as {NAME}-set-aside" in str(state.problems[0])
    assert {key: untouched[key] for key in found} == found
    kept = api.get("configmaps", f"{NAME}-set-aside")
    assert all(kept[key].items() >= found[key].items() for key in found)
    assert [one["name"] for one in content(api)["entries"]] == ["Main", "Other"]


def test_a_text_that_unpacks_to_far_too_much_is_not_unpacked(
    api: ApiServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LARGEST", 1000)
    api.put("configmaps", {"metadata": {"name": NAME}, "binaryData": {"content.json.gz": packed(b" " * 2000)}})

    assert "far too large" in str(state_in(ConfigMapStore(connection)).problems[0])


def test_a_full_part_takes_no_more_objects_and_a_change_writes_only_its_part(
    api: ApiServer, connection: Connection
) -> None:
    store = ConfigMapStore(connection, room=10)
    store.load(ORGANISATION)
    store.save(Contents(organisation=ORGANISATION, entries=entries(25)))
    fresh = ConfigMapStore(connection, room=10)
    found, problems = fresh.load(ORGANISATION)
    api.calls.clear()
    changed = [one.model_copy(update={"version": "99.0"}) if one.name.endswith(" 24") else one for one in found.entries]
    fresh.save(Contents(organisation=ORGANISATION, entries=changed))

    assert api.names("configmaps") == [NAME, f"{NAME}-1", f"{NAME}-2"]
    assert [len(content(api, name)["entries"]) for name in api.names("configmaps")] == [10, 10, 5]
    assert sorted(one.name for one in found.entries) == sorted(one.name for one in entries(25))
    assert problems == ()
    assert api.calls == [("patch", "configmaps", f"{NAME}-2")]


def test_a_run_that_dies_between_two_parts_leaves_a_state_that_can_be_read(
    api: ApiServer, connection: Connection
) -> None:
    store = ConfigMapStore(connection, room=10)
    store.load(ORGANISATION)
    store.save(Contents(organisation=ORGANISATION, entries=entries(10)))
    api.forbidden.add(("create", "configmaps"))
    with pytest.raises(CredentialsError):
        store.save(Contents(organisation=ORGANISATION, entries=entries(11)))
    api.forbidden.clear()

    again = ConfigMapStore(connection, room=10)
    found, problems = again.load(ORGANISATION)
    again.save(Contents(organisation=ORGANISATION, entries=entries(12)))

    assert (len(found.entries), problems) == (10, ())
    assert len(content(api, f"{NAME}-1")["entries"]) == 2


def test_a_part_that_a_lost_state_left_is_kept_beside(api: ApiServer, connection: Connection) -> None:
    store = ConfigMapStore(connection, room=10)
    store.load(ORGANISATION)
    store.save(Contents(organisation=ORGANISATION, entries=entries(12)))
    del api.objects["flows", "configmaps", NAME]
    again = ConfigMapStore(connection, room=10)
    again.load(ORGANISATION)
    again.save(Contents(organisation=ORGANISATION, entries=entries(11, start=50)))

    assert len(content(api, f"{NAME}-1-set-aside")["entries"]) == 2
    assert [one["name"] for one in content(api, f"{NAME}-1")["entries"]] == ["Customer line 60"]


def test_a_full_part_of_real_objects_has_room_for_what_is_under_way(api: ApiServer, connection: Connection) -> None:
    store = ConfigMapStore(connection)
    store.load(ORGANISATION)
    many = entries(ROOM)
    under_way = [one.model_copy(update={"intent": INTENT.model_copy(update={"digest": one.digest})}) for one in many]
    store.save(Contents(organisation=ORGANISATION, entries=[*under_way[:1000], *many[1000:]]))

    assert api.names("configmaps") == [NAME]
    size = len(base64.b64decode(api.get("configmaps", NAME)["binaryData"]["content.json.gz"]))
    assert size < stored.LIMIT


def test_a_state_that_does_not_fit_is_an_error_that_names_the_way_out(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LIMIT", 1000)
    store = ConfigMapStore(connection)
    store.load(ORGANISATION)

    with pytest.raises(InvalidInput, match=r"too large for a ConfigMap.*--state file:PATH"):
        store.save(Contents(organisation=ORGANISATION, entries=entries(100)))


def test_a_state_that_the_api_server_refuses_is_an_error(api: ApiServer, connection: Connection) -> None:
    api.fail("create", "configmaps", 422, times=9)

    with pytest.raises(InvalidInput, match="refused"):
        state_in(ConfigMapStore(connection)).intend(flow("Main"), INTENT)


def test_a_part_that_could_not_be_added_is_added_with_the_next_write(
    api: ApiServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "ATTEMPTS", 1)
    store = ConfigMapStore(connection, room=10)
    store.load(ORGANISATION)
    store.save(Contents(organisation=ORGANISATION, entries=entries(10)))
    api.fail("get", "configmaps", 500, times=stored.ATTEMPTS * 4, name=f"{NAME}-1")
    with pytest.raises(ApiUnavailable):
        store.save(Contents(organisation=ORGANISATION, entries=entries(11)))
    api.faults.clear()

    store.save(Contents(organisation=ORGANISATION, entries=entries(12)))

    assert len(ConfigMapStore(connection).load(ORGANISATION)[0].entries) == 12
