"""
What the API server may say, apart from what was asked for.

* ClusterError      the API server refused, and the message tells why
  x Forbidden       403, or 401: the rights do not suffice
  x Missing         404
  x Exists          409 to a POST: there is one already
  x Changed         409 to anything else: it is not at the ``resourceVersion`` that was named
  x Unanswered      no answer, a 5xx or a 429; it may have been carried out

They never leave ``hook.cluster``; each feature turns them into what they mean for a run.
"""

from __future__ import annotations


class ClusterError(Exception):
    """
    Base class.

    Args:
        message: One sentence for the operator.
        hint: The way out.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Forbidden(ClusterError):
    """The rights do not suffice."""


class Missing(ClusterError):
    """There is no such object."""


class Exists(ClusterError):
    """There is one already."""


class Changed(ClusterError):
    """The object is not at the version that was named."""


class Unanswered(ClusterError):
    """It is not known whether the request was carried out."""
