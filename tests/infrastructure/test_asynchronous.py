"""Every asynchronous call that fails after all retries ends in the failure queue."""

import json

import pytest

from balance_core.watch_requests import Run, read_request
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.permissions import Grant, grants, role_of
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node


@pytest.fixture(scope="module")
def queue_arn(template: Template) -> str:
    return str(template.resources["FailureQueue"].arn)


@pytest.mark.parametrize(
    ("function", "retries"), [("AggregatorFunction", 1), ("SlackReporterFunction", 2), ("WatchFunction", 1)]
)
def test_a_failed_asynchronous_invocation_goes_to_the_queue(
    template: Template, queue_arn: str, function: str, retries: int
) -> None:
    name = template.resources[function].properties["FunctionName"]
    [config] = [
        config.properties
        for config in template.of_type("AWS::Lambda::EventInvokeConfig")
        if config.properties["FunctionName"] == name
    ]
    assert config == {
        "FunctionName": name,
        "Qualifier": "live",
        "MaximumRetryAttempts": retries,
        "MaximumEventAgeInSeconds": 900,
        "DestinationConfig": {"OnFailure": {"Destination": queue_arn}},
    }
    role = role_of(template.resources[function], template)
    assert Grant(role, "sqs:SendMessage", queue_arn) in grants(template)


def assert_ends_in_queue(target: dict[str, Node], queue_arn: str) -> None:
    assert target["DeadLetterConfig"] == {"Arn": queue_arn}
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900}


@pytest.mark.parametrize(
    ("schedule_id", "name", "expression", "kind"),
    [
        ("SnapshotSchedule", "balance-bot-snapshot", "cron(0 8 ? * MON-FRI *)", "digest"),
        ("WatchSchedule", "balance-bot-watch", "rate(15 minutes)", "watch"),
    ],
)
def test_a_schedule_asks_for_its_kind_of_snapshot(
    template: Template, queue_arn: str, schedule_id: str, name: str, expression: str, kind: str
) -> None:
    schedule = template.resources[schedule_id]
    assert schedule.properties["ScheduleExpression"] == expression
    assert schedule.properties["ScheduleExpressionTimezone"] == "UTC"
    assert schedule.properties["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule.properties["Target"]
    firing = {"schedule": name, "scheduled_time": "<aws.scheduler.scheduled-time>"}
    assert json.loads(target["Input"]) == {"version": 1, "snapshot": kind, "firing": firing}
    assert schedule.reference == name
    assert target["RoleArn"] == template.resources["SnapshotRole"].arn
    assert_ends_in_queue(target, queue_arn)


def test_the_watch_looks_every_15_minutes_also_when_no_snapshot_comes(template: Template, queue_arn: str) -> None:
    schedule = template.resources["WatchRunSchedule"].properties
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert read_request(json.loads(schedule["Target"]["Input"])) == Run()
    assert_ends_in_queue(schedule["Target"], queue_arn)


@pytest.mark.parametrize(("rule", "detail"), [("DigestRule", {"kind": ["digest"]}), ("WatchRule", {"stored": [True]})])
def test_a_rule_on_the_bus_matches_only_our_own_event_about_its_snapshots(
    template: Template, queue_arn: str, rule: str, detail: dict[str, Node]
) -> None:
    properties = template.resources[rule].properties
    assert properties["EventBusName"] == template.resources["BalanceBus"].reference
    assert properties["EventPattern"] == {
        "source": ["balance-bot"],
        "detail-type": ["BalancesCollected"],
        "detail": detail,
    }
    [target] = properties["Targets"]
    assert_ends_in_queue(target, queue_arn)


def test_without_a_digest_channel_only_the_watch_has_a_rule_on_the_bus() -> None:
    quiet = load_template(TEMPLATE_PATH)
    assert [rule.logical_id for rule in quiet.of_type("AWS::Events::Rule")] == ["WatchRule"]
    assert "DigestPermission" not in quiet.resources
    assert quiet.of_type("AWS::Scheduler::Schedule")
    assert senders(quiet) == [quiet.resources["WatchRule"].arn]


def test_only_the_rules_may_send_their_failed_events_to_the_queue(template: Template) -> None:
    assert senders(template) == [template.resources[rule].arn for rule in ("WatchRule", "DigestRule")]


def senders(template: Template) -> Node:
    """The ARNs of the rules that may send to the failure queue; fails on any other permission."""
    [policy] = template.of_type("AWS::SQS::QueuePolicy")
    assert policy.properties["Queues"] == [template.resources["FailureQueue"].reference]
    [statement] = policy.properties["PolicyDocument"]["Statement"]
    arns = statement.pop("Condition")["ArnEquals"]["aws:SourceArn"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": template.resources["FailureQueue"].arn,
    }
    return arns


def test_the_queue_keeps_messages_for_two_weeks(template: Template) -> None:
    assert template.resources["FailureQueue"].properties["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
