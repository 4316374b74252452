"""The local event bus and the schedules: what is accepted, what a target receives, what is refused at the start."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from tests.integration.throwaway_functions import AMPLE_SECONDS, by_name, function, runtime
from tests.local.aws.event_bus import EventBus
from tests.local.aws.event_pattern import UnsupportedPatternError
from tests.local.aws.function_names import FunctionNotFoundError
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.schedules import fire
from tests.local.aws.stack import RuleSpec, ScheduleSpec

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:echo:live"
BUS = "balance-bot"
PATTERN: dict[str, object] = {"source": ["balance-bot"], "detail": {"is_partial": [True]}}
# Notes each event in a file of its own beside its code.
NOTE = (
    "import json, pathlib\n"
    "def handler(event, context):\n"
    "    pathlib.Path(context.aws_request_id + '.json').write_text(json.dumps([context.invoked_function_arn, event]))\n"
)


@contextmanager
def client(bus: EventBus) -> Iterator["EventBridgeClient"]:
    made = boto3.client(
        "events",
        region_name="eu-central-1",
        endpoint_url=bus.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with closing(made):
        yield made


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LambdaService]:
    with LambdaService(by_name(function(tmp_path, NOTE)), runtime(tmp_path)) as local:
        yield local


def rule(**changes: Any) -> RuleSpec:
    """A rule on our bus that invokes the alias when a report is partial."""
    settings: dict[str, Any] = {"name": "collected", "bus_name": BUS, "pattern": PATTERN, "target_arns": (ARN,)}
    return RuleSpec(**settings | changes)


def entry(**changes: Any) -> Any:
    """An entry that the rule matches."""
    detail = json.dumps({"is_partial": True, "providers": ["payby"]})
    settings = {"Source": "balance-bot", "DetailType": "BalancesCollected", "Detail": detail, "EventBusName": BUS}
    return settings | changes


def notes(folder: Path) -> list[Any]:
    """What the function has seen so far: the ARN that it was called by, and the event."""
    return [json.loads(file.read_text()) for file in (folder / "code" / "echo").glob("*.json")]


def test_a_matching_event_reaches_the_target_in_its_envelope(service: LambdaService, tmp_path: Path) -> None:
    moment = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
    with EventBus(service, [rule()], [BUS]) as bus, client(bus) as events:
        answer = events.put_events(Entries=[entry(Time=moment, Resources=["arn:one"])])
        service.drain(AMPLE_SECONDS)
        (published,) = bus.published
    assert answer["FailedEntryCount"] == 0
    envelope = {
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "BalancesCollected",
        "source": "balance-bot",
        "account": "123456789012",
        "time": "2026-11-21T01:02:03Z",
        "region": "eu-central-1",
        "resources": ["arn:one"],
        "detail": {"is_partial": True, "providers": ["payby"]},
    }
    assert (published.bus_name, published.envelope) == (BUS, envelope)
    assert notes(tmp_path) == [[ARN, envelope]]


def test_only_matching_events_on_the_rules_bus_are_routed(service: LambdaService, tmp_path: Path) -> None:
    others = [entry(Detail='{"is_partial": false}'), entry(Source="else"), entry(EventBusName="default")]
    with EventBus(service, [rule()], [BUS]) as bus, client(bus) as events:
        assert events.put_events(Entries=others)["FailedEntryCount"] == 0
        service.drain(AMPLE_SECONDS)
        assert [event.bus_name for event in bus.published] == [BUS, BUS, "default"]
    assert notes(tmp_path) == []


def test_a_bus_may_be_named_by_its_arn_and_a_rule_may_have_many_targets(service: LambdaService, tmp_path: Path) -> None:
    targets = (ARN, ARN.removesuffix(":live"))
    with EventBus(service, [rule(target_arns=targets)], [BUS]) as bus, client(bus) as events:
        events.put_events(Entries=[entry(EventBusName=f"arn:aws:events:eu-central-1:123456789012:event-bus/{BUS}")])
        service.drain(AMPLE_SECONDS)
    assert sorted(arn for arn, _ in notes(tmp_path)) == sorted(targets)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "{"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
        ({"Source": "aws.lambda"}, "NotAuthorizedForSourceException"),
        ({"EventBusName": "nobodys"}, "ResourceNotFoundException"),
    ],
)
def test_a_bad_entry_fails_alone(service: LambdaService, tmp_path: Path, changes: dict[str, str], code: str) -> None:
    with EventBus(service, [rule()], [BUS]) as bus, client(bus) as events:
        answer = events.put_events(Entries=[entry(**changes), entry()])
        service.drain(AMPLE_SECONDS)
        assert len(bus.published) == 1
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    assert "ErrorCode" not in answer["Entries"][1]
    assert len(notes(tmp_path)) == 1


@pytest.mark.parametrize("entries", [[entry()] * 11, [entry(Detail=json.dumps({"a": "x" * (1 << 20)}))]])
def test_too_much_at_once_is_refused(service: LambdaService, entries: Any) -> None:
    with EventBus(service, [rule()], [BUS]) as bus, client(bus) as events:
        with pytest.raises(events.exceptions.ClientError) as caught:
            events.put_events(Entries=entries)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
        assert bus.published == ()


def test_another_operation_is_refused(service: LambdaService) -> None:
    with (
        EventBus(service, [], []) as bus,
        client(bus) as events,
        pytest.raises(events.exceptions.ClientError, match="Only PutEvents"),
    ):
        events.list_rules()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"bus_name": "nobodys"}, ValueError),
        ({"target_arns": (ARN.replace("echo", "nobody"),)}, FunctionNotFoundError),
        ({"pattern": {"source": [{"prefix": "balance"}]}}, UnsupportedPatternError),
    ],
)
def test_a_rule_that_cannot_work_is_refused_at_the_start(
    service: LambdaService, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        EventBus(service, [rule(**changes)], [BUS])


def test_a_schedule_invokes_its_target_with_the_exact_payload(service: LambdaService, tmp_path: Path) -> None:
    schedule = ScheduleSpec("daily", "cron(0 8 * * ? *)", "Europe/Berlin", ARN, '{"version": 1, "snapshot": true}')
    request_id = fire(service, schedule)
    service.drain(AMPLE_SECONDS)
    assert notes(tmp_path) == [[ARN, {"version": 1, "snapshot": True}]]
    assert (tmp_path / "code" / "echo" / f"{request_id}.json").exists()
