"""The licence guard, from the file that configures it to the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from hook.model import ExitCode
from tests.run.conftest import Answer, Lab

ENVIRONMENTS = """\
environments:
  dev:
    guards:
      licence:
        {settings}
        matrix:
          - name: transfers
            uses: "*.transferToFlow"
            needs: [CX3]
            source: contract 12
"""
PRODUCTS = "/api/v2/authorization/products"


@pytest.fixture
def guarded(lab: Lab) -> Lab:
    """Two flows of which one uses what the user says needs CX 3."""
    lab.write("Plain")
    lab.write("Moving", then="Plain")
    return lab


def sync(lab: Lab, settings: str) -> Answer:
    (lab.root / "environments.yaml").write_text(ENVIRONMENTS.format(settings=settings), encoding="utf-8")
    return lab.sync()


def said(answer: Answer) -> list[dict[str, Any]]:
    return [one for one in answer.report["findings"] if one["guard"] == "licence"]


def test_a_flow_beyond_the_licence_stops_the_plan_and_is_named_with_its_place(guarded: Lab) -> None:
    answer = sync(guarded, "tier: CX2")
    assert answer.code == ExitCode.GUARD
    (finding,) = said(answer)
    assert "workflow 'Moving' (transfers) needs CX3, but the organisation has CX2 (source: contract 12)." in str(
        finding
    )
    assert "moving.yaml" in str(finding)
    assert guarded.org.flows() == []
    assert guarded.calls(path=PRODUCTS) == []


def test_a_flow_beyond_the_licence_can_be_left_out_visibly(guarded: Lab) -> None:
    answer = sync(guarded, "tier: CX2\n        exclude: true")
    assert answer.code == ExitCode.DONE
    assert [flow.name for flow in guarded.org.flows()] == ["Plain"]
    assert "left out of the plan: workflow 'Moving' (transfers) needs CX3" in str(answer.report)


def test_products_that_nobody_explained_leave_the_licence_unknown(guarded: Lab) -> None:
    guarded.org.settings(products=["p-7"])
    answer = sync(guarded, "mode: enforce")
    assert answer.code == ExitCode.GUARD
    assert [(one["verdict"], "mean no tier that is declared: p-7." in one["message"]) for one in said(answer)] == [
        ("unknown", True)
    ]


def test_a_product_that_was_explained_tells_the_licence(guarded: Lab) -> None:
    guarded.org.settings(products=["p-7"])
    assert sync(guarded, "products: {p-7: CX3}").code == ExitCode.DONE
    assert len(guarded.calls(path=PRODUCTS)) == 1
