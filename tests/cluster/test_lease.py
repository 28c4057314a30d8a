"""The lock with a real API server, and a ServiceAccount that has nothing but its rights."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster import lease as leasing
from hook.cluster.connection import Connection
from hook.cluster.errors import Forbidden
from hook.cluster.lease import ClusterLease, LeaseLock
from hook.deadline import Deadline
from hook.errors import CredentialsError, LockUnavailable
from tests.cluster.kube import Kube
from tests.cluster.service_account import LEASE, ORGANISATION, Account, account, rules
from tests.cluster.waiting import wait_for


@pytest.fixture
def pod(kube: Kube, tmp_path: Path) -> Iterator[Account]:
    with account(kube, tmp_path, role=rules()) as made:
        yield made


def lock_of(connection: Connection, identity: str, *, timeout: float = 0.0) -> LeaseLock:
    return LeaseLock(connection, identity=identity, timeout=timeout, deadline=Deadline(120))


def test_a_lock_is_taken_kept_from_others_renewed_and_given_back(
    pod: Account, kube: Kube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "RENEW", 0.2)
    connection = pod.connect()
    first, second = lock_of(connection, "pod-a_1"), lock_of(connection, "pod-b_2")
    first.acquire(ORGANISATION)
    taken = kube.get("lease", LEASE, pod.namespace)
    with pytest.raises(LockUnavailable, match="pod-a_1"):
        second.acquire(ORGANISATION)
    assert taken is not None
    wait_for(
        "a renewal",
        lambda: kube.get("lease", LEASE, pod.namespace),
        lambda now: now is not None and now["spec"]["renewTime"] > taken["spec"]["renewTime"],
        timeout=60,
    )
    first.check()
    assert first.release() == ""
    free = kube.get("lease", LEASE, pod.namespace)
    assert free is not None
    assert "holderIdentity" not in free["spec"]
    assert second.acquire(ORGANISATION) == ""
    second.check()
    assert second.release() == ""


def test_a_lease_that_somebody_deletes_is_made_anew_by_its_holder(
    pod: Account, kube: Kube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "RENEW", 0.2)
    lock = lock_of(pod.connect(), "pod-a_1")
    lock.acquire(ORGANISATION)
    kube.delete("lease", LEASE, pod.namespace)
    made = wait_for(
        "the Lease", lambda: kube.get("lease", LEASE, pod.namespace), lambda now: now is not None, timeout=30
    )

    assert made is not None
    assert made["spec"]["holderIdentity"] == "pod-a_1"
    lock.check()
    assert lock.release() == ""


def test_a_lock_that_nobody_renews_is_taken_over_after_its_thirty_seconds(
    pod: Account, kube: Kube, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = pod.connect()
    monkeypatch.setattr(leasing, "RENEW", 10_000.0)
    dead = lock_of(connection, "pod-a_1")
    dead.acquire(ORGANISATION)
    began = time.monotonic()
    told = lock_of(connection, "pod-b_2", timeout=90).acquire(ORGANISATION)

    assert "taken over from pod-a_1" in told
    assert time.monotonic() - began >= 30
    with pytest.raises(LockUnavailable, match="could not be renewed"):
        dead.check()
    now = kube.get("lease", LEASE, pod.namespace)
    assert now is not None
    assert (now["spec"]["holderIdentity"], now["spec"]["leaseTransitions"]) == ("pod-b_2", 1)


@pytest.mark.parametrize("verb", ["get", "create"])
def test_each_right_is_needed_and_its_absence_is_told(kube: Kube, tmp_path: Path, verb: str) -> None:
    with account(kube, tmp_path, role=rules(without=("leases", verb))) as pod:
        lock = lock_of(pod.connect(), "pod-a_1")

        def refusal() -> str:
            with pytest.raises(CredentialsError) as caught:
                lock.acquire(ORGANISATION)
            return f"{caught.value.message} {caught.value.hint}"

        # A new Role takes a moment until the API server knows it; until then, all rights are missing.
        named = f"no right to {verb} leases/{LEASE} in namespace {pod.namespace}"
        said = wait_for("a refusal", refusal, lambda text: named in text, timeout=30)
        assert f'verbs: ["{verb}"]' in said


def test_without_the_right_to_update_a_lease_is_neither_renewed_nor_given_back(pod: Account) -> None:
    connection = pod.connect()
    first = lock_of(connection, "pod-a_1")
    first.acquire(ORGANISATION)
    pod.allow(rules(without=("leases", "update")))

    lease = ClusterLease(connection, LEASE)

    def refused() -> bool:
        try:
            lease.replace(lease.read(), holder="pod-a_1")
        except Forbidden:
            return True
        return False

    wait_for("the change of the Role", refused, bool, timeout=30)
    assert "no right to update" in first.release()
