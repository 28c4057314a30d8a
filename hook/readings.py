"""What guards read of the organisation, by way of the client; each answer is asked for once per examination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hook.genesys.session import Session
from hook.model import Grant, QueueLoad, ScheduleGroup, TrunkState


class GenesysReadings:
    """
    Reads of one organisation; what a guard that is off would need is never imported.

    Args:
        session: Makes the calls.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def grants(self) -> tuple[Grant, ...]:
        """Return every permission of our client, per division."""
        from hook.genesys.authorization import grants

        return grants(self._session)

    def products(self) -> tuple[str, ...]:
        """Return the ids of the organisation's products."""
        from hook.genesys.authorization import products

        return products(self._session)

    def flow_observations(self, flow_ids: Sequence[str]) -> Mapping[str, int]:
        """Return how many interactions are in each of these flows now."""
        from hook.genesys.analytics import flow_observations

        return flow_observations(self._session, flow_ids)

    def queue_observations(self, queue_ids: Sequence[str]) -> Mapping[str, QueueLoad]:
        """Return how busy each of these queues is now."""
        from hook.genesys.analytics import queue_observations

        return queue_observations(self._session, queue_ids)

    def schedule_group(self, name: str) -> ScheduleGroup:
        """Return a schedule group with its schedules."""
        from hook.genesys.schedules import schedule_group

        return schedule_group(self._session, name)

    def trunks(self) -> tuple[TrunkState, ...]:
        """Return the external trunks with their state."""
        from hook.genesys.telephony import trunks

        return trunks(self._session)

    def trunk_bases(self) -> tuple[str, ...]:
        """Return the names of all trunk base settings."""
        from hook.genesys.telephony import trunk_bases

        return trunk_bases(self._session)
