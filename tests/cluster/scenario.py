"""A scenario: a flows repository made by `flowsync init`, Applications that deploy it, and an organisation for each."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulator.testing import Org, Simulator, running
from tests.cluster import repository
from tests.cluster.argo import App, Argo
from tests.cluster.kube import RESTRICTED, Kube, Object
from tests.cluster.lab.access import Access
from tests.cluster.repository import Repository

IMAGE = "flow-sync:lab"
SECRET = "genesys-credentials"
ARGO_NAMESPACE = "argocd"
CLIENT = ("flowsync", "secret-of-flowsync")

Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Site:
    """One environment of a scenario: its Application, its namespace (of the same name) and its organisation."""

    environment: str
    application: str
    release: str
    simulator: Simulator

    @property
    def namespace(self) -> str:
        """The namespace."""
        return self.application

    @property
    def org(self) -> Org:
        """The organisation."""
        return self.simulator.org

    @property
    def job(self) -> str:
        """The Job that a sync runs."""
        return f"{self.release}-sync"

    @property
    def cron_job(self) -> str:
        """The suspended CronJob: the rerun button."""
        return f"{self.release}-rerun"

    def uploads(self) -> int:
        """How many documents the organisation was given since its calls were last forgotten."""
        return sum(call.listener == "storage" for call in self.org.calls(method="PUT"))


@dataclass
class Scenario:
    """A repository and the environments that it deploys to.

    Attributes:
        access: The cluster.
        name: Of chart, release and project; no other scenario has it.
        repository: The flows repository.
        sites: Environment → site.
        files: Where the scenario may write files of its own.
    """

    access: Access
    kube: Kube
    argo: Argo
    name: str
    repository: Repository
    sites: dict[str, Site]
    files: Path
    applications: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """The only environment, or the first."""
        return next(iter(self.sites.values()))

    def flow(self, name: str, *, environment: str = "") -> str:
        """Return the path of a flow's file in the repository."""
        return f"flows/{environment or self.site.environment}/all/{name}.yaml"

    def write_flow(self, name: str, text: str, *, environment: str = "") -> None:
        """Write a flow's file; nothing happens before a push."""
        self.repository.write(self.flow(name, environment=environment), text)

    def values(self, change: Change, *, environment: str = "") -> None:
        """Change `values/<environment>.yaml`; nothing happens before a push."""
        _edit(self.repository.clone / "values" / f"{environment or self.site.environment}.yaml", change)

    def settings(self, change: Change, *, environment: str = "") -> None:
        """Change what `environments.yaml` says of an environment; nothing happens before a push."""
        name = environment or self.site.environment
        _edit(self.repository.clone / "environments.yaml", lambda document: change(document["environments"][name]))

    def credentials(self, site: Site, client: tuple[str, str] = CLIENT) -> None:
        """Create or replace the Secret with the OAuth client."""
        self.kube.secret(site.namespace, SECRET, {"client_id": client[0], "client_secret": client[1]})

    def install(self, *, change: Change | None = None) -> None:
        """Apply the project and the Applications that `flowsync init` made, as the README tells.

        Args:
            change: Changes an Application before it is applied.
        """
        folder = self.repository.clone / "argocd"
        self.kube.apply_file(folder / "project.yaml")
        for site in self.sites.values():
            document = yaml.safe_load((folder / f"application-{site.environment}.yaml").read_text("utf-8"))
            # A scenario has no half minute for each retry.
            document["spec"]["syncPolicy"]["retry"]["backoff"]["duration"] = "2s"
            if change:
                change(document)
            self.kube.apply(document)
            self.applications.append(site.application)

    def head(self) -> str:
        """Return the commit that was pushed last."""
        return self.repository.git("rev-parse", "HEAD").strip()

    def push(self, message: str) -> str:
        """Push what was written, tell Argo CD to look, and return the commit."""
        revision = self.repository.push(message)
        for name in self.applications:
            self.argo.refresh(name)
        return revision

    def deploy(self, message: str, *, timeout: float = 150) -> App:
        """Push, and wait until the only Application is Synced at that commit."""
        before = self.argo.app(self.site.application)
        revision = self.push(message)
        return self.argo.wait_synced(self.site.application, revision, after=before.started, timeout=timeout)

    def recover(self) -> None:
        """Go back to the content of the first commit unless the Application is Synced: what comes after a failure."""
        app = self.argo.app(self.site.application)
        if app.sync == "Synced" and app.revision == self.head() and app.ended:
            return
        if not app.ended:
            self.argo.terminate(self.site.application)
        first = self.repository.git("rev-list", "--max-parents=0", "HEAD").strip()
        self.repository.git("checkout", "--quiet", first, "--", ".")
        revision = self.push("Back to the beginning")
        app = self.argo.wait_compared(self.site.application, revision)
        if app.sync == "Synced" and app.ended:  # what failed before is taken back, and Argo CD finds nothing to do
            self.argo.sync(self.site.application)
        self.argo.wait_synced(self.site.application, revision)

    def runs(self) -> int:
        """Return how many Pods Jobs ever started in the only environment."""
        return len(self.kube.runs(self.site.namespace))

    def pod(self, job: str = "") -> Object:
        """Return the newest Pod of a Job, by default of the one that a sync runs."""
        found = self.kube.pod_of(job or self.site.job, self.site.namespace)
        assert found is not None, f"Job {job or self.site.job} has no Pod"
        return found

    def log(self, job: str = "") -> str:
        """Return the log of the newest Pod of a Job, by default of the one that a sync runs."""
        return self.kube.logs(self.pod(job)["metadata"]["name"], self.site.namespace)

    def lease(self) -> Object:
        """Return what stands in the Lease of the only organisation, empty when there is none."""
        found = self.kube.get("lease", f"flowsync-{self.site.org.id}", self.site.namespace)
        return dict(found["spec"]) if found else {}

    def describe(self) -> str:
        """Everything that helps to understand a failure."""
        parts = []
        for site in self.sites.values():
            if site.application in self.applications:
                parts.append(f"{site.application}: {self.argo.app(site.application)!r}")
            parts.append(self.kube.run("get", "all,configmaps,leases", "-n", site.namespace, check=False).stdout)
            parts.append(self.kube.run("get", "events", "-n", site.namespace, check=False).stdout)
            for pod in self.kube.all("pods", site.namespace):
                name = pod["metadata"]["name"]
                parts.append(f"log of {name}:\n{self.kube.run('logs', name, '-n', site.namespace, check=False).stdout}")
        return "\n".join(parts)

    def remove(self) -> None:
        """Take everything away that the scenario put into the cluster, without waiting for it."""
        gone = '{"metadata":{"finalizers":null}}'
        for site in self.sites.values():
            place = ("-n", ARGO_NAMESPACE)
            self.kube.run("patch", "application", site.application, *place, "--type=merge", "-p", gone, check=False)
            self.kube.run("delete", "application", site.application, *place, "--wait=false", check=False)
            for job in self.kube.all("jobs", site.namespace):
                name = job["metadata"]["name"]
                self.kube.run("patch", "job", name, "-n", site.namespace, "--type=merge", "-p", gone, check=False)
            self.kube.delete("namespace", site.namespace, "", wait=False)
        self.kube.run("delete", "appproject", self.name, "-n", ARGO_NAMESPACE, "--wait=false", check=False)


