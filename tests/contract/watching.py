"""Holds what is sent to simulators of this process against the models of the official SDK."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.contract.catalogue import folder
from tests.contract.checks import request_complaints
from tests.contract.recording import recorded


@contextlib.contextmanager
def requests() -> Iterator[None]:
    """Watch the requests of a ``with`` block; nothing is watched where the SDK is not installed.

    Raises:
        AssertionError: One of them is none that the platform documents.
    """
    if folder() is None:
        yield
        return
    with recorded() as recording:
        yield
    said = {one for exchange in recording.api() for one in request_complaints(exchange)}
    assert not said, "; ".join(sorted(said))
