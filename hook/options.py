"""The options that several commands share, in groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hook.errors import InvalidInput
from hook.model import Place, Problem
from hook.settings import Command, key_of, option, read_config


def _load_config(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    if value is not None:
        several = {parameter.name: getattr(parameter, "multiple", False) for parameter in context.command.params}
        config = {
            name: [content] if several[name] and isinstance(content, str) else content
            for name, content in read_config(value).items()
            if name in several
        }
        lists = [name for name, content in config.items() if isinstance(content, list) and not several[name]]
        if lists:
            place = Place(str(value))
            raise InvalidInput(
                *(Problem("setting-shape", f"'{key_of(name)}' takes one value.", place) for name in lists)
            )
        context.default_map = {**(context.default_map or {}), **config}
    return value


def _options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


PATH = click.Path(path_type=Path)
WEEK = 7 * 24 * 3600.0


class Seconds(click.FloatRange):
    """A duration of at most a week; ``nan`` and ``inf`` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value as a number, or fail with what is allowed."""
        number = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value!r} is no number of seconds.", param, ctx)


POSITIVE = Seconds(min=0, min_open=True, max=WEEK)
NOT_NEGATIVE = Seconds(min=0, max=WEEK)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

common: Decorator = _options(
    option("config", type=PATH, callback=_load_config, is_eager=True, help="How to run: a YAML file of settings."),
    option("log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", help="Log level."),
    option(
        "log-format", type=click.Choice(["auto", "json", "text"]), default="auto", help="JSON unless on a terminal."
    ),
)

files: Decorator = _options(
    option("environment", short="e", required=True, help="The environment, a folder below flows/."),
    option("workspace", short="w", type=PATH, default=Path(), help="The repository's root."),
    option("flows-dir", type=PATH, help="The environment's own folder, when it is mounted by itself."),
    option("category", multiple=True, help="Only this folder below the environment's; may be repeated."),
    option("label", multiple=True, help="Only files with this label; may be repeated."),
    option("set", multiple=True, metavar="NAME=VALUE", help="A variable, stronger than the environment's."),
    option("expected-digest", variable="EXPECTED_FLOWS_DIGEST", help="The digest that the files must have."),
)

connection: Decorator = _options(
    option(
        "credentials-dir", type=PATH, default=Path("/etc/flowsync/credentials"), help="Files client_id, client_secret."
    ),
    option("region", variable="GENESYSCLOUD_REGION", help="The platform's region; the environment's file may say it."),
    option("api-base", help="Another API host, for example the simulator's."),
    option("login-base", help="Another login host."),
    option("deadline", type=POSITIVE, default=3300.0, help="Seconds that the whole run may take."),
    option("rate", type=click.IntRange(min=1), default=280, help="Calls a minute; the platform allows 300 a token."),
    option("poll-interval", type=POSITIVE, default=3.0, help="Seconds until the first look at a job."),
    option("job-timeout", type=POSITIVE, default=960.0, help="Seconds that one job may take."),
)

target: Decorator = _options(
    option("max-changes", help="How much of what exists may be overwritten, for example 30% or 12; guard thresholds."),
    option("state", default="auto", help="Where the state is kept: auto, none, file:PATH, or configmap."),
    option(
        "on-drift",
        type=click.Choice(["fail", "overwrite"]),
        default="fail",
        help="A flow that somebody else published, or had.",
    ),
)

cluster: Decorator = _options(
    option("lock-namespace", default="", help="Where lock and state are in a cluster; the Pod's own by default."),
    option("termination-log", type=PATH, help="Where the termination message goes; in a cluster, where it looks."),
    option("marker", default="", help="The ConfigMap that tells Argo CD whether all of the files are live."),
    option("marker-inputs", default="", help="What that ConfigMap calls these files and settings."),
    # What the Pod says of itself, by the downward API.
    option("pod-name", default="", hidden=True),
    option("pod-namespace", default="", hidden=True),
    option("pod-uid", default="", hidden=True),
    option("job-name", default="", hidden=True),
    option("job-uid", default="", hidden=True),
)

lock: Decorator = _options(
    option("lock", type=click.Choice(["auto", "none", "lease"]), default="auto", help="One run at a time; by a Lease."),
    option("lock-timeout", type=NOT_NEGATIVE, default=300.0, help="Seconds to wait for another run."),
    option("events/no-events", default=None, help="Tell Events on the Job; in a cluster by default."),
)

output: Decorator = _options(
    option(
        "output", short="o", type=click.Choice(["text", "json", "markdown"]), default="text", help="Format of stdout."
    ),
    option("report", type=PATH, help="Also write the result here: .txt, .json, .md or .xml (JUnit)."),
)
