"""The tests themselves reach this machine and nothing else."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1"])
def test_a_connection_beyond_this_machine_is_refused(address: str) -> None:
    with socket.socket() as one, pytest.raises(SocketConnectBlockedError):
        one.connect((address, 443))
