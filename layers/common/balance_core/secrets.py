"""Secrets from AWS Secrets Manager, cached for five minutes, in a type that cannot print itself.

Powertools' `parameters.get_secret` was considered: it adds about 0.2 s to a cold start and ignores the version stage in
its cache key.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.errors import ErrorKind, ProviderError
from balance_core.strict_json import JsonError, Node, loads

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_LIFETIME = timedelta(minutes=5)
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
        """The text in the top-level `field`. Raises ProviderError (configuration)."""
        try:
            return self.root.get(field).text()
        except JsonError as exc:
            raise self.error(field, exc.problem) from exc


class SecretStore:
    """Reads secrets by name or ARN and keeps each for five minutes of `now`, which gives aware UTC.

    The wall clock decides: the monotonic clock stops while Lambda freezes the process.
    """

    def __init__(self, client: "SecretsManagerClient", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = client
        self._now = now
        self._cached: dict[str, tuple[Secret, datetime]] = {}

    def get(self, name: str) -> Secret:
        """The current version of the secret.

        Raises ProviderError: configuration when it is missing, forbidden or not a JSON object; unavailable when Secrets
        Manager cannot be reached.
        """
        now = self._now()
        secret, read_at = self._cached.get(name, (None, now))
        # A clock that was set back makes the age negative: nobody knows how old the secret is.
        if secret is None or not timedelta(0) <= now - read_at < _LIFETIME:
            secret = Secret(name, _parse(name, self._text(name)))
            self._cached[name] = secret, now
        return secret

    def forget(self) -> None:
        """Drop every secret; the next `get` reads it again. A SnapStart snapshot must not hold one."""
        self._cached.clear()

    def _text(self, name: str) -> str:
        """The current version's text, empty when it is binary."""
        try:
            return self._client.get_secret_value(SecretId=name).get("SecretString", "")
        except ClientError as exc:
            problem = _CONFIGURATION_ERRORS.get(error_code(exc))
            if problem is None:
                raise _unreachable(name) from exc
            raise ProviderError(ErrorKind.CONFIGURATION, f"secret '{name}' {problem}") from exc
        except BotoCoreError as exc:
            raise _unreachable(name) from exc


def _unreachable(name: str) -> ProviderError:
    return ProviderError(ErrorKind.UNAVAILABLE, f"secret '{name}' could not be read from Secrets Manager")


def _parse(name: str, text: str) -> Node:
    if not text.strip():
        raise ProviderError(ErrorKind.CONFIGURATION, f"secret '{name}' is empty: store its JSON object as SecretString")
    try:
        root = loads(text.encode("utf-8"))
        root.members()
    except JsonError as exc:
        # Path and problem are enough; they never quote the text.
        message = f"secret '{name}' is not a valid JSON object: {exc.problem}"
        raise ProviderError(ErrorKind.CONFIGURATION, message) from exc
    return root
