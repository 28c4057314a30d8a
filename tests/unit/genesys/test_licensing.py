from __future__ import annotations

import pytest

from hook.errors import PermissionDenied
from hook.genesys.licensing import licence_hint


@pytest.mark.parametrize(
    "error",
    [
        PermissionDenied("GET /x answered 403: Your organization is not licensed for this feature."),
        PermissionDenied("GET /x answered 403: no", details=("Product not enabled: wem",)),
        PermissionDenied("GET /x answered 403: The add-on is missing.", permissions=("quality:surveyForm:view",)),
    ],
)
def test_a_refusal_that_speaks_of_a_licence_is_reported_as_one(error: PermissionDenied) -> None:
    assert licence_hint(error).startswith("The organisation is not licensed for this")


def test_a_missing_permission_may_be_one_that_no_role_can_be_given() -> None:
    error = PermissionDenied(
        "GET /x answered 403 missing.permissions: You are missing the following permission(s): quality:surveyForm:view",
        permissions=("quality:surveyForm:view",),
    )
    assert licence_hint(error).startswith("If Admin > Roles does not offer quality:surveyForm:view at all")


def test_a_refusal_that_names_nothing_says_nothing_of_a_licence() -> None:
    assert licence_hint(PermissionDenied("GET /x answered 403 not.authorized: no")) == ""
