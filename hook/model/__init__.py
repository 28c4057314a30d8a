"""The plain data that travels from files to report.

Everything here is frozen and knows nothing of HTTP, YAML or Kubernetes, so that every decision of the
product can be tested as a function over these values. Words are those of the documentation: an *object*
has an identity and never an id; a *reference* is a place that names another object; a *change* is what the
plan says of one object; an *outcome* is what became of it; a *result* is the whole run.
"""

from __future__ import annotations

from hook.model.exits import PRECEDENCE, ExitCode, worst
from hook.model.findings import Examination, Finding, Known, Resolution, ResolutionStatus, Verdict
from hook.model.names import FLOWS, NOWHERE, Identity, Place, Problem, Reference, Severity, fold
from hook.model.objects import Actor, Desired, Draft, Live, Organisation
from hook.model.plan import Change, Difference, DifferenceOperation, DifferenceSubject, Failure, Operation, Plan
from hook.model.readings import Endpoint, Grant, QueueLoad, Schedule, ScheduleGroup, TrunkState
from hook.model.result import Outcome, Result, Status

__all__ = [
    "FLOWS",
    "NOWHERE",
    "PRECEDENCE",
    "Actor",
    "Change",
    "Desired",
    "Difference",
    "DifferenceOperation",
    "DifferenceSubject",
    "Draft",
    "Endpoint",
    "Examination",
    "ExitCode",
    "Failure",
    "Finding",
    "Grant",
    "Identity",
    "Known",
    "Live",
    "Operation",
    "Organisation",
    "Outcome",
    "Place",
    "Plan",
    "Problem",
    "QueueLoad",
    "Reference",
    "Resolution",
    "ResolutionStatus",
    "Result",
    "Schedule",
    "ScheduleGroup",
    "Severity",
    "Status",
    "TrunkState",
    "Verdict",
    "fold",
    "worst",
]
