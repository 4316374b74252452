"""Idempotency: a job is done once, and a person can have the providers asked only so often.

Lambda may deliver an event twice, even at the same time, and delivers it again after a failure. Slack sends some events
again, and a recorded request stays valid for five minutes. Powertools' Idempotency utility keeps one item for each job:

- A job is claimed before it starts. The claim ends with the time of the invocation that holds it.
- A job that is done stays marked for a day, which is longer than any retry, and is not done again.
- A job that fails gives its claim back, so that Lambda's retry can do it.
- Another delivery while a job is claimed raises. Lambda brings it back a minute later: by then, the job is done, or its
  invocation has crashed, the claim has ended, and this delivery does the job.

So a job that was interrupted is done again, and people may see it twice. For each kind that is better than never: only
the person who asked sees a second answer or notice, a Home tab or a refreshed answer is replaced by itself, a modal
opens only within three seconds of the press, and nobody is there to ask for a digest again. Share is the exception,
because it posts for everybody and the person can press again: `Answers.share` does not repeat a post that may have
arrived.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.observability import logger
from balance_slack.job import Job, JobKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LIFETIME = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_CHECK_TABLE = "check REQUESTS_TABLE and the role"

# Refresh on a message and on the Home tab share one pause. Share has its own: refreshing and then sharing is sensible.
# A person who opens the Home tab during its pause still sees the balances.
_PAUSES: Mapping[JobKind, tuple[str, timedelta]] = {
    JobKind.REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.HOME_REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.SHARE: ("share", timedelta(seconds=10)),
    JobKind.HOME: ("home", timedelta(seconds=60)),
    # A record of a refusal. More of them say nothing new.
    JobKind.REFUSED: ("refused", timedelta(seconds=60)),
}

_Result = TypeVar("_Result", bound=str | None)


class IdempotencyError(Exception):
    """Another delivery is doing the job, or DynamoDB does not say whether it was done. Lambda tries again."""


class IdempotencyTable:
    """The DynamoDB table of jobs and pauses, which deletes old items by their time to live."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._jobs = DynamoDBPersistenceLayer(
            table, key_attr="request_key", expiry_attr="expires_at", boto3_client=client
        )
        # Powertools' default hash, MD5, is not available where only FIPS 140 algorithms are allowed.
        self._config = IdempotencyConfig(expires_after_seconds=_LIFETIME // _ONE_SECOND, hash_function="sha256")

    def begin(self, context: LambdaContext) -> None:
        """Claims from now on end with this invocation."""
        self._config.register_lambda_context(context)

    def once(self, kind: str, key: str, work: Callable[[], _Result]) -> _Result:
        """The result of `work`, which is not done if an earlier delivery has done it: then its stored result.

        Raises IdempotencyError, and what `work` raises.
        """
        results: list[_Result] = []

        def do(*, key: str) -> _Result:  # noqa: ARG001 - Powertools reads it
            results.append(work())
            return results[0]

        run = idempotent_function(
            do, data_keyword_argument="key", persistence_store=self._jobs, config=self._config, key_prefix=kind
        )
        try:
            result: _Result = run(key=key)
        except IdempotencyAlreadyInProgressError as exc:
            raise IdempotencyError(f"another delivery of the same {kind} is being handled") from exc
        except IdempotencyPersistenceLayerError as exc:
            if results:
                # People have seen it. Raising would make Lambda do it again.
                logger.error(f"the {kind} is done, but could not be marked: {_CHECK_TABLE}")
                return results[0]
            raise IdempotencyError(f"DynamoDB did not take the claim of the {kind}: {_CHECK_TABLE}") from exc
        if not results:
            logger.warning(f"not repeated: an earlier delivery has done this {kind}")
        return result

    def pause_seconds(self, job: Job, now: datetime) -> int:
        """0 if the job may be done now, which starts its pause; otherwise how long the person has to wait.

        A retry of the job does not wait for its own pause. `now` is an aware time. Raises IdempotencyError.
        """
        if job.kind not in _PAUSES:
            return 0
        name, length = _PAUSES[job.kind]
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "request_key": {"S": f"{name}/{job.team_id}/{job.user_id}"},
                    "job": {"S": job.request_key},
                    "expires_at": {"N": _epoch_seconds(now + length)},
                },
                # DynamoDB may delete an item days after it expired.
                ConditionExpression="attribute_not_exists(request_key) OR expires_at <= :now OR job = :job",
                ExpressionAttributeValues={":now": {"N": _epoch_seconds(now)}, ":job": {"S": job.request_key}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as exc:
            expires_at = dict(exc.response)["Item"]["expires_at"]["N"]  # type: ignore[index]  # not in the stubs
            return max(1, min(int(expires_at) - int(now.timestamp()), length // _ONE_SECOND))
        except ClientError as exc:
            raise IdempotencyError(f"DynamoDB refused the pause ({error_code(exc)}): {_CHECK_TABLE}") from exc
        except BotoCoreError as exc:
            raise IdempotencyError(f"DynamoDB could not be reached ({type(exc).__name__})") from exc
        return 0


def _epoch_seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))
