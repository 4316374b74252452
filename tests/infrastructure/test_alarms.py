"""The alarms: what they watch, when they ring and whom they notify."""

import json

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Resource, Template, load_template


def watched(alarm: Resource) -> tuple[str, str, str]:
    """Namespace, metric and the one dimension's value, if there is one."""
    values = [dimension["Value"] for dimension in alarm.properties.get("Dimensions", [])]
    return alarm.properties["Namespace"], alarm.properties["MetricName"], "".join(values)


def test_alarms_watch_every_functions_errors_the_http_api_and_new_messages_in_the_failure_queue(
    template: Template,
) -> None:
    alarms = {watched(alarm) for alarm in template.of_type("AWS::CloudWatch::Alarm")}
    names = {function.properties["FunctionName"] for function in template.of_type("AWS::Lambda::Function")}
    queue = str(template.resources["FailureQueue"].arn).rsplit(":", 1)[-1]
    assert alarms == {("AWS/Lambda", "Errors", name) for name in names} | {
        ("AWS/Lambda", "Throttles", "balance-bot-slack"),
        ("AWS/ApiGateway", "5xx", template.resources["SlackApi"].reference),
        ("BalanceBot/balance-bot", "SlackApiThrottles", ""),
        ("AWS/SQS", "NumberOfMessagesSent", queue),
    }


def test_every_alarm_rings_at_the_first_event_and_notifies_the_topic(template: Template) -> None:
    for alarm in template.of_type("AWS::CloudWatch::Alarm"):
        properties = alarm.properties
        assert properties["AlarmActions"] == [template.resources["AlarmTopic"].reference]
        assert (properties["Threshold"], properties["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert (properties["EvaluationPeriods"], properties["TreatMissingData"]) == (1, "notBreaching")
        assert properties["Statistic"] == "Sum"
        assert properties["AlarmDescription"]


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
