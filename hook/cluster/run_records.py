"""The records of the last runs, in one ConfigMap per organisation."""

from __future__ import annotations

import structlog
from pydantic import ValidationError

from hook.cluster.connection import Connection
from hook.cluster.names import object_name
from hook.cluster.stored import NotUsable, StoredText, TooLarge
from hook.engine.records import RunRecords


class ConfigMapRecords:
    """
    Keeps the records in a ConfigMap.

    Args:
        connection: The API server, and the namespace.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._text: StoredText | None = None

    def load(self, organisation_id: str) -> RunRecords:
        """
        Return what is stored; what cannot be used is set aside when the first record is saved in its place.

        Raises:
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
        """
        name = object_name("flowsync-runs", organisation_id)
        self._text = stored = StoredText(self._connection, name, what="records of the last runs", attempts=3)
        try:
            text = stored.read()
            if text is None:
                return RunRecords(organisation=organisation_id)
            records = RunRecords.model_validate_json(text)
            if records.organisation == organisation_id:
                return records
            why = f"belong to organisation {records.organisation}"
            stored.distrust()
        except NotUsable as error:
            why = str(error)
        except ValidationError as error:
            why = f"are not understood ({error.error_count()} errors)"
            stored.distrust()
        structlog.get_logger().warning("run records not usable", name=name, why=why, kept=stored.aside)
        return RunRecords(organisation=organisation_id)

    def save(self, records: RunRecords) -> None:
        """
        Replace what is stored, without the oldest runs where they do not fit.

        Raises:
            LockUnavailable: Somebody else has written it since.
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
        """
        if self._text is None:
            raise ValueError("the records were not loaded")
        runs = records.runs
        while True:
            kept = records.model_copy(update={"runs": runs})
            try:
                self._text.write(kept.model_dump_json(by_alias=True, exclude_none=True))
            except TooLarge as error:
                structlog.get_logger().warning("run record left out", why=str(error), run=runs[0].run)
                runs = runs[1:]
            else:
                return
