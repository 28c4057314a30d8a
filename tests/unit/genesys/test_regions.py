from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.errors import CredentialsMissing, InvalidInput
from hook.genesys.regions import DOMAINS, Endpoints, endpoints, find_region


@given(st.sampled_from(sorted(DOMAINS.items())), st.sampled_from([str.lower, str.upper, str.title]))
def test_every_way_to_name_a_region_finds_it(row: tuple[str, str], case: object) -> None:
    region, domain = row
    ways = [region, f" {region}\n", region.replace("-", "_"), domain, f"api.{domain}", f"https://login.{domain}/"]
    assert {find_region(case(way)) for way in ways} == {region}  # type: ignore[operator]


def test_no_two_regions_share_a_domain() -> None:
    assert len(set(DOMAINS.values())) == len(DOMAINS) == 20


def test_a_region_gives_api_and_login_host() -> None:
    assert endpoints(region="eu-central-1") == Endpoints(
        "https://api.mypurecloud.de", "https://login.mypurecloud.de", "eu-central-1"
    )


def test_an_unknown_region_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidInput, match=r"'eu-centrall-1' is no Genesys Cloud region.*'eu-central-1'"):
        endpoints(region="eu-centrall-1")


def test_explicit_bases_win_over_the_region() -> None:
    found = endpoints(region="us-east-1", api_base="http://127.0.0.1:8080/base/")
    assert found == Endpoints("http://127.0.0.1:8080/base", "https://login.mypurecloud.com", "us-east-1")


def test_both_bases_need_no_region() -> None:
    found = endpoints(api_base="http://localhost:1", login_base="http://localhost:2")
    assert found == Endpoints("http://localhost:1", "http://localhost:2", "")


@pytest.mark.parametrize("given_", [{}, {"region": " "}, {"api_base": "http://localhost:1"}])
def test_without_a_region_or_both_bases_the_way_out_is_named(given_: dict[str, str]) -> None:
    with pytest.raises(CredentialsMissing) as caught:
        endpoints(**given_)
    assert "GENESYSCLOUD_REGION" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["localhost:8080", "ftp://host", "http://", "http://h:99999", "http://h?x=1", "http://u:pw@h", "http://[::1"]
)
def test_a_base_that_is_no_plain_url_is_refused_by_its_setting(url: str) -> None:
    with pytest.raises(InvalidInput, match="FLOWSYNC_LOGIN_BASE"):
        endpoints(region="us-east-1", login_base=url)
