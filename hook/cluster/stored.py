"""
One JSON text in one ConfigMap, compressed, and replaced only while nobody else has written it.

Writing is server-side apply with our field manager and the ``resourceVersion`` that we know. An answer that was lost
is looked for: what stands there is either what we wrote, what we knew, or somebody else's.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Mapping
from typing import Any

import structlog

from hook.cluster.connection import Body, Connection
from hook.cluster.errors import Changed, ClusterError, Exists, Forbidden, Missing, Unanswered
from hook.cluster.names import LABELS
from hook.errors import ApiUnavailable, CredentialsError, FlowSyncError, InvalidInput, LockUnavailable
from hook.model import Place, Problem

KEY = "content.json.gz"
LIMIT = 900_000
"""Bytes that we put into one ConfigMap; Kubernetes takes 1 MiB, and the request at most 1.5 MiB in base64."""

LARGEST = 256 * 1024 * 1024
"""Bytes that a text may have once it is unpacked; more is no text of ours."""

ATTEMPTS = 4


class NotUsable(Exception):
    """What stands in the ConfigMap is none of ours, or broken."""


class TooLarge(Exception):
    """A text does not fit into a ConfigMap."""


class StoredText:
    """
    One ConfigMap with one text; its calls come one after the other.

    Args:
        connection: The API server and the namespace.
        name: The ConfigMap's.
        what: What it holds, for messages, for example ``state``.
        attempts: How often to ask an API server that does not answer.
    """

    def __init__(self, connection: Connection, name: str, *, what: str, attempts: int = ATTEMPTS) -> None:
        self.name = name
        self._connection = connection
        self._what = what
        self._attempts = attempts
        self._version = ""
        self._known: Mapping[str, str] = {}
        self._found: Body | None = None

    @property
    def place(self) -> Place:
        """Where it is, for messages."""
        return Place(f"ConfigMap {self._connection.namespace}/{self.name}")

    @property
    def aside(self) -> str:
        """The name under which an unusable content is kept."""
        return f"{self.name}-set-aside"

    def read(self) -> str | None:
        """
        Return the text, ``None`` when there is no such ConfigMap, or an empty one.

        Raises:
            NotUsable: The content is none of ours; it is set aside by the first :meth:`write`.
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
        """
        try:
            body = self._try(lambda: self._connection.read_config_map(self.name))
        except Missing:
            return None
        except ClusterError as error:
            raise self._failure("read", error) from error
        self._remember(body)
        if not self._known and not body.get("data"):
            return None
        try:
            return _unpack(self._known.get(KEY))
        except NotUsable:
            self._found = body
            raise

    def distrust(self) -> None:
        """Set aside what was read, although it could be unpacked, at the next :meth:`write`."""
        self._found = {"binaryData": dict(self._known)}

    def write(self, text: str) -> None:
        """
        Replace the text; it is stored when this returns.

        Raises:
            LockUnavailable: Somebody else has written it since we read or wrote it.
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
            TooLarge: It does not fit.
        """
        packed = gzip.compress(text.encode(), compresslevel=6, mtime=0)
        if len(packed) > LIMIT:
            raise TooLarge(f"{len(packed)} bytes")
        wanted = {KEY: base64.b64encode(packed).decode()}
        try:
            if self._found is not None:
                self._set_aside(self._found)
                self._found = None
            self._remember(self._try(lambda: self._write(wanted)))
        except ClusterError as error:
            raise self._failure("written", error) from error

    def _write(self, wanted: Mapping[str, str]) -> Body:
        try:
            if not self._version:
                # Empty at first: so that a right which is missing shows before anything relies on what is stored.
                self._remember(self._connection.create_config_map(self._body(self.name, {})))
            return self._connection.apply_config_map(self._body(self.name, wanted, version=self._version))
        except (Changed, Exists, Missing) as error:
            return self._look(wanted, error)

    def _look(self, wanted: Mapping[str, str], error: ClusterError) -> Body:
        """Tell a lost answer, a touch of the metadata or a deletion from a write of somebody else."""
        try:
            now = self._connection.read_config_map(self.name)
        except Missing:
            structlog.get_logger().warning("somebody deleted a ConfigMap", name=self.name)
            self._version = ""
            raise Unanswered(f"the ConfigMap {self.name} was deleted meanwhile") from error
        content = now.get("binaryData") or {}
        if content == wanted:
            return now
        if content and content != self._known:
            raise _Foreign(error.message) from error
        self._version = str(now["metadata"]["resourceVersion"])
        raise Unanswered(f"the ConfigMap {self.name} was touched meanwhile") from error

    def _set_aside(self, found: Body) -> None:
        kept = {key: found[key] for key in ("data", "binaryData") if found.get(key)}
        body = {**self._body(self.aside, {}), **kept}
        try:
            self._try(lambda: self._connection.create_config_map(body))
        except Exists:
            self._try(lambda: self._connection.apply_config_map(body))

    def _try(self, call: Any) -> Body:
        last: ClusterError | None = None
        for _ in range(self._attempts):
            try:
                done: Body = call()
            except Unanswered as error:
                structlog.get_logger().debug("asking the API server again", why=error.message)
                last = error
            else:
                return done
        raise last or ClusterError("nothing was tried")

    def _remember(self, body: Body) -> None:
        self._version = str(body["metadata"]["resourceVersion"])
        self._known = body.get("binaryData") or {}

    def _body(self, name: str, content: Mapping[str, str], *, version: str = "") -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name,
                "namespace": self._connection.namespace,
                "labels": dict(LABELS),
                **({"resourceVersion": version} if version else {}),
            },
            "binaryData": dict(content),
        }

    def _failure(self, done: str, error: ClusterError) -> FlowSyncError:
        message = f"the {self._what} ({self.place.file}) cannot be {done}: {error.message}"
        if isinstance(error, _Foreign):
            return LockUnavailable(
                f"the {self._what} ({self.place.file}) was written by somebody else while this run had it",
                hint="Another run works on this organisation without the lock: see which, and rerun when it has ended.",
            )
        if isinstance(error, Forbidden):
            return CredentialsError(message, hint=error.hint)
        if isinstance(error, Unanswered):
            return ApiUnavailable(message, hint="Rerun when the API server answers.")
        return InvalidInput(Problem("state-unwritable", message, hint=error.hint))


class _Foreign(ClusterError):
    """Somebody else has written the ConfigMap."""


def _unpack(content: str | None) -> str:
    if content is None:
        raise NotUsable(f"has no {KEY}")
    try:
        unpacker = zlib.decompressobj(wbits=31)
        text = unpacker.decompress(base64.b64decode(content, validate=True), LARGEST)
        if not unpacker.eof:
            raise NotUsable("is incomplete, or far too large")
        return text.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise NotUsable(f"cannot be unpacked: {error}") from error
