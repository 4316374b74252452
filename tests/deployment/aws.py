"""What your own AWS credentials can read of a deployed stack. Only `make watch-rules FILE=...` writes.

| IAM action | on | why |
|---|---|---|
| sts:GetCallerIdentity | (always allowed) | whose credentials these are, and AWS's clock |
| cloudformation:DescribeStacks, cloudformation:ListStackResources | the stack | parameters, outputs, names |
| lambda:GetFunctionConfiguration | the aggregator's alias `live` | which providers are deployed |
| secretsmanager:GetSecretValue | the secrets `<stack>/*` | their fields and keys |
| secretsmanager:DescribeSecret | the providers' secrets | rotations that are pending |
| kms:ListAliases | `*` | keys that no secret names |
| kms:DescribeKey, kms:GetPublicKey, kms:GetKeyPolicy | keys that a secret names | their state, pairs, policies |
| secretsmanager:ListSecrets | `*` | before `make deploy`: secrets that are in its way |
| dynamodb:ListTables | `*` | before the first `make deploy`: tables that an earlier stack left behind |
| dynamodb:DescribeTimeToLive | the stack's tables | whether they delete what has expired |
| dynamodb:DescribeContinuousBackups | the stack's tables | whether the history and the rules can be restored |
| scheduler:GetSchedule | the stack's schedules | whether they are enabled |
| sns:ListSubscriptionsByTopic | the stack's topic | whether the e-mail address for alarms is confirmed |
| lambda:InvokeFunction | the provider functions' aliases `live` | only to ask the providers |
| lambda:InvokeFunction | the alias `live` of the watch | only for `make watch-rules` |
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import Secret, SecretStore
from balance_core.settings import provider_functions
from tests.deployment.check import Check, CheckError, NotFoundError, Status, unknown, wrong
from tests.deployment.rotation.kms_keys import KmsKeys
from tests.deployment.rotation.versions import Versions
from tests.deployment.stack import Schedule, Stack, StoredSecret, Table
from tests.deployment.target import put_secret

_READ = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
# The timeout is longer than a provider function may run. A second attempt would ask the provider again.
_INVOKE = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 1})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"})
# Resources that the list still names, and that the stack no longer owns.
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
_CLOCK = frozenset({"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException"})


class Aws:
    """AWS in one region. Every method raises CheckError."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._clients: dict[str, Any] = {}

    def caller(self) -> tuple[str, str | None]:
        """The ARN that your credentials belong to, and the time in AWS's answer (an HTTP date)."""
        with _reading("credentials", "sts:GetCallerIdentity"):
            answer = self._client("sts").get_caller_identity()
        return answer["Arn"], answer["ResponseMetadata"]["HTTPHeaders"].get("date")

    def stack(self, name: str) -> Stack:
        """The stack called `name`. Raises NotFoundError if there is none."""
        absent = {"ValidationError": f"there is no stack {name} in {self._region}"}
        remedy = "deploy it (make deploy ENV=...), or name another one: STACK=... REGION=..."
        with _reading("stack", "cloudformation:DescribeStacks", absent, remedy):
            (found,) = self._client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        with _reading("stack", "cloudformation:ListStackResources"):
            pages = list(self._client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name))
        return Stack(
            name=name,
            region=self._region,
            status=found["StackStatus"],
            parameters={each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])},
            outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
            resources={
                each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
                for page in pages
                for each in page["StackResourceSummaries"]
                if each.get("ResourceStatus") not in _GONE
            },
        )

    def provider_functions(self, aggregator_arn: str) -> Mapping[str, str]:
        """The ARNs of the deployed provider functions by provider id, from the aggregator's settings."""
        with _reading("providers", "lambda:GetFunctionConfiguration"):
            answer = self._client("lambda").get_function_configuration(FunctionName=aggregator_arn)
        try:
            return provider_functions(answer.get("Environment", {}).get("Variables", {}))
        except ProviderError as exc:
            raise CheckError(wrong("providers", exc.message, "deploy again: make deploy ENV=...")) from exc

    def secret(self, subject: str, name: str, *, absent: Status = Status.WRONG) -> Secret:
        """The secret called `name`, read as the functions read it; `absent` is the status when it has no value."""
        try:
            return SecretStore(self._client("secretsmanager")).get(name)
        except ProviderError as exc:
            cause = exc.__cause__
            code = error_code(cause) if isinstance(cause, ClientError) else ""
            if code in _DENIED:
                raise _denied(subject, "secretsmanager:GetSecretValue") from exc
            if exc.kind is not ErrorKind.CONFIGURATION:
                raise CheckError(unknown(subject, exc.message, "run the doctor again")) from exc
            status = absent if code == "ResourceNotFoundException" else Status.WRONG
            # For the other codes the message itself says what to do.
            remedy = put_secret(name, self._region) if code in {"", "ResourceNotFoundException"} else ""
            raise CheckError(Check(status, subject, exc.message, remedy)) from exc

    def secrets_of(self, stack_name: str) -> Mapping[str, StoredSecret]:
        """Every secret called `<stack_name>/...` by its name, those with a date for their deletion, too."""
        wanted = [{"Key": "name", "Values": [f"{stack_name}/"]}]
        with _reading("secrets", "secretsmanager:ListSecrets"):
            paginator = self._client("secretsmanager").get_paginator("list_secrets")
            pages = list(paginator.paginate(IncludePlannedDeletion=True, Filters=wanted))
        return {
            each["Name"]: StoredSecret(each["ARN"], is_deleted="DeletedDate" in each)
            for page in pages
            for each in page["SecretList"]
        }

    def our_keys(self, secret_name: str) -> tuple[Versions, KmsKeys]:
        """What `make keys` works with, to read from within `reading_keys`."""
        return Versions(self._client("secretsmanager"), secret_name), KmsKeys(self._client("kms"))

    def tables(self, prefix: str) -> list[str]:
        """The DynamoDB tables whose names begin with `prefix`."""
        with _reading("history", "dynamodb:ListTables"):
            pages = list(self._client("dynamodb").get_paginator("list_tables").paginate())
        return [name for page in pages for name in page["TableNames"] if name.startswith(prefix)]

    def table(self, name: str) -> Table:
        """The table called `name`."""
        deleted = f"somebody deleted the table {name} by hand"
        remedy = "restore it under its name from a backup, or deploy once without it in template.yaml, then with it"
        client = self._client("dynamodb")
        with _reading("tables", "dynamodb:DescribeContinuousBackups", {"TableNotFoundException": deleted}, remedy):
            backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        with _reading("tables", "dynamodb:DescribeTimeToLive"):
            expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {})
        return Table(
            expires=expiry.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"),
            is_recoverable=recovery.get("PointInTimeRecoveryStatus") == "ENABLED",
        )

    def schedule(self, logical_id: str, name: str) -> Schedule:
        """The schedule called `name`, which is `logical_id` in template.yaml."""
        deleted = f"somebody deleted the schedule {name} by hand"
        remedy = f"deploy once without {logical_id} in template.yaml, then with it"
        with _reading("schedules", "scheduler:GetSchedule", {"ResourceNotFoundException": deleted}, remedy):
            answer = self._client("scheduler").get_schedule(Name=name)
        return Schedule(answer["State"], answer["ScheduleExpression"], answer.get("ScheduleExpressionTimezone", "UTC"))

    def subscriptions(self, topic_arn: str) -> Mapping[str, str]:
        """The topic's e-mail subscriptions by address: an ARN, or SNS's word for a missing one."""
        with _reading("alarms", "sns:ListSubscriptionsByTopic"):
            answer = self._client("sns").list_subscriptions_by_topic(TopicArn=topic_arn)
        return {each["Endpoint"]: each["SubscriptionArn"] for each in answer["Subscriptions"]}

    def invoke(self, subject: str, function_arn: str, payload: bytes) -> bytes:
        """Invoke a function, by its ARN or its name and alias, and return its answer."""
        with _reading(subject, "lambda:InvokeFunction"):
            answer = self._client("lambda").invoke(FunctionName=function_arn, Payload=payload)
            returned: bytes = answer["Payload"].read()
        if "FunctionError" in answer:
            name = function_arn.removesuffix(":live").rpartition(":")[2]
            remedy = f"read its log: aws logs tail /aws/lambda/{name} --region {self._region}"
            raise CheckError(wrong(subject, f"the function {name} failed", remedy))
        return returned

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            # The type checker knows clients only by the literal name of their service.
            make: Callable[..., Any] = boto3.client
            config = _INVOKE if service == "lambda" else _READ
            self._clients[service] = make(service, region_name=self._region, config=config)
        return self._clients[service]


