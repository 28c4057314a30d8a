"""Who uses what: Job and hooks of earlier waves, CronJob and ordinary objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chart.helm import Helm, Object, by_identity, is_hook, wave
from tests.chart.variants import VARIANTS, Variant

GIVEN = {
    ("Secret", "genesys-oauth"),
    ("ConfigMap", "company-ca"),
    ("Secret", "pins"),
    ("ConfigMap", "flows"),
    ("ServiceAccount", "default"),
    ("ServiceAccount", "deployer"),
}
"""What the variants' values name as being there already."""


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: variant.name)
def rendered(request: pytest.FixtureRequest, any_helm: Helm, repositories: Path) -> list[Object]:
    variant: Variant = request.param
    return variant.render(any_helm, repositories)


def cron_jobs(objects: list[Object]) -> list[Object]:
    return [entry for entry in objects if entry["kind"] == "CronJob"]


def the_job(objects: list[Object]) -> Object:
    (job,) = (entry for entry in objects if entry["kind"] == "Job")
    return job


def rerun(objects: list[Object]) -> Object:
    (found,) = (entry for entry in cron_jobs(objects) if entry["metadata"]["name"].endswith("-rerun"))
    return found


def uses(pod: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return kind and name of what a Pod cannot start or work without."""
    yield "ServiceAccount", pod["serviceAccountName"]
    for volume in pod["volumes"]:
        sources = volume["projected"]["sources"] if "projected" in volume else [volume]
        for source in sources:
            if "configMap" in source:
                yield "ConfigMap", source["configMap"]["name"]
            if "secret" in source:
                secret = source["secret"]
                yield "Secret", secret.get("secretName") or secret["name"]


def test_job_and_cron_job_differ_in_names_alone(rendered: list[Object]) -> None:
    job, cron_job = the_job(rendered), rerun(rendered)
    name = job["metadata"]["name"].removesuffix("-sync")
    assert cron_job["metadata"]["name"] == f"{name}-rerun"
    hook, ordinary = job["spec"], cron_job["spec"]["jobTemplate"]["spec"]
    names = {found for _, found in uses(hook["template"]["spec"]) if found.startswith(f"{name}-hook")}
    text = json.dumps(hook)
    for found in sorted(names, reverse=True):
        text = text.replace(json.dumps(found), json.dumps(found.replace(f"{name}-hook", name, 1)))
    assert json.loads(text) == ordinary
    assert "metadata" not in cron_job["spec"]["jobTemplate"]


def test_a_run_is_told_what_the_marker_is_rendered_with(rendered: list[Object]) -> None:
    found = [entry["data"] for entry in rendered if entry["metadata"]["name"].endswith("-live")]
    marked = {str(data["inputs"]) for data in found}
    for pod in pods(rendered):
        env = pod["containers"][0]["env"]
        assert {each["value"] for each in env if each["name"] == "FLOWSYNC_MARKER_INPUTS"} == marked
    assert len(marked) == (1 if pods(rendered)[0]["automountServiceAccountToken"] else 0)


def test_everything_the_job_uses_is_a_hook_of_an_earlier_wave(rendered: list[Object]) -> None:
    job = the_job(rendered)
    found = {(entry["kind"], entry["metadata"]["name"]): entry for entry in rendered}
    made_by_operators = {"ExternalSecret", "SealedSecret"}
    for kind, name in uses(job["spec"]["template"]["spec"]):
        if (kind, name) in GIVEN:
            continue
        if kind == "Secret":
            (used,) = (found[maker, name] for maker in made_by_operators if (maker, name) in found)
        else:
            used = found[kind, name]
        assert is_hook(used), f"{kind} {name} is not there yet when the Job starts"
        assert wave(used) < wave(job)
        assert (
            used["metadata"]["annotations"]["argocd.argoproj.io/hook"]
            == job["metadata"]["annotations"]["argocd.argoproj.io/hook"]
        )


def test_everything_a_cron_job_uses_is_ordinary(rendered: list[Object]) -> None:
    found = {(entry["kind"], entry["metadata"]["name"]): entry for entry in rendered}
    for cron_job in cron_jobs(rendered):
        for kind, name in uses(cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]):
            if (kind, name) in GIVEN or kind == "Secret":
                continue
            assert not is_hook(found[kind, name]), f"{kind} {name} is recreated at each sync"


def test_rights_are_there_twice_and_each_binding_fits(rendered: list[Object]) -> None:
    roles = {entry["metadata"]["name"]: entry for entry in rendered if entry["kind"] == "Role"}
    bindings = [entry for entry in rendered if entry["kind"] == "RoleBinding"]
    accounts = {pod["serviceAccountName"] for pod in pods(rendered)}
    assert len(bindings) == len(roles)
    for binding in bindings:
        role = roles[binding["roleRef"]["name"]]
        assert role["metadata"]["namespace"] == binding["metadata"]["namespace"]
        assert is_hook(role) == is_hook(binding)
        assert binding["subjects"][0]["name"] in accounts
    hooks = sorted(json.dumps(role["rules"]) for role in roles.values() if is_hook(role))
    assert hooks == sorted(json.dumps(role["rules"]) for role in roles.values() if not is_hook(role))


def pods(objects: list[Object]) -> list[dict[str, Any]]:
    """Return the specification of every Pod."""
    templates = [the_job(objects)["spec"], *(entry["spec"]["jobTemplate"]["spec"] for entry in cron_jobs(objects))]
    return [template["template"]["spec"] for template in templates]


def test_hooks_are_kept_until_the_next_sync(rendered: list[Object]) -> None:
    for entry in rendered:
        annotations = entry["metadata"]["annotations"]
        if is_hook(entry):
            assert annotations["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
            assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation"
            assert annotations["helm.sh/hook-weight"] == annotations["argocd.argoproj.io/sync-wave"]
        else:
            assert annotations["argocd.argoproj.io/compare-options"] == "IgnoreExtraneous"
            assert "helm.sh/hook" not in annotations


def test_a_run_is_tried_once_and_its_job_stays(rendered: list[Object]) -> None:
    for spec in (the_job(rendered)["spec"], *(entry["spec"]["jobTemplate"]["spec"] for entry in cron_jobs(rendered))):
        assert spec["backoffLimit"] == 0
        assert "ttlSecondsAfterFinished" not in spec
        assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert rerun(rendered)["spec"]["suspend"] is True


def test_config_maps_with_flows_are_applied_by_the_server(rendered: list[Object]) -> None:
    for entry in rendered:
        if entry["kind"] == "ConfigMap" and len(json.dumps(entry)) > 200_000:
            assert entry["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "ServerSideApply=true"


def test_names_are_unique_and_short_enough(rendered: list[Object]) -> None:
    by_identity(rendered)
    for entry in rendered:
        limit = 52 if entry["kind"] == "CronJob" else 63
        if entry["kind"] not in {"Role", "RoleBinding"}:
            assert len(entry["metadata"]["name"]) <= limit


def test_a_token_is_mounted_only_where_it_is_used(rendered: list[Object]) -> None:
    has_roles = any(entry["kind"] == "Role" for entry in rendered)
    own_account = "deployer" in {pod["serviceAccountName"] for pod in pods(rendered)}
    for pod in pods(rendered):
        assert pod["automountServiceAccountToken"] is (has_roles or own_account)


def test_every_pod_fits_the_restricted_profile(rendered: list[Object]) -> None:
    for pod in pods(rendered):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert security["readOnlyRootFilesystem"] is True
        assert not [volume for volume in pod["volumes"] if "hostPath" in volume]


def test_network_policies_select_the_pods(rendered: list[Object]) -> None:
    policies = [entry for entry in rendered if entry["kind"] == "NetworkPolicy"]
    assert len({json.dumps(entry["spec"]) for entry in policies}) <= 1
    templates = [the_job(rendered)["spec"], *(entry["spec"]["jobTemplate"]["spec"] for entry in cron_jobs(rendered))]
    for policy in policies:
        for template in templates:
            assert (
                policy["spec"]["podSelector"]["matchLabels"].items()
                <= template["template"]["metadata"]["labels"].items()
            )


def variant(name: str) -> Variant:
    return next(entry for entry in VARIANTS if entry.name == name)


def ports(objects: list[Object]) -> set[int]:
    policy = next(entry for entry in objects if entry["kind"] == "NetworkPolicy")
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}


def test_the_network_policy_opens_what_is_used(any_helm: Helm, repositories: Path) -> None:
    opened = {
        entry.name: ports(entry.render(any_helm, repositories))
        for entry in VARIANTS
        if entry.name != "no-network-policy"
    }
    assert opened["plain"] == {53, 5353, 443, 6443}
    assert opened["no-cluster-features"] == {53, 5353, 443}
    assert opened["trunk-guard"] == {53, 5353, 443, 6443, 5061, 5060, 5071}
    assert opened["everything"] == {53, 5353, 443, 6443, 3128, 8443}
    simulator = {
        **variant("plain").values,
        "settings": {"apiBase": "http://sim.example:8080", "loginBase": "http://sim.example"},
    }
    assert ports(any_helm.render(variant("plain").chart(repositories), simulator)) == {53, 5353, 443, 6443, 8080, 80}
