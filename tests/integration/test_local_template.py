"""The template's resources in a real moto server, and the stack that the local system starts from the template."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import boto3
import pytest

from tests.local.aws.cloudformation import Resource, Template, load_template
from tests.local.aws.identities import Endpoints
from tests.local.aws.moto_server import empty_moto
from tests.local.aws.resources import UnknownResourceError, create_resources
from tests.local.aws.stack import REGION
from tests.local.aws.template import BuildPaths, UnsupportedResourceError, load_stack, stack_of

TEMPLATE_PATH = Path(__file__).parents[2] / "template.yaml"
SECRETS = {"balance-bot/payby": '{"accounts": {"main": {}}}'}


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    with empty_moto() as url:
        yield url


@pytest.fixture(scope="module")
def template(endpoint_url: str) -> Template:
    loaded = load_template(TEMPLATE_PATH, {"DigestChannels": "C0DIGEST"}, Endpoints(sqs=endpoint_url))
    create_resources(loaded, endpoint_url, SECRETS)
    return loaded


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)


def test_a_given_secret_has_its_value(template: Template, session: boto3.Session, endpoint_url: str) -> None:
    client = session.client("secretsmanager", endpoint_url=endpoint_url)
    assert client.get_secret_value(SecretId="balance-bot/payby")["SecretString"] == SECRETS["balance-bot/payby"]


def test_a_secret_without_a_value_exists_without_a_version(
    template: Template, session: boto3.Session, endpoint_url: str
) -> None:
    client = session.client("secretsmanager", endpoint_url=endpoint_url)
    assert "VersionIdsToStages" not in client.describe_secret(SecretId="balance-bot/pagsmile")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId="balance-bot/pagsmile")
    names = {secret["Name"] for secret in client.list_secrets()["SecretList"]}
    assert names == {
        f"balance-bot/{name}" for name in ("pagsmile", "payby", "payermax", "slack-signing", "slack-bot-token")
    }


def test_the_queue_is_where_the_output_says(template: Template, session: boto3.Session, endpoint_url: str) -> None:
    client = session.client("sqs", endpoint_url=endpoint_url)
    url = template.outputs["FailureQueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="late")
    assert client.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "late"
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["QueueArn"] == template.resources["FailureQueue"].arn
    assert attributes["MessageRetentionPeriod"] == "1209600"


def test_the_table_takes_a_request_once(template: Template, session: boto3.Session, endpoint_url: str) -> None:
    client = session.client("dynamodb", endpoint_url=endpoint_url)
    name = str(template.resources["RequestsTable"].reference)
    item = {"request_key": {"S": "a"}, "expires_at": {"N": "1"}}
    client.put_item(TableName=name, Item=item, ConditionExpression="attribute_not_exists(request_key)")
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(TableName=name, Item=item, ConditionExpression="attribute_not_exists(request_key)")
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires_at", "ENABLED")


def test_the_bus_takes_events(template: Template, session: boto3.Session, endpoint_url: str) -> None:
    client = session.client("events", endpoint_url=endpoint_url)
    bus = client.describe_event_bus(Name=template.outputs["BalanceBusName"])
    assert bus["Arn"] == template.outputs["BalanceBusArn"]


def test_an_unknown_secret_or_resource_type_is_refused(template: Template) -> None:
    nowhere = "http://127.0.0.1:1"
    with pytest.raises(UnknownResourceError, match="no secret balance-bot/mockpay"):
        create_resources(template, nowhere, {"balance-bot/mockpay": "{}"})
    bucket = Resource("Bucket", "AWS::S3::Bucket", {}, {}, None, None)
    with pytest.raises(UnknownResourceError, match="Bucket is a AWS::S3::Bucket"):
        create_resources(replace(template, resources={**template.resources, "Bucket": bucket}), nowhere, {})


BUILD = BuildPaths(
    layers={"CommonLayer": (Path("layer"), Path("installed"))},
    dependencies=MappingProxyType({"SlackFunction": (Path("bolt"),)}),
)


def test_the_stack_has_what_a_function_needs_to_run() -> None:
    url = "http://127.0.0.1:9500/"
    stack = load_stack(
        TEMPLATE_PATH, BUILD, {"SlackAllowedTeamIds": "T0TEAM"}, Endpoints(function_urls={"SlackFunctionUrl": url})
    )
    assert stack.outputs["SlackRequestUrl"] == url
    assert stack.url_targets["SlackFunctionUrl"].endswith(":function:balance-bot-slack:live")
    front = stack.functions["balance-bot-slack"]
    assert (front.logical_id, front.handler) == ("SlackFunction", "balance_slack.front.handler")
    assert front.code == TEMPLATE_PATH.parent / "functions" / "slack"
    assert front.layers == (Path("bolt"), Path("layer"), Path("installed"))
    assert front.environment["ALLOWED_TEAM_IDS"] == "T0TEAM"
    assert (front.timeout_seconds, front.memory_mb, front.aliases, front.snap_start) == (5, 1024, ("live",), False)
    assert (front.async_retries, front.on_failure_arn) == (2, None)
    aggregator = stack.functions["balance-bot-aggregator"]
    assert (aggregator.async_retries, aggregator.on_failure_arn) == (
        1,
        "arn:aws:sqs:eu-central-1:123456789012:balance-bot-FailureQueue",
    )


def test_the_stack_has_its_schedule_and_rule(template: Template) -> None:
    stack = stack_of(template, BUILD)
    [schedule] = stack.schedules
    assert schedule.target_arn == stack.outputs["AggregatorArn"]
    assert (schedule.expression, schedule.timezone) == ("cron(0 8 ? * MON-FRI *)", "UTC")
    assert json.loads(schedule.payload) == {"version": 1, "snapshot": True}
    [rule] = stack.rules
    assert (rule.name, rule.bus_name) == ("DigestRule", "balance-bot")
    assert rule.target_arns == ("arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-slack-reporter:live",)


def changed(template: Template, logical_id: str, **properties: object) -> Template:
    resource = template.resources[logical_id]
    altered = replace(resource, properties={**resource.properties, **properties})
    return replace(template, resources={**template.resources, logical_id: altered})


def test_what_the_local_system_cannot_imitate_is_refused(template: Template) -> None:
    with pytest.raises(UnsupportedResourceError, match="PagsmileFunction uses CommonLayer, for which no folders"):
        stack_of(template, BuildPaths(layers={}))
    with pytest.raises(UnsupportedResourceError, match="PayByFunction uses arn:other"):
        stack_of(changed(template, "PayByFunction", Layers=["arn:other"]), BUILD)
    with pytest.raises(UnsupportedResourceError, match="rule DigestRule uses InputPath"):
        stack_of(changed(template, "DigestRule", Targets=[{"Arn": "arn:x", "InputPath": "$.detail"}]), BUILD)
    rule = template.resources["DigestRule"]
    timed = replace(rule, properties={"ScheduleExpression": "rate(1 day)", "Targets": []})
    with pytest.raises(UnsupportedResourceError, match="rule DigestRule has no EventPattern"):
        stack_of(replace(template, resources={**template.resources, "DigestRule": timed}), BUILD)
