"""Secrets from AWS Secrets Manager, cached for five minutes, in a type that cannot print itself.

Powertools' `parameters.get_secret` was considered: it adds about 0.2 s to a cold start and ignores the version stage in
its cache key. AWS's `aws-secretsmanager-caching` keeps nothing when Secrets Manager fails and cannot be told to look
again after a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import call_before, error_code
from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.observability import logger
from balance_core.strict_json import JsonError, Node, loads

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_LIFETIME = timedelta(minutes=5)
# How soon a secret that may be wrong, or may have a new key by now, is read again.
_SUSPECT_LIFETIME = timedelta(seconds=10)
# How long the last good value is used while Secrets Manager fails.
_EMERGENCY_LIFETIME = timedelta(hours=1)
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


@dataclass(frozen=True, slots=True)
class _Kept:
    secret: Secret
    text: str
    read_at: datetime
    checked_at: datetime
    lifetime: timedelta = _LIFETIME


class SecretStore:
    """Reads secrets by name or ARN and keeps each for five minutes of `now`, which gives aware UTC.

    The wall clock decides: the monotonic clock stops while Lambda freezes the process. While Secrets Manager fails, the
    last good value is used for up to an hour. A malformed version is read again after 10 seconds, however often it is
    asked for.
    """

    def __init__(self, client: "SecretsManagerClient", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = client
        self._now = now
        self._kept: dict[str, _Kept] = {}
        # Other versions by secret and label, and when they were read.
        self._labelled: dict[tuple[str, str], tuple[Secret | None, datetime]] = {}
        # What is wrong with a version that could not be parsed, and when it was read.
        self._malformed: dict[str, tuple[str, datetime]] = {}

    def get(self, name: str, deadline: Deadline | None = None) -> Secret:
        """The current version of the secret. Nobody waits for Secrets Manager longer than until `deadline`.

        Raises ProviderError: configuration when it is missing, forbidden or not a JSON object; unavailable when Secrets
        Manager cannot be reached and there is no recent value.
        """
        kept, now = self._kept.get(name), self._now()
        if kept and _is_within(kept.lifetime, kept.checked_at, now):
            return kept.secret
        return self._read(name, kept, now, deadline)

    def look_again(self, name: str, deadline: Deadline | None = None) -> Secret:
        """The secret, read again unless that was done within the last 10 seconds.

        For a refusal that a new key could explain, and for a secret that turned out to be malformed. The result is the
        same object as before when nothing changed.
        """
        kept, now = self._kept.get(name), self._now()
        if kept and _is_within(_SUSPECT_LIFETIME, kept.checked_at, now):
            return kept.secret
        return self._read(name, kept, now, deadline)

    def labelled(
        self, name: str, label: str, deadline: Deadline | None = None, *, again: bool = False
    ) -> Secret | None:
        """The version with this staging label, or None when no version has it; read at most every 10 seconds.

        `again` reads it at once. Raises ProviderError like `get`.
        """
        now = self._now()
        found, read_at = self._labelled.get((name, label), (None, now - _SUSPECT_LIFETIME))
        if not again and _is_within(_SUSPECT_LIFETIME, read_at, now):
            return found
        try:
            found = Secret(name, _parse(name, self._text(name, deadline, VersionStage=label)))
        except ProviderError as exc:
            if not isinstance(exc.__cause__, ClientError) or error_code(exc.__cause__) != "ResourceNotFoundException":
                raise
            found = None
        self._labelled[name, label] = found, now
        return found

    def forget(self) -> None:
        """Drop every secret; the next `get` reads it again. A SnapStart snapshot must not hold one."""
        self._kept.clear()
        self._labelled.clear()
        self._malformed.clear()

    def _read(self, name: str, kept: _Kept | None, now: datetime, deadline: Deadline | None) -> Secret:
        problem, found_at = self._malformed.get(name, ("", now))
        if problem and _is_within(_SUSPECT_LIFETIME, found_at, now):
            raise ProviderError(ErrorKind.CONFIGURATION, problem)
        try:
            text = self._text(name, deadline)
        except ProviderError as exc:
            if kept is None or exc.kind is not ErrorKind.UNAVAILABLE:
                raise
            if not _is_within(_EMERGENCY_LIFETIME, kept.read_at, now):
                raise
            logger.warning("Secrets Manager failed: the last good value is used", secret=name)
            # Ask again in 10 seconds, and not at every question.
            self._kept[name] = _Kept(kept.secret, kept.text, kept.read_at, now, _SUSPECT_LIFETIME)
            return kept.secret
        is_unchanged = kept is not None and kept.text == text
        try:
            secret = kept.secret if kept and is_unchanged else Secret(name, _parse(name, text))
        except ProviderError as exc:
            self._malformed[name] = exc.message, now
            raise
        self._malformed.pop(name, None)
        self._kept[name] = _Kept(secret, text, now, now)
        return secret

    def _text(self, name: str, deadline: Deadline | None, **version: str) -> str:
        """The text of the current version, or of another `version`; empty when it is binary."""
        read = partial(self._client.get_secret_value, SecretId=name, **version)
        try:
            return (call_before(deadline, read) if deadline else read()).get("SecretString", "")
        except ClientError as exc:
            problem = _CONFIGURATION_ERRORS.get(error_code(exc))
            if problem is None:
                raise _unreachable(name) from exc
            raise ProviderError(ErrorKind.CONFIGURATION, f"secret '{name}' {problem}") from exc
        except BotoCoreError as exc:
            raise _unreachable(name) from exc


def _is_within(lifetime: timedelta, since: datetime, now: datetime) -> bool:
    """Whether less than `lifetime` has passed. A clock that was set back makes the age unknown: then not."""
    return timedelta(0) <= now - since < lifetime


def _unreachable(name: str) -> ProviderError:
    problem = f"secret '{name}' could not be read from Secrets Manager"
    return ProviderError(ErrorKind.UNAVAILABLE, problem, advice="try again in a minute")


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
