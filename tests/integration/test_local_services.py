"""The local function URL and event bus must behave like AWS's."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import httpx
import pytest

from tests.integration.throwaway_functions import AMPLE_SECONDS, by_name, function, runtime
from tests.local.aws.event_bus import EventBus
from tests.local.aws.function_url import FunctionUrl
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import REGION, RuleSpec

_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:echo"
# Returns its event and ARN, for an HTTP request as the body of the response.
_MIRROR = (
    "import json\n"
    "def handler(event, context):\n"
    "    mirrored = {'event': event, 'arn': context.invoked_function_arn}\n"
    "    return {'statusCode': 200, 'body': json.dumps(mirrored)} if 'headers' in event else mirrored\n"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaService]:
    folder = tmp_path_factory.mktemp("services")
    with LambdaService(by_name(function(folder, _MIRROR, async_retries=0)), runtime(folder)) as local:
        yield local


@pytest.fixture(scope="module")
def url(service: LambdaService) -> Iterator[str]:
    with FunctionUrl(service, "echo:live") as served:
        yield served.url


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=AMPLE_SECONDS, trust_env=False) as client:
        yield client


def test_the_function_url_sends_payload_format_two(http: httpx.Client, url: str) -> None:
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Two", "a"), ("x-two", "b")]
    reply = http.post(f"{url}/slack%20events?a=1&b=x%20y", content=b"command=%2Fbalance", headers=headers).json()
    event = reply["event"]
    assert reply["arn"] == f"{_ARN}:live"
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/slack%20events", "a=1&b=x%20y")
    assert (event["body"], event["isBase64Encoded"]) == ("Y29tbWFuZD0lMkZiYWxhbmNl", True)
    assert (event["headers"]["x-two"], event["requestContext"]["http"]["method"]) == ("a,b", "POST")
    text = http.post(url, content='{"a": "é"}'.encode(), headers={"Content-Type": "application/json"}).json()["event"]
    assert (text["body"], text["isBase64Encoded"]) == ('{"a": "é"}', False)
    assert "body" not in http.get(url).json()["event"]


def test_only_matching_events_reach_the_target_of_a_rule(service: LambdaService) -> None:
    pattern: dict[str, object] = {"source": ["balance-bot"], "detail": {"is_partial": [True]}}
    rule = RuleSpec("balance-bot", pattern, (f"{_ARN}:live",))
    entry = {"Source": "balance-bot", "DetailType": "Collected", "EventBusName": "balance-bot"}
    matching, other = '{"is_partial": true, "n": 1}', '{"is_partial": false}'
    runs = len(service.timeline)
    with EventBus(service, [rule]) as bus, closing(_events(bus.url)) as client:
        client.put_events(
            Entries=[
                {**entry, "Detail": matching},
                {**entry, "Detail": other},
                {**entry, "Detail": matching, "EventBusName": "another"},
            ]
        )
    service.drain(AMPLE_SECONDS)
    (run,) = service.timeline[runs:]
    event = json.loads(run.payload)["event"]
    assert (event["source"], event["detail-type"], event["detail"]["n"]) == ("balance-bot", "Collected", 1)


def _events(url: str) -> Any:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
    return session.client("events", endpoint_url=url)
