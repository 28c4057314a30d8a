"""Uncertain facts about flows, their locks, and the jobs that publish and export them."""

from __future__ import annotations

from typing import Annotated, Literal

from simulator.uncertain import NATIVE, NATIVE_SAME, NOT_CALLED, SAME, Facts, either


class FlowFacts(Facts):
    """Settings that play what is not known of flows; each field's metadata says what, and from where."""

    publish_resets_metadata: Annotated[
        bool,
        either(
            "Does a flow job put division and description back to their defaults when the document is silent?",
            "Archy's `division:` is described as selecting the division; nothing says what its absence does.",
            (False, "a flow keeps what it had", "publishes, and reads back that both are still there"),
            (True, "they are reset", "puts both back after the publish, and says so in the report"),
        ),
    ] = False
    saved_version_after_publish: Annotated[
        bool,
        either(
            "Does `savedVersion` repeat the published version when there is no draft?",
            "The SDK's model has the attribute and no word on when it is filled.",
            (False, "it is absent", "sees no draft"),
            (True, "it repeats the published version", "sees no draft, since the id is the published version's"),
        ),
    ] = False
    client_as_publisher: Annotated[
        bool,
        either(
            "Does `publishedBy` name a client that published?",
            "The SDK types the attribute as a user; clients are named by `createdByClient` of a version.",
            (True, "it names the client", "takes the author from the version"),
            (False, "it is absent", "takes the author from the version"),
        ),
    ] = True
    job_publishes_as_client: Annotated[
        bool,
        either(
            "Whom does a version name that a flow job published?",
            "A maintainer in terraform-provider-genesyscloud issue 1160: jobs run outside of the caller's session.",
            (True, "the client that registered the job", "knows its version by author and number"),
            (
                False,
                "the platform's own client",
                "takes the only new version that no user made; of a stub, the first one, when its job made it",
            ),
        ),
    ] = True
    stubs_published: Annotated[
        bool,
        either(
            "Are the stubs that `createStubs` makes published?",
            "SDK, RegisterArchitectJobRequest: stubs 'will be created for any dependencies during the job'.",
            (True, "they are", "notes the stub as its own, and publishes the flow over it"),
            (False, "they are only checked in", "the same; the stub counts as a flow without a published version"),
        ),
    ] = True
    unlock_publishes: Annotated[
        bool,
        either(
            "Does a forced unlock check the draft in, or publish it?",
            "The Help Center says it makes a new version; Terraform's schema says that it publishes the draft.",
            (False, "checks it in", "never unlocks what somebody else holds; conflict (8) with the holder's name"),
            (True, "publishes it", "never unlocks what somebody else holds; conflict (8) with the holder's name"),
        ),
    ] = False
    lock_conflict_code: Annotated[
        str,
        either(
            "What is the error code of a 409 because of a lock?",
            "The status is shown by Terraform's tests; the code is in no public list.",
            ("architect.flow.locked", "a code of its own", "goes by status and holder, not by the code"),
            ("general.conflict", "the generic code of other objects", "goes by status and holder, not by the code"),
        ),
    ] = "architect.flow.locked"
    version_step: Annotated[
        Literal[1, 2],
        either(
            "By how much does a publish raise the version?",
            "Seen: 13.0 became 14.0. Nothing promises that numbers are adjacent.",
            (1, "by one: 2.0 follows 1.0", "takes the next number as its own without a further call"),
            (2, "by two: check-in and publish count", "lists the versions to see that nobody published in between"),
        ),
    ] = 1
    empty_description: Annotated[
        Literal["missing", "empty"],
        either(
            "How is a flow without a description shown?",
            "The SDK's model has the attribute as optional.",
            ("missing", "without the attribute", SAME),
            ("empty", "with an empty text", SAME),
        ),
    ] = "missing"
    jobs_hold_flow: Annotated[
        bool,
        either(
            "Is a flow shown as locked by the client while a job publishes it?",
            "Archy checks a flow out before it publishes; whether a listing shows that of a job is not documented.",
            (True, "`lockedClient` names the job's client", "knows its own client by id, and waits for its job"),
            (False, "it looks free", SAME),
        ),
    ] = True
    failed_job_keeps_lock: Annotated[
        bool,
        either(
            "Does a job that fails leave the flow locked by its client?",
            "Users report flows that stay locked after a failed publish (terraform-provider-genesyscloud issue 316).",
            (False, "the flow is free again", "the next run publishes"),
            (True, "it stays locked by our client", "a lock of its own client does not stop the next run"),
        ),
    ] = False
    failed_job_names_flow: Annotated[
        bool,
        either(
            "Does the state of a failed job name the flow?",
            "SDK, ArchitectJobStateResponse: `flow` is optional.",
            (False, "only a successful job's does", "goes by status, never by the presence of `flow`"),
            (True, "a failed job's does too, when the flow exists", "goes by status, never by the presence of `flow`"),
        ),
    ] = False
    jobs_accept_json: Annotated[
        bool,
        either(
            "Does a flow job accept JSON?",
            "Documentation speaks of 'a file, such as an Architect flow YAML file'; JSON is a subset of YAML.",
            (True, "it does, as YAML's subset", "uploads YAML; a JSON file is written as YAML first"),
            (False, "the job fails", "uploads YAML; a JSON file is written as YAML first"),
        ),
    ] = True
    rare_type_keys: Annotated[
        Literal["by-analogy", "others"],
        either(
            "Which top-level keys do documents of the rarer flow types have?",
            "No public document shows those of digital bot, secure call, voicemail, survey and e-mail flows.",
            ("by-analogy", "`digitalBotFlow`, `secureCall`, `voicemail` ...", "publishes them"),
            ("others", "something else: such a document is no flow", "reports the job's refusal as failed (1)"),
        ),
    ] = "by-analogy"
    presigned_headers: Annotated[
        Literal["amazon", "with-content-type", "none"],
        either(
            "Which headers does a presigned upload sign?",
            "SDK, RegisterArchitectJobResponse: `headers`, to be sent exactly as they are; no names are public.",
            ("amazon", "`x-amz-*` alone", "sends exactly those"),
            ("with-content-type", "a content type, too", "sends exactly those, and no content type of its own"),
            ("none", "none", "sends none"),
        ),
    ] = "amazon"
    presigned_seconds: Annotated[
        float,
        either(
            "How long is a presigned URL valid? Real seconds.",
            "Not documented.",
            (900.0, "a quarter of an hour", "uploads at once after the registration"),
            (20.0, "seconds", "uploads at once after the registration; an expired one is a failure that says so"),
        ),
    ] = 900.0
    export_extension: Annotated[
        Literal[".yaml", ".yml"],
        either(
            "How do the files in the zip of an export end?",
            "SDK: several flows come as a zip; the request gives names without an extension.",
            (".yaml", "`.yaml`", "goes by the name before the extension"),
            (".yml", "`.yml`", "goes by the name before the extension"),
        ),
    ] = ".yaml"
    action_accepted_status: Annotated[
        Literal[200, 202],
        either(
            "With which status are publish and check-in accepted?",
            "The public swagger of 2017 lists both, 202 as 'Accepted - the publish has begun'.",
            (200, "200", NATIVE_SAME),
            (202, "202", NATIVE_SAME),
        ),
    ] = 200
    publish_version: Annotated[
        Literal["republish", "newest", "refuse"],
        either(
            "What does `actions/publish?version=N` do with an older version?",
            "The parameter is in the SDK, its effect is not described; the Help Center's recipe is export and import.",
            ("republish", "makes that version the published one", NOT_CALLED),
            ("newest", "publishes the newest content all the same", NOT_CALLED),
            ("refuse", "the operation fails", NOT_CALLED),
        ),
    ] = "republish"
    checkin_needs_unlock: Annotated[
        bool,
        either(
            "Do check-in and publish need `architect:flow:unlock` besides their own permission?",
            "The SDK lists both permissions together, and not whether all or any are needed.",
            (False, "only for somebody else's lock", NATIVE_SAME),
            (True, "always", f"{NATIVE}without the permission it stops with 4, and gives the flow back"),
        ),
    ] = False
    publish_makes_version: Annotated[
        bool,
        either(
            "Does a publish make another version of what was checked in already?",
            "Public code that publishes right after a checkout sees 13.0 become 14.0; of a publish after a check-in "
            "nothing is said.",
            (False, "it publishes the version that was checked in", NATIVE_SAME),
            (True, "it makes one more with the same content, and publishes that", NATIVE_SAME),
        ),
    ] = False
    checkout_makes_draft: Annotated[
        bool,
        either(
            "Does a checkout alone make a draft?",
            "Public code that checks flows out demands a `savedVersion` in the answer; the documentation says nothing.",
            (
                True,
                "it makes one, which repeats the newest version",
                f"{NATIVE}its own draft is no conflict, and a revert drops it",
            ),
            (False, "it only locks", f"{NATIVE}the lock is what counts"),
        ),
    ] = True
    checkout_again: Annotated[
        Literal["accepted", "conflict"],
        either(
            "May a client check a flow out that it holds already?",
            "Terraform's tests get 409 for the second checkout of a locked flow, and do not say by whom.",
            ("accepted", "it may", f"{NATIVE}it reverts first what an earlier run left, and checks out anew"),
            ("conflict", "409, as for a lock of somebody else", f"{NATIVE}the same: it never checks out twice"),
        ),
    ] = "accepted"
    save_needs_checkout: Annotated[
        bool,
        either(
            "Does `POST /flows/{id}/versions` need a checkout before it?",
            "The Help Center says that saving locks a flow; the API's order of calls is not documented.",
            (False, "it takes the lock itself", f"{NATIVE}it always checks out first"),
            (True, "409 without a checkout", f"{NATIVE}it always checks out first"),
        ),
    ] = False
    native_name: Annotated[
        Literal["ignored", "renames", "refused"],
        either(
            "What does another `name` in a native configuration do?",
            "The configuration repeats the flow's name; which of the two rules is not documented.",
            ("ignored", "the flow keeps its name", f"{NATIVE}it sends the name that the flow has"),
            ("renames", "a publish gives the flow that name", f"{NATIVE}it sends the name that the flow has"),
            (
                "refused",
                "400 when it is saved, unless only the case differs",
                f"{NATIVE}it sends the name that the flow has",
            ),
        ),
    ] = "ignored"
    native_description: Annotated[
        Literal["taken", "ignored", "replaced"],
        either(
            "Does a publish set the flow's description from its native configuration?",
            "Both have the attribute; nothing says whether they are one.",
            (
                "taken",
                "it does when the configuration has one",
                f"{NATIVE}it looks, and finds the description that the file says",
            ),
            ("ignored", "it does not", f"{NATIVE}it sets the description of the file afterwards"),
            (
                "replaced",
                "it does, and empties it when the configuration has none",
                f"{NATIVE}a silent file is sent with the description that the flow has",
            ),
        ),
    ] = "taken"
    failed_operation_unlocks: Annotated[
        bool,
        either(
            "Is a flow still locked after a check-in or publish that failed?",
            "SDK, Operation: `actionStatus` has UNLOCKED beside FAILURE; nothing says when a lock ends.",
            (False, "draft and lock stay", f"{NATIVE}it reverts, which gives the flow back"),
            (True, "the draft stays, and the lock is gone", f"{NATIVE}it drops its own draft all the same"),
        ),
    ] = False
    revert_keeps_lock: Annotated[
        bool,
        either(
            "Does a revert leave the flow locked?",
            "SDK: 'Revert flow', and no more.",
            (False, "draft and lock are gone", f"{NATIVE}the flow is given back"),
            (
                True,
                "only the draft is gone",
                f"{NATIVE}it unlocks the flow, which needs architect:flow:unlock; without that it says who holds it",
            ),
        ),
    ] = False
    foreign_revert_status: Annotated[
        Literal[409, 403],
        either(
            "With which status is a revert of somebody else's lock refused?",
            "The public swagger of 2017 lists 403 with codes for editors and admins, and 409 of other calls.",
            (409, "409", f"{NATIVE}it never reverts what somebody else holds"),
            (403, "403 `architect.not.admin.user`", f"{NATIVE}it never reverts what somebody else holds"),
        ),
    ] = 409
    created_flow_locked: Annotated[
        bool,
        either(
            "Is a flow locked by the one who made it by `POST /flows`?",
            "Architect opens a new flow for its author; whether the API locks it is not documented.",
            (False, "it is free", f"{NATIVE}it checks the flow out"),
            (True, "it is locked by its creator", f"{NATIVE}it gives its own lock back, and checks the flow out"),
        ),
    ] = False
    all_operations_shown: Annotated[
        bool,
        either(
            "Does `currentOperation` show what is over at once: checkout, save, revert?",
            "Public code reads CHECKOUT from it after a checkout; SDK, Operation: `actionName` lists all of them.",
            (
                True,
                "it shows the last action, whatever it was",
                f"{NATIVE}it follows only the operation that its own request began",
            ),
            (False, "only check-in and publish", f"{NATIVE}the same"),
        ),
    ] = True
    delete_blocked_by_use: Annotated[
        bool,
        either(
            "Is the deletion of a flow refused that another published flow names?",
            "Terraform retries a 409 on delete; what causes it is not documented.",
            (False, "it is deleted", "never deletes"),
            (True, "409", "never deletes"),
        ),
    ] = False
