"""The platform as a run sees it, put together from the client and the kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hook.engine.planning import NameLists
from hook.genesys.client import Platform
from hook.genesys.flow_jobs import FlowJobs
from hook.genesys.glance import Glance, glance
from hook.genesys.job_states import JobState
from hook.genesys.validate_jobs import validate
from hook.kinds.flow_history import FlowHistory
from hook.kinds.flows import FlowKind
from hook.kinds.lookups import LOOKUPS, known
from hook.kinds.native_flows import NativeFlows
from hook.model import Organisation
from hook.readings import GenesysReadings


class GenesysPlatform:
    """
    One organisation.

    Args:
        client: The wired client.
    """

    def __init__(self, client: Platform) -> None:
        self._client = client
        self.readings = GenesysReadings(client.session)
        self.flows = FlowKind(client.session, client.jobs, client.exports)
        self.natives = NativeFlows(client.session, client.operations)
        self.names = NameLists(known=frozenset(LOOKUPS), read=lambda kind: known(client.session, kind))

    @property
    def jobs(self) -> FlowJobs:
        """The flow jobs, to ask for those of an earlier run."""
        return self._client.jobs

    @property
    def calls(self) -> int:
        """How many calls were made so far."""
        return self._client.calls

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def who_am_i(self) -> tuple[Organisation, str | None]:
        """Return whose credentials these are, and the id of our OAuth client."""
        account = self._client.who_am_i()
        return account.organisation, account.client.id

    def glance(self) -> Glance:
        """Return what the platform tells of its clock and of the rate limit."""
        return glance(self._client.session)

    def validate(
        self, flows: Sequence[tuple[str, str]], *, wait: Callable[[], bool], redact: Callable[[str], str]
    ) -> dict[tuple[str, str], JobState]:
        """Let the platform validate published versions; see :func:`hook.genesys.validate_jobs.validate`."""
        return validate(self._client.session, flows, wait=wait, redact=redact)

    def history(self, sleep: Callable[[float], None]) -> FlowHistory:
        """Return the histories of the flows; ``sleep`` waits between two looks."""
        return FlowHistory(self._client.session, sleep)
