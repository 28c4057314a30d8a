"""
Validate jobs: could flows that are in the organisation be published as they are? Nothing is changed by asking.

``POST /api/v2/flows/validate/jobs`` (``architect:jobValidate:create``) with ``{flows: [{flow: {id, version}}]}``, then
``GET .../jobs/{id}?expand=messages`` (``architect:jobValidate:view``). The platform marks both as preview, so that they
may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from hook.errors import ApiUnavailable, UnexpectedResponse
from hook.genesys.job_states import FAILURE, JobBody, JobState, job_state, parse
from hook.genesys.session import Session

PATH = "/api/v2/flows/validate/jobs"

Version = tuple[str, str]


def validate(
    session: Session, flows: Sequence[Version], *, wait: Callable[[], bool], redact: Callable[[str], str]
) -> dict[Version, JobState]:
    """
    Validate published versions.

    A job mixes the messages of all its flows. So a job that fails is asked again in halves, until what fails is alone.

    Args:
        session: Makes the calls.
        flows: Pairs of flow id and version.
        wait: Called between two looks at a job; returns whether there is time for another.
        redact: Masks secrets in messages.

    Returns:
        The jobs of the flows that failed, each with its messages; nothing when all is well. Where flows fail together
        and not in halves, none of them counts as valid, and all have the messages of their common job.

    Raises:
        PermissionDenied: The client may not validate.
        UnexpectedResponse: The answer is none of a job.
        ApiUnavailable: The platform does not answer, or a job takes too long.
    """
    if not flows:
        return {}
    state = _job(session, flows, wait=wait, redact=redact)
    if state.status != FAILURE:
        return {}
    if len(flows) == 1:
        return {flows[0]: state}
    half = len(flows) // 2
    first, second = (validate(session, part, wait=wait, redact=redact) for part in (flows[:half], flows[half:]))
    return first | second or dict.fromkeys(flows, state)


def _job(
    session: Session, flows: Sequence[Version], *, wait: Callable[[], bool], redact: Callable[[str], str]
) -> JobState:
    body = {"flows": [{"flow": {"id": id_, "version": version}} for id_, version in flows]}
    # A second job of this kind does no harm.
    registered = parse(JobBody, session.post(PATH, body, repeatable=True), request=f"POST {PATH}")
    if not registered.id:
        raise UnexpectedResponse(f"POST {PATH} answered without the id of a job")
    path = f"{PATH}/{quote(registered.id, safe='')}"
    while wait():
        reply = session.call("GET", path, params={"expand": "messages"}, repeatable=True)
        found = parse(JobBody, reply.body, request=f"GET {path}", correlation_id=reply.correlation_id)
        state = job_state(found, job_id=registered.id, correlation_id=reply.correlation_id, redact=redact)
        if state.done:
            return state
    raise ApiUnavailable(
        f"the validate job {registered.id} of {len(flows)} flows did not end in time", hint="Raise --job-timeout."
    )
