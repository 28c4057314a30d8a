"""A malformed answer never lets pass what the intact one refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.mutating import mutations
from tests.run.conftest import Lab, workflow

QUEUE = """\
          - transferToAcd:
              name: Transfer
              targetQueue:
                lit:
                  name: Sales
"""


def listing(*names: str) -> dict[str, Any]:
    entities = [{"id": f"id-{name}", "name": name} for name in names]
    return {"entities": entities, "pageSize": 500, "pageNumber": 1, "total": len(entities), "pageCount": 1}


def another_organisation(lab: Lab) -> tuple[str, dict[str, Any]]:
    lab.environment["organizationId"] = "00000000-0000-0000-0000-000000000000"
    return "/organizations/me$", {"id": lab.org.id, "name": "Somebody else's"}


def missing_queue(lab: Lab) -> tuple[str, dict[str, Any]]:
    lab.write("One", workflow("One").replace("        actions:\n", f"        actions:\n{QUEUE}"))
    return "/routing/queues$", listing("Sales EU", "Support")


def unexplained_products(lab: Lab) -> tuple[str, dict[str, Any]]:
    lab.environment["guards"] = {"licence": {"matrix": MATRIX}}
    return "/authorization/products$", {"entities": [{"id": "engage"}, {"id": "communicate"}], "total": 2}


MATRIX = [{"name": "workflows", "flowType": "workflow", "needs": ["CX3"], "source": "https://example.com/contract"}]


@pytest.mark.parametrize("scene", [another_organisation, missing_queue, unexplained_products])
def test_a_malformed_answer_never_passes_what_the_intact_one_refuses(
    lab: Lab, scene: Callable[[Lab], tuple[str, dict[str, Any]]]
) -> None:
    lab.write("One")
    path, intact = scene(lab)
    lab.org.fault(path=path, times=None, status=200, body=intact)
    assert lab.plan("--deadline", "5").code == 6

    for mutated in mutations(intact):
        lab.org.clear_faults()
        lab.org.fault(path=path, times=None, status=200, body=mutated)
        assert lab.plan("--deadline", "5").code != 0, mutated
