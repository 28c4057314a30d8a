"""
The ConfigMap that says whether the organisation has all of the files.

The chart renders it as an ordinary object with ``complete: "true"``. A run sets that to ``"false"`` before its first
write and back when it has succeeded: in between, and after a run that failed half-way, Argo CD shows the Application as
``OutOfSync`` and finds something to do for whatever commit comes next, also for one that takes the failed one back.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from hook.cluster.connection import Connection
from hook.cluster.errors import ClusterError, Missing

KEY = "complete"


@dataclass(frozen=True, slots=True)
class ConfigMapMarker:
    """
    One ConfigMap.

    Args:
        connection: The API server, and the Pod's namespace.
        name: The ConfigMap.
    """

    connection: Connection
    name: str

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        why = self._mark("false")
        if not why:
            return ""
        return (
            f"the ConfigMap {self.name} could not be marked ({why}): should this run fail half-way and its commit be"
            " taken back, Argo CD will find nothing to do"
        )

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        why = self._mark("true")
        if not why:
            return ""
        return (
            f"the ConfigMap {self.name} could not be marked as complete ({why}): after a run by hand, Argo CD shows"
            " OutOfSync until the next sync"
        )

    def _mark(self, value: str) -> str:
        try:
            self.connection.merge_config_map({"metadata": {"name": self.name}, "data": {KEY: value}})
        except Missing:
            # Before the first good sync there is none, and Argo CD shows that.
            return ""
        except ClusterError as error:
            structlog.get_logger().warning("not marked", configmap=self.name, why=error.message, hint=error.hint)
            return error.message
        return ""
