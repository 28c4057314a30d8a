"""One HTTP exchange. The client library's exceptions end here.

What matters to a caller of a broken exchange is a single thing: may the request have arrived? Texts and causes
never hold a URL, since presigned ones are secrets.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from hook import __version__

USER_AGENT = f"genesys-flow-sync/{__version__}"
CHUNK = 1 << 16
LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes; a listing page of 500 flows has about one million."""
POOL = 64

Authorise = Callable[[requests.PreparedRequest], requests.PreparedRequest]
Parameters = Mapping[str, "str | list[str]"]


class WireError(Exception):
    """No complete answer came.

    Args:
        text: What happened, without any URL.
        may_have_arrived: Whether the platform may have acted on the request.
        permanent: Whether sending again would be in vain (a certificate, a malformed URL).
    """

    def __init__(self, text: str, *, may_have_arrived: bool, permanent: bool = False) -> None:
        super().__init__(text)
        self.may_have_arrived = may_have_arrived
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer; ``headers`` ignore case, ``body`` is decoded from its transfer and content coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float = 0.0

    @property
    def correlation_id(self) -> str:
        """The platform's ``ININ-Correlation-Id``; empty when there is none."""
        return self.headers.get("ININ-Correlation-Id", "")

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def no_authorisation(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave the request as it is; given explicitly, because without any the library would look into ``.netrc``."""
    return request


class _Session(requests.Session):
    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:  # noqa: ARG002  (the library's)
        """Carry no authorisation to wherever a redirect leads, and none from ``.netrc`` either."""
        prepared_request.headers.pop("Authorization", None)


class Wire:
    """Sends requests, each exactly once, over a pool of connections that threads share.

    Proxies and certificate bundles come from the environment, as the library has it (``HTTPS_PROXY``,
    ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``).

    Args:
        timeout: Seconds to connect, and seconds without any byte of the answer.
        redirects: Whether redirects are followed (storage services use them, the platform's API does not).
    """

    def __init__(self, *, timeout: tuple[float, float] = (5.0, 30.0), redirects: bool = False) -> None:
        self._timeout = timeout
        self._redirects = redirects
        self._sent = 0
        self._lock = threading.Lock()
        self._session = _Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=POOL))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    @property
    def sent(self) -> int:
        """How many requests were sent, or tried to be."""
        return self._sent

    def send(
        self,
        method: str,
        url: str,
        *,
        authorise: Authorise = no_authorisation,
        params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        longest: float = float("inf"),
        limit: int = LARGEST_ANSWER,
    ) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Args:
            method: The HTTP verb.
            url: An absolute URL.
            authorise: Adds the authorisation to the prepared request.
            params: The query; a list is sent as a repeated parameter.
            headers: Sent as given, beside the library's own (Accept, Accept-Encoding, Connection, User-Agent).
            data: The body; no Content-Type is added to it.
            longest: Seconds that the run has left; shortens the timeouts.
            limit: The most bytes to accept.

        Raises:
            WireError: No complete answer came.
        """
        with self._lock:
            self._sent += 1
        connect, read = (min(seconds, max(1.0, longest)) for seconds in self._timeout)
        started = time.monotonic()
        try:
            with self._session.request(
                method,
                url,
                params=dict(params) if params else None,
                headers=dict(headers) if headers else None,
                data=data,
                auth=authorise,
                timeout=(connect, read),
                allow_redirects=self._redirects,
                stream=True,
            ) as response:
                body = _read(response, limit)
                return Answer(
                    status=response.status_code,
                    headers=CaseInsensitiveDict(response.headers),
                    body=body,
                    seconds=time.monotonic() - started,
                )
        except (OSError, UnicodeError, HTTPError) as error:
            # The library's own exceptions are OSErrors; a bad host label shows as a bare UnicodeError, a bad path of a
            # certificate bundle as a bare OSError.
            failure, cause = classify(error)
        # Raised outside the except clause: the library's exception holds the URL and must not be its context.
        raise failure from cause


def _read(response: requests.Response, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(CHUNK):
        size += len(part)
        if size > limit:
            text = f"the answer is larger than {limit} bytes"
            raise WireError(text, may_have_arrived=True, permanent=True)
        parts.append(part)
    return b"".join(parts)


def classify(error: Exception) -> tuple[WireError, BaseException | None]:
    """Return what an exception of the client library means, and its innermost cause if that holds no URL."""
    chain = list(_chain(error))
    cause = chain[-1]
    text = f"{type(cause).__name__}: {cause}" if isinstance(cause, OSError | HTTPException) else type(cause).__name__
    if any(isinstance(item, ssl.SSLCertVerificationError) for item in chain):
        text = f"the server's certificate is not accepted ({text}); REQUESTS_CA_BUNDLE names a bundle of your own"
        return WireError(text, may_have_arrived=False, permanent=True), cause
    if any(isinstance(item, NewConnectionError | ConnectTimeoutError | ProxyError) for item in chain):
        return WireError(f"no connection ({text})", may_have_arrived=False), cause
    if isinstance(error, requests.ConnectionError | requests.Timeout | ChunkedEncodingError | ContentDecodingError):
        return WireError(f"the connection broke ({text})", may_have_arrived=True), cause
    # What is left was refused by the library itself, with the URL in the text of its own exceptions.
    own = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    text = f"{type(error).__name__}: {error}" if own else type(error).__name__
    return WireError(f"the request could not be made ({text})", may_have_arrived=False, permanent=True), None


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
