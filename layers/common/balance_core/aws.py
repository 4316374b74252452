"""boto3 clients with explicit timeouts and attempts. Handlers make them at import time, while Lambda initialises.

botocore's `total_max_attempts` also repeats a call after a read timeout, so it is 1 wherever a second call would ask a
provider twice. Region, credentials and endpoints come from the environment, as in every AWS SDK.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from balance_core.deadline import Deadline

_IDLE_LIMIT = timedelta(seconds=10)
# Nothing was sent.
_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError)
# Calls that were given up may still run when the next ones start.
_threads = ThreadPoolExecutor(8, "call to AWS")
_Result = TypeVar("_Result")

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


def lambda_client(
    *, connect_timeout_seconds: float, read_timeout_seconds: float, connections: int = 10
) -> "LambdaClient":
    """A client that sends each Invoke once; `connections` is how many calls may be under way at the same time."""
    client = boto3.client("lambda", config=_config(connect_timeout_seconds, read_timeout_seconds, 1, connections))
    close_idle_connections(client)
    return client


def secrets_client(
    *, connect_timeout_seconds: float = 1.0, read_timeout_seconds: float = 2.0, attempts: int = 2
) -> "SecretsManagerClient":
    """A client that tries each read twice, or once for `call_before`."""
    client = boto3.client("secretsmanager", config=_config(connect_timeout_seconds, read_timeout_seconds, attempts))
    close_idle_connections(client)
    return client


def kms_client() -> "KMSClient":
    """A client that sends each call once, so that one of ours is one record in CloudTrail."""
    config = _config(connect_timeout_seconds=1.0, read_timeout_seconds=2.0, attempts=1, connections=20)
    client = boto3.client("kms", config=config)
    close_idle_connections(client)
    return client


def events_client() -> "EventBridgeClient":
    """A client that tries twice. EventBridge gives each attempt an event id of its own, so the same snapshot may be
    announced twice: see `BalancesCollected.repeat_key`.
    """
    return boto3.client("events", config=_config(connect_timeout_seconds=1.0, read_timeout_seconds=1.0, attempts=2))


def dynamodb_client() -> "DynamoDBClient":
    """A client that tries twice. Our conditional writes refuse a write that already happened."""
    return boto3.client("dynamodb", config=_config(connect_timeout_seconds=2.0, read_timeout_seconds=3.0, attempts=2))


class DeadlineError(BotoCoreError):
    """The deadline passed before AWS answered. Nobody knows whether it acted."""

    fmt = "AWS did not answer before the deadline"


def call_before(deadline: Deadline, call: Callable[[], _Result]) -> _Result:
    """The result of `call`, for a person who cannot wait for timeouts that add up. Raises DeadlineError.

    botocore fixes its timeouts when a client is made, starts the read timeout again with each piece that arrives, and
    repeats a call after it, when AWS may have acted already. So `call` runs in a thread, with a client that makes one
    attempt, and is repeated once if it could not connect. A call that is given up ends by its client's timeouts.
    """
    try:
        return _wait(deadline, call)
    except _NOT_CONNECTED:
        return _wait(deadline, call)


def _wait(deadline: Deadline, call: Callable[[], _Result]) -> _Result:
    remaining_seconds = deadline.remaining_seconds()
    if remaining_seconds <= 0:
        raise DeadlineError
    future = _threads.submit(call)
    try:
        return future.result(remaining_seconds)
    except TimeoutError as exc:
        future.cancel()
        raise DeadlineError from exc


def close_idle_connections(client: BaseClient, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Make `client` connect again when its last call began more than 10 seconds ago. `now` gives aware UTC.

    boto3 notices a connection that the server closed, but not one that was lost while Lambda had frozen the function:
    that one fails at the next call, which is sent only once. Calls under way are not affected.
    """
    lock = threading.Lock()
    last_call_at = now()

    def before_call(**_: Any) -> None:
        nonlocal last_call_at
        with lock:
            # A clock that was set back makes the pause unknown.
            if not timedelta(0) <= now() - last_call_at < _IDLE_LIMIT:
                client.close()
            last_call_at = now()

    client.meta.events.register("before-call", before_call)


def is_not_connected(error: BotoCoreError) -> bool:
    """Whether nothing was sent, so that AWS cannot have acted."""
    return isinstance(error, _NOT_CONNECTED)


def error_code(error: ClientError) -> str:
    """AWS's own code, such as AccessDeniedException."""
    return error.response.get("Error", {}).get("Code", "no code")


def _config(
    connect_timeout_seconds: float, read_timeout_seconds: float, attempts: int, connections: int = 10
) -> Config:
    return Config(
        connect_timeout=connect_timeout_seconds,
        read_timeout=read_timeout_seconds,
        retries={"total_max_attempts": attempts},
        max_pool_connections=connections,
    )
