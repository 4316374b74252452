"""Creates the template's resources in a moto server, by direct API calls.

moto's own CloudFormation skips secrets, aliases and schedules and still reports success, so it cannot be used.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

from tests.local.aws.cloudformation import Template
from tests.local.aws.intrinsics import as_text
from tests.local.aws.stack import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create_resources(template: Template, endpoint_url: str, secrets: Mapping[str, str]) -> None:
    """Create the template's secrets, queues and tables in the moto server at `endpoint_url`.

    `secrets` maps the name of a secret to its JSON. A secret without an entry is created without a value, as
    CloudFormation does.
    """
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)

    manager = session.client("secretsmanager", endpoint_url=endpoint_url)
    for secret in template.of_type("AWS::SecretsManager::Secret"):
        name = secret.properties["Name"]
        manager.create_secret(Name=name)
        if name in secrets:
            manager.put_secret_value(SecretId=name, SecretString=secrets[name])

    sqs = session.client("sqs", endpoint_url=endpoint_url)
    for queue in template.of_type("AWS::SQS::Queue"):
        attributes: Any = {key: as_text(value) for key, value in queue.properties.items()}
        sqs.create_queue(QueueName=queue.reference.rpartition("/")[2], Attributes=attributes)

    create_tables(template, session.client("dynamodb", endpoint_url=endpoint_url))


def create_tables(template: Template, dynamodb: "DynamoDBClient") -> None:
    """Create the template's tables, without their encryption."""
    for table in template.of_type("AWS::DynamoDB::Table"):
        settings = {key: table.properties[key] for key in ("AttributeDefinitions", "KeySchema", "BillingMode")}
        dynamodb.create_table(TableName=table.reference, **settings)
        expiry = table.properties["TimeToLiveSpecification"]
        dynamodb.update_time_to_live(TableName=table.reference, TimeToLiveSpecification=expiry)
        if backups := table.properties.get("PointInTimeRecoverySpecification"):
            dynamodb.update_continuous_backups(TableName=table.reference, PointInTimeRecoverySpecification=backups)
