"""A result as JUnit XML, which every CI server shows: one test case per object."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hook.model import Change, Failure, Operation, Outcome, Problem, Result, Severity, Status
from hook.report.text import closing_line

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold."""


def render(result: Result) -> str:
    """Return one test suite; refused input, findings and the run's own failure are cases of their own."""
    cases = [_outcome(outcome) for outcome in result.outcomes]
    if result.plan and not result.outcomes:
        cases += [_change(change) for change in result.plan.changes]
    cases += [_refused("input", problem) for problem in result.problems if problem.severity is Severity.ERROR]
    for finding in result.findings:
        if finding.verdict.refuses:
            said = f"{finding.place} {finding.message} {finding.hint}".strip()
            cases.append(_case(f"guard {finding.guard}", said, kind="GuardRefused"))
    if result.failure and not any(problem.severity is Severity.ERROR for problem in result.problems):
        cases.append(_failed("run", result.failure))
    if not cases:
        cases.append(_case("run"))
    failures = sum(1 for case in cases if case.find("failure") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    suite = ET.Element(
        "testsuite",
        name=_text(f"flowsync {result.command} {result.environment}"),
        tests=str(len(cases)),
        failures=str(failures),
        skipped=str(skipped),
        errors="0",
        timestamp=result.started.isoformat(timespec="seconds"),
        time=f"{(result.finished - result.started).total_seconds():.3f}",
    )
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _text(closing_line(result))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _outcome(outcome: Outcome) -> ET.Element:
    name = str(outcome.identity)
    if outcome.status in {Status.FAILED, Status.CONFLICT}:
        case = _failed(name, outcome.failure) if outcome.failure else _case(name, outcome.message, kind="Failed")
    else:
        case = _case(name)
        if outcome.status in {Status.SKIPPED, Status.NOT_TRIED}:
            ET.SubElement(case, "skipped", message=_text(outcome.message))
    case.set("time", f"{outcome.seconds:.3f}")
    return case


def _change(change: Change) -> ET.Element:
    if change.refusal:
        return _failed(str(change.identity), change.refusal)
    case = _case(str(change.identity))
    if change.operation is Operation.BLOCKED:
        ET.SubElement(case, "skipped", message=_text(change.reason))
    return case


def _failed(name: str, failure: Failure) -> ET.Element:
    correlation = f"correlation id {failure.correlation_id}" if failure.correlation_id else ""
    details = tuple(line for line in (*failure.details, failure.hint, correlation) if line)
    return _case(name, failure.message, kind=failure.error, details=details)


def _refused(name: str, problem: Problem) -> ET.Element:
    return _case(f"{name} {problem.place.file}", str(problem), kind=problem.code)


def _case(name: str, message: str = "", *, kind: str | None = None, details: tuple[str, ...] = ()) -> ET.Element:
    case = ET.Element("testcase", name=_text(name), classname="flowsync")
    if kind is not None:
        ET.SubElement(case, "failure", message=_text(message), type=_text(kind)).text = _text("\n".join(details))
    return case


def _text(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
