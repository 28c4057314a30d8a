"""Variables, arguments and settings that are refused, each with what must be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.cli.bad_files import Files


@dataclass(frozen=True)
class BadSurroundings:
    """Variables (``None`` takes one away), arguments and files besides a good repository, and what comes of them."""

    item: str
    code: int
    words: tuple[str, ...]
    variables: Mapping[str, str | None] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    files: Files = field(default_factory=dict)


ID, PASSWORD = "GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"

BAD_SURROUNDINGS = (
    BadSurroundings(
        "no credentials",
        4,
        ("no OAuth client credentials", f"{ID} is not set", "no-credentials does not exist", f"Set {ID}"),
        {ID: None, PASSWORD: None},
    ),
    BadSurroundings("an empty secret", 4, (f"{PASSWORD} is empty", f"Set {ID}"), {PASSWORD: ""}),
    BadSurroundings("a secret of blanks", 4, (f"{PASSWORD} is empty", f"Set {ID}"), {PASSWORD: "  "}),
    BadSurroundings("an id without its secret", 4, (f"{PASSWORD} is not set",), {PASSWORD: None}),
    BadSurroundings(
        "a mounted secret without its half",
        4,
        ("mounted/client_secret does not exist", f"Set {ID}"),
        {ID: None, PASSWORD: None},
        ("--credentials-dir", "mounted"),
        {"mounted/client_id": "flowsync"},
    ),
    BadSurroundings(
        "a client that this region does not know",
        4,
        ("invalid_client", "Check the client id and secret", "and the region", "another region gets the same answer"),
        {ID: "a-client-of-frankfurt"},
    ),
    BadSurroundings("a wrong secret", 4, ("invalid_client", "environment variables"), {PASSWORD: "not-it"}),
    BadSurroundings(
        "no region and no hosts",
        4,
        ("no Genesys Cloud region", "Set GENESYSCLOUD_REGION"),
        {"FLOWSYNC_API_BASE": None, "FLOWSYNC_LOGIN_BASE": None},
    ),
    BadSurroundings(
        "a region that does not exist",
        3,
        ("'mypurecloud.dee' is no Genesys Cloud region", "Did you mean 'mypurecloud.de'?"),
        {"GENESYSCLOUD_REGION": "mypurecloud.dee"},
    ),
    BadSurroundings("an unknown flag", 3, ("--conferm", "--confirm"), arguments=("--conferm",)),
    BadSurroundings("an unknown choice", 3, ("--on-drift", "'fail'", "'overwrite'"), arguments=("--on-drift", "x")),
    BadSurroundings(
        "an unknown setting in the config file",
        3,
        ("run.yaml", "'onDrfit' is no setting", "Did you mean onDrift?"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "onDrfit: overwrite\n"},
    ),
    BadSurroundings(
        "a value in the config file that cannot be",
        3,
        ("concurrency", "'many'"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "concurrency: many\n"},
    ),
    BadSurroundings(
        "a setting twice in the config file",
        3,
        ("run.yaml:2:1", "'onDrift'", "twice"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "onDrift: fail\nonDrift: overwrite\n"},
    ),
    BadSurroundings(
        "a mapping in the config file",
        3,
        ("run.yaml", "'report' holds a mapping", "Write a text"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "report: {file: report.json}\n"},
    ),
    BadSurroundings(
        "a list in the config file where one value belongs",
        3,
        ("run.yaml", "'report' takes one value"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "report: [report.json, report.md]\n"},
    ),
    BadSurroundings("no config file", 3, ("run.yaml", "cannot be read"), arguments=("--config", "run.yaml")),
    BadSurroundings(
        "a config file that is a list",
        3,
        ("run.yaml", "must hold a mapping"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "- onDrift\n"},
    ),
    BadSurroundings(
        "an unknown variable",
        3,
        ("FLOWSYNC_ON_DRFIT is no setting", "Did you mean FLOWSYNC_ON_DRIFT?"),
        {"FLOWSYNC_ON_DRFIT": "overwrite"},
    ),
    BadSurroundings(
        "a variable that has another name",
        3,
        ("FLOWSYNC_EXPECTED_DIGEST is no setting", "Did you mean EXPECTED_FLOWS_DIGEST?"),
        {"FLOWSYNC_EXPECTED_DIGEST": "sha256:0"},
    ),
    BadSurroundings(
        "another digest than expected",
        3,
        ("flows/dev", "sha256:", "sha256:0000 is expected", "sync again"),
        {"EXPECTED_FLOWS_DIGEST": "sha256:0000"},
    ),
    BadSurroundings(
        "a report without a format",
        3,
        ("report.pdf", "'.pdf'", "Use one of .txt, .json, .md, .xml"),
        arguments=("--report", "report.pdf"),
    ),
    BadSurroundings(
        "a report in no folder",
        3,
        ("reports/report.json", "does not exist", "Make it"),
        arguments=("--report", "reports/report.json"),
    ),
    BadSurroundings(
        "a variable without a value", 3, ("--set takes NAME=VALUE", "'company'"), arguments=("--set", "company")
    ),
    BadSurroundings(
        "a category that does not exist",
        3,
        ("no category 'voce'", "Did you mean 'voice'?"),
        arguments=("--category", "voce"),
    ),
    BadSurroundings(
        "a label that no file has", 3, ("no file has one of the labels sales",), arguments=("--label", "sales")
    ),
    BadSurroundings(
        "a state that cannot be", 3, ("--state cannot be 'postgres'", "file:PATH"), arguments=("--state", "postgres")
    ),
    BadSurroundings(
        "a plan that is none",
        3,
        ("plan.json", "is no plan"),
        arguments=("--plan", "plan.json"),
        files={"plan.json": "{}"},
    ),
    BadSurroundings(
        "a guard in a mode that does not exist",
        3,
        ("guards.references.mode", "'enforce', 'warn' or 'off'"),
        files={"environments.json": '{"environments": {"dev": {"guards": {"references": "silent"}}}}'},
    ),
    BadSurroundings(
        "a guard that does not exist",
        3,
        ("no guard 'reference'", "permissions, references"),
        files={"environments.json": '{"environments": {"dev": {"guards": {"reference": "off"}}}}'},
    ),
)
