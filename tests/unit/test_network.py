"""The tests themselves reach this machine and nothing else."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1"])
def test_a_connection_beyond_this_machine_is_refused(address: str) -> None:
    # The guard warns before it raises, and warnings are errors here.
    with socket.socket() as one, pytest.raises(UserWarning, match="tried to use socket"):
        one.connect((address, 443))
