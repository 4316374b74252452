"""moto's DynamoDB, made to check and write in one step, between threads that are switched as often as possible."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from tests.local.aws.conditional_writes import atomic_writes

_WRITERS = 16
_KEYS = 20


@pytest.fixture
def dynamodb() -> Iterator[DynamoDBClient]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-central-1")
        client.create_table(
            TableName="claims",
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


@pytest.fixture
def restless_threads() -> Iterator[None]:
    interval_seconds = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval_seconds)


@pytest.mark.usefixtures("restless_threads")
def test_one_writer_of_many_finds_the_condition_true(dynamodb: DynamoDBClient) -> None:
    def write(key: str) -> bool:
        try:
            dynamodb.put_item(
                TableName="claims",
                Item={"name": {"S": key}},
                ConditionExpression="attribute_not_exists(#n)",
                ExpressionAttributeNames={"#n": "name"},
            )
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    with atomic_writes(), ThreadPoolExecutor(_WRITERS) as writers:
        written = [sum(writers.map(write, [f"key-{number}"] * _WRITERS)) for number in range(_KEYS)]
    assert written == [1] * _KEYS
