"""The parameters and outputs: what a person may set at deploy time, what is refused, and what is told afterwards."""

import re

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import ParameterError, parameter_values

SUBNETS = {"ProviderSubnetIds": "subnet-0a1b2c3d"}
GROUPS = {"ProviderSecurityGroupIds": "sg-0a1b2c3d"}


def test_every_parameter_explains_itself(source: dict[str, Node]) -> None:
    for name, parameter in source["Parameters"].items():
        assert parameter["Type"] in {"String", "Number"}, name
        assert parameter["Description"], name
        assert parameter["ConstraintDescription"].startswith("must be "), name
        assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}, name
        # CloudFormation's numbers may have a fraction.
        assert parameter["Type"] == "String" or "whole" not in parameter["ConstraintDescription"], name
        assert "Default" in parameter, name


def test_the_console_groups_every_parameter_once(source: dict[str, Node]) -> None:
    groups = source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(source["Parameters"])


def test_by_default_nobody_may_ask(source: dict[str, Node]) -> None:
    values = parameter_values(source["Parameters"], {})
    assert [values[f"SlackAllowed{who}Ids"] for who in ("Team", "Channel", "User")] == ["", "", ""]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SlackAllowedTeamIds", "*"),
        ("SlackAllowedTeamIds", "T0123ABCD,E0123ABCD"),
        ("SlackAllowedChannelIds", "C0123ABCD,G0123ABCD,D0123ABCD"),
        ("SlackAllowedUserIds", "U0123ABCD,W0123ABCD"),
        ("SlackShareChannelIds", "C0123ABCD,D0123ABCD"),
        ("AdminContact", "U0123ABCD"),
        ("AdminContact", "finance_ops@example.com"),
        ("AdminContact", "the finance desk, #ask-finance"),
        ("DigestChannels", "C0123ABCD"),
        ("DigestChannels", "C0123ABCD:USD+AED,G0456EFGH"),
        ("SnapshotScheduleExpression", "rate(6 hours)"),
        ("SnapshotTimezone", "America/Argentina/Buenos_Aires"),
        ("SnapshotTimezone", "Etc/GMT+3"),
        ("ProviderDeadlineSeconds", "2"),
        ("ProviderDeadlineSeconds", "12"),
        ("ProviderParallelCalls", "1"),
        ("ProviderParallelCalls", "100"),
        ("FreshnessSeconds", "0"),
        ("FreshnessSeconds", "60"),
        ("ProviderSubnetIds", "subnet-0a1b2c3d,subnet-0123456789abcdef0"),
        ("AlarmEmail", "finance@example.com"),
        ("LogLevel", "DEBUG"),
        ("LogRetentionDays", "365"),
        ("SlackSnapStart", "true"),
    ],
)
def test_a_good_value_is_taken(source: dict[str, Node], name: str, value: str) -> None:
    assert parameter_values(source["Parameters"], {name: value})[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SlackAllowedTeamIds", "T0123ABCD, T0456"),
        ("SlackAllowedTeamIds", "*,T0123ABCD"),
        ("SlackAllowedChannelIds", "#finance"),
        ("SlackAllowedChannelIds", "C0123ABCD,"),
        ("SlackAllowedUserIds", "@anna"),
        ("SlackAllowedUserIds", ",".join(["U0123ABCD"] * 101)),
        ("SlackShareChannelIds", "#finance"),
        ("AdminContact", "<!channel>"),
        ("DigestChannels", "*"),
        ("DigestChannels", "C0123ABCD:usd"),
        ("DigestChannels", "C0123ABCD:USD,AED"),
        ("DigestChannels", "C0123ABCD:"),
        ("DigestChannels", "C0123ABCD:USD+"),
        ("SnapshotScheduleExpression", "0 8 * * *"),
        ("SnapshotTimezone", "UTC+1 "),
        ("CreateProviderVpc", "yes"),
        ("ProviderSubnetIds", "vpc-0a1b2c3d"),
        ("ProviderSecurityGroupIds", "sg-0a1b2c3d sg-0a1b2c3e"),
        ("ProviderDeadlineSeconds", "1"),
        ("ProviderDeadlineSeconds", "13"),
        ("ProviderParallelCalls", "0"),
        ("ProviderParallelCalls", "101"),
        ("ProviderParallelCalls", "2.5"),
        ("FreshnessSeconds", "-1"),
        ("FreshnessSeconds", "61"),
        ("FreshnessSeconds", "5.0"),
        ("FreshnessSeconds", "05"),
        ("ProviderDeadlineSeconds", "eight"),
        ("AlarmEmail", "finance"),
        ("LogLevel", "WARN"),
        ("LogRetentionDays", "2"),
        ("SlackSnapStart", "yes"),
    ],
)
def test_a_bad_value_is_refused_with_the_constraint(source: dict[str, Node], name: str, value: str) -> None:
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
def test_contradicting_networks_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        load_template(TEMPLATE_PATH, values)


def test_an_unknown_parameter_and_a_missing_value_are_refused() -> None:
    with pytest.raises(ParameterError, match="no parameter SlackToken"):
        load_template(TEMPLATE_PATH, {"SlackToken": "x"})
    with pytest.raises(ParameterError, match="Size needs a value"):
        parameter_values({"Size": {"Type": "Number"}}, {})


def test_a_list_is_checked_item_by_item() -> None:
    declared = {"Ids": {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"}}
    assert parameter_values(declared, {"Ids": "a, b"}) == {"Ids": ["a", "b"]}
    with pytest.raises(ParameterError, match="Ids has a value that is not allowed"):
        parameter_values(declared, {"Ids": "a,1"})
    with pytest.raises(ParameterError, match="AWS::SSM"):
        parameter_values({"Id": {"Type": "AWS::SSM::Parameter::Name"}}, {"Id": "a"})


def test_outputs_are_what_a_person_needs(template: Template, source: dict[str, Node]) -> None:
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
