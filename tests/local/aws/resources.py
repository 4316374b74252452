"""Creates in a moto server what the template creates in AWS, by direct API calls.

moto's own CloudFormation reports success and skips secrets, aliases and schedules, so it cannot be used.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

import boto3

from tests.local.aws.cloudformation import Resource, Template
from tests.local.aws.intrinsics import as_text
from tests.local.aws.stack import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

# What the local system runs from the template itself, or does not need.
WITHOUT_COUNTERPART = frozenset(
    {
        "AWS::AppConfig::Application",
        "AWS::AppConfig::ConfigurationProfile",
        "AWS::AppConfig::HostedConfigurationVersion",
        "AWS::CloudWatch::Alarm",
        "AWS::Events::Rule",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Function",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Url",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SQS::QueuePolicy",
        "AWS::Scheduler::Schedule",
    }
)


class UnknownResourceError(Exception):
    """The template has a resource, or the caller a secret, that the local system does not know."""


def create_resources(template: Template, endpoint_url: str, secrets: Mapping[str, str]) -> None:
    """Creates the template's secrets, queues, tables and event buses in the moto server at `endpoint_url`.

    `secrets` maps a secret's name to its JSON text. A secret without an entry is created without a value, as
    CloudFormation creates it. Raises `UnknownResourceError` before anything is created.
    """
    names = {secret.properties["Name"] for secret in template.of_type("AWS::SecretsManager::Secret")}
    if unknown := sorted(secrets.keys() - names):
        raise UnknownResourceError(f"the template has no secret {', '.join(unknown)}")
    creators = _creators(endpoint_url, secrets)
    for resource in template.resources.values():
        if resource.type not in WITHOUT_COUNTERPART and resource.type not in creators:
            raise UnknownResourceError(
                f"{resource.logical_id} is a {resource.type}, which the local system does not know: create it in"
                " tests/local/aws/resources.py, or add its type to WITHOUT_COUNTERPART if nothing local needs it"
            )
    for resource in template.resources.values():
        if resource.type in creators:
            creators[resource.type](resource)


def _creators(endpoint_url: str, secrets: Mapping[str, str]) -> Mapping[str, Callable[[Resource], object]]:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
    return {
        "AWS::DynamoDB::Table": partial(_create_table, session.client("dynamodb", endpoint_url=endpoint_url)),
        "AWS::Events::EventBus": partial(_create_bus, session.client("events", endpoint_url=endpoint_url)),
        "AWS::SQS::Queue": partial(_create_queue, session.client("sqs", endpoint_url=endpoint_url)),
        "AWS::SecretsManager::Secret": partial(
            _create_secret, session.client("secretsmanager", endpoint_url=endpoint_url), secrets
        ),
    }


def _create_secret(client: "SecretsManagerClient", values: Mapping[str, str], secret: Resource) -> None:
    name = secret.properties["Name"]
    if name in values:
        client.create_secret(Name=name, SecretString=values[name])
    else:
        client.create_secret(Name=name)


def _create_queue(client: "SQSClient", queue: Resource) -> None:
    attributes = {key: as_text(queue.properties[key], queue.logical_id) for key in queue.properties}
    client.create_queue(
        QueueName=str(queue.arn).rsplit(":", 1)[-1],
        Attributes=cast("Mapping[QueueAttributeNameType, str]", attributes),
    )


def _create_table(client: "DynamoDBClient", table: Resource) -> None:
    properties = table.properties
    name = str(table.reference)
    client.create_table(
        TableName=name,
        AttributeDefinitions=properties["AttributeDefinitions"],
        KeySchema=properties["KeySchema"],
        BillingMode=properties["BillingMode"],
    )
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def _create_bus(client: "EventBridgeClient", bus: Resource) -> None:
    client.create_event_bus(Name=bus.properties["Name"])
