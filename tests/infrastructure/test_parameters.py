"""The template's parameters and outputs: which values are accepted and which are refused."""

import re

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import ParameterError, parameter_values

SUBNETS = {"ProviderSubnetIds": "subnet-0a1b2c3d"}
GROUPS = {"ProviderSecurityGroupIds": "sg-0a1b2c3d"}


def test_every_parameter_has_a_description_a_constraint_and_a_default(source: dict[str, Node]) -> None:
    for name, parameter in source["Parameters"].items():
        assert parameter["Type"] in {"String", "Number"}, name
        assert parameter["Description"], name
        assert parameter["ConstraintDescription"].startswith("must be "), name
        assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}, name
        # CloudFormation's Number accepts fractions.
        assert parameter["Type"] == "String" or "whole" not in parameter["ConstraintDescription"], name
        assert "Default" in parameter, name


def test_the_console_shows_every_parameter_in_one_group(source: dict[str, Node]) -> None:
    groups = source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(source["Parameters"])


def test_by_default_nobody_may_ask(source: dict[str, Node]) -> None:
    values = parameter_values(source["Parameters"], {})
    assert [values[f"SlackAllowed{who}Ids"] for who in ("Team", "Channel", "User")] == ["", "", ""]


GOOD = {
    "SlackAllowedTeamIds": ["*", "T0123ABCD,E0123ABCD"],
    "SlackAllowedChannelIds": ["C0123ABCD,G0123ABCD,D0123ABCD"],
    "SlackAllowedUserIds": ["U0123ABCD,W0123ABCD"],
    "SlackShareChannelIds": ["C0123ABCD,D0123ABCD"],
    "AdminContact": ["U0123ABCD", "finance_ops@example.com", "the finance desk, #ask-finance"],
    "DigestChannels": ["C0123ABCD", "C0123ABCD:USDT+CNH,G0456EFGH"],
    "SnapshotScheduleExpression": ["rate(6 hours)"],
    "SnapshotTimezone": ["America/Argentina/Buenos_Aires", "Etc/GMT+3"],
    "ProviderDeadlineSeconds": ["2", "12"],
    "ProviderParallelCalls": ["1", "100"],
    "FreshnessSeconds": ["0", "60"],
    "ProviderSubnetIds": ["subnet-0a1b2c3d,subnet-0123456789abcdef0"],
    "AlarmEmail": ["finance@example.com"],
    "LogLevel": ["DEBUG"],
    "LogRetentionDays": ["365"],
    "SlackSnapStart": ["true"],
}
BAD = {
    "SlackAllowedTeamIds": ["T0123ABCD, T0456", "*,T0123ABCD"],
    "SlackAllowedChannelIds": ["#finance", "C0123ABCD,"],
    "SlackAllowedUserIds": ["@anna", ",".join(["U0123ABCD"] * 101)],
    "SlackShareChannelIds": ["#finance"],
    "AdminContact": ["<!channel>"],
    "DigestChannels": ["*", "C0123ABCD:usd", "C0123ABCD:USD,AED", "C0123ABCD:", "C0123ABCD:USD+"],
    "SnapshotScheduleExpression": ["0 8 * * *"],
    "SnapshotTimezone": ["UTC+1 "],
    "CreateProviderVpc": ["yes"],
    "ProviderSubnetIds": ["vpc-0a1b2c3d"],
    "ProviderSecurityGroupIds": ["sg-0a1b2c3d sg-0a1b2c3e"],
    "ProviderDeadlineSeconds": ["1", "13", "eight"],
    "ProviderParallelCalls": ["0", "101", "2.5"],
    "FreshnessSeconds": ["-1", "61", "5.0", "05"],
    "AlarmEmail": ["finance"],
    "LogLevel": ["WARN"],
    "LogRetentionDays": ["2"],
    "SlackSnapStart": ["yes"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_good_value_is_accepted(source: dict[str, Node], name: str, value: str) -> None:
    assert parameter_values(source["Parameters"], {name: value})[name] == value


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_refused_with_the_constraint_description(source: dict[str, Node], name: str, value: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name} must be "):
        parameter_values(source["Parameters"], {name: value})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"CreateProviderVpc": "true", **SUBNETS, **GROUPS}, "not both"),
        (SUBNETS, "ProviderSubnetIds needs ProviderSecurityGroupIds"),
        (GROUPS, "ProviderSecurityGroupIds needs ProviderSubnetIds"),
    ],
)
def test_contradictory_network_settings_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        load_template(TEMPLATE_PATH, values)


def test_the_outputs_are_complete(template: Template, source: dict[str, Node]) -> None:
    assert template.outputs == {
        "SlackRequestUrl": "https://slackfunctionurl.lambda-url.eu-central-1.on.aws/",
        "AggregatorArn": "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-aggregator:live",
        "BalanceBusName": "balance-bot",
        "BalanceBusArn": "arn:aws:events:eu-central-1:123456789012:event-bus/balance-bot",
        "FailureQueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/balance-bot-FailureQueue",
    }
    assert all(output["Description"] for output in source["Outputs"].values())


def test_the_description_fits_cloudformation(source: dict[str, Node]) -> None:
    assert re.match("Balance Bot: ", source["Description"])
    assert len(source["Description"].encode()) <= 1024
