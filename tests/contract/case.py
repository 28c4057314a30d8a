"""One SDK at work on one simulator: calls that say at once what is wrong with what came back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.testing import Org
from tests.contract.catalogue import Operation, operations
from tests.contract.recording import Exchange, Recording
from tests.contract.sdks import Answer, Sdk

PATIENCE = 20.0
"""Seconds for something that the simulator does at many times its usual speed."""


@dataclass
class Case:
    """An SDK, logged in, and the organisation that it works on."""

    sdk: Sdk
    org: Org
    recording: Recording

    def call(
        self,
        key: str,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        *,
        shows: Any = None,
    ) -> Any:
        """Do an operation that has to succeed, and return what the SDK shows of its answer.

        Args:
            key: Method and path of the SDK's operation.
            path: Values in the path.
            query: Values of the query.
            body: The body as JSON.
            shows: What the answer has to hold, besides anything else.

        Raises:
            AssertionError: The SDK chokes, refuses, loses something, or shows something else.
        """
        answer, raw = self._ask(key, path, query, body)
        assert not answer.error, f"{key}: refused with {answer.status}: {answer.body}"
        self._shown_whole(operations()[key][0], answer, raw)
        if shows is not None:
            lacking = list(differences(shows, answer.body))
            assert not lacking, f"{key}: {'; '.join(lacking)}"
        return answer.body

    def refused(
        self,
        status: int,
        code: str,
        key: str,
        path: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """Do an operation that has to be refused with this status and code (any, when empty)."""
        answer, _ = self._ask(key, path, query, body)
        assert answer.error, f"{key}: succeeded with {answer.status}, and should be refused with {status}"
        assert answer.status == status, f"{key}: refused with {answer.status} instead of {status}: {answer.body}"
        assert isinstance(answer.body, dict), f"{key}: the error has no body"
        assert answer.body.get("code"), f"{key}: the error body has no code: {answer.body}"
        assert code in {"", answer.body["code"]}, f"{key}: code {answer.body['code']} instead of {code}"
        return answer

    def pages(self, key: str, query: Mapping[str, Any] | None = None, *, size: int = 2) -> list[Any]:
        """Read a list page by page as the SDKs' examples do: until ``pageCount``."""
        found: list[Any] = []
        number = 1
        while True:
            shown = self.call(key, None, {**(query or {}), "pageSize": size, "pageNumber": number})
            found += shown["entities"]
            assert "pageCount" in shown, f"{key}: no pageCount"
            if number >= shown["pageCount"]:
                ids = [one.get("id") for one in found]
                assert len(set(ids)) == len(ids), f"{key}: an object stands on two pages"
                assert shown["total"] == len(found), f"{key}: total {shown['total']}, and {len(found)} on all pages"
                return found
            number += 1

    def until(self, look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
        """Look again and again until it is done; return what was seen last."""
        give_up = time.monotonic() + PATIENCE
        while not done(seen := look()):
            assert time.monotonic() < give_up, f"never done: {seen}"
            time.sleep(0.02)
        return seen

    def _ask(self, key: str, path: Any, query: Any, body: Any) -> tuple[Answer, Exchange]:
        before = len(self.recording.exchanges)
        answer = self.sdk.call(key, path, query, body)
        assert not answer.choked, f"{key}: the {self.sdk.name} SDK chokes: {answer.choked}"
        assert len(self.recording.exchanges) > before, f"{key}: no call arrived"
        return answer, self.recording.exchanges[-1]

    def _shown_whole(self, operation: Operation, answer: Answer, raw: Exchange) -> None:
        """The Python SDK's model has to hold everything that the answer held: it drops what it does not know."""
        if not operation.response or raw.method == "HEAD" or raw.status == 204:
            return
        if self.sdk.name == "python" and operation.response[0].isupper():
            assert answer.kind == operation.response, f"{operation.key}: a {answer.kind}"
        lost = list(differences(raw.data(), answer.body))
        assert not lost, f"{operation.key}: the {self.sdk.name} SDK loses {'; '.join(lost)}"


def differences(wanted: Any, shown: Any, place: str = "") -> Iterator[str]:
    """Yield what of ``wanted`` is not in ``shown``; times may be written in another way."""
    if isinstance(wanted, dict) and isinstance(shown, dict):
        for name, one in wanted.items():
            if name in shown:
                yield from differences(one, shown[name], f"{place}.{name}")
            elif one is not None:
                yield f"{place}.{name}"
    elif isinstance(wanted, list) and isinstance(shown, list):
        if len(wanted) != len(shown):
            yield f"{place}: {len(shown)} instead of {len(wanted)}"
        for index, (one, other) in enumerate(zip(wanted, shown, strict=False)):
            yield from differences(one, other, f"{place}[{index}]")
    elif not _equal(wanted, shown):
        yield f"{place}: {shown!r} instead of {wanted!r}"


def _equal(wanted: Any, shown: Any) -> bool:
    alike = type(wanted) is type(shown) or (_number(wanted) and _number(shown))
    return alike and (wanted == shown or _same_time(wanted, shown))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_time(one: Any, other: Any) -> bool:
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return False
