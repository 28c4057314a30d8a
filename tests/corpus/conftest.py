"""The real flows that Genesys and its users published; they are not part of this project."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that the environment variable FLOW_CORPUS names."""
    named = os.environ.get("FLOW_CORPUS")
    if not named:
        pytest.skip(
            "FLOW_CORPUS is not set: it names the folder with the real Architect flows (archy/, native/, INDEX.tsv)"
        )
    return Path(named)
