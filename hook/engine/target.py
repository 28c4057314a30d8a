"""What a run is to reach, and how it behaves where the product leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass

from hook.engine.apply import OnFailure
from hook.engine.decide import DriftPolicy
from hook.model import Desired, Identity, Problem


@dataclass(frozen=True, slots=True)
class Target:
    """
    What is to be reached: the objects of one environment, and which organisation it means.

    ``flows_digest`` is the one over all flow files. ``whole`` tells whether the objects are all of the environment,
    ``secrets_known`` whether every secret in them could be read (without them only a plan can be
    made), ``left_out`` what is in Git and not to be touched.
    """

    environment: str
    desired: tuple[Desired, ...]
    warnings: tuple[Problem, ...] = ()
    organisation_id: str | None = None
    flows_digest: str = ""
    whole: bool = True
    secrets_known: bool = True
    left_out: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How a run behaves where the product leaves a choice."""

    command: str
    write: bool
    on_drift: DriftPolicy = DriftPolicy.FAIL
    on_failure: OnFailure = OnFailure.CONTINUE
    concurrency: int = 16
    verify_pause: float = 1.0
    wait: float = 0.0
    expected_checksum: str | None = None
    differences_are_an_error: bool = False
