from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from hook.log import configure
from hook.redaction import Redactor

SECRET = "the-pin-4711"


def started(*, level: str = "debug", as_json: bool = True, **bound: str) -> io.StringIO:
    redactor = Redactor()
    redactor.add(SECRET)
    stream = io.StringIO()
    configure(redactor=redactor, level=level, as_json=as_json, bound=bound, stream=stream)
    return stream


def only_event(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    event: dict[str, Any] = json.loads(line)
    return event


def test_an_event_is_one_json_line_with_when_how_bad_and_whose() -> None:
    stream = started(run="r1", environment="dev")
    structlog.get_logger().warning("two\nlines", object="inboundcall 'Ä'")
    event = only_event(stream)
    assert datetime.fromisoformat(event.pop("timestamp")).utcoffset() == datetime.now(UTC).utcoffset()
    assert event == {
        "level": "warning",
        "event": "two\nlines",
        "object": "inboundcall 'Ä'",
        "run": "r1",
        "environment": "dev",
    }


def test_what_an_earlier_run_was_called_is_forgotten() -> None:
    started(run="r1", environment="dev")
    stream = started(run="r2")
    structlog.get_logger().info("x")
    assert only_event(stream).items() >= {"run": "r2"}.items()
    assert "environment" not in only_event(stream)


@pytest.mark.parametrize(
    ("level", "written"),
    [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)],
)
def test_events_below_the_level_are_not_written(level: str, written: int) -> None:
    stream = started(level=level)
    log = structlog.get_logger()
    for method in (log.debug, log.info, log.warning, log.error):
        method("x")
    assert len(stream.getvalue().splitlines()) == written


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"x {SECRET}", "x ***"),
        ({"deep": [{"er": f"{SECRET}!"}]}, {"deep": [{"er": "***!"}]}),
        ((SECRET, 1, None, True, 0.5), ["***", 1, None, True, 0.5]),
        (Path("/vault") / SECRET, "/vault/***"),
        (ValueError(SECRET), "***"),
        (SECRET.encode(), "b'***'"),
    ],
)
def test_a_secret_is_masked_wherever_it_is_in_an_event(value: object, shown: object) -> None:
    stream = started()
    structlog.get_logger().info("x", value=value)
    assert only_event(stream)["value"] == shown


def test_a_secret_is_masked_in_what_was_bound() -> None:
    stream = started(environment=SECRET)
    structlog.get_logger().info(SECRET)
    assert (only_event(stream)["event"], only_event(stream)["environment"]) == ("***", "***")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_is_written_without_the_secret(as_json: bool) -> None:
    stream = started(as_json=as_json)
    try:
        Path(f"/no/way/on/with/{SECRET}").read_text(encoding="utf-8")
    except OSError as error:
        structlog.get_logger().error("bug", exc_info=error)
    assert "Traceback" in stream.getvalue()
    assert "'/no/way/on/with/***'" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_text_is_readable_and_without_colours_where_there_is_no_terminal() -> None:
    stream = started(as_json=False, run="r1")
    structlog.get_logger().info("planned", writes=3)
    assert "planned" in stream.getvalue()
    assert "writes=3" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
