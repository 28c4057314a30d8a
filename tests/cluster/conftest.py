"""Fixtures for tests against a real cluster with a real Argo CD; see README.md beside this file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.argo import Argo
from tests.cluster.flows import workflow
from tests.cluster.kube import Kube
from tests.cluster.lab.access import VARIABLE, Access, from_environment
from tests.cluster.scenario import Scenario
from tests.cluster.scenario import scenario as make_scenario

HERE = Path(__file__).parent
TIMEOUT = 600
"""Seconds for one scenario: it waits for several syncs, on a machine that runs other scenarios beside it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TIMEOUT))


running = pytest.StashKey[list[Scenario]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when != "teardown" and report.failed:
        for one in item.config.stash.get(running, []):
            with contextlib.suppress(Exception):  # what the report would say beside the failure must not hide it
                report.sections.append((f"scenario {one.name}", one.describe()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def access() -> Access:
    found = from_environment()
    if found is None:
        pytest.skip(f"no cluster: {VARIABLE} is not set. make test-cluster starts one; so does make lab, to attach to")
    return found


@pytest.fixture(scope="session")
def kube(access: Access) -> Kube:
    return Kube(access.kubectl, access.kubeconfig)


@pytest.fixture(scope="session")
def argo(access: Access) -> Argo:
    return Argo(access.argocd)


@pytest.fixture(scope="module")
def scenarios(
    access: Access, kube: Kube, argo: Argo, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Scenario]]:
    """A function that makes a scenario, with the arguments of `tests.cluster.scenario.scenario`."""
    live = request.config.stash.setdefault(running, [])
    with contextlib.ExitStack() as stack:

        def make(**arguments: Any) -> Scenario:
            one = stack.enter_context(make_scenario(access, kube, argo, **arguments))
            live.append(one)
            stack.callback(live.remove, one)
            return one

        yield make


@pytest.fixture(scope="module")
def synced(scenarios: Callable[..., Scenario]) -> Scenario:
    """One environment, `dev`, with two flows that the first sync has published. The tests of a module share it."""
    one = scenarios()
    one.write_flow("evening", workflow("Evening"))
    one.repository.push("A second flow")
    one.install()
    one.argo.wait_synced(one.site.application, one.head(), after="")
    return one


@pytest.fixture
def installed(synced: Scenario) -> Scenario:
    """The shared scenario, Synced again whatever a test before left; the organisation has forgotten all calls."""
    synced.recover()
    synced.site.org.reset_calls()
    return synced
