"""The alarms: what they watch, when they ring and whom they notify."""

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Resource, Template, load_template


def watched(alarm: Resource) -> tuple[str, str, str]:
    """Namespace, metric and the one dimension's value."""
    [dimension] = alarm.properties["Dimensions"]
    return alarm.properties["Namespace"], alarm.properties["MetricName"], dimension["Value"]


def test_an_alarm_watches_the_errors_of_every_function_and_the_failure_queue(template: Template) -> None:
    alarms = {watched(alarm) for alarm in template.of_type("AWS::CloudWatch::Alarm")}
    names = {function.properties["FunctionName"] for function in template.of_type("AWS::Lambda::Function")}
    queue = str(template.resources["FailureQueue"].arn).rsplit(":", 1)[-1]
    assert alarms == {("AWS/Lambda", "Errors", name) for name in names} | {
        ("AWS/Lambda", "Throttles", "balance-bot-slack"),
        ("AWS/Lambda", "Url5xxCount", "balance-bot-slack"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue),
    }


def test_every_alarm_rings_at_the_first_event_and_notifies_the_topic(template: Template) -> None:
    for alarm in template.of_type("AWS::CloudWatch::Alarm"):
        properties = alarm.properties
        assert properties["AlarmActions"] == [template.resources["AlarmTopic"].reference]
        assert (properties["Threshold"], properties["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert (properties["EvaluationPeriods"], properties["TreatMissingData"]) == (1, "notBreaching")
        assert properties["Statistic"] == ("Maximum" if properties["Namespace"] == "AWS/SQS" else "Sum")
        assert properties["AlarmDescription"]


def test_alarms_are_mailed_only_when_an_address_is_given(template: Template) -> None:
    [subscription] = template.of_type("AWS::SNS::Subscription")
    assert subscription.properties == {
        "TopicArn": template.resources["AlarmTopic"].reference,
        "Protocol": "email",
        "Endpoint": "finance@example.com",
    }
    assert load_template(TEMPLATE_PATH).of_type("AWS::SNS::Subscription") == ()
