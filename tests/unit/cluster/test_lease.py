"""The lock of an organisation against an API server over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hook.cluster import connection as connecting
from hook.cluster import lease as leasing
from hook.cluster.connection import Connection, connect
from hook.cluster.lease import LeaseLock
from hook.deadline import Deadline
from hook.errors import CredentialsError, LockUnavailable
from tests.apiserver import ApiServer

ORGANISATION = "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"
NAME = f"flowsync-{ORGANISATION}"
MADE: list[LeaseLock] = []
OTHER = {"holderIdentity": "other-pod_1", "leaseDurationSeconds": 30, "acquireTime": "2026-03-02T09:30:00.000000Z"}


class Clock:
    """Seconds that a test sets; each look lets ``step`` of them pass."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 1000.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def lock_of(
    connection: Connection,
    identity: str = "pod-a_1",
    *,
    timeout: float = 0.0,
    clock: Callable[[], float] | None = None,
    deadline: Deadline | None = None,
) -> LeaseLock:
    lock = LeaseLock(
        connection,
        identity=identity,
        timeout=timeout,
        deadline=deadline or Deadline(60),
        clock=clock or Clock(),
        poll=0.01,
    )
    MADE.append(lock)
    return lock


def held_by_another(api: ApiServer) -> None:
    api.put("leases", {"metadata": {"name": NAME}, "spec": dict(OTHER)})


