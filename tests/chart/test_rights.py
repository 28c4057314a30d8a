"""The Roles that the charts render: no right that is not used, told, and shown to be needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hook.cluster import rights as asked
from tests.chart.helm import Helm, Object, the
from tests.chart.variants import VARIANTS, Variant
from tests.cluster import test_rights as in_a_cluster
from tests.cluster.rights import GROUPS, Right, rights_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "kubernetes.md").read_text(encoding="utf-8")
ORGANISATION = "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"
PLAIN = {
    Right("events", "create"),
    Right("leases", "create"),
    Right("leases", "get"),
    Right("leases", "update"),
    Right("configmaps", "create"),
    Right("configmaps", "get"),
    Right("configmaps", "patch"),
    Right("configmaps", "patch", "live"),
}


def variant(name: str) -> Variant:
    return next(entry for entry in VARIANTS if entry.name == name)


def roles(objects: list[Object]) -> list[Object]:
    return [entry for entry in objects if entry["kind"] == "Role"]


def allowed(objects: list[Object]) -> frozenset[Right]:
    """Return what all Roles of a release allow together."""
    (release,) = (
        entry["metadata"]["name"].removesuffix("-rerun")
        for entry in objects
        if entry["kind"] == "CronJob" and entry["metadata"]["name"].endswith("-rerun")
    )
    return rights_of((rule for role in roles(objects) for rule in role["rules"]), release)


def names_of(role: Object, right: Right) -> list[str]:
    """Return the objects that a right is bound to."""
    (rule,) = (rule for rule in role["rules"] if right in rights_of([rule], "flows"))
    return list(rule.get("resourceNames", []))


def taken_away() -> set[Right]:
    """Return the rights that tests in a cluster take from the Role, one at a time."""
    marks = [mark for test in vars(in_a_cluster).values() for mark in getattr(test, "pytestmark", [])]
    return {right for mark in marks if mark.args[0] == "lacking" and mark.kwargs["indirect"] for right in mark.args[1]}


def documented() -> Iterator[tuple[str, Right]]:
    """Return API group and right for each verb in the page's table."""
    heading = r"\| for \| apiGroup \| resource \| verbs \| names \|.*\n\|[-|]+\n((?:\|.*\n)+)"
    table = re.search(heading, PAGE)
    assert table
    for row in table[1].splitlines():
        _, group, resource, verbs, names, _ = (cell.strip() for cell in row.strip("|").split("|"))
        only = re.findall(r"`X-([a-z-]+)`", names) or [""]
        yield from (
            (group.strip("`"), Right(resource.strip("`"), verb, one)) for verb in verbs.split(", ") for one in only
        )


def test_what_is_used_is_allowed_and_no_more(any_helm: Helm, repositories: Path) -> None:
    assert allowed(variant("plain").render(any_helm, repositories)) == PLAIN
    assert allowed(variant("drift").render(any_helm, repositories)) == PLAIN | {
        Right("configmaps", "patch", "drift-status")
    }
    assert allowed(variant("lock-only").render(any_helm, repositories)) == {
        right for right in PLAIN if right.resource == "leases" or right.only == "live"
    }
    assert allowed(variant("events-only").render(any_helm, repositories)) == {
        right for right in PLAIN if right.resource == "events" or right.only == "live"
    }
    assert roles(variant("no-cluster-features").render(any_helm, repositories)) == []


@pytest.mark.parametrize("which", VARIANTS, ids=lambda which: which.name)
def test_groups_are_those_of_the_resources_and_only_creating_is_not_bound_to_names(
    any_helm: Helm, repositories: Path, which: Variant
) -> None:
    for rule in [rule for role in roles(which.render(any_helm, repositories)) for rule in role["rules"]]:
        assert rule["apiGroups"] == [GROUPS[resource] for resource in rule["resources"]]
        assert ("create" in rule["verbs"]) <= ("resourceNames" not in rule)
        if which.name == "plain":
            assert ("resourceNames" in rule) is (rule["verbs"] != ["create"])


def test_every_right_of_every_role_is_taken_away_by_a_test_in_a_cluster(any_helm: Helm, repositories: Path) -> None:
    rendered = {right for one in VARIANTS for right in allowed(one.render(any_helm, repositories))}

    assert taken_away() == rendered


def test_every_right_is_in_the_page_about_kubernetes_and_no_other(any_helm: Helm, repositories: Path) -> None:
    rendered = {right for one in VARIANTS for right in allowed(one.render(any_helm, repositories))}

    assert {(GROUPS[right.resource], right) for right in rendered} == set(documented())


def test_the_rights_that_the_doctor_asks_for_are_rendered(any_helm: Helm, repositories: Path) -> None:
    role = the(variant("plain").render(any_helm, repositories), "Role", "flows")
    rendered: set[tuple[str, str, str, str]] = {
        (verb, group, resource, name)
        for rule in role["rules"]
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
    }
    wanted = [
        *asked.lock_rights("genesys", f"flowsync-{ORGANISATION}"),
        *asked.state_rights("genesys", [f"flowsync-{kind}-{ORGANISATION}" for kind in ("state", "runs")]),
        *asked.event_rights("genesys"),
        *asked.marker_rights("genesys", "flows-live"),
    ]

    assert {(one.verb, one.group, one.resource, one.name) for one in wanted} <= rendered
    assert {Right(one.resource, one.verb, "live" if one.name == "flows-live" else "") for one in wanted} == PLAIN


def test_rights_are_bound_to_the_names_of_the_organisation_where_it_is_known(
    any_helm: Helm, repositories: Path
) -> None:
    role = the(variant("plain").render(any_helm, repositories), "Role", "flows")
    assert names_of(role, Right("configmaps", "patch", "live")) == ["flows-live"]
    assert names_of(role, Right("leases", "update")) == [f"flowsync-{ORGANISATION}"]
    state = names_of(role, Right("configmaps", "patch"))
    assert {f"flowsync-state-{ORGANISATION}", f"flowsync-runs-{ORGANISATION}"} < set(state)
    unknown = the(variant("organisation-unknown").render(any_helm, repositories), "Role", "flows")
    assert [rule["resourceNames"] for rule in unknown["rules"] if "resourceNames" in rule] == [["flows-live"]]


def test_rights_for_the_lock_lie_in_its_namespace(any_helm: Helm, repositories: Path) -> None:
    objects = variant("other-lock-namespace").render(any_helm, repositories)
    own, shared = (the(objects, "Role", name) for name in ("flows", "genesys-flows"))

    assert shared["metadata"]["namespace"] == "genesys-locks"
    assert rights_of(own["rules"], "flows") == {Right("configmaps", "patch", "live"), Right("events", "create")}
    assert rights_of(shared["rules"], "flows") == PLAIN - rights_of(own["rules"], "flows")
    binding = the(objects, "RoleBinding", "genesys-flows-hook")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "flows-hook", "namespace": "genesys"}]