def without_retries(application: dict[str, Any]) -> None:
    """Change an Application so that a failed sync is not tried again, which saves time where retries do not matter."""
    application["spec"]["syncPolicy"]["retry"] = {"limit": 0}


def looking_for_drift(values: dict[str, Any]) -> None:
    """Switch the drift CronJob on in a values file; it starts no Job by itself before next year."""
    values["drift"] = {"enabled": True, "schedule": "0 0 1 1 *"}


@contextlib.contextmanager
def scenario(
    access: Access,
    kube: Kube,
    argo: Argo,
    *,
    environments: tuple[str, ...] = ("dev",),
    options: tuple[str, ...] = (),
    settings: Mapping[str, Any] | None = None,
    credentials: bool = True,
    speed: float = 200.0,
) -> Iterator[Scenario]:
    """Make a scenario: organisations, namespaces, and a repository that is pushed but not yet installed.

    Args:
        access: The cluster.
        kube: The cluster by kubectl.
        argo: Argo CD.
        environments: Their names, in the order of promotion.
        options: Further options of `flowsync init`.
        settings: Further settings of the run (keys of a config file).
        credentials: Whether each namespace gets its Secret.
        speed: By how much the platform's delays are shortened.
    """
    name = f"t{uuid.uuid4().hex[:8]}"
    with contextlib.ExitStack() as stack:
        repo = repository.create(access.git, name)
        stack.callback(repo.delete)
        sites = {
            environment: Site(
                environment, f"{name}-{environment}", name, stack.enter_context(running(host=access.host, speed=speed))
            )
            for environment in environments
        }
        made = Scenario(access, kube, argo, name, repo, sites, access.git / f"{name}-files")
        made.files.mkdir()
        stack.callback(made.remove)
        _initialise(repo, name, environments, options)
        for site in sites.values():
            kube.create_namespace(site.namespace, RESTRICTED)
            if credentials:
                made.credentials(site)
            _settle(made, site, settings or {})
        repo.push("Flows repository made by flowsync init")
        yield made


def _initialise(repo: Repository, name: str, environments: tuple[str, ...], options: tuple[str, ...]) -> None:
    asked = [word for environment in environments for word in ("--environment", environment)]
    command = [sys.executable, "-m", "hook", "init", str(repo.clone), "--name", name, "--repo-url", repo.url]
    command += ["--image", IMAGE, *asked, *options]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FLOWSYNC_")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"flowsync init ended with {done.returncode}:\n{done.stdout}{done.stderr}"


def _settle(made: Scenario, site: Site, settings: Mapping[str, Any]) -> None:
    """Say in the repository where the organisation is."""

    def organisation(environment: dict[str, Any]) -> None:
        environment.update(organizationId=site.org.id, region="mypurecloud.com")

    def values(document: dict[str, Any]) -> None:
        document["settings"] = {"apiBase": site.simulator.api, "loginBase": site.simulator.login, **settings}

    made.settings(organisation, environment=site.environment)
    made.values(values, environment=site.environment)


def _edit(path: Path, change: Change) -> None:
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
