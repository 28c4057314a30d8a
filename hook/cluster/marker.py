"""
The ConfigMap that says whether the organisation has all of the files, and which files those are.

The chart renders it as an ordinary object with ``complete: "true"`` and ``inputs``, a digest of flows and settings. A
run sets the first to ``"false"`` before its first write and back when it has succeeded: in between, and after a run
that failed half-way, Argo CD shows the Application as ``OutOfSync`` and finds something to do for whatever commit
comes next, also for one that takes the failed one back. A run that succeeded sets its own ``inputs``, too: when the
sync fails after it, the objects of the commit before stay, and Argo CD would take that one for live.

The right to ``patch`` is all that is needed. A merge patch that changes nothing stores nothing and is answered with the
object as it is; that is how it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from hook.cluster.connection import Body, Connection
from hook.cluster.errors import ClusterError, Missing

KEY, INPUTS = "complete", "inputs"
YES, NO = "true", "false"


@dataclass(slots=True)
class ConfigMapMarker:
    """
    One ConfigMap, for one run.

    Args:
        connection: The API server, and the Pod's namespace.
        name: The ConfigMap.
        inputs: The digest that it is rendered with for these flows and settings; empty when that is not known.
    """

    connection: Connection
    name: str
    inputs: str = ""
    _taken_back: str = field(default="", init=False)
    """The ``resourceVersion`` of our own "false", where it replaced "true" for our own inputs; otherwise empty."""

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        why = self._try(self._begin)
        if not why:
            return ""
        return (
            f"the ConfigMap {self.name} could not be marked ({why}): should this run or its sync fail and the commit be"
            " taken back, Argo CD will find nothing to do"
        )

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        return self._not_complete(self._try(lambda: self._merge({KEY: YES, INPUTS: self.inputs})))

    def restore(self) -> str:
        """
        Tell again what was told before :meth:`begin`; return what went wrong, or nothing.

        Only a "true" that we took back ourselves is told again, and only while nobody has written the ConfigMap since.
        It must have been said of our own inputs: where others were live before, some of ours are now among them.
        """
        version = self._taken_back
        return self._not_complete(self._try(lambda: self._merge({KEY: YES}, version=version))) if version else ""

    def _begin(self) -> Body:
        found = self._merge({})
        data = found.get("data") or {}
        said = data.get(KEY)
        if said != NO:
            found = self._merge({KEY: NO})
        if said == YES and self.inputs and data.get(INPUTS) == self.inputs:
            self._taken_back = str(found["metadata"]["resourceVersion"])
        return found

    def _merge(self, data: Body, *, version: str = "") -> Body:
        metadata = {"name": self.name, **({"resourceVersion": version} if version else {})}
        return self.connection.merge_config_map({"metadata": metadata, "data": data})

    def _not_complete(self, why: str) -> str:
        if not why:
            return ""
        return (
            f"the ConfigMap {self.name} could not be marked as complete ({why}): after a run by hand, Argo CD shows"
            " OutOfSync until the next sync"
        )

    def _try(self, call: Callable[[], Body]) -> str:
        try:
            call()
        except Missing:
            # Before the first good sync there is none, and Argo CD shows that.
            return ""
        except ClusterError as error:
            structlog.get_logger().warning("not marked", configmap=self.name, why=error.message, hint=error.hint)
            return error.message
        return ""
