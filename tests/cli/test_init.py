"""A repository that ``flowsync init`` makes, used as its README and its checks use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hook.scaffold import library
from tests.chart.helm import VERSIONS, NoHelmError, find_helm
from tests.cli.harness import Desk

URL = "https://git.example.com/team/flows.git"


def make(desk: Desk, *arguments: str, into: str = "repo") -> Path:
    assert desk.run("init", into, "-e", "dev", "-e", "prod", "--repo-url", URL, *arguments).code == 0, desk.last.text
    return desk.root / into


def content(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def declare(desk: Desk, root: Path) -> None:
    """Do what the first of the next steps says, for the simulated organisation."""
    file = root / "environments.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('organizationId: ""', f"organizationId: {desk.simulator.org.id}"), encoding="utf-8")


def test_the_repository_validates_plans_and_syncs(desk: Desk) -> None:
    root = make(desk)
    declare(desk, root)
    assert desk.run("validate", str(root / "flows")).code == 0, desk.last.text
    assert desk.sync("-w", str(root)).code == 0, desk.last.text
    assert set(desk.published) == {"Welcome Line"}
    assert desk.plan("-w", str(root), "--detailed-exitcode").code == 0


def test_the_scripts_of_the_gitlab_check_run_as_they_are(desk: Desk) -> None:
    root = make(desk)
    declare(desk, root)
    check = parsed(root / ".gitlab-ci.yml")
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **check["variables"],
        "TARGET": check["plan"]["parallel"]["matrix"][0]["TARGET"][0],
    }
    for line in [*check["validate"]["script"], *check["plan"]["script"]]:
        done = subprocess.run(["bash", "-ec", line], cwd=root, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    plan = (root / "plan-dev.md").read_text(encoding="utf-8")
    assert "Welcome Line" in plan
    assert "create" in plan
    assert (root / check["plan"]["artifacts"]["reports"]["junit"].replace("$TARGET", "dev")).is_file()
    assert desk.writes == []


def test_the_github_check_runs_the_same_commands_in_the_image(desk: Desk) -> None:
    root = make(desk, "--image", "registry.example.com/sync:2")
    github, gitlab = parsed(root / ".github/workflows/flowsync.yml"), parsed(root / ".gitlab-ci.yml")
    steps = {job: [step.get("run", "") for step in body["steps"]] for job, body in github["jobs"].items()}
    for job in ("validate", "plan"):
        script = gitlab[job]["script"][0].split(" > ")[0]
        wanted = [word for word in script.split()[1:] if not word.startswith(("--report", '"plan-'))]
        ran = " ".join(" ".join(steps[job]).split())
        assert ran.startswith("docker run")
        assert " ".join(wanted) in ran
    assert github["jobs"]["plan"]["strategy"]["matrix"]["environment"] == ["dev", "prod"]
    assert {github["env"]["SYNC_IMAGE"], gitlab["variables"]["SYNC_IMAGE"]} == {"registry.example.com/sync:2"}
    assert all(re.search("@[0-9a-f]{40}$", step["uses"]) for step in github["jobs"]["plan"]["steps"] if "uses" in step)


def test_no_variable_of_the_checks_is_taken_for_a_setting(desk: Desk) -> None:
    root = make(desk)
    text = (root / ".gitlab-ci.yml").read_text() + (root / ".github/workflows/flowsync.yml").read_text()
    assert not re.search(r"^\s*FLOWSYNC_\w+:", text, re.MULTILINE)


def test_every_application_names_a_values_file_and_a_namespace_that_the_project_allows(desk: Desk) -> None:
    root = make(desk, "--argo-namespace", "gitops", "--name", "ivr")
    project = parsed(root / "argocd/project.yaml")
    allowed = {one["namespace"] for one in project["spec"]["destinations"]}
    for environment in ("dev", "prod"):
        application = parsed(root / f"argocd/application-{environment}.yaml")
        spec = application["spec"]
        assert application["metadata"]["namespace"] == project["metadata"]["namespace"] == "gitops"
        assert spec["project"] == project["metadata"]["name"] == "ivr"
        assert [parsed(root / file)["environment"] for file in spec["source"]["helm"]["valueFiles"]] == [environment]
        assert spec["destination"]["namespace"] in allowed
        assert spec["source"]["repoURL"] in project["spec"]["sourceRepos"]
        assert spec["syncPolicy"]["automated"] == {"prune": False, "selfHeal": False}
        assert spec["syncPolicy"]["retry"]["refresh"] is True
    assert not (root / "argocd/applicationset.yaml").exists()


def test_an_application_set_rolls_out_in_the_order_of_the_environments(desk: Desk) -> None:
    root = make(desk, "--applicationset")
    spec = parsed(root / "argocd/applicationset.yaml")["spec"]
    assert [one["environment"] for one in spec["generators"][0]["list"]["elements"]] == ["dev", "prod"]
    steps = [step["matchExpressions"][0]["values"] for step in spec["strategy"]["rollingSync"]["steps"]]
    assert steps == [["dev"], ["prod"]]
    assert sorted(path.name for path in (root / "argocd").iterdir()) == ["applicationset.yaml", "project.yaml"]


def test_the_applications_of_both_forms_are_alike(desk: Desk) -> None:
    single = parsed(make(desk, "--name", "ivr", into="one") / "argocd/application-dev.yaml")
    template = parsed(make(desk, "--name", "ivr", "--applicationset", into="two") / "argocd/applicationset.yaml")
    text = yaml.safe_dump(template["spec"]["template"]["spec"])
    filled = text.replace("{{.environment}}", "dev").replace("{{.namespace}}", "ivr-dev")
    assert yaml.safe_load(filled) == single["spec"]


def test_the_library_is_vendored_byte_for_byte(desk: Desk) -> None:
    root = make(desk)
    assert content(root / "charts/flow-sync-lib") == library.files()
    assert [one["name"] for one in parsed(root / "Chart.yaml")["dependencies"]] == [library.NAME]
    assert not any("repository" in one for one in parsed(root / "Chart.yaml")["dependencies"])


@pytest.mark.parametrize("variable", VERSIONS)
def test_helm_lints_and_renders_it(desk: Desk, variable: str) -> None:
    try:
        helm = str(find_helm(variable))
    except NoHelmError as error:
        pytest.skip(f"no helm: {error}")
    root = make(desk, "--image", "team/sync:1")
    for environment in ("dev", "prod"):
        values = str(root / f"values/{environment}.yaml")
        subprocess.run([helm, "lint", "--strict", str(root), "-f", values], check=True, capture_output=True)
        done = subprocess.run(
            [helm, "template", "flows", str(root), "-f", values], check=True, capture_output=True, text=True
        )
        objects = [one for one in yaml.safe_load_all(done.stdout) if one]
        job = next(one for one in objects if one["kind"] == "Job")
        assert job["spec"]["template"]["spec"]["containers"][0]["image"] == "team/sync:1"
        flows = [one for one in objects if one["kind"] == "ConfigMap" and "flows" in one["metadata"]["name"]]
        assert "Welcome Line" in str(flows)


def test_files_in_the_way_are_all_listed_and_nothing_is_written(desk: Desk) -> None:
    desk.lay({"repo/README.md": "mine", "repo/values/dev.yaml": "mine"})
    before = content(desk.root / "repo")
    assert desk.run("init", "repo", "-e", "dev").code == 3
    assert re.findall(r"^error: (\S+): there is such a file", desk.last.err, re.MULTILINE) == [
        "README.md",
        "values/dev.yaml",
    ]
    assert "--force" in desk.last.err
    assert content(desk.root / "repo") == before


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    before = content(make(desk))
    assert content(make(desk)) == before
    assert "is as flowsync init makes it" in desk.last.out


def test_force_overwrites(desk: Desk) -> None:
    before = content(make(desk))
    desk.lay({"repo/README.md": "mine"})
    assert content(make(desk, "--force")) == before


def test_an_existing_repository_keeps_what_it_has_and_gets_the_rest(desk: Desk) -> None:
    mine = {
        "repo/README.md": "mine",
        "repo/environments.json": '{"environments": {"uat": {}}}',
        "repo/flows/Live_EU/voice/a.yaml": "inboundCall:\n  name: A\n",
    }
    desk.lay(mine)
    assert desk.run("init", "repo", "--from-existing").code == 0, desk.last.text
    root = desk.root / "repo"
    made = content(root)
    assert {name: made[name.removeprefix("repo/")].decode() for name in mine} == mine
    assert "README.md" in desk.last.out.partition("Kept")[2]
    assert "environments.yaml" not in made
    assert sorted(name for name in made if name.startswith("flows/")) == [
        "flows/Live_EU/voice/a.yaml",
        "flows/uat/voice/welcome-line.yaml",
    ]
    assert parsed(root / "argocd/application-Live_EU.yaml")["metadata"]["name"] == "repo-live-eu"


def test_a_link_that_leads_out_of_the_repository_is_not_written_through(desk: Desk) -> None:
    desk.lay({"outside/README.md": "theirs", "repo/x": ""})
    (desk.root / "repo/values").symlink_to(desk.root / "outside")
    assert desk.run("init", "repo", "-e", "dev", "--force").code == 3
    assert "would not lie in the repository" in desk.last.err
    assert content(desk.root / "outside") == {"README.md": b"theirs"}


def test_only_the_library_is_renewed_as_a_whole(desk: Desk) -> None:
    root = make(desk)
    before = content(root)
    desk.lay({"repo/charts/flow-sync-lib/Chart.yaml": "old", "repo/charts/flow-sync-lib/templates/_gone.tpl": "old"})
    desk.lay({"repo/README.md": "mine"})
    assert desk.run("init", "repo", "--update-library").code == 0, desk.last.text
    assert content(root) == {**before, "README.md": b"mine"}


def test_a_folder_without_the_library_has_none_to_renew(desk: Desk) -> None:
    assert desk.run("init", ".", "--update-library").code == 3
    assert "no library chart" in desk.last.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["repo"], "no environment is named"),
        (["repo", "-e", "dev", "--force", "--from-existing"], "Give one of them"),
        (["file", "-e", "dev"], "this is a file"),
        (["file/below", "-e", "dev"], "cannot be written"),
        (["repo", "-e", "dev", "--image", "A B"], "--image"),
        (["repo", "-e", "a/b"], "cannot be the name of an environment"),
    ],
)
def test_what_cannot_be_made_is_refused(desk: Desk, arguments: list[str], said: str) -> None:
    desk.lay({"file": ""})
    assert desk.run("init", *arguments).code == 3
    assert said in desk.last.err
    assert not (desk.root / "repo").exists()


def test_the_next_steps_name_what_was_not_given(desk: Desk) -> None:
    assert desk.run("init", "repo", "-e", "dev").code == 0
    assert re.findall(r"^  ([123])\. ", desk.last.out, re.MULTILINE) == ["1", "2", "3"]
    assert "https://git.example.com/team/repo.git" in desk.last.out
    assert "genesys-flow-sync:" in desk.last.out
    make(desk, "--image", "team/sync:1", into="other")
    assert "in the place of" not in desk.last.out
