from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from hook.errors import (
    ApiUnavailable,
    AuthenticationFailed,
    Conflict,
    FlowSyncError,
    NotFound,
    PermissionDenied,
    PlatformRefused,
    RateLimited,
    UnexpectedResponse,
)
from hook.genesys.responses import BrokenBody, error_body, read, refusal
from hook.genesys.wire import Answer


def answer(status: int, body: object, *, content_type: str = "application/json; charset=utf-8") -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"ININ-Correlation-Id": "corr-1", "Content-Type": content_type}
    return Answer(status=status, headers=CaseInsensitiveDict(headers), body=content)


def reading(given_: Answer) -> object:
    return read(given_, request="GET /x", redact=lambda text: text.replace("hush", "***"))


def refused(status: int, body: object) -> FlowSyncError:
    with pytest.raises(FlowSyncError) as caught:
        reading(answer(status, body))
    return caught.value


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, PlatformRefused),
        (401, AuthenticationFailed),
        (403, PermissionDenied),
        (404, NotFound),
        (408, ApiUnavailable),
        (409, Conflict),
        (410, NotFound),
        (412, Conflict),
        (413, PlatformRefused),
        (429, RateLimited),
        (500, ApiUnavailable),
        (504, ApiUnavailable),
        (301, UnexpectedResponse),
    ],
)
@pytest.mark.parametrize("body", [{"message": "the words", "code": "some.code", "contextId": "other"}, b"<p>the words"])
def test_each_status_has_its_exception(status: int, expected: type[FlowSyncError], body: object) -> None:
    error = refused(status, body)
    assert type(error) is expected
    assert "the words" in error.message
    assert error.message.startswith(f"GET /x answered {status}")
    assert error.correlation_id == "corr-1"


def test_a_refusal_carries_status_code_and_details() -> None:
    error = refused(
        400,
        {
            "message": "Value [hush] is not valid",
            "code": "invalid.value",
            "details": [{"errorCode": "bad", "fieldName": "hush", "entityName": None}, {}],
            "errors": [{"code": "inner", "message": "because"}],
        },
    )
    assert isinstance(error, PlatformRefused)
    assert (error.status, error.code) == (400, "invalid.value")
    assert error.message == "GET /x answered 400 invalid.value: Value [***] is not valid"
    assert error.details == ("***: bad", "inner: because")


def test_the_context_id_stands_in_for_a_missing_header() -> None:
    bare = Answer(status=500, headers={}, body=b'{"message": "oops", "contextId": "from-body"}')
    assert refusal(bare, request="GET /x", redact=str).correlation_id == "from-body"


def test_a_stale_version_is_a_conflict_even_as_a_400() -> None:
    assert type(refused(400, {"message": "The version does not match the current version."})) is Conflict


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (
            {
                "code": "missing.permissions",
                "message": "Unable to perform the requested action. You are missing the following permission(s):"
                " architect:flow:view, architect:job:create",
            },
            "the permission",
        ),
        (
            {
                "code": "missing.any.permissions",
                "message": "You must have at least one",
                "messageParams": {"p": "[architect:flow:view, architect:job:create]"},
            },
            "one of the permissions",
        ),
    ],
)
def test_missing_permissions_are_named(body: object, word: str) -> None:
    error = refused(403, body)
    assert isinstance(error, PermissionDenied)
    assert error.permissions == ("architect:flow:view", "architect:job:create")
    assert f"{word} architect:flow:view, architect:job:create" in error.hint


def test_a_403_that_names_none_still_has_a_way_out() -> None:
    error = refused(403, {"code": "not.authorized", "message": "no"})
    assert isinstance(error, PermissionDenied)
    assert error.permissions == ()
    assert "role" in error.hint


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert reading(answer(204, body)) == {}


def test_a_206_is_read_like_any_success() -> None:
    assert reading(answer(206, {"entities": []})) == {"entities": []}


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "message": "it hush failed"},
        {"Success": "FALSE", "error": "it hush failed"},
        {"success": " false ", "errorMessage": "it hush failed", "code": "X"},
        {"result": {"success": False, "description": "it hush failed"}},
        {"data": {"success": "False", "message": {"why": "it hush failed"}}},
    ],
)
def test_a_success_that_says_false_is_a_failure(body: object) -> None:
    error = refused(200, body)
    assert type(error) is UnexpectedResponse
    assert "success: false" in error.message
    assert "it *** failed" in error.message


def test_a_success_that_says_false_without_a_word_is_a_failure_too() -> None:
    assert "no message" in refused(202, {"success": False}).message


@pytest.mark.parametrize(
    "body",
    [
        {"success": True},
        {"success": "true"},
        {"success": None},
        {"properties": {"success": False}},
        {"data": ["success", False]},
        {"successful": False},
    ],
)
def test_data_that_only_resembles_it_is_none(body: object) -> None:
    assert reading(answer(200, body)) == body


def test_the_page_of_a_proxy_is_told_with_its_type_and_beginning() -> None:
    with pytest.raises(UnexpectedResponse, match=r"text/html instead of JSON: <html> Sign \*\*\* in") as caught:
        reading(answer(200, b"<html>\n Sign  hush in" + b"x" * 9999, content_type="text/html"))
    assert len(caught.value.message) < 300
    assert "proxy" in caught.value.hint


def test_an_error_without_any_body_says_so() -> None:
    assert "an empty body" in refused(500, b"").message
    bare = Answer(status=400, headers={}, body=b"\xff")
    assert "no content type" in refusal(bare, request="GET /x", redact=str).message


@pytest.mark.parametrize("body", [b'{"a": [1, 2', b"[1,", b'{"a": "\xff"}', b"[" * 100_000])
def test_json_that_ends_too_early_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenBody, match="no complete JSON"):
        reading(answer(200, body))


@pytest.mark.parametrize("body", [[1], "text", 5, None])
def test_json_that_is_no_object_is_unexpected(body: object) -> None:
    with pytest.raises(UnexpectedResponse, match="where an object was expected"):
        reading(answer(200, body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(st.integers(300, 599), JSON | st.binary())
def test_no_error_body_breaks_the_reading(status: int, body: object) -> None:
    assert isinstance(refused(status, body), FlowSyncError)


@given(st.dictionaries(st.sampled_from(["message", "code", "details", "errors", "limit", "messageParams"]), JSON))
def test_an_error_body_of_wrong_types_still_gives_an_exception(body: object) -> None:
    assert refused(400, body).message.startswith("GET /x answered 400")


def test_a_limit_error_names_its_limit() -> None:
    assert error_body(answer(429, {"limit": {"key": "a.b"}})).limit_key == "a.b"
    assert not error_body(answer(429, {})).limit_key
