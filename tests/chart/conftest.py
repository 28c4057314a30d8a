"""Helm 3 and helm 4, and repositories that are made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chart.helm import VERSIONS, Helm, NoHelmError, find_helm


def _helm(variable: str, home: Path) -> Helm:
    try:
        return Helm(find_helm(variable), home)
    except NoHelmError as error:
        pytest.skip(str(error))


@pytest.fixture(params=VERSIONS)
def helm(request: pytest.FixtureRequest, tmp_path: Path) -> Helm:
    """Each helm in turn."""
    home = tmp_path / "home"
    home.mkdir()
    return _helm(request.param, home)


@pytest.fixture(scope="session")
def any_helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """The newer helm, for what does not depend on helm."""
    return _helm("HELM4", tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="session")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the repositories of variants."""
    return tmp_path_factory.mktemp("repositories")
