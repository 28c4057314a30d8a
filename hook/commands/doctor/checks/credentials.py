"""Is there an OAuth client, and is it as it was meant?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, warn
from hook.commands.doctor.subject import Subject
from hook.genesys.credentials import (
    ID_FILE,
    ID_VARIABLE,
    SECRET_FILE,
    SECRET_VARIABLE,
    Credentials,
    load_credentials,
)


def look(subject: Subject) -> Iterator[Seen]:
    """Find the client as a run does, and look at it closely; the secret itself is never shown."""
    directory = subject.options["credentials_dir"]
    found = load_credentials(environ=subject.context.environ, directory=directory)
    subject.context.redactor.add(found.client_secret)
    yield ok(f"client {found.client_id}, from {found.source}.")
    files = {name: directory / name for name in (ID_FILE, SECRET_FILE)}
    if found.source.startswith("environment") and any(file.is_file() for file in files.values()):
        seen = f"{ID_VARIABLE} and {SECRET_VARIABLE} are stronger than the files in {directory}."
        yield warn(seen, "Remove those of the two that are not meant.")
    elif not found.source.startswith("environment"):
        for file in files.values():
            if file.read_bytes().endswith((b"\n", b"\r")):
                seen = f"{file} ends in a newline, which is left away here, and not by every other tool."
                yield warn(seen, "Make the Secret anew with printf instead of echo.")
    yield from _odd(found)


def _odd(found: Credentials) -> Iterator[Seen]:
    for what, value in (("id", found.client_id), ("secret", found.client_secret)):
        if value[0] in "\"'" and value[-1] == value[0]:
            yield warn(f"the client {what} stands in quotes.", "Store it without: quotes belong to no client.")
    if found.client_id == found.client_secret:
        yield warn("the client id and the secret are the same.", "Store the secret under its own key.")


CHECK = Check("credentials", look)
