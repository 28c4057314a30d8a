"""Who holds the lock of the organisation?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.cluster.errors import ClusterError, Missing
from hook.cluster.lease import ClusterLease
from hook.cluster.names import object_name
from hook.commands.doctor.protocol import Check, Seen, ok, unknown, warn
from hook.commands.doctor.subject import Subject


def look(subject: Subject) -> Iterator[Seen]:
    """Read the Lease; whether its holder still lives, only time tells."""
    if not subject.uses("lock", "lease"):
        return
    connection = subject.connection()
    name = object_name("flowsync", subject.organisation_id)
    try:
        record = ClusterLease(connection, name).read()
    except Missing:
        yield ok(f"nobody has ever held the Lease {name} in namespace {connection.namespace}.")
        return
    except ClusterError as error:
        yield unknown(f"{error.message}.", error.hint)
        return
    if not record.holder:
        yield ok(f"the Lease {name} in namespace {connection.namespace} is free.")
        return
    seen = (
        f"{record.holder} holds the Lease {name} in namespace {connection.namespace} since {record.acquired};"
        f" it was renewed last at {record.renewed}."
    )
    todo = f"Another run waits for it. If it is not renewed any more, it is taken over {record.seconds:g} s later."
    yield warn(seen, todo)


CHECK = Check("lock", look)
