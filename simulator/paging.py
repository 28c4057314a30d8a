"""Listings by page number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from simulator.errors import PlatformError
from simulator.http import Call, Reply, json_reply

Item = TypeVar("Item")


def page(
    call: Call,
    items: Sequence[Item],
    render: Callable[[Item], dict[str, Any]],
    *,
    maximum: int,
    extra: dict[str, Any] | None = None,
    without: Collection[str] = (),
) -> Reply:
    """Return the page that the call asks for, with ``extra`` attributes; only its items are rendered.

    A few listings lack some of the usual attributes: those ``without`` which it is.

    Raises:
        PlatformError: 400 when the page size is above ``maximum``; the platform's text is not known.
    """
    size = call.number("pageSize", 25)
    number = call.number("pageNumber", 1)
    if size > maximum:
        raise PlatformError(
            400,
            call.settings.page_size_code,
            f"The page size [{size}] exceeds the maximum of [{maximum}].",
            params={"pageSize": str(size), "maximum": str(maximum)},
        )
    count = -(-len(items) // size)

    def uri(wanted: int) -> str:
        rest = [(key, value) for key, value in call.query.multi_items() if key not in {"pageNumber", "pageSize"}]
        return f"{call.path}?{urlencode([*rest, ('pageSize', size), ('pageNumber', wanted)])}"

    body: dict[str, Any] = {
        **(extra or {}),
        "entities": [render(item) for item in items[(number - 1) * size : number * size]],
        "pageSize": size,
        "pageNumber": number,
        "total": len(items),
        "pageCount": count,
        "selfUri": uri(number),
        "firstUri": uri(1),
        "lastUri": uri(max(count, 1)),
    }
    if number < count:
        body["nextUri"] = uri(number + 1)
    if number > 1:
        body["previousUri"] = uri(number - 1)
    return json_reply({key: value for key, value in body.items() if key not in without} if without else body)
