"""Hands a job to the reporter's function, which answers when the acknowledgement is long gone."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.secrets import required_setting
from balance_core.wire import dumps
from balance_slack.job import Job

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Slack waits three seconds for the acknowledgement, which must still be able to say that this failed.
_READ_TIMEOUT_SECONDS = 1.5


class HandoverError(Exception):
    """Lambda did not take the job, so nobody will answer. The message tells the operator why."""


class Handover:
    """Invokes the function in REPORTER_FUNCTION asynchronously, at most once for each job."""

    def __init__(self, client: "LambdaClient | None" = None) -> None:
        self._client = client

    def send(self, job: Job) -> None:
        """Hand the job over. Raises HandoverError, and ProviderError (configuration) without REPORTER_FUNCTION."""
        function = required_setting("REPORTER_FUNCTION")
        try:
            accepted = self._lambda().invoke(
                FunctionName=function, InvocationType="Event", Payload=dumps(job.to_wire())
            )
            # Empty, but until it is read the connection is not free for the next job.
            accepted["Payload"].read()
        except ClientError as exc:
            error_code = exc.response.get("Error", {}).get("Code", "no code")
            raise HandoverError(f"Lambda refused the job ({error_code}): check REPORTER_FUNCTION and the role") from exc
        except BotoCoreError as exc:
            raise HandoverError(f"Lambda could not be reached ({type(exc).__name__})") from exc

    def _lambda(self) -> "LambdaClient":
        if self._client is None:
            patience = Config(connect_timeout=1, read_timeout=_READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
            self._client = boto3.client("lambda", config=patience)
        return self._client
