"""A deployed stack as the doctor sees it: moto, the simulators, and what moto lacks (CloudFormation, Lambda) here."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

import boto3
import pytest
from moto import mock_aws

from tests.deployment.aws import Aws
from tests.deployment.check import Check
from tests.deployment.diagnosis import Diagnosis
from tests.local.aws.cloudformation import Template, load_template, read_source
from tests.local.aws.parameters import parameter_values
from tests.local.aws.resources import create_tables
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.certificates import local_authority
from tests.local.company import PARAMETERS, Company
from tests.local.http_server import HttpService, Request, Response, json_response
from tests.local.paths import PROJECT

ALARM_EMAIL = "ops@example.com"
ELASTIC_IP = "203.0.113.7"
SIGNING_SECRET = "8f742231b10e8888abcd99111222585a"  # looks like Slack's, but is not one
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:123456789012:function:{STACK_NAME}-{{}}:live"
SCHEDULE: Mapping[str, Any] = {
    "State": "ENABLED",
    "ScheduleExpression": "cron(0 8 ? * MON-FRI *)",
    "ScheduleExpressionTimezone": "UTC",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": FUNCTION_ARN.format("aggregator"), "RoleArn": f"arn:aws:iam::123456789012:role/{STACK_NAME}"},
}
WATCH: Mapping[str, Any] = {**SCHEDULE, "ScheduleExpression": "rate(15 minutes)"}
_TEMPLATE = PROJECT / "template.yaml"
_CHOSEN = {**PARAMETERS, "AlarmEmail": ALARM_EMAIL, "CreateProviderVpc": "true"}
# Invokes the function at an ARN with a payload.
Invoke = Callable[[str, bytes], Response]


@cache
def _template() -> tuple[Template, Mapping[str, str]]:
    """The translated template and the values of its parameters; both take a while."""
    values = parameter_values(read_source(_TEMPLATE)["Parameters"], _CHOSEN)
    return load_template(_TEMPLATE, _CHOSEN), {
        name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()
    }


class StackApi(HttpService):
    """CloudFormation and Lambda for the stack that the template makes, whose facts a test may change.

    `invoke` answers Lambda's Invoke.
    """

    def __init__(self, company: Company) -> None:
        template, parameters = _template()
        self.status = "UPDATE_COMPLETE"
        self.parameters = {**parameters}
        self.outputs = {**template.outputs, "ProviderEgressIp": ELASTIC_IP}
        self.resources = {name: resource.reference for name, resource in template.resources.items()}
        self.providers = ",".join(company.providers)
        self.invoke: Invoke = lambda arn, payload: Response(500)
        super().__init__()

    def answer(self, request: Request) -> Response:
        if request.route.startswith("/2015-03-31/functions/"):
            arn, action = unquote(request.route).split("/")[3:]
            if action == "invocations":
                return self.invoke(arn, request.body)
            variables = {"PROVIDERS": self.providers, "PROVIDER_FUNCTION": FUNCTION_ARN.format("{provider}")}
            return json_response(200, {"Environment": {"Variables": variables}})
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if asked["StackName"] != STACK_NAME:
            error = f"<Code>ValidationError</Code><Message>Stack with id {asked['StackName']} does not exist</Message>"
            return Response(400, f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>".encode())
        action = asked["Action"]
        content = {"DescribeStacks": self._stacks, "ListStackResources": self._resources}[action]()
        return Response(
            200, f"<{action}Response><{action}Result>{content}</{action}Result></{action}Response>".encode()
        )

    def _stacks(self) -> str:
        head = f"<StackName>{STACK_NAME}</StackName><CreationTime>2026-11-21T00:00:00Z</CreationTime>"
        parameters = _members("ParameterKey", "ParameterValue", self.parameters)
        outputs = _members("OutputKey", "OutputValue", self.outputs)
        body = f"<Parameters>{parameters}</Parameters><Outputs>{outputs}</Outputs>"
        return f"<Stacks><member>{head}<StackStatus>{self.status}</StackStatus>{body}</member></Stacks>"

    def _resources(self) -> str:
        members = _members("LogicalResourceId", "PhysicalResourceId", self.resources)
        return f"<StackResourceSummaries>{members}</StackResourceSummaries>"


class Canned(HttpService):
    """Any other service, with one `response` to everything."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()

    def answer(self, request: Request) -> Response:
        return self.response


def create_schedules_and_alarms(resources: Mapping[str, str]) -> None:
    """What the local system does not create, because nothing in it needs it."""
    sns, scheduler = boto3.client("sns"), boto3.client("scheduler")
    sns.create_topic(Name=resources["AlarmTopic"].rpartition(":")[2])
    sns.subscribe(TopicArn=resources["AlarmTopic"], Protocol="email", Endpoint=ALARM_EMAIL)
    scheduler.create_schedule(Name=resources["SnapshotSchedule"], **SCHEDULE)
    for name in ("WatchSchedule", "WatchRunSchedule"):
        scheduler.create_schedule(Name=resources[name], **WATCH)


@dataclass(frozen=True)
class Deployment:
    """One deployed stack with nothing wrong, until a test changes it."""

    company: Company
    api: StackApi
    front: Canned

    def put(self, name: str, value: object) -> None:
        """Store a secret's value: text as it is, anything else as JSON."""
        text = value if isinstance(value, str) else json.dumps(value)
        boto3.client("secretsmanager").put_secret_value(SecretId=f"{STACK_NAME}/{name}", SecretString=text)

    def empty(self, name: str) -> None:
        """Create the secret again without a value, as CloudFormation creates it."""
        secrets, secret_id = boto3.client("secretsmanager"), f"{STACK_NAME}/{name}"
        secrets.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
        secrets.create_secret(Name=secret_id)

    def checks(self, subject: str, **options: Any) -> list[Check]:
        """Run the doctor; its checks of one subject. `options` are Diagnosis' fields."""
        diagnosis = Diagnosis(Aws(REGION), **options)
        return [check for check in diagnosis.checks(STACK_NAME) if check.subject == subject]


@contextmanager
def deployed(company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The template's stack with the company's secrets; environment variables lead the doctor to it."""
    with ExitStack() as exits:
        exits.enter_context(mock_aws())
        api, front = exits.enter_context(StackApi(company)), exits.enter_context(Canned(Response(401)))
        api.parameters["SlackDomain"] = company.slack.domain
        api.outputs["SlackRequestUrl"] = front.url + "/"
        deployment = Deployment(company, api, front)
        for name, value in company.secrets.items():
            boto3.client("secretsmanager").create_secret(Name=name, SecretString=value)
        deployment.put("slack-signing", {"signing_secret": SIGNING_SECRET})
        create_schedules_and_alarms(api.resources)
        create_tables(_template()[0], boto3.client("dynamodb"))
        for name in ("CLOUDFORMATION", "LAMBDA"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", api.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(local_authority().ca_file))
        yield deployment


def _members(key: str, value: str, items: Mapping[str, str]) -> str:
    return "".join(
        f"<member><{key}>{escape(name)}</{key}><{value}>{escape(text)}</{value}></member>"
        for name, text in items.items()
    )
