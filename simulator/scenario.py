"""A scenario: an organisation, how its platform behaves, what goes wrong, and what others do meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from simulator import control, fixtures
from simulator.control import ActRequest, JobFaultRequest
from simulator.documents import DocumentError, read
from simulator.errors import PlatformError
from simulator.fault import Fault
from simulator.making import in_order
from simulator.model import Model
from simulator.places import Location, Placed
from simulator.settings import Settings
from simulator.state import Client, Organisation
from simulator.traffic import TrafficFixture
from simulator.world import World


class FlowRow(fixtures.FixtureFlow):
    """A published flow, whose content may stand in a file, or many: paths are relative to the scenario.

    ``files`` is a pattern such as ``flows/**/*.yaml``; the files tell names and types. A file holds an Archy document
    or, as JSON, a native configuration.
    """

    file: str | None = None
    files: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> FlowRow:
        if sum(one is not None for one in (self.document, self.native, self.file, self.files)) > 1:
            raise ValueError("a flow has one of document, native, file and files")
        return self


class Scenario(Model):
    """What a scenario file holds; ``acts`` count their simulated seconds from the start."""

    organisation: Organisation | None = None
    speed: float | None = Field(default=None, gt=0)
    settings: Settings = Field(default_factory=Settings)
    clients: list[Client] = Field(default_factory=list)
    objects: dict[str, list[str | dict[str, Any]]] = Field(default_factory=dict)
    flows: list[FlowRow] = Field(default_factory=list)
    traffic: TrafficFixture = TrafficFixture()
    faults: list[Fault] = Field(default_factory=list)
    job_faults: list[JobFaultRequest] = Field(default_factory=list)
    acts: list[ActRequest] = Field(default_factory=list)


Step = tuple[Location, Callable[[], object]]


class ScenarioFile:
    """A scenario that was read from a file.

    Args:
        path: The file, YAML or JSON.

    Raises:
        ScenarioError: It cannot be read or does not fit; the text names file, line and place of all that is wrong.
    """

    def __init__(self, path: Path) -> None:
        self._placed = Placed(path)
        self._folder = path.parent
        try:
            self.scenario = Scenario.model_validate(self._placed.data)
        except ValidationError as error:
            problems = {tuple(_plain(one["loc"])): _said(one) for one in error.errors()}
            raise self._placed.error(problems.items()) from error

    def apply(self, world: World) -> None:
        """Put everything into an organisation.

        Raises:
            ScenarioError: A name leads nowhere, or a document cannot be read.
        """
        for place, step in self._steps(world):
            try:
                step()
            except PlatformError as error:
                raise self._placed.error([(place, error.message)]) from error
        world.changed()

    def _steps(self, world: World) -> Iterator[Step]:
        scenario = self.scenario
        base = fixtures.Fixture(
            organisation=scenario.organisation,
            clients=scenario.clients,
            settings=scenario.settings.model_dump(include=scenario.settings.model_fields_set),
        )
        yield ("clients",), lambda: fixtures.load(world, base)
        for path in in_order(list(scenario.objects)):
            for number, row in enumerate(scenario.objects[path]):
                part = fixtures.Fixture(objects={path: [row]})
                yield ("objects", path, number), lambda part=part: fixtures.load(world, part)  # type: ignore[misc]
        for number, flow in enumerate(scenario.flows):
            yield ("flows", number), lambda flow=flow: self._add(world, flow)  # type: ignore[misc]
        yield ("traffic",), lambda: fixtures.set_traffic(world, scenario.traffic)
        yield ("faults",), lambda: world.state.faults.extend(scenario.faults)
        for number, fault in enumerate(scenario.job_faults):
            yield ("jobFaults", number), lambda fault=fault: control.add_job_fault(world, fault)  # type: ignore[misc]
        for number, act in enumerate(scenario.acts):
            yield ("acts", number), lambda act=act: control.act(world, act)  # type: ignore[misc]

    def _add(self, world: World, row: FlowRow) -> None:
        paths = [self._folder / row.file] if row.file is not None else []
        if row.files is not None:
            paths = sorted(self._folder.glob(row.files))
            if not paths:
                raise PlatformError(400, message=f"no file below {self._folder} matches '{row.files}'")
        for content in [_content(path) for path in paths] if paths else [{}]:
            fixtures.add_flow(world, row.model_copy(update=content))


def _content(path: Path) -> dict[str, Any]:
    """The ``document`` or the ``native`` configuration in a file."""
    try:
        text = path.read_text(encoding="utf-8")
        if (native := _native(text)) is not None:
            return {"native": native}
        read(text)
    except (OSError, UnicodeDecodeError, DocumentError) as error:
        raise PlatformError(400, message=f"{path}: {getattr(error, 'strerror', None) or error}") from error
    return {"document": text}


def _native(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text) if text.lstrip().startswith("{") else None
    except ValueError:
        return None
    return data if isinstance(data, dict) and "flowSequenceItemList" in data else None


def _plain(location: tuple[int | str, ...]) -> Iterator[int | str]:
    """A place without what pydantic adds of its own for unions."""
    return (part for part in location if part != "str" and not str(part).startswith("dict["))


def _said(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return f"'{problem['loc'][-1]}' is not known here"
    if problem["type"] == "missing":
        return f"'{problem['loc'][-1]}' is missing"
    given = problem["input"]
    return str(problem["msg"]).removeprefix("Value error, ") + (
        f", and not {given!r}" if isinstance(given, str | int | float) else ""
    )
