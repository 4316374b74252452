"""One way to call a provider: an absolute deadline, a cap on the bytes, no redirects, typed errors.

httpx has no overall deadline (a server that drips bytes keeps a call alive for ever) and inflates compressed answers
without a limit. Here one deadline covers connecting, sending, reading and every retry, and answers arrive uncompressed.
A try may use all the time that is left: cut short in favour of another, a slow provider would be asked twice and answer
neither.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from balance_core.errors import ErrorKind, ProviderError

# A thousand accounts fit four times. JSON of this size, made to be costly, takes 30 MB once it is parsed.
MAX_ANSWER_BYTES = 750_000
_CONNECT_TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One POST, ready to send. Headers and body carry signatures, so they stay out of the repr."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back: the status, headers by lower-case name, and the exact bytes of the body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Deadline:
    """A fixed moment on the monotonic clock, by which an answer must have been given."""

    def __init__(self, allowed_seconds: float, clock_seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock_seconds = clock_seconds
        self._end_seconds = clock_seconds() + allowed_seconds

    def remaining_seconds(self) -> float:
        """Seconds left, negative once it has passed."""
        return self._end_seconds - self._clock_seconds()

    def check(self) -> None:
        """Raise ProviderError (timeout) once it has passed."""
        if self.remaining_seconds() <= 0:
            raise _too_late()


def new_client(trusted: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """An HTTP client for one call to a provider at a time, whose connection is kept for the next one.

    `trusted` says whose certificates are believed; without it, the public authorities'.
    """
    return httpx.AsyncClient(
        verify=trusted or True,
        follow_redirects=False,
        # httpx parses where a redirect leads even when it does not follow, and a bad address would look like ours.
        event_hooks={"response": [_refuse_redirect]},
        trust_env=False,
        # A cookie kept from one merchant account's answer would travel with another account's question.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={"Accept-Encoding": "identity", "User-Agent": "balance-bot"},
        limits=httpx.Limits(max_connections=1, keepalive_expiry=60),
    )


async def send(client: httpx.AsyncClient, request: HttpRequest, deadline: Deadline) -> HttpReply:
    """POST `request` and read the whole answer before `deadline`, whatever its status.

    Raises ProviderError: timeout, unavailable (cannot connect, connection lost), bad_response (redirect, compressed or
    oversized answer, not HTTP), configuration (a URL or header that cannot be sent).
    """
    left_seconds = deadline.remaining_seconds()
    # A dead host should be noticed before the deadline, and TCP and TLS each get this long. More than half of the time
    # left would let the deadline cancel a handshake, and httpcore forgets to close the socket of a cancelled one.
    patience = httpx.Timeout(None, connect=min(_CONNECT_TIMEOUT_SECONDS, left_seconds / 2))
    post = client.stream("POST", request.url, headers=request.headers, content=request.body, timeout=patience)
    try:
        async with asyncio.timeout(left_seconds), post as response:
            return HttpReply(response.status_code, _safe_headers(response), await _read_body(response))
    except (TimeoutError, httpx.TimeoutException) as exc:
        raise _too_late() from exc
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError) as exc:
        message = "could not be asked: an identifier or base_url in the secret cannot be sent over HTTP"
        raise ProviderError(ErrorKind.CONFIGURATION, message) from exc
    except httpx.ConnectError as exc:
        raise _connect_failure(exc) from exc
    except httpx.RemoteProtocolError as exc:
        raise _protocol_failure(exc) from exc
    except (httpx.HTTPError, ssl.SSLError) as exc:
        raise ProviderError(ErrorKind.UNAVAILABLE, "broke the connection off: try again", retries=1) from exc


def status_error(reply: HttpReply) -> ProviderError:
    """The error that an HTTP status means by itself, for an answer whose body says nothing that can be understood."""
    code = f"HTTP {reply.status}"
    if reply.status == 429:
        return ProviderError(
            ErrorKind.RATE_LIMITED,
            "asks for fewer questions: try again in a minute",
            provider_code=code,
            retries=1,
            retry_after_seconds=_retry_after_seconds(reply.headers.get("retry-after")),
        )
    if reply.status == 401:
        message = "refused our credentials: check app id, partner id and keys in the secret"
        return ProviderError(ErrorKind.AUTHENTICATION, message, provider_code=code)
    if reply.status == 403:
        message = "refused access: check that our IP address is on its allow-list"
        return ProviderError(ErrorKind.PERMISSION_DENIED, message, provider_code=code)
    if reply.status in (408, 504):
        message = "did not answer in time behind its gateway: try again in a minute"
        return ProviderError(ErrorKind.TIMEOUT, message, provider_code=code, retries=1)
    if reply.status >= 500:
        message = "is down: try again in a few minutes"
        return ProviderError(ErrorKind.UNAVAILABLE, message, provider_code=code, retries=1)
    message = "sent an answer that cannot be understood: ask the provider if it lasts"
    return ProviderError(ErrorKind.BAD_RESPONSE, message, provider_code=code)


def _too_late() -> ProviderError:
    return ProviderError(ErrorKind.TIMEOUT, "did not answer in time: try again in a minute")


async def _refuse_redirect(response: httpx.Response) -> None:
    if response.is_redirect:
        message = "redirected us to another address, which is not followed: check base_url in the secret if it lasts"
        raise ProviderError(ErrorKind.BAD_RESPONSE, message, provider_code=f"HTTP {response.status_code}")


def _safe_headers(response: httpx.Response) -> dict[str, str]:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if headers.get("content-encoding", "identity").lower() != "identity":
        message = "sent a compressed answer although none was asked for: ask the provider if it lasts"
        raise ProviderError(ErrorKind.BAD_RESPONSE, message)
    return headers


async def _read_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            message = "sent an absurdly long answer: ask the provider if it lasts"
            raise ProviderError(ErrorKind.BAD_RESPONSE, message)
    return bytes(body)


def _connect_failure(exc: BaseException) -> ProviderError:
    """Tell an untrusted certificate from a host that is down: the first may be somebody in the middle."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = "showed a TLS certificate that cannot be trusted: nothing was sent; ask the provider if it lasts"
            return ProviderError(ErrorKind.UNAVAILABLE, message)
        cause = cause.__cause__ or cause.__context__
    return ProviderError(ErrorKind.UNAVAILABLE, "cannot be reached: try again in a few minutes", retries=1)


def _protocol_failure(exc: httpx.RemoteProtocolError) -> ProviderError:
    """A kept-alive connection that the provider closed while the function slept looks like this; so does garbage."""
    if str(exc).startswith(("Server disconnected", "peer closed connection")):
        return ProviderError(ErrorKind.UNAVAILABLE, "broke the connection off: try again", retries=1)
    message = "sent an answer that is not HTTP: ask the provider if it lasts"
    return ProviderError(ErrorKind.BAD_RESPONSE, message)


def _retry_after_seconds(value: str | None) -> float | None:
    """The delta form of Retry-After; a date or nonsense is as good as absent."""
    return float(value) if value is not None and value.isascii() and value.isdigit() else None