@contextmanager
def _reading(subject: str, action: str, absent: Mapping[str, str] | None = None, remedy: str = "") -> Iterator[None]:
    """Turns what boto3 raises into CheckError. `absent` maps the error codes for "not there" to what they mean."""
    try:
        yield
    except ClientError as exc:
        code = error_code(exc)
        if code in _DENIED:
            raise _denied(subject, action or exc.operation_name) from exc
        if absent and code in absent:
            raise NotFoundError(wrong(subject, absent[code], remedy)) from exc
        hint = "check this machine's clock and the keys" if code in _CLOCK else "sign in again, then look the code up"
        raise CheckError(wrong(subject, f"AWS refused {action or exc.operation_name} ({code})", hint)) from exc
    except BotoCoreError as exc:
        finding = f"could not call AWS ({type(exc).__name__})"
        hint = "sign in (aws sso login, aws configure, or AWS_PROFILE), check the region and the network"
        raise CheckError(wrong(subject, finding, hint)) from exc


@contextmanager
def reading_keys(subject: str) -> Iterator[None]:
    """Turns what boto3 raises while our keys are read into CheckError."""
    with _reading(subject, ""):
        yield


def _denied(subject: str, action: str) -> CheckError:
    return CheckError(unknown(subject, f"your credentials may not use {action}", f"use a role that allows {action}"))
