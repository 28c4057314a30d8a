"""Where the platform is: the regions and their hosts."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from urllib.parse import urlsplit

from hook.errors import CredentialsMissing, InvalidInput
from hook.model import Problem

DOMAINS = {
    "us-east-1": "mypurecloud.com",
    "us-east-2": "use2.us-gov-pure.cloud",
    "us-west-2": "usw2.pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
    "sa-east-1": "sae1.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "eusc-de-east-1": "edee1.eusc-pure.cloud",
    "me-central-1": "mec1.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
    "dca": "inindca.com",
    "tca": "inintca.com",
}
"""AWS region → domain, as the official Python SDK, the Terraform provider and the ``gc`` command line have it."""

_HOSTS = ("api.", "login.", "apps.")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The two base URLs, without a trailing slash; ``region`` is empty when both were given by hand."""

    api: str
    login: str
    region: str = ""


def find_region(name: str) -> str:
    """Return the AWS name of a region.

    Args:
        name: An AWS name (``eu-central-1``), a domain (``mypurecloud.de``) or a host or URL in it, in any case.

    Raises:
        InvalidInput: There is no such region; names the nearest.
    """
    wanted = name.strip().casefold()
    wanted = (urlsplit(wanted).hostname or "") if "://" in wanted else wanted.strip("/")
    for host in _HOSTS:
        wanted = wanted.removeprefix(host)
    wanted = wanted if "." in wanted else wanted.replace("_", "-")
    by_domain = {domain: region for region, domain in DOMAINS.items()}
    region = wanted if wanted in DOMAINS else by_domain.get(wanted)
    if region:
        return region
    near = difflib.get_close_matches(wanted, [*DOMAINS, *by_domain], n=1, cutoff=0.0)
    raise InvalidInput(
        Problem(
            code="unknown-region",
            message=f"'{name}' is no Genesys Cloud region.",
            hint=f"Did you mean '{near[0]}'? Known regions: {', '.join(DOMAINS)}.",
        )
    )


def endpoints(*, region: str | None = None, api_base: str | None = None, login_base: str | None = None) -> Endpoints:
    """Return where to send requests; explicit bases win over the region's hosts.

    Args:
        region: A name that :func:`find_region` knows.
        api_base: For example ``http://127.0.0.1:8080``; a path in front of ``/api/v2`` is kept.
        login_base: The same for the login host, whose ``/oauth/token`` issues tokens.

    Raises:
        CredentialsMissing: Neither a region nor both bases were given.
        InvalidInput: The region is unknown, or a base is no http(s) URL.
    """
    found = find_region(region) if region and region.strip() else ""
    api = _base(api_base, "FLOWSYNC_API_BASE") if api_base else ""
    login = _base(login_base, "FLOWSYNC_LOGIN_BASE") if login_base else ""
    if not found and not (api and login):
        raise CredentialsMissing(
            "no Genesys Cloud region was given",
            hint="Set GENESYSCLOUD_REGION, for example to eu-central-1"
            " (or both FLOWSYNC_API_BASE and FLOWSYNC_LOGIN_BASE).",
        )
    domain = DOMAINS.get(found, "")
    return Endpoints(api=api or f"https://api.{domain}", login=login or f"https://login.{domain}", region=found)


def _base(url: str, name: str) -> str:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or parts.password:
        raise InvalidInput(
            Problem(
                code="invalid-url",
                message=f"{name} is no plain http or https URL.",
                hint="Give scheme, host and port, for example http://127.0.0.1:8080, without user, query or fragment.",
            )
        )
    return url.strip().rstrip("/")
