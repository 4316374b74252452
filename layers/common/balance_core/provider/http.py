"""One request to a provider: an absolute deadline, a cap on the bytes, no redirects, typed errors.

httpx has no overall deadline (a server that drips bytes keeps a call alive) and inflates compressed answers without a
limit. Here one deadline covers connecting, sending and reading, and answers arrive uncompressed. A try may use all the
time that is left: with shorter tries a slow provider would be asked twice and answer neither.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal, TypeVar

import h11
import httpx

from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.provider.credentials import Field, address_names, credential_names
from balance_core.provider.signer import Signer

# A thousand accounts fit four times. Hostile JSON of this size takes 30 MB once parsed.
MAX_ANSWER_BYTES = 750_000
# The upper bound of the setting MAX_PARALLEL_CALLS.
MAX_CONNECTIONS = 100
_CONNECT_TIMEOUT_SECONDS = 3.0
# Content-Encoding of answers that are not compressed, as servers really write it.
_PLAIN_ENCODINGS = frozenset({"", "identity", "none", "utf-8", "utf8"})


_UNKNOWN_HOST = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})
_Cause = TypeVar("_Cause", bound=BaseException)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. Headers and body may carry credentials, so they stay out of the repr.

    `url` may carry a query string. A GET has no body. With `signer`, the layer signs exactly the bytes of the body and
    puts the signature into `signature_header` before it sends the request.
    """

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    signer: Signer | None = None
    signature_header: str = "sign"

    def signed(self, signature: str) -> "HttpRequest":
        """The request with its signature, ready to send."""
        return replace(self, headers={**self.headers, self.signature_header: signature}, signer=None)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back: the status, headers by lower-case name, and the exact bytes of the body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success: 200, 201 ..."""
        return 200 <= self.status < 300


def refuse_late(deadline: Deadline) -> None:
    """Raise ProviderError (timeout) once `deadline` has passed."""
    if deadline.remaining_seconds() <= 0:
        raise _too_late()


def new_client(tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """The HTTP client for all calls of a provider function; it keeps connections between invocations.

    Proxy variables are ignored. Without `tls` it trusts the certificate authorities that httpx does, which its variable
    SSL_CERT_FILE can replace; loading them takes 30 ms, so further clients should share the first one's context.
    """
    return httpx.AsyncClient(
        verify=tls or httpx.create_ssl_context(),
        follow_redirects=False,
        # httpx parses a redirect's address even when it does not follow it, and a bad one would look like our error.
        event_hooks={"response": [_refuse_redirect]},
        trust_env=False,
        # A cookie from one merchant account's answer must not travel with another account's question.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={"Accept-Encoding": "identity", "User-Agent": "balance-bot"},
        limits=httpx.Limits(
            max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS, keepalive_expiry=60
        ),
    )


async def send(client: httpx.AsyncClient, request: HttpRequest, deadline: Deadline) -> HttpReply:
    """Send `request` and read the whole answer before `deadline`, whatever its status.

    Raises ProviderError: timeout, unavailable (cannot connect, connection lost), bad_response (redirect, compressed or
    oversized answer, not HTTP), configuration (a URL or header that cannot be sent).
    """
    left_seconds = deadline.remaining_seconds()
    # TCP and TLS each get this long. More than half of the time left would let the deadline cancel a handshake, and
    # httpcore leaks the socket of a cancelled handshake.
    timeout = httpx.Timeout(None, connect=min(_CONNECT_TIMEOUT_SECONDS, left_seconds / 2))
    content = request.body if request.method == "POST" else None
    try:
        async with (
            asyncio.timeout(left_seconds),
            client.stream(
                request.method, request.url, headers=request.headers, content=content, timeout=timeout
            ) as response,
        ):
            return HttpReply(response.status_code, _checked_headers(response), await _read_body(response))
    except (TimeoutError, httpx.TimeoutException) as exc:
        raise _too_late() from exc
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError) as exc:
        problem = "could not be asked: an identifier or base_url in the secret cannot be sent over HTTP"
        raise ProviderError(ErrorKind.CONFIGURATION, problem) from exc
    except httpx.ConnectError as exc:
        raise _connect_error(exc) from exc
    except httpx.RemoteProtocolError as exc:
        if _cause(exc, h11.RemoteProtocolError):
            raise ProviderError(ErrorKind.BAD_RESPONSE, "sent an answer that is not HTTP") from exc
        raise _connection_lost() from exc
    except (httpx.HTTPError, ssl.SSLError) as exc:
        raise _connection_lost() from exc


def status_error(reply: HttpReply, fields: Sequence[Field]) -> ProviderError:
    """The error that an HTTP status means, for an answer whose body cannot be understood.

    `fields` are the provider's declared credentials: the message names those that it really has.
    """
    code = f"HTTP {reply.status}"
    if reply.status == 429:
        return ProviderError(
            ErrorKind.RATE_LIMITED,
            "asks for fewer requests",
            provider_code=code,
            retry_after_seconds=_retry_after_seconds(reply.headers.get("retry-after")),
        )
    kind, problem = _STATUS_PROBLEMS.get(reply.status) or (
        (ErrorKind.UNAVAILABLE, "is down")
        if reply.status >= 500
        else (ErrorKind.BAD_RESPONSE, "sent an answer that cannot be understood")
    )
    words = {"credentials": credential_names(fields), "address": address_names(fields)}
    return ProviderError(kind, problem.format(**words), provider_code=code)


_STATUS_PROBLEMS: Mapping[int, tuple[ErrorKind, str]] = {
    401: (ErrorKind.AUTHENTICATION, "refused our credentials: check {credentials} in the secret"),
    403: (ErrorKind.PERMISSION_DENIED, "refused access: check that our IP address is on its allow-list"),
    404: (ErrorKind.CONFIGURATION, "has nothing at this address: check {address} in the secret"),
    408: (ErrorKind.TIMEOUT, "did not answer in time behind its gateway"),
    504: (ErrorKind.TIMEOUT, "did not answer in time behind its gateway"),
}


def _too_late() -> ProviderError:
    # No time is left for another try.
    return ProviderError(ErrorKind.TIMEOUT, "did not answer in time", retries=0)


def _connection_lost() -> ProviderError:
    return ProviderError(ErrorKind.UNAVAILABLE, "closed the connection before the answer was complete")


async def _refuse_redirect(response: httpx.Response) -> None:
    if response.is_redirect:
        problem = "redirected us to another address, which is not followed: check base_url in the secret"
        raise ProviderError(ErrorKind.BAD_RESPONSE, problem, provider_code=f"HTTP {response.status_code}")


def _checked_headers(response: httpx.Response) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in response.headers.multi_items():
        values.setdefault(name.lower(), []).append(value)
    # The same header twice with the same value counts as one.
    headers = {name: ", ".join(dict.fromkeys(each)) for name, each in values.items()}
    if headers.get("content-encoding", "").strip().lower() not in _PLAIN_ENCODINGS:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "sent a compressed answer although none was asked for")
    return headers


async def _read_body(response: httpx.Response) -> bytes:
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise ProviderError(ErrorKind.BAD_RESPONSE, "sent an answer that is far too long")
    except httpx.RemoteProtocolError as exc:
        # The head was HTTP, so this is a body that ends early and not a server that speaks something else.
        raise _connection_lost() from exc
    return bytes(body)


def _connect_error(exc: httpx.ConnectError) -> ProviderError:
    """Tell an untrusted certificate from a host that is down: the first may be somebody in the middle."""
    if _cause(exc, ssl.SSLCertVerificationError):
        problem = "showed a TLS certificate that cannot be trusted, so nothing was sent"
        return ProviderError(ErrorKind.UNAVAILABLE, problem, retries=0, advice="ask the provider if it keeps happening")
    if (lookup := _cause(exc, socket.gaierror)) is not None and lookup.errno in _UNKNOWN_HOST:
        problem = "has an unknown host name: check base_url in the secret"
        return ProviderError(ErrorKind.CONFIGURATION, problem)
    return ProviderError(ErrorKind.UNAVAILABLE, "cannot be reached")


def _cause(exc: BaseException, kind: type[_Cause]) -> _Cause | None:
    """The exception of `kind` that led to `exc`, if there is one."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, kind):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _retry_after_seconds(value: str | None) -> float | None:
    """The number form of Retry-After; a date or anything else counts as absent."""
    return float(value) if value is not None and value.isascii() and value.isdigit() else None
