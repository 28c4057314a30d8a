"""The settings of the simulator: durations and limits here, what nobody could prove in the two bases."""

from __future__ import annotations

from pydantic import Field

from simulator.uncertain_flows import FlowFacts
from simulator.uncertain_platform import PlatformFacts


class Settings(PlatformFacts, FlowFacts):
    """How the simulated platform behaves. Durations are simulated seconds, divided by the speed.

    Attributes:
        path_limits: Requests per token and window for paths that match a regular expression over ``METHOD /path``.
        latency_seconds: How long each answer of the platform takes.
        job_seconds: How long a flow job takes, besides ``job_seconds_per_kilobyte`` of its document.
        job_seconds_per_kilobyte: See ``job_seconds``.
        export_seconds: How long an export job takes, besides ``export_seconds_per_flow``.
        export_seconds_per_flow: See ``export_seconds``.
        history_seconds: How long the history of a flow takes to be ready.
        operation_seconds: How long an asynchronous check-in or publish takes.
        validate_seconds: How long a validate job takes, besides ``export_seconds_per_flow``.
        dependency_build_seconds: How long the index of dependency tracking takes to be built anew.
        export_adds_defaults: Whether exports name settings that the document left at their usual values, as those of
            real flows do; which settings that are is known for calls alone.
    """

    path_limits: dict[str, int] = Field(default_factory=dict)
    latency_seconds: float = 0.0
    job_seconds: float = 15.0
    job_seconds_per_kilobyte: float = 0.05
    export_seconds: float = 2.0
    export_seconds_per_flow: float = 0.1
    history_seconds: float = 1.0
    operation_seconds: float = 3.0
    validate_seconds: float = 2.0
    dependency_build_seconds: float = 30.0
    export_adds_defaults: bool = True
