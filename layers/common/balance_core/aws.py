"""The way to AWS: one botocore session for every client of a process, made to start quickly.

boto3 itself is not imported: its client is botocore's, and beside it come S3's transfer manager and what that needs,
20 ms of a cold start. What botocore reads before its first client takes 35 ms more, most of it to list the folders of
four hundred services and to parse where in the world each of them is.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from balance_core.aws_api import is_doubtful

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient

_SERVICES = ("dynamodb", "events", "lambda")


@overload
def new_client(service: Literal["dynamodb"], config: Config) -> "DynamoDBClient": ...
@overload
def new_client(service: Literal["events"], config: Config) -> "EventBridgeClient": ...
@overload
def new_client(service: Literal["lambda"], config: Config) -> "LambdaClient": ...
def new_client(service: str, config: Config) -> Any:
    """boto3's client for one of the three services, in the region and with the credentials of the environment.

    Endpoints are the region's ordinary ones: FIPS and dual-stack endpoints are not known here.
    """
    return _session().create_client(service, config=config)


class KeptLambdaClient:
    """Lambda's client for calls that are sent once, whose connections are not used when they were idle for too long.

    botocore keeps connections for ever and Lambda closes them when they are idle, so that the first call after a pause
    would fail. Source: AWS Lambda Developer Guide, "Best practices". Times are aware UTC: a frozen clock might stop.
    """

    def __init__(self, config: Config, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client = new_client("lambda", config.merge(Config(retries={"total_max_attempts": 1})))
        self._now = now
        self._used_at = now()

    def get(self) -> "LambdaClient":
        """The client, for calls that begin now. Not while another call is under way: it would lose its connection."""
        now = self._now()
        if is_doubtful(self._used_at, now):
            self._client.close()
        self._used_at = now
        return self._client


@cache
def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _QuickLoader())
    return session


class _QuickLoader(Loader):
    """Reads only what these three services need."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's name
        """The services, without looking for them: botocore only asks whether the one that it wants is there."""
        return list(_SERVICES)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """botocore's data by name; of the endpoints only the rule for each part of the world, without exceptions.

        These three services have none. botocore looks for them in a megabyte of JSON nevertheless.
        """
        if name != "endpoints":
            return super().load_data_with_path(name)
        partitions = self.load_data("partitions")["partitions"]
        return {"version": 3, "partitions": [_endpoints(partition) for partition in partitions]}, ""


def _endpoints(partition: Mapping[str, Any]) -> dict[str, object]:
    return {
        "partition": partition["id"],
        "dnsSuffix": partition["outputs"]["dnsSuffix"],
        "regionRegex": partition["regionRegex"],
        "regions": {},
        "services": {},
        "defaults": {"hostname": "{service}.{region}.{dnsSuffix}", "protocols": ["https"], "signatureVersions": ["v4"]},
    }
