"""Secrets from AWS Secrets Manager, cached for five minutes, in a type that cannot print itself.

Powertools' `parameters` would bring boto3 into every cold start, and forgets the version stage in its cache key.
"""

import os
import time
from collections.abc import Callable

from balance_core.aws_api import AwsApi, AwsError, AwsUnreachableError
from balance_core.errors import ErrorKind, ProviderError
from balance_core.wire import Node, WireError, dumps, loads

# The secret's text by its name or ARN; raises AwsError and AwsUnreachableError.
Fetch = Callable[[str], str]

_TTL_SECONDS = 300.0
_CONFIGURATION_ERRORS = {
    "ResourceNotFoundException": "does not exist or has no value yet: use `aws secretsmanager put-secret-value`",
    "AccessDeniedException": "may not be read by this function's role: check the role's policy",
    "DecryptionFailure": "cannot be decrypted: check the KMS key and its policy",
    "InvalidRequestException": "is scheduled for deletion: restore it or put a new one",
    "ValidationException": "has an invalid name: check the function's environment variables",
}


class Secret:
    """A secret's JSON object, together with its name for messages. Printing shows the name only."""

    def __init__(self, name: str, root: Node) -> None:
        self.name = name
        self.root = root

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    def error(self, field: str, problem: str, account: str | None = None) -> ProviderError:
        """A configuration error that names the secret, the account and the field, never a value."""
        place = f"account '{account}', field '{field}'" if account else f"field '{field}'"
        return ProviderError(ErrorKind.CONFIGURATION, f"secret '{self.name}', {place} {problem}")

    def text(self, field: str) -> str:
        """The text at the top level's `field`. Raises ProviderError (configuration)."""
        try:
            return self.root.get(field).text()
        except WireError as exc:
            raise self.error(field, exc.problem) from exc


class SecretStore:
    """Reads secrets by name or ARN and keeps each for `ttl_seconds` of `clock_seconds`."""

    def __init__(
        self,
        fetch: Fetch | None = None,
        clock_seconds: Callable[[], float] = time.monotonic,
        ttl_seconds: float = _TTL_SECONDS,
    ) -> None:
        self._fetch = fetch or SecretsManager().fetch
        self._clock_seconds = clock_seconds
        self._ttl_seconds = ttl_seconds
        self._cached: dict[str, Secret] = {}
        self._until_seconds: dict[str, float] = {}

    def get(self, name: str) -> Secret:
        """The current version of the secret.

        Raises ProviderError: configuration when it is missing, forbidden or not a JSON object; unavailable when Secrets
        Manager cannot be reached.
        """
        now_seconds = self._clock_seconds()
        if now_seconds >= self._until_seconds.get(name, now_seconds):
            self._cached[name] = Secret(name, _parse(name, self._text(name)))
            self._until_seconds[name] = now_seconds + self._ttl_seconds
        return self._cached[name]

    def forget(self) -> None:
        """Drop every secret; the next `get` reads it anew."""
        self._cached.clear()
        self._until_seconds.clear()

    def _text(self, name: str) -> str:
        try:
            return self._fetch(name)
        except AwsError as exc:
            if exc.code not in _CONFIGURATION_ERRORS:
                raise _unreachable(name) from exc
            message = f"secret '{name}' {_CONFIGURATION_ERRORS[exc.code]}"
            raise ProviderError(ErrorKind.CONFIGURATION, message) from exc
        except AwsUnreachableError as exc:
            raise _unreachable(name) from exc


class SecretsManager:
    """The service itself, tried twice: `read_timeout_seconds` is how long each try waits once it is connected."""

    def __init__(self, read_timeout_seconds: float = 2.0) -> None:
        self._api = AwsApi("secretsmanager", read_timeout_seconds)

    def fetch(self, name: str) -> str:
        """The current version's text, empty when it is binary. Raises AwsError and AwsUnreachableError."""
        try:
            answer = self._get(name)
        except (AwsError, AwsUnreachableError) as exc:
            if isinstance(exc, AwsError) and not exc.is_temporary:
                raise
            answer = self._get(name)
        finally:
            # Nobody asks again for minutes, and AWS does not wait that long.
            self._api.close()
        try:
            text = loads(answer).optional("SecretString")
        except WireError as exc:
            raise AwsUnreachableError("not JSON") from exc
        return "" if text is None else str(text.value)

    def _get(self, name: str) -> bytes:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"}
        return self._api.post("/", headers, dumps({"SecretId": name}))


def _unreachable(name: str) -> ProviderError:
    message = f"secret '{name}' could not be read from Secrets Manager: try again in a minute"
    return ProviderError(ErrorKind.UNAVAILABLE, message)


def _parse(name: str, text: str) -> Node:
    if not text.strip():
        raise ProviderError(ErrorKind.CONFIGURATION, f"secret '{name}' is empty: put its JSON object as SecretString")
    try:
        root = loads(text.encode("utf-8"))
        root.members()
    except WireError as exc:
        # The parser's own words could quote the text around the error; position and problem are enough.
        message = f"secret '{name}' is not the JSON object that is expected: {exc.problem}"
        raise ProviderError(ErrorKind.CONFIGURATION, message) from exc
    return root


def required_setting(name: str) -> str:
    """The environment variable `name`, which the template sets. Raises ProviderError (configuration) when empty."""
    value = os.environ.get(name, "")
    if not value:
        message = f"environment variable {name} is not set: deploy with the project's template"
        raise ProviderError(ErrorKind.CONFIGURATION, message)
    return value
