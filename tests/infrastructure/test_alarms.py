"""The alarms: what they watch, when they ring and whom they notify."""

import json

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Resource, Template, load_template

# They ring when something stays away, all others when something happens.
STOPPED = {"SnapshotStoppedAlarm", "WatchStoppedAlarm", "WatchNotRunAlarm"}
SNAPSHOTS = "BalanceBot/balance-bot"


def watched(alarm: Resource) -> tuple[str, ...]:
    """Namespace, metric and the dimensions' values."""
    values = [dimension["Value"] for dimension in alarm.properties.get("Dimensions", [])]
    return alarm.properties["Namespace"], alarm.properties["MetricName"], *values


def test_alarms_watch_functions_the_http_api_snapshots_and_new_messages_in_the_failure_queue(
    template: Template,
) -> None:
    alarms = {watched(alarm) for alarm in template.of_type("AWS::CloudWatch::Alarm")}
    names = {function.properties["FunctionName"] for function in template.of_type("AWS::Lambda::Function")}
    queue = str(template.resources["FailureQueue"].arn).rsplit(":", 1)[-1]
    assert alarms == {("AWS/Lambda", "Errors", name) for name in names} | {
        ("AWS/Lambda", "Throttles", "balance-bot-slack"),
        ("AWS/ApiGateway", "5xx", template.resources["SlackApi"].reference),
        ("BalanceBot/balance-bot", "SlackApiThrottles"),
        (SNAPSHOTS, "SnapshotNotStored", "aggregator"),
        (SNAPSHOTS, "SnapshotStored", "aggregator", "digest"),
        (SNAPSHOTS, "SnapshotStored", "aggregator", "watch"),
        (SNAPSHOTS, "WatchRun", "watch"),
        ("AWS/SQS", "NumberOfMessagesSent", queue),
    }


def test_every_alarm_notifies_the_topic_and_rings_at_the_first_event_or_when_snapshots_stay_away(
    template: Template,
) -> None:
    for alarm in template.of_type("AWS::CloudWatch::Alarm"):
        properties = alarm.properties
        assert properties["AlarmActions"] == [template.resources["AlarmTopic"].reference]
        assert properties["Statistic"] == "Sum"
        assert properties["AlarmDescription"]
        rings = properties["Threshold"], properties["ComparisonOperator"], properties["TreatMissingData"]
        if alarm.logical_id in STOPPED:
            assert rings == (1, "LessThanThreshold", "breaching")
        else:
            assert rings == (0, "GreaterThanThreshold", "notBreaching")
            assert properties["EvaluationPeriods"] == 1


@pytest.mark.parametrize(
    ("expression", "interval_seconds"),
    [("rate(4 minutes)", 240), ("rate(15 minutes)", 900), ("rate(1 hour)", 3600), ("rate(24 hours)", 86400)],
)
def test_the_watch_has_stopped_after_five_of_its_intervals(expression: str, interval_seconds: int) -> None:
    alarm = load_template(TEMPLATE_PATH, {"WatchScheduleExpression": expression}).resources["WatchStoppedAlarm"]
    period_seconds, periods = (int(alarm.properties[name]) for name in ("Period", "EvaluationPeriods"))
    assert period_seconds * periods == 5 * interval_seconds
    # CloudWatch's limits: a day for periods shorter than an hour, a week for others.
    assert period_seconds * periods <= (86400 if period_seconds < 3600 else 7 * 86400)


def test_the_digest_has_stopped_when_a_weekend_and_a_change_of_the_clocks_are_over(template: Template) -> None:
    properties = template.resources["SnapshotStoppedAlarm"].properties
    assert 73 < properties["Period"] * properties["EvaluationPeriods"] / 3600 < 84


def test_without_a_schedule_for_the_watch_no_alarm_waits_for_it() -> None:
    resources = load_template(TEMPLATE_PATH, {"WatchScheduleExpression": ""}).resources
    assert not {"WatchSchedule", "WatchStoppedAlarm"} & resources.keys()
    assert {"SnapshotSchedule", "SnapshotStoppedAlarm"} <= resources.keys()


def test_the_access_log_has_neither_bodies_nor_headers_and_counts_refused_requests(template: Template) -> None:
    [stage], [counter] = template.of_type("AWS::ApiGatewayV2::Stage"), template.of_type("AWS::Logs::MetricFilter")
    log, group = stage.properties["AccessLogSettings"], template.resources["SlackApiLogGroup"]
    assert (log["DestinationArn"], counter.properties["LogGroupName"]) == (group.arn, group.reference)
    logged = json.loads(log["Format"])
    assert logged["status"] == "$context.status"
    assert {value.partition(".")[0] for value in logged.values()} == {"$context"}
    assert not [value for value in logged.values() if "header" in value or "authorizer" in value]
    assert counter.properties["FilterPattern"] == '{ $.status = "429" }'
    [metric] = counter.properties["MetricTransformations"]
    assert (metric["MetricNamespace"], metric["MetricName"]) == ("BalanceBot/balance-bot", "SlackApiThrottles")


def test_alarms_are_mailed_only_when_an_address_is_given(template: Template) -> None:
    [subscription] = template.of_type("AWS::SNS::Subscription")
    assert subscription.properties == {
        "TopicArn": template.resources["AlarmTopic"].reference,
        "Protocol": "email",
        "Endpoint": "finance@example.com",
    }
    assert load_template(TEMPLATE_PATH).of_type("AWS::SNS::Subscription") == ()
