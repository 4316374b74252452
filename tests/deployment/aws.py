"""What the caller's own credentials can read of a deployed stack. Nothing is ever written.

| IAM action | on | what for |
|---|---|---|
| sts:GetCallerIdentity | (always allowed) | who is asking, and AWS's clock |
| cloudformation:DescribeStacks, cloudformation:ListStackResources | the stack | parameters, outputs, names |
| secretsmanager:GetSecretValue | the secrets `<stack>/*` | their shape and keys |
| scheduler:GetSchedule | the stack's schedule | whether it is enabled |
| sns:ListSubscriptionsByTopic | the stack's topic | whether the alarms' address is confirmed |
| lambda:InvokeFunction | the providers' functions, alias `live` | only to ask the providers |
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws_api import AwsError, AwsUnreachableError
from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import Secret, SecretStore
from tests.deployment.check import Check, NotGatheredError, Status, unknown, wrong
from tests.deployment.clock import http_date
from tests.deployment.facts import Caller, Schedule, Stack
from tests.deployment.place import put_secret

_T = TypeVar("_T")
_READ = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
# Longer than a provider function may run, and never a second time: each try asks the provider.
_INVOKE = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 1})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"})
_CLOCK = frozenset({"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException"})


class Aws:
    """AWS in one region. Every method raises NotGatheredError with a check that says why and what to do."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._session: boto3.Session | None = None
        self._clients: dict[str, Any] = {}

    def caller(self) -> Caller:
        """Who is asking."""
        answer = _gathered("credentials", "sts:GetCallerIdentity", lambda: self._client("sts").get_caller_identity())
        aws_now = http_date(answer["ResponseMetadata"]["HTTPHeaders"].get("date"))
        return Caller(answer["Account"], answer["Arn"], datetime.now(UTC), aws_now)

    def stack(self, name: str) -> Stack:
        """The stack called `name`."""
        client = self._client("cloudformation")
        stacks = _gathered(
            "stack",
            "cloudformation:DescribeStacks",
            lambda: client.describe_stacks(StackName=name)["Stacks"],
            absent={"ValidationError": f"there is no stack {name} in {self._region}"},
            remedy="deploy it (make deploy ENV=...), or name another one: STACK=... REGION=...",
        )
        pages = _gathered(
            "stack",
            "cloudformation:ListStackResources",
            lambda: list(client.get_paginator("list_stack_resources").paginate(StackName=name)),
        )
        return Stack(
            name=name,
            region=self._region,
            status=stacks[0]["StackStatus"],
            parameters={each["ParameterKey"]: each["ParameterValue"] for each in stacks[0].get("Parameters", [])},
            outputs={each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])},
            resources={
                each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
                for page in pages
                for each in page["StackResourceSummaries"]
            },
        )

    def secret(self, subject: str, name: str, *, absent: Status = Status.WRONG) -> Secret:
        """The secret called `name`, read as the functions read it; `absent` is how bad it is that it has no value."""
        try:
            return SecretStore(self._fetch).get(name)
        except ProviderError as exc:
            cause = exc.__cause__
            code = cause.code if isinstance(cause, AwsError) else ""
            if code in _DENIED:
                raise _denied(subject, "secretsmanager:GetSecretValue") from exc
            if exc.kind is not ErrorKind.CONFIGURATION:
                raise NotGatheredError(unknown(subject, exc.message, "then look again")) from exc
            status = absent if code == "ResourceNotFoundException" else Status.WRONG
            # Of the other codes the message itself says what to do.
            remedy = put_secret(name, self._region) if code in {"", "ResourceNotFoundException"} else ""
            raise NotGatheredError(Check(status, subject, exc.message, remedy)) from exc

    def _fetch(self, name: str) -> str:
        """A secret's text with this machine's credentials, which may be of any kind that boto3 knows."""
        client = self._client("secretsmanager")
        try:
            return str(client.get_secret_value(SecretId=name).get("SecretString", ""))
        except ClientError as exc:
            raise AwsError(exc.response["ResponseMetadata"]["HTTPStatusCode"], _code(exc)) from exc
        except BotoCoreError as exc:
            raise AwsUnreachableError(type(exc).__name__) from exc

    def schedule(self, name: str) -> Schedule:
        """The schedule called `name`."""
        answer = _gathered(
            "schedule",
            "scheduler:GetSchedule",
            lambda: self._client("scheduler").get_schedule(Name=name),
            absent={
                "ResourceNotFoundException": "the schedule was deleted by hand: there is no snapshot and no digest"
            },
            remedy="deploy once without SnapshotSchedule in template.yaml, then with it",
        )
        return Schedule(answer["State"], answer["ScheduleExpression"], answer.get("ScheduleExpressionTimezone", "UTC"))

    def subscriptions(self, topic_arn: str) -> Mapping[str, str]:
        """The ARN of each e-mail subscription of the topic by its address, or the word that stands for none."""
        answer = _gathered(
            "alarms",
            "sns:ListSubscriptionsByTopic",
            lambda: self._client("sns").list_subscriptions_by_topic(TopicArn=topic_arn),
        )
        return {each["Endpoint"]: each["SubscriptionArn"] for each in answer["Subscriptions"]}

    def invoke(self, subject: str, function: str, payload: bytes) -> bytes:
        """What the function's alias `live` returns."""
        client = self._client("lambda", _INVOKE)

        def invoke() -> tuple[bytes, bool]:
            answer = client.invoke(FunctionName=function, Qualifier="live", Payload=payload)
            return answer["Payload"].read(), "FunctionError" in answer

        returned, has_failed = _gathered(subject, "lambda:InvokeFunction", invoke)
        if has_failed:
            remedy = f"look at its log: aws logs tail /aws/lambda/{function} --region {self._region}"
            raise NotGatheredError(wrong(subject, f"the function {function} failed", remedy))
        return returned

    def _client(self, service: str, config: Config = _READ) -> Any:
        if service not in self._clients:
            self._clients[service] = _gathered("credentials", service, lambda: self._new_client(service, config))
        return self._clients[service]

    def _new_client(self, service: str, config: Config) -> Any:
        self._session = self._session or boto3.Session(region_name=self._region)
        # mypy knows the clients by the literal name of a service.
        make: Callable[..., Any] = self._session.client
        return make(service, config=config)


def _gathered(
    subject: str, action: str, ask: Callable[[], _T], *, absent: Mapping[str, str] | None = None, remedy: str = ""
) -> _T:
    """What `ask` returns. `absent` are the error codes that mean "it is not there", with the sentence for each."""
    try:
        return ask()
    except ClientError as exc:
        code = _code(exc)
        if code in _DENIED:
            raise _denied(subject, action) from exc
        if absent and code in absent:
            raise NotGatheredError(wrong(subject, absent[code], remedy)) from exc
        hint = "check this machine's clock and the keys" if code in _CLOCK else "sign in again, then look the code up"
        raise NotGatheredError(wrong(subject, f"AWS refused {action} ({code})", hint)) from exc
    except BotoCoreError as exc:
        finding = f"AWS could not be asked ({type(exc).__name__})"
        hint = "sign in (aws sso login, aws configure, or AWS_PROFILE), check the region and the way to the internet"
        raise NotGatheredError(wrong(subject, finding, hint)) from exc


def _denied(subject: str, action: str) -> NotGatheredError:
    finding = f"your credentials may not use {action}"
    return NotGatheredError(unknown(subject, finding, f"ask with a role that allows {action}"))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
