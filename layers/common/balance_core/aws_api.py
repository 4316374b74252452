"""One service of AWS over HTTPS, without AWS's SDK: for the functions whose cold start somebody waits for.

To import botocore and make its first client takes 0.2 s of a processor, more than everything else that these functions
do before their first answer. Two calls are needed, GetSecretValue and Invoke, and both are one signed POST of JSON.
"""

import http.client
import os
import select
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import quote, urlsplit

from balance_core.aws_signature import AwsCredentials, AwsPost, signed_headers
from balance_core.wire import WireError, loads

# Of the regions whose names begin so: China and the European Sovereign Cloud.
_DOMAINS = {"cn": "amazonaws.com.cn", "eusc": "amazonaws.eu"}
# In one region it takes milliseconds. TCP would send a lost packet again after a second: a second try is sooner.
_CONNECT_TIMEOUT_SECONDS = 0.5
_KEPT = timedelta(seconds=10)
# As every AWS SDK names them; the local system sets them.
_ENDPOINT_VARIABLES = {"lambda": "AWS_ENDPOINT_URL_LAMBDA", "secretsmanager": "AWS_ENDPOINT_URL_SECRETS_MANAGER"}


def is_doubtful(used_at: datetime, now: datetime) -> bool:
    """Whether a connection to AWS that was last used at `used_at` (both aware) is to be closed and not used again.

    Between two invocations the process is frozen, and nobody is there to hear that the service hung up: a request would
    get no answer. To connect takes 10 ms. Where the clock was set back, nobody knows how long it was.
    """
    return abs(now - used_at) > _KEPT


class AwsError(Exception):
    """The service refused. `code` is its own word, such as AccessDeniedException; the text says nothing else."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.is_temporary = status >= 500 or status == 429 or code.startswith("Throttling")


class AwsUnreachableError(Exception):
    """No answer from the service, or nothing to ask it with. The text never holds an address or a credential."""


class AwsApi:
    """`service` is the name under which requests are signed and the endpoint is found; one call at a time.

    The connection is kept for a call that follows soon. Region, credentials and endpoint are the environment's, in
    AWS's words.
    """

    def __init__(
        self, service: str, read_timeout_seconds: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._service = service
        self._read_timeout_seconds = read_timeout_seconds
        self._now = now
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = now()

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """The answer's body. Sends once. Raises AwsError for a status of 300 and above, and AwsUnreachableError."""
        try:
            response, answer = self._send(path, headers, body)
        except KeyError as exc:
            raise AwsUnreachableError(f"{exc.args[0]} is not set") from exc
        except (OSError, http.client.HTTPException, ValueError) as exc:
            self.close()
            raise AwsUnreachableError(type(exc).__name__) from exc
        if response.status >= 300:
            raise AwsError(response.status, _error_code(response, answer))
        return answer

    def close(self) -> None:
        """Close the connection; the next call opens another. A SnapStart snapshot must not hold an open one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        region, now = os.environ["AWS_REGION"], self._now()
        address = urlsplit(endpoint(self._service, region))
        request = AwsPost(self._service, region, address.netloc, path, headers, body)
        signed = signed_headers(request, _credentials(), now)
        connection = self._connected(address.scheme, address.netloc, now)
        connection.request("POST", path, body, signed | _trace())
        response = connection.getresponse()
        answer = response.read()
        self._used_at = self._now()
        return response, answer

    def _connected(self, scheme: str, host: str, now: datetime) -> http.client.HTTPConnection:
        kept = self._connection
        # What can be read before anything was asked is the end: the service hung up.
        if kept and (kept.sock is None or is_doubtful(self._used_at, now) or select.select([kept.sock], [], [], 0)[0]):
            self.close()
        if self._connection is None:
            self._connection = _new_connection(scheme, host)
            self._connection.connect()
            self._connection.sock.settimeout(self._read_timeout_seconds)
        return self._connection


@cache
def trusted_certificates() -> ssl.SSLContext:
    """The system's, for every connection: reading them takes 20 ms of a processor, and they are no secret."""
    return ssl.create_default_context()


def endpoint(service: str, region: str) -> str:
    """Where the service is, as AWS's SDKs find it: the environment's endpoint if it names one, or the region's.

    AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT are not looked at; an endpoint in the environment does it.
    """
    configured = os.environ.get(_ENDPOINT_VARIABLES[service]) or os.environ.get("AWS_ENDPOINT_URL")
    domain = _DOMAINS.get(region.partition("-")[0], "amazonaws.com")
    return configured or f"https://{service}.{region}.{domain}"


def _new_connection(scheme: str, host: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, timeout=_CONNECT_TIMEOUT_SECONDS, context=trusted_certificates())
    return http.client.HTTPConnection(host, timeout=_CONNECT_TIMEOUT_SECONDS)


def _credentials() -> AwsCredentials:
    """The environment's, as Lambda sets them; in a function with SnapStart those of the address that it sets instead.

    They are asked for anew each time, which takes a millisecond, so that none is ever too old.
    """
    url = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if url is None:
        key_id, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        return AwsCredentials(key_id, secret, os.environ.get("AWS_SESSION_TOKEN", ""))
    address = urlsplit(url)
    authorization = {"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]}
    connection = http.client.HTTPConnection(address.netloc, timeout=_CONNECT_TIMEOUT_SECONDS)
    try:
        connection.request("GET", address.path, headers=authorization)
        answer = loads(connection.getresponse().read())
    finally:
        connection.close()
    return AwsCredentials(*(answer.get(name).text() for name in ("AccessKeyId", "SecretAccessKey", "Token")))


def _trace() -> dict[str, str]:
    """X-Ray's header, so that the service's side belongs to this invocation's trace; every AWS SDK sends it, unsigned.

    Lambda also stops functions that call each other in a circle by it.
    """
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    return {"x-amzn-trace-id": quote(trace, safe="-=;:+&")} if trace else {}


def _error_code(response: http.client.HTTPResponse, answer: bytes) -> str:
    """In a header, or in the body behind a name space: `com.amazonaws#AccessDeniedException`."""
    code = response.headers.get("x-amzn-ErrorType")
    if code is None:
        try:
            code = loads(answer).get("__type").text()
        except WireError:
            code = f"HTTP {response.status}"
    return code.partition(":")[0].rpartition("#")[2]
