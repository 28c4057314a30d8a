"""The platform as a run sees it, put together from the client and the kinds."""

from __future__ import annotations

from hook.engine.planning import NameLists
from hook.genesys.client import Platform
from hook.genesys.flow_jobs import FlowJobs
from hook.kinds.flows import FlowKind
from hook.kinds.lookups import LOOKUPS, known
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
