"""The OAuth client that the run uses, from the environment or from a mounted directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hook.errors import CredentialsMissing

ID_VARIABLE = "GENESYSCLOUD_OAUTHCLIENT_ID"
SECRET_VARIABLE = "GENESYSCLOUD_OAUTHCLIENT_SECRET"  # noqa: S105  (the name of a variable)
ID_FILE = "client_id"
SECRET_FILE = "client_secret"  # noqa: S105  (the name of a file)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An OAuth client; ``source`` says in words where it came from, fit to show."""

    client_id: str
    client_secret: str = field(repr=False)
    source: str = ""


def load_credentials(*, environ: Mapping[str, str], directory: Path | None) -> Credentials:
    """Find the OAuth client.

    The environment wins over the directory, but the two are never mixed: an id of one client with the secret of
    another would only show as a refused login.

    Args:
        environ: The process's environment.
        directory: Where ``client_id`` and ``client_secret`` are mounted; it may be absent.

    Raises:
        CredentialsMissing: Neither place has both halves; says what each place lacks.
    """
    variables = (ID_VARIABLE, SECRET_VARIABLE)
    client_id, client_secret = (environ.get(name, "").strip() for name in variables)
    if client_id and client_secret:
        return Credentials(client_id, client_secret, source="environment variables")
    notes = [_environment_note(environ)]
    if client_id or client_secret:
        raise _missing(notes)
    if directory is None:
        raise _missing([*notes, "no credentials directory was given"])
    client_id, id_note = _read(directory / ID_FILE)
    client_secret, secret_note = _read(directory / SECRET_FILE)
    if client_id and client_secret:
        return Credentials(client_id, client_secret, source=f"directory {directory}")
    if not directory.is_dir():
        raise _missing([*notes, f"the directory {directory} does not exist"])
    raise _missing([*notes, *(note for note in (id_note, secret_note) if note)])


def _environment_note(environ: Mapping[str, str]) -> str:
    states = {
        name: "is empty" if name in environ else "is not set"
        for name in (ID_VARIABLE, SECRET_VARIABLE)
        if not environ.get(name, "").strip()
    }
    return " and ".join(f"{name} {state}" for name, state in states.items())


def _read(path: Path) -> tuple[str, str]:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return "", f"{path} does not exist"
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        return "", f"{path} cannot be read ({reason})"
    return value, "" if value else f"{path} is empty"


def _missing(notes: list[str]) -> CredentialsMissing:
    return CredentialsMissing(
        "no OAuth client credentials were found: " + "; ".join(notes),
        hint=f"Set {ID_VARIABLE} and {SECRET_VARIABLE}, or mount a Secret with the keys {ID_FILE} and {SECRET_FILE}.",
        details=tuple(notes),
    )