@pytest.fixture(autouse=True)
def quick(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(leasing, "RENEW", 0.01)
    monkeypatch.setattr(connecting, "TIMEOUT", (0.3, 0.3))
    yield
    while MADE:
        MADE.pop().release()


def eventually(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def test_a_free_lock_is_taken_renewed_and_given_back(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    told = lock.acquire(ORGANISATION)
    first = api.get("leases", NAME)
    eventually(lambda: api.get("leases", NAME)["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"])
    lock.check()
    renewed = api.get("leases", NAME)["spec"]
    problem = lock.release()

    assert (told, problem) == ("", "")
    assert first["spec"]["holderIdentity"] == "pod-a_1"
    assert first["spec"]["leaseDurationSeconds"] == 30
    assert first["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "flowsync"}
    assert (renewed["acquireTime"], renewed["leaseTransitions"]) == (first["spec"]["acquireTime"], 0)
    assert "holderIdentity" not in api.get("leases", NAME)["spec"]
    with pytest.raises(LockUnavailable, match="given back"):
        lock.check()


def test_a_lock_that_was_given_back_is_taken_without_waiting(api: ApiServer, connection: Connection) -> None:
    first = lock_of(connection)
    first.acquire(ORGANISATION)
    first.release()
    second = lock_of(connection, "pod-b_2")

    told = second.acquire(ORGANISATION)
    spec = api.get("leases", NAME)["spec"]
    second.release()

    assert told == ""
    assert (spec["holderIdentity"], spec["leaseTransitions"]) == ("pod-b_2", 1)


def test_a_lock_of_another_run_is_named_and_left_alone(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)
    before = api.get("leases", NAME)

    with pytest.raises(LockUnavailable) as caught:
        lock_of(connection, timeout=3, clock=Clock(step=0.1)).acquire(ORGANISATION)

    assert f"Lease {NAME} in namespace flows" in caught.value.message
    assert "other-pod_1 (since 2026-03-02T09:30:00" in caught.value.message
    assert "waited 3 s" in caught.value.message
    assert api.get("leases", NAME) == before


def test_a_lock_that_is_given_back_meanwhile_is_waited_for(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)
    looks = iter(range(100))

    def give_back(verb: str, resource: str, _: str) -> None:
        if (verb, resource) == ("get", "leases") and next(looks) == 2:
            api.change("leases", NAME, spec={"leaseDurationSeconds": 30})

    api.before = give_back
    lock = lock_of(connection, timeout=100)
    told = lock.acquire(ORGANISATION)
    lock.check()
    lock.release()

    assert told == ""


def test_a_lock_that_nobody_renews_is_taken_over_and_told(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)
    clock = Clock(step=1.0)
    began = clock.now

    lock = lock_of(connection, timeout=100, clock=clock)
    told = lock.acquire(ORGANISATION)
    waited = clock.now - began
    lock.release()

    assert "taken over from other-pod_1" in told
    assert "died" in told
    assert waited >= 30


def test_a_lock_that_is_renewed_is_never_taken_over(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)
    api.before = lambda verb, resource, _: (
        api.change("leases", NAME, spec=dict(OTHER)) if (verb, resource) == ("get", "leases") else None
    )

    with pytest.raises(LockUnavailable, match="other-pod_1"):
        lock_of(connection, timeout=500, clock=Clock(step=10.0)).acquire(ORGANISATION)


def test_a_run_that_is_asked_to_stop_does_not_wait_for_the_lock(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)
    deadline = Deadline(60)
    deadline.stop(within=50)

    with pytest.raises(LockUnavailable, match="other-pod_1"):
        lock_of(connection, timeout=1000, deadline=deadline).acquire(ORGANISATION)


def test_the_end_of_the_run_ends_the_wait_with_the_lock_as_the_reason(api: ApiServer, connection: Connection) -> None:
    held_by_another(api)

    with pytest.raises(LockUnavailable, match="other-pod_1"):
        lock_of(connection, timeout=1000, deadline=Deadline(0.005)).acquire(ORGANISATION)


@pytest.mark.parametrize("verb", ["get", "create"])
def test_missing_rights_are_told_in_one_line_with_the_role_to_add(
    api: ApiServer, connection: Connection, verb: str
) -> None:
    api.forbidden.add((verb, "leases"))

    with pytest.raises(CredentialsError) as caught:
        lock_of(connection, timeout=100).acquire(ORGANISATION)

    assert f"no right to {verb} leases/{NAME} in namespace flows" in caught.value.message
    assert "\n" not in caught.value.message
    assert f'{{apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["{verb}"]}}' in caught.value.hint
    assert "--lock none" in caught.value.hint


@pytest.mark.parametrize("how", [500, 429, "hang", "lost"])
def test_an_api_server_that_does_not_answer_ends_the_wait(
    api: ApiServer, connection: Connection, how: int | str
) -> None:
    api.fail("get", "leases", how, times=1000)

    with pytest.raises(LockUnavailable, match=r"nothing is written: the API server (did not answer|answered)"):
        lock_of(connection, timeout=300, clock=Clock(step=5.0)).acquire(ORGANISATION)


def test_an_api_server_that_cannot_be_reached_is_no_lock(tmp_path: Path) -> None:
    nobody = connect({"KUBECONFIG": str(ApiServer(url="http://127.0.0.1:9").kubeconfig(tmp_path))})

    with pytest.raises(LockUnavailable, match="did not answer"):
        lock_of(nobody, timeout=0).acquire(ORGANISATION)


@pytest.mark.parametrize("how", [503, "lost"])
@pytest.mark.parametrize("verb", ["get", "create"])
def test_an_answer_that_is_lost_once_costs_nothing(
    api: ApiServer, connection: Connection, verb: str, how: int | str
) -> None:
    api.fail(verb, "leases", how)
    lock = lock_of(connection, timeout=10)
    lock.acquire(ORGANISATION)
    lock.check()

    assert lock.release() == ""


def test_a_renewal_whose_answer_was_lost_keeps_the_lock(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    api.fail("update", "leases", "lost", times=3)
    eventually(lambda: not any(fault.times for fault in api.faults))
    calls = len(api.calls)
    eventually(lambda: len(api.calls) > calls + 4)
    lock.check()

    assert lock.release() == ""


def test_a_lock_that_somebody_else_took_is_lost(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    api.change("leases", NAME, spec=dict(OTHER))
    eventually(lambda: not _holds(lock))

    with pytest.raises(LockUnavailable, match="other-pod_1 holds it now"):
        lock.check()
    assert lock.release() == ""
    assert api.get("leases", NAME)["spec"] == OTHER


def test_a_lease_that_somebody_deletes_is_made_anew_by_its_holder(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    holder = api.get("leases", NAME)["spec"]["holderIdentity"]
    with api.lock:
        del api.objects["flows", "leases", NAME]
    eventually(lambda: NAME in api.names("leases"))

    assert api.get("leases", NAME)["spec"]["holderIdentity"] == holder
    lock.check()
    assert lock.release() == ""


def test_a_lock_whose_lease_cannot_be_made_anew_is_lost(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    api.fail("update", "leases", 404, times=100)
    eventually(lambda: not _holds(lock))

    with pytest.raises(LockUnavailable, match="somebody deleted it"):
        lock.check()


def test_a_lock_that_cannot_be_renewed_is_given_up_before_others_may_take_it(
    api: ApiServer, connection: Connection
) -> None:
    clock = Clock()
    lock = lock_of(connection, clock=clock)
    lock.acquire(ORGANISATION)
    api.forbidden.add(("update", "leases"))
    calls = len(api.calls)
    eventually(lambda: len(api.calls) > calls + 1)
    clock.now += 19.0
    still = _holds(lock)
    clock.now += 1.5

    assert still
    with pytest.raises(LockUnavailable, match=r"could not be renewed for 20 s") as caught:
        lock.check()
    assert "no right to update" in str(caught.value.details)
    api.forbidden.clear()
    assert lock.release() == ""


def test_what_goes_wrong_when_it_is_given_back_is_told(api: ApiServer, connection: Connection) -> None:
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    api.forbidden.add(("update", "leases"))

    assert "runs out by itself" in lock.release()


def test_a_release_after_an_unanswered_renewal_gives_it_back_all_the_same(
    api: ApiServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "RENEW", 1000.0)
    lock = lock_of(connection)
    lock.acquire(ORGANISATION)
    api.change("leases", NAME, spec={**OTHER, "holderIdentity": "pod-a_1"})

    assert lock.release() == ""
    assert "holderIdentity" not in api.get("leases", NAME)["spec"]


def test_of_many_that_want_it_at_once_one_gets_it(api: ApiServer, connection: Connection) -> None:
    got: list[str] = []
    refused: list[str] = []
    ready = threading.Barrier(8)

    def want(identity: str) -> None:
        lock = lock_of(connection, identity)
        ready.wait()
        try:
            lock.acquire(ORGANISATION)
            lock.check()
            got.append(identity)
        except LockUnavailable:
            refused.append(identity)

    threads = [threading.Thread(target=want, args=(f"pod-{number}_x",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 1
    assert len(refused) == 7
    assert api.get("leases", NAME)["spec"]["holderIdentity"] == got[0]


def test_it_is_given_back_without_having_been_taken(connection: Connection) -> None:
    assert lock_of(connection).release() == ""


def _holds(lock: LeaseLock) -> bool:
    try:
        lock.check()
    except LockUnavailable:
        return False
    return True
