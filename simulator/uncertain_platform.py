"""Uncertain facts about login, limits, lists, grants and observations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.uncertain import NOT_CALLED, SAME, Facts, either

TIER_UNKNOWN = "reads no tier from it, unless `productIds` of the environment says which ids mean which"


class PlatformFacts(Facts):
    """Settings that play what is not known of the platform as a whole; each field's metadata says what."""

    invalid_client_status: Annotated[
        Literal[400, 401],
        either(
            "Which status has a refused login?",
            "The body is verbatim in issues 8 and 9 of tishige/CallFlowVisualizer, the status is not.",
            (401, "401", "ends with 4 and says that the client, its secret or the region is wrong"),
            (400, "400", "the same: it goes by the error `invalid_client`"),
        ),
    ] = 401
    lifetime_told: Annotated[
        Literal["exact", "one-less"],
        either(
            "Does `expires_in` tell the whole lifetime of a token?",
            "86400 s is the documented default; examples show 86399.",
            ("exact", "86400", "logs in again on a 401, and ahead of the end"),
            ("one-less", "86399", "the same"),
        ),
    ] = "exact"
    rate_limit_per_minute: Annotated[
        int,
        either(
            "How many requests a minute may a token make?",
            "300 by community.genesys.com 'API limits'; a second limit, `token.rate.per.minute`, has no public value.",
            (300, "300", "paces itself, and keeps to what the answers tell"),
            (180, "180", "slows down to the number in `inin-ratelimit-allowed`, and honours `Retry-After`"),
        ),
    ] = 300
    rate_limit_headers: Annotated[
        bool,
        either(
            "Do successful answers tell the state of the rate limit?",
            "An official sample log shows `inin-ratelimit-*` on one endpoint.",
            (True, "they do", "slows down before a 429"),
            (False, "they do not", "paces itself by the documented limit"),
        ),
    ] = True
    rate_limit_code: Annotated[
        Literal["too.many.requests.retry.after", "too.many.requests"],
        either(
            "Which code has a 429?",
            "The announcement of 2021 shows the first, older documentation the second.",
            ("too.many.requests.retry.after", "as announced", "goes by status and `Retry-After`"),
            ("too.many.requests", "as before", "goes by status and `Retry-After`"),
        ),
    ] = "too.many.requests.retry.after"
    page_size_code: Annotated[
        Literal["bad.request", "invalid.value"],
        either(
            "Which error has a page size above the maximum?",
            "The status 400 and the maximum of 500 for flows are announced, code and text are not.",
            ("bad.request", "the generic code", "never asks for more than the maximum"),
            ("invalid.value", "the code of other wrong values", "never asks for more than the maximum"),
        ),
    ] = "bad.request"
    consistency_seconds: Annotated[
        float,
        either(
            "How long is a new object missing from lists?",
            "Terraform retries reads for minutes; no figure is documented.",
            (0.0, "it is there at once", "reads back once"),
            (10.0, "ten seconds", "looks again until it shows, for 30 s at most; then the change failed (1)"),
        ),
    ] = 0.0
    name_filter: Annotated[
        Literal["whole", "beginning"],
        either(
            "Does a `name` filter without `*` want the whole name or its beginning?",
            "Terraform filters, and compares the names again itself.",
            ("whole", "the whole name", "lists whole kinds and compares names itself"),
            ("beginning", "its beginning", "lists whole kinds and compares names itself"),
        ),
    ] = "whole"
    version_conflict_status: Annotated[
        Literal[409, 400, 408],
        either(
            "Which status has a stale `version` in the body of an update?",
            "Terraform takes 409, 408, and 400 with 'does not match the current version' as the same.",
            (409, "409", NOT_CALLED),
            (400, "400", NOT_CALLED),
            (408, "408", NOT_CALLED),
        ),
    ] = 409
    all_divisions_grant: Annotated[
        Literal["star", "each"],
        either(
            "How does `subjects/me` show a grant in all divisions?",
            "SDK, AuthzGrant: the division is an object with an id; nothing tells of 'all'.",
            ("star", "one grant whose division's id is `*`", "takes it as a grant everywhere"),
            ("each", "one grant for each division", "takes each for its division"),
        ),
    ] = "star"
    products: Annotated[
        list[str],
        either(
            "Which product ids does `authorization/products` show, and which tier do they mean?",
            "The endpoint is in the SDK; the ids are documented nowhere.",
            (["collaboratePro", "communicate", "engage"], "ids of the older editions", TIER_UNKNOWN),
            (["GenesysCloudCX3"], "an id that names the tier", TIER_UNKNOWN),
            ([], "none", TIER_UNKNOWN),
        ),
    ] = Field(default_factory=lambda: ["collaboratePro", "communicate", "engage"])
    observation_zero_rows: Annotated[
        bool,
        either(
            "Do observation queries show rows of flows and queues without traffic?",
            "The response's schema alone; no example shows an empty one.",
            (False, "no row", "no row means no traffic"),
            (True, "a row with the count 0", SAME),
        ),
    ] = False
    observation_no_results: Annotated[
        Literal["empty", "missing", "null"],
        either(
            "How does `results` of an observation query without any row look?",
            "The response's schema alone.",
            ("empty", "an empty list", "no traffic"),
            ("missing", "not there", "no traffic"),
            ("null", "null", "no traffic"),
        ),
    ] = "empty"
    on_queue_by_status: Annotated[
        bool,
        either(
            "Is `oOnQueueUsers` split by routing status?",
            "`qualifier` is in the SDK's model; its values are general knowledge.",
            (True, "a row for each status", "adds the rows up"),
            (False, "one row", SAME),
        ),
    ] = True
