"""An organisation that environments share: only names with the environment's prefix are ever written."""

from __future__ import annotations

from hook.model import ExitCode
from tests.run.conftest import Lab, workflow

SETTINGS = """\
environments:
  dev:
    organizationId: {organisation}
    guards:
      environment:
        prefix: dev_
"""


def share(lab: Lab) -> None:
    (lab.root / "environments.yaml").write_text(SETTINGS.format(organisation=lab.org.id), encoding="utf-8")


def test_a_flow_of_another_environment_is_not_written_and_neither_is_any_other(lab: Lab) -> None:
    share(lab)
    lab.org.add_flow(workflow("One"), user="Supervisor")
    lab.write("One", end="Finish")
    lab.write("dev_Two")

    refused = lab.sync("--on-drift", "overwrite")

    assert refused.code == ExitCode.GUARD
    assert [flow.name for flow in lab.org.flows()] == ["One"]
    assert lab.publishes("One") == 1
    (finding,) = [one for one in refused.report["findings"] if one["verdict"] == "refuse"]
    assert (finding["guard"], "workflow 'One'" in finding["message"]) == ("environment", True)


def test_flows_with_the_prefix_are_written_and_use_those_of_others_with_a_warning(lab: Lab) -> None:
    share(lab)
    lab.org.add_flow(workflow("Shared"), user="Supervisor")
    lab.write("dev_One", then="Shared")

    done = lab.sync()

    assert (done.code, done.statuses()) == (0, {"dev_One": "done"})
    (finding,) = [one for one in done.report["findings"] if one["verdict"] == "warn"]
    assert "'Shared'" in finding["message"]
