"""What the checks look at; every reading is made once, when it is first asked for, and remembered with its error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from hook.cluster.connection import ClusterUnavailable, Connection, in_cluster
from hook.commands.context import Context
from hook.commands.surroundings import Surroundings
from hook.engine.drifting import deployed, last_run
from hook.engine.records import RunRecords
from hook.engine.stores import Contents
from hook.errors import CredentialsError, FlowSyncError, InvalidInput
from hook.genesys.glance import Glance
from hook.genesys.regions import Endpoints, endpoints
from hook.model import Grant, Organisation, Problem
from hook.model.drift import Deployed, LastRun
from hook.platform import GenesysPlatform
from hook.settings import pairs
from hook.workspace.environments import Environments, EnvironmentSettings, read_environments
from hook.workspace.layout import known_environments
from hook.workspace.loading import Workspace, load_environment

Read = TypeVar("Read")


class Once(Generic[Read]):
    """
    A reading that is made once.

    Args:
        make: Makes it; its :class:`FlowSyncError` is raised again, the very same, whenever it is asked for.
    """

    def __init__(self, make: Callable[[], Read]) -> None:
        self._make = make
        self._value: tuple[Read] | None = None
        self._error: FlowSyncError | None = None

    def __call__(self) -> Read:
        """Return what was read, or raise what came instead."""
        if self._error:
            raise self._error
        if self._value is None:
            try:
                self._value = (self._make(),)
            except FlowSyncError as error:
                self._error = error
                raise
        return self._value[0]


class Subject:
    """
    What the checks look at.

    Attributes:
        environments: What the repository declares.
        environment: The environment's name: the one that was asked for, or the only one that there is.
        settings: What the repository says of it.
        workspace: Its files.
        endpoints: Where the platform is.
        platform: The client; nothing is sent before the first reading.
        account: Whose credentials these are, and the id of our client.
        grants: What our client may do.
        products: What the organisation has licensed.
        glance: The platform's clock and its rate limit.
        connection: The cluster's API server, and the namespace of lock and state.
        state: What was published before, and what is wrong with what was read.
        records: The last runs.

    Args:
        context: The command's options and what belongs to them.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.environments: Once[Environments] = Once(lambda: read_environments(self.options["workspace"]))
        self.environment: Once[str] = Once(self._environment)
        self.settings: Once[EnvironmentSettings] = Once(self._settings)
        self.workspace: Once[Workspace] = Once(self._workspace)
        self.endpoints: Once[Endpoints] = Once(self._endpoints)
        self.platform: Once[GenesysPlatform] = Once(lambda: context.platform(self.as_far_as_known))
        self.account: Once[tuple[Organisation, str | None]] = Once(lambda: self.platform().who_am_i())
        self.grants: Once[tuple[Grant, ...]] = Once(self._grants)
        self.products: Once[tuple[str, ...]] = Once(self._products)
        self.glance: Once[Glance] = Once(self._glance)
        self.connection: Once[Connection] = Once(self._connection)
        self.state: Once[tuple[Contents, tuple[Problem, ...]]] = Once(
            lambda: self._surroundings.store().load(self.organisation_id)
        )
        self.records: Once[RunRecords] = Once(lambda: self._surroundings.records().load(self.organisation_id))
        self._surroundings = Surroundings(context.options, context.environ, context.deadline)

    @property
    def options(self) -> dict[str, Any]:
        """The command's options by parameter name."""
        return dict(self.context.options)

    @property
    def as_far_as_known(self) -> EnvironmentSettings:
        """The settings of the environment; empty ones when they cannot be read, so that the client can be looked at."""
        try:
            return self.settings()
        except FlowSyncError:
            return EnvironmentSettings()

    @property
    def in_cluster(self) -> bool:
        """Whether this runs in a Pod."""
        return in_cluster(self.context.environ)

    @property
    def uses_cluster(self) -> bool:
        """Whether a run with these settings would use a cluster at all."""
        return self.uses("lock", "lease") or self.uses("state", "configmap") or bool(self.options["events"])

    def uses(self, setting: str, place: str) -> bool:
        """Tell whether a run would have lock or state in the cluster: by name, or because it is in one."""
        chosen = self.options[setting]
        return bool(chosen == place or (chosen == "auto" and self.in_cluster))

    def last_run(self) -> LastRun | None:
        """Return the last run of the environment that had something to write."""
        return last_run(self.records(), self.environment())

    def deployed(self) -> Deployed | None:
        """Return the last run of the environment that did all of its work."""
        return deployed(self.records(), self.environment())

    @property
    def organisation_id(self) -> str:
        """The client's organisation, otherwise the one that the environment names; raises why neither is known."""
        try:
            return self.account()[0].id
        except FlowSyncError:
            declared = self.as_far_as_known.organization_id
            if not declared:
                raise
            return declared

    def close(self) -> int:
        """Close what was opened; return how many calls were made."""
        try:
            platform = self.platform()
        except FlowSyncError:
            return 0
        platform.close()
        return platform.calls

    def _environment(self) -> str:
        given = self.options["environment"]
        if given:
            return str(given)
        known = known_environments(self.options["workspace"], self.environments())
        if len(known) == 1:
            return known[0]
        message = f"there are {len(known)} environments" + (f": {', '.join(known)}." if known else ".")
        raise InvalidInput(Problem("which-environment", message, hint="Name one with --environment."))

    def _settings(self) -> EnvironmentSettings:
        return self.environments().by_name.get(self.environment()) or EnvironmentSettings()

    def _workspace(self) -> Workspace:
        options = self.options
        workspace = load_environment(
            options["workspace"],
            self.environment(),
            flows_dir=options["flows_dir"],
            expected_digest=options["expected_digest"],
            overrides=pairs(options["set"], flag="--set"),
            getenv=self.context.environ.get,
            require_secrets=False,
        )
        self.context.redactor.add(*workspace.secrets)
        return workspace

    def _endpoints(self) -> Endpoints:
        options = self.options
        region = options["region"] or self.as_far_as_known.region or None
        return endpoints(region=region, api_base=options["api_base"], login_base=options["login_base"])

    def _grants(self) -> tuple[Grant, ...]:
        self.account()
        return self.platform().readings.grants()

    def _products(self) -> tuple[str, ...]:
        self.account()
        return self.platform().readings.products()

    def _glance(self) -> Glance:
        self.account()
        return self.platform().glance()

    def _connection(self) -> Connection:
        try:
            return self._surroundings.connection()
        except ClusterUnavailable as error:
            raise CredentialsError(error.message, hint=error.hint) from error
