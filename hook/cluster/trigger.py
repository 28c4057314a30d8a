"""
The suspended CronJob that stands for the files in Argo CD: one annotation tells whether the organisation has them all.

The chart renders it ``true``. A run sets it to ``false`` before its first write and back when it has succeeded: in
between, and after a run that failed half-way, Argo CD shows the Application as ``OutOfSync`` and finds something to do
for whatever commit comes next, also for one that takes the failed one back.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from hook.cluster.connection import Connection
from hook.cluster.errors import ClusterError, Missing

ANNOTATION = "flowsync/complete"


@dataclass(frozen=True, slots=True)
class CronJobTrigger:
    """
    The annotation of one CronJob.

    Args:
        connection: The API server, and the Pod's namespace.
        name: The CronJob.
    """

    connection: Connection
    name: str

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        return self._mark("false")

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        return self._mark("true")

    def _mark(self, value: str) -> str:
        body = {"metadata": {"name": self.name, "annotations": {ANNOTATION: value}}}
        try:
            self.connection.annotate_cron_job(body)
        except Missing:
            # Before the first good sync there is none, and Argo CD shows that.
            return ""
        except ClusterError as error:
            structlog.get_logger().warning("trigger not marked", cronjob=self.name, why=error.message, hint=error.hint)
            return (
                f"the CronJob {self.name} could not be marked ({error.message}): should this run fail half-way and its"
                " commit be taken back, Argo CD will find nothing to do"
                if value == "false"
                else f"the CronJob {self.name} could not be marked as complete ({error.message}):"
                " after a run by hand, Argo CD shows OutOfSync until the next sync"
            )
        return ""
