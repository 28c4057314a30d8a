"""Which proxy and which certificate authorities are in force?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from hook.commands.doctor.protocol import Check, Seen, fail, ok, warn
from hook.commands.doctor.subject import Subject
from hook.model import ExitCode

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What the client library reads, in this order."""
IGNORED = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""What other programs read, and the client library does not."""


def look(subject: Subject) -> Iterator[Seen]:
    """Look at the variables, and load the certificates that they name; nothing is sent."""
    environ = subject.context.environ
    yield ok(f"{_proxy(subject)}; {_authorities(environ)}.")
    bundle = next((name for name in BUNDLES if environ.get(name)), "")
    if bundle and (why_not := _unusable(Path(environ[bundle]))):
        seen = f"{bundle} names {environ[bundle]}, which cannot be used: {why_not}."
        yield fail(seen, "Mount a file of PEM certificates there, or remove the variable.", ExitCode.INVALID_INPUT)
    others = [name for name in IGNORED if environ.get(name)]
    if others and not bundle:
        seen = f"{' and '.join(others)} is set, which is not read for calls of the platform."
        yield warn(seen, f"Where a private authority signs, set {BUNDLES[0]} to the same file.")


def _proxy(subject: Subject) -> str:
    hosts = [urlsplit(url) for url in (subject.endpoints().api, subject.endpoints().login)]
    proxies = getproxies()
    direct = [host.hostname for host in hosts if proxy_bypass(host.hostname or "")]
    used = {
        proxy
        for host in hosts
        if host.hostname not in direct and (proxy := proxies.get(host.scheme) or proxies.get("all"))
    }
    if not used:
        return "no proxy"
    # A proxy's address may hold a password.
    shown = ", ".join(sorted(urlsplit(proxy).netloc.rpartition("@")[2] or "unreadable address" for proxy in used))
    return f"proxy {shown}" + (f" (not for {', '.join(filter(None, direct))})" if direct else "")


def _authorities(environ: Mapping[str, str]) -> str:
    named = [f"{name}={environ[name]}" for name in BUNDLES if environ.get(name)]
    return f"certificate authorities of {named[0]}" if named else "the client library's own certificate authorities"


def _unusable(path: Path) -> str:
    if not path.exists():
        return "there is no such file"
    try:
        if path.is_dir():
            ssl.create_default_context(capath=str(path))
        else:
            ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error)
    return ""


CHECK = Check("network", look)
