"""A deployed stack as the doctor meets it: moto, the Slack simulator, and what moto lacks on loopback ports.

moto's CloudFormation would need forty more packages, so the two calls are answered here from the translated template.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import boto3

from tests.local.aws.cloudformation import load_template, read_source
from tests.local.aws.loopback_http import LoopbackFront, Request, Response
from tests.local.aws.moto_server import empty_moto
from tests.local.aws.parameters import parameter_values
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import PARAMETERS, Company
from tests.local.system import PROJECT

ALARM_EMAIL = "ops@example.com"
ELASTIC_IP = "203.0.113.7"
# In Slack's form, of no value.
SIGNING_SECRET = "8f742231b10e8888abcd99111222585a"
_XMLNS = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
_ROLE = f"arn:aws:iam::123456789012:role/{STACK_NAME}-SnapshotRole"


@dataclass
class StackApi(LoopbackFront):
    """CloudFormation's DescribeStacks and ListStackResources for one stack, whose facts a test may change."""

    parameters: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    status: str = "UPDATE_COMPLETE"

    def __post_init__(self) -> None:
        super().__init__()

    def answer(self, request: Request) -> Response:
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if asked["StackName"] != STACK_NAME:
            error = f"<Code>ValidationError</Code><Message>Stack with id {asked['StackName']} does not exist</Message>"
            return _xml(400, f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>")
        action = asked["Action"]
        content = {"DescribeStacks": self._stacks, "ListStackResources": self._resources}[action]()
        body = f'<{action}Response xmlns="{_XMLNS}"><{action}Result>{content}</{action}Result></{action}Response>'
        return _xml(200, body)

    def _stacks(self) -> str:
        head = f"<StackName>{STACK_NAME}</StackName><CreationTime>2026-11-21T00:00:00Z</CreationTime>"
        parameters = _members(("ParameterKey", "ParameterValue"), self.parameters)
        outputs = _members(("OutputKey", "OutputValue"), self.outputs)
        body = f"<Parameters>{parameters}</Parameters><Outputs>{outputs}</Outputs>"
        return f"<Stacks><member>{head}<StackStatus>{self.status}</StackStatus>{body}</member></Stacks>"

    def _resources(self) -> str:
        members = _members(("LogicalResourceId", "PhysicalResourceId"), self.resources)
        return f"<StackResourceSummaries>{members}</StackResourceSummaries>"


class FrontDoor(LoopbackFront):
    """A function URL that answers everything with `status`."""

    def __init__(self, status: int = 401) -> None:
        self.status = status
        super().__init__()

    def answer(self, request: Request) -> Response:
        return Response(self.status)


@dataclass(frozen=True)
class Deployment:
    """One stack, sound until a test changes it and again after `restore`; `variables` lead boto3 and doctor to it."""

    company: Company
    api: StackApi
    front: FrontDoor
    clients: Mapping[str, Any]
    variables: Mapping[str, str]
    _sound: Mapping[str, dict[str, str]]

    def put(self, name: str, value: object) -> None:
        """Store a secret's value: text as it is, anything else as JSON."""
        text = value if isinstance(value, str) else json.dumps(value)
        self.clients["secretsmanager"].put_secret_value(SecretId=f"{STACK_NAME}/{name}", SecretString=text)

    def empty(self, name: str) -> None:
        """Make the secret anew without a value, as CloudFormation makes it."""
        secret_id = f"{STACK_NAME}/{name}"
        self.clients["secretsmanager"].delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
        self.clients["secretsmanager"].create_secret(Name=secret_id)

    def change_schedule(self, **changes: str) -> None:
        """Update the schedule by hand."""
        name = self.api.resources["SnapshotSchedule"]
        self.clients["scheduler"].update_schedule(Name=name, **{**_SCHEDULE, **changes})

    def restore(self) -> None:
        """Undo what a test did."""
        for name, value in self.company.secrets.items():
            self.put(name.rpartition("/")[2], value)
        self.put("slack-signing", {"signing_secret": SIGNING_SECRET})
        self.front.status = 401
        self.api.status = "UPDATE_COMPLETE"
        for name, facts in self._sound.items():
            setattr(self.api, name, dict(facts))
        self.change_schedule()


_SCHEDULE: Mapping[str, Any] = {
    "State": "ENABLED",
    "ScheduleExpression": "cron(0 8 ? * MON-FRI *)",
    "ScheduleExpressionTimezone": "UTC",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": f"arn:aws:lambda:{REGION}:123456789012:function:{STACK_NAME}-aggregator:live", "RoleArn": _ROLE},
}


def new_stack_api() -> StackApi:
    """CloudFormation with the stack that the project's template makes for the company, alarms and VPC included."""
    chosen = {**PARAMETERS, "AlarmEmail": ALARM_EMAIL, "CreateProviderVpc": "true"}
    path = PROJECT / "template.yaml"
    template = load_template(path, chosen)
    values = parameter_values(read_source(path)["Parameters"], chosen)
    return StackApi(
        parameters={name: str(value) for name, value in values.items()},
        outputs={**template.outputs, "ProviderEgressIp": ELASTIC_IP},
        resources={name: resource.reference or "" for name, resource in template.resources.items()},
    )


def clients_of(moto_url: str) -> Mapping[str, Any]:
    """A client of each service that moto answers for."""
    make: Callable[..., Any] = boto3.Session("local", "local", region_name=REGION).client
    return {name: make(name, endpoint_url=moto_url) for name in ("secretsmanager", "scheduler", "sns")}


def create_schedule_and_alarms(clients: Mapping[str, Any], resources: Mapping[str, str]) -> None:
    """What the local system has no use for."""
    topic = resources["AlarmTopic"]
    clients["sns"].create_topic(Name=topic.rpartition(":")[2])
    clients["sns"].subscribe(TopicArn=topic, Protocol="email", Endpoint=ALARM_EMAIL)
    clients["scheduler"].create_schedule(Name=resources["SnapshotSchedule"], **_SCHEDULE)


@contextmanager
def deployed(company: Company) -> Iterator[Deployment]:
    """The stack of the project's template with the company's secrets."""
    with ExitStack() as exits:
        moto_url = exits.enter_context(empty_moto())
        clients = clients_of(moto_url)
        api = exits.enter_context(new_stack_api())
        front = exits.enter_context(FrontDoor())
        exits.enter_context(company.slack)
        for simulator in company.providers.values():
            exits.callback(simulator.stop)
        api.outputs["SlackRequestUrl"] = front.url + "/"
        for name in company.secrets:
            clients["secretsmanager"].create_secret(Name=name)
        create_schedule_and_alarms(clients, api.resources)
        sound = {name: dict(getattr(api, name)) for name in ("parameters", "outputs", "resources")}
        variables = {
            "AWS_ENDPOINT_URL": moto_url,
            "AWS_ENDPOINT_URL_CLOUDFORMATION": api.url,
            "ALLOW_INSECURE_PROVIDER_URLS": "true",
            "SLACK_API_URL": company.slack.api_url,
        }
        deployment = Deployment(company, api, front, clients, variables, sound)
        deployment.restore()
        yield deployment


def _members(names: tuple[str, str], values: Mapping[str, str]) -> str:
    key, value = names
    return "".join(
        f"<member><{key}>{escape(each)}</{key}><{value}>{escape(text)}</{value}></member>"
        for each, text in values.items()
    )


def _xml(status: int, body: str) -> Response:
    return Response(status, body.encode(), {"Content-Type": "text/xml"})
