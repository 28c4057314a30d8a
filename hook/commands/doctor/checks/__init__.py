"""One module per check, each with its ``CHECK``; the order of :data:`CHECKS` is that of the report."""

from __future__ import annotations

from hook.commands.doctor.checks import (
    clock,
    credentials,
    environments,
    flows,
    licence,
    lock,
    login,
    network,
    organisation,
    permissions,
    rate,
    region,
    rights,
    server,
    settings,
    state,
    trigger,
)
from hook.commands.doctor.protocol import Check

CHECKS: tuple[Check, ...] = (
    settings.CHECK,
    environments.CHECK,
    flows.CHECK,
    credentials.CHECK,
    region.CHECK,
    network.CHECK,
    login.CHECK,
    organisation.CHECK,
    permissions.CHECK,
    licence.CHECK,
    clock.CHECK,
    rate.CHECK,
    rights.CHECK,
    lock.CHECK,
    state.CHECK,
    trigger.CHECK,
    server.CHECK,
)
"""What each needs of the others comes before it, so that a cause is told before what follows from it."""
