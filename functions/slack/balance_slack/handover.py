"""Hands a job to the reporter's function, which answers when the acknowledgement is long gone."""

from urllib.parse import quote

from balance_core.aws_api import AwsApi, AwsError, AwsUnreachableError
from balance_core.secrets import required_setting
from balance_core.wire import dumps
from balance_slack.job import Job

# Slack waits three seconds for the acknowledgement, which must still be able to say that this failed.
_READ_TIMEOUT_SECONDS = 0.8


class HandoverError(Exception):
    """Lambda did not confirm the job, so perhaps nobody will answer. The message tells the operator why."""


class Handover:
    """Invokes the function in REPORTER_FUNCTION asynchronously, at most once for each job."""

    def __init__(self) -> None:
        self._lambda = AwsApi("lambda", _READ_TIMEOUT_SECONDS)

    def send(self, job: Job) -> None:
        """Hand the job over. Raises HandoverError, and ProviderError (configuration) without REPORTER_FUNCTION."""
        path = f"/2015-03-31/functions/{quote(required_setting('REPORTER_FUNCTION'), safe='')}/invocations"
        headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "Event"}
        try:
            self._lambda.post(path, headers, dumps(job.to_wire()))
        except AwsError as exc:
            raise HandoverError(f"Lambda refused the job ({exc.code}): check REPORTER_FUNCTION and the role") from exc
        except AwsUnreachableError as exc:
            raise HandoverError(f"Lambda could not be reached ({exc})") from exc

    def close(self) -> None:
        """Close the connection, as a SnapStart snapshot needs it; the next job opens another."""
        self._lambda.close()
