"""All endpoints of the API in one table."""

from __future__ import annotations

from simulator import (
    actions,
    analytics,
    changing,
    data_rows,
    dependencies,
    division_parts,
    export_jobs,
    flow_jobs,
    flow_making,
    flows,
    history,
    identity,
    integration_parts,
    native_versions,
    objects,
    people,
    prompt_resources,
    queue_parts,
    response_lists,
    skill_groups,
    telephony_parts,
    validate_jobs,
)
from simulator.http import Endpoint


def api_endpoints() -> list[Endpoint]:
    """Return the table of the API; rows with fixed paths stand before those with an id in the same place."""
    modules = (
        identity,
        analytics,
        flow_jobs,
        export_jobs,
        validate_jobs,
        actions,
        objects,
        changing,
        queue_parts,
        people,
        data_rows,
        prompt_resources,
        integration_parts,
        response_lists,
        skill_groups,
        telephony_parts,
        division_parts,
        dependencies,
        flow_making,
        native_versions,
        flows,
        history,
    )
    rows = [row for module in modules for row in module.endpoints()]
    return sorted(rows, key=lambda row: row.path.count("{"))
