"""The switches of the simulator: every fact about the platform that nobody could prove is one of them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Settings(BaseModel):
    """How the simulated platform behaves. Durations are simulated seconds, divided by the speed.

    Attributes:
        invalid_client_status: HTTP status of a refused login; sources do not agree on 400 or 401.
        rate_limit_per_minute: Requests per token in one window of 60 simulated seconds.
        rate_limit_headers: Whether 2xx answers tell the state of the window.
        path_limits: Requests per token and window for paths that match a regular expression over ``METHOD /path``.
        latency_seconds: How long each answer of the platform takes.
        consistency_seconds: How long a new flow is missing from lists.
        job_seconds: How long a flow job takes, besides ``job_seconds_per_kilobyte`` of its document.
        job_seconds_per_kilobyte: See ``job_seconds``.
        export_seconds: How long an export job takes, besides ``export_seconds_per_flow``.
        export_seconds_per_flow: See ``export_seconds``.
        history_seconds: How long the history of a flow takes to be ready.
        operation_seconds: How long an asynchronous check-in or publish takes.
        presigned_seconds: How long presigned URLs are valid, in real seconds.
        publish_resets_metadata: Whether a job puts a flow back to the default division and an empty description
            when its document says nothing of them.
        saved_version_after_publish: Whether ``savedVersion`` repeats the published version when there is no draft.
        client_as_publisher: Whether ``publishedBy`` names the client when a client published.
        job_publishes_as_client: Whether what a flow job publishes names the client that registered the job as its
            author, and not the platform's own.
        stubs_published: Whether the stubs that a job creates are published.
        unlock_publishes: Whether a forced unlock publishes the draft that it checks in.
        name_filter: Whether a ``name`` filter without ``*`` wants the whole name or its beginning.
        lock_conflict_code: The error code of a 409 because of a lock; not in any public list.
        observation_zero_rows: Whether observation queries show rows of flows and queues without traffic.
        observation_no_results: How ``results`` of an observation query without any row looks.
        on_queue_by_status: Whether ``oOnQueueUsers`` is split by the agents' routing status, as ``qualifier``.
        products: Ids of the organisation's products.
        action_accepted_status: HTTP status with which publish and check-in are accepted: 200 or 202.
    """

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    invalid_client_status: Literal[400, 401] = 401
    rate_limit_per_minute: int = 300
    rate_limit_headers: bool = True
    path_limits: dict[str, int] = {}
    latency_seconds: float = 0.0
    consistency_seconds: float = 0.0
    job_seconds: float = 15.0
    job_seconds_per_kilobyte: float = 0.05
    export_seconds: float = 2.0
    export_seconds_per_flow: float = 0.1
    history_seconds: float = 1.0
    operation_seconds: float = 3.0
    presigned_seconds: float = 900.0
    publish_resets_metadata: bool = False
    saved_version_after_publish: bool = False
    client_as_publisher: bool = True
    job_publishes_as_client: bool = True
    stubs_published: bool = True
    unlock_publishes: bool = False
    name_filter: Literal["whole", "beginning"] = "whole"
    lock_conflict_code: str = "architect.flow.locked"
    observation_zero_rows: bool = False
    observation_no_results: Literal["empty", "missing", "null"] = "empty"
    on_queue_by_status: bool = True
    products: list[str] = ["collaboratePro", "communicate", "engage"]
    action_accepted_status: Literal[200, 202] = 200
