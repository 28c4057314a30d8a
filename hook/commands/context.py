"""What the commands that speak to the platform have in common: options, credentials, state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hook.commands.surroundings import Surroundings
from hook.deadline import Deadline
from hook.engine.stores import Store
from hook.genesys.client import ClientSettings, connect
from hook.genesys.credentials import load_credentials
from hook.genesys.regions import endpoints
from hook.genesys.watching import WatchSettings
from hook.platform import GenesysPlatform
from hook.redaction import Redactor
from hook.workspace.environments import EnvironmentSettings

LONGEST_LOOK = 15.0
"""Seconds between two looks at a job, at most, unless --poll-interval is longer."""


@dataclass(frozen=True, slots=True)
class Context:
    """
    One command under way.

    Args:
        options: The command's options by parameter name.
        deadline: The end of the run.
        redactor: Told every secret as soon as it is read.
        environ: The process's environment.
    """

    options: Mapping[str, Any]
    deadline: Deadline
    redactor: Redactor
    environ: Mapping[str, str]

    def platform(self, settings: EnvironmentSettings) -> GenesysPlatform:
        """
        Return the organisation of an environment; nothing is sent before the first call. Close it at the end.

        Raises:
            CredentialsMissing: No client, or no region, is given.
            InvalidInput: There is no such region.
        """
        credentials = load_credentials(environ=self.environ, directory=self.options["credentials_dir"])
        self.redactor.add(credentials.client_secret)
        interval = self.options["poll_interval"]
        client = connect(
            endpoints=endpoints(
                region=self.options["region"] or settings.region or None,
                api_base=self.options["api_base"],
                login_base=self.options["login_base"],
            ),
            credentials=credentials,
            deadline=self.deadline,
            redactor=self.redactor,
            settings=ClientSettings(
                limit_per_minute=self.options["rate"],
                watch=WatchSettings(
                    first=interval, cap=max(LONGEST_LOOK, interval), timeout=self.options["job_timeout"]
                ),
                export_watch=WatchSettings(first=min(2.0, interval), cap=max(5.0, interval), timeout=120.0),
                operation_watch=WatchSettings(
                    first=min(1.0, interval), cap=max(10.0, interval), timeout=self.options["job_timeout"]
                ),
            ),
        )
        return GenesysPlatform(client)

    def store(self) -> Store:
        """
        Return where the state is kept.

        Raises:
            InvalidInput: ``--state`` names no such place.
        """
        return Surroundings(self.options, self.environ, self.deadline).store()
