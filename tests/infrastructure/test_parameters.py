"""The template's parameters and outputs: which values are accepted and which are refused."""

import re
from contextlib import nullcontext

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import Template, load_template
from tests.local.aws.intrinsics import Node, Resolver
from tests.local.aws.parameters import ParameterError, check_rules, parameter_values

SUBNETS = {"ProviderSubnetIds": "subnet-0a1b2c3d"}
GROUPS = {"ProviderSecurityGroupIds": "sg-0a1b2c3d"}


def test_every_parameter_has_a_description_a_constraint_and_a_default(source: dict[str, Node]) -> None:
    for name, parameter in source["Parameters"].items():
        assert parameter["Type"] in {"String", "Number", "CommaDelimitedList"}, name
        assert parameter["Description"], name
        # CloudFormation itself says what AllowedValues are.
        constraint = parameter.get("ConstraintDescription", "")
        assert constraint.startswith("must be ") or "AllowedValues" in parameter, name
        assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}, name
        # CloudFormation's Number accepts fractions.
        assert parameter["Type"] != "Number" or "whole" not in constraint, name
        assert "Default" in parameter, name


def test_the_console_shows_every_parameter_in_one_group(source: dict[str, Node]) -> None:
    groups = source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(source["Parameters"])


def test_by_default_nobody_may_ask(source: dict[str, Node]) -> None:
    values = parameter_values(source["Parameters"], {})
    assert [values[f"SlackAllowed{who}Ids"] for who in ("Team", "Channel", "User")] == ["", "", ""]


GOOD = {
    "ProviderNames": ["", "payby=PayBy", "payby=Pay By,wise=Wise"],
    "SlackAllowedTeamIds": ["*", "T0123ABCD,E0123ABCD"],
    "SlackAllowedChannelIds": ["C0123ABCD,G0123ABCD,D0123ABCD"],
    "SlackAllowedUserIds": ["U0123ABCD,W0123ABCD"],
    "SlackShareChannelIds": ["C0123ABCD,D0123ABCD"],
    "AdminContact": ["U0123ABCD", "finance_ops@example.com", "the finance desk, #ask-finance"],
    "DigestChannels": ["C0123ABCD", "C0123ABCD:USD+AED,G0456EFGH", "C0123ABCD:USDT+USDCPOLY12"],
    "SnapshotScheduleExpression": ["rate(6 hours)"],
    "WatchScheduleExpression": ["", "rate(4 minutes)", "rate(240 minutes)", "rate(1 hour)", "rate(24 hours)"],
    "HistoryDays": ["2", "400", "3650"],
    "DataKmsKeyArn": ["arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    "SlackAdminUserIds": ["", "U0123ABCD,W0123ABCD"],
    "SnapshotTimezone": ["America/Argentina/Buenos_Aires", "Etc/GMT+3"],
    "ProviderDeadlineSeconds": ["2", "12"],
    "ProviderParallelCalls": ["1", "100"],
    "FreshnessSeconds": ["0", "60"],
    "ProviderSubnetIds": ["subnet-0a1b2c3d,subnet-0123456789abcdef0"],
    "AlarmEmail": ["finance@example.com"],
    "LogLevel": ["DEBUG"],
    "LogRetentionDays": ["365"],
    "SlackSnapStart": ["true"],
    "SlackDomain": ["slack-gov.com"],
    "SlackRequestsPerSecond": ["1", "1000"],
}
BAD = {
    "Providers": ["", "payby,", "PayBy", "pay-by", "payby,slack", "aggregator", "1pay", "p" * 21],
    "ProviderNames": [",payby=PayBy", "payby=", "payby", "PayBy=PayBy", "payby=<b>"],
    "SlackAllowedTeamIds": ["T0123ABCD, T0456", "*,T0123ABCD"],
    "SlackAllowedChannelIds": ["#finance", "C0123ABCD,"],
    "SlackAllowedUserIds": ["@anna", ",".join(["U0123ABCD"] * 101)],
    "SlackShareChannelIds": ["#finance"],
    "AdminContact": ["<!channel>"],
    "DigestChannels": [
        "*",
        "C0123ABCD:usd",
        "C0123ABCD:USD,AED",
        "C0123ABCD:",
        "C0123ABCD:USD+",
        ",C0123ABCD",
        "C0123ABCD:US",
        "C0123ABCD:ABCDEFGHIJK",
    ],
    "SnapshotScheduleExpression": ["0 8 * * *"],
    "WatchScheduleExpression": ["rate(3 minutes)", "rate(241 minutes)", "rate(25 hours)", "cron(0 8 ? * MON-FRI *)"],
    "HistoryDays": ["0", "1", "3651", "4.5", ""],
    "DataKmsKeyArn": ["alias/balances", "arn:aws:kms:eu-central-1:123456789012:alias/balances"],
    "SlackAdminUserIds": ["*", "@anna"],
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
    "SlackDomain": ["slack.com.example"],
    "SlackRequestsPerSecond": ["0", "1001", "2.5"],
    "SlackRequestBurst": ["0"],
    "ProviderEipAllocationId": ["203.0.113.7"],
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
        ({"ProviderEipAllocationId": "eipalloc-0a1b2c3d"}, "ProviderEipAllocationId needs CreateProviderVpc"),
    ],
)
def test_contradictory_network_settings_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        load_template(TEMPLATE_PATH, values)


@pytest.mark.parametrize("region", ["us-gov-west-1", "ap-southeast-6"])
def test_snap_start_is_refused_where_aws_does_not_offer_it(source: dict[str, Node], region: str) -> None:
    for snap_start in ("false", "true"):
        values = parameter_values(source["Parameters"], {"SlackSnapStart": snap_start})
        check_rules(source["Rules"], Resolver({**values, "AWS::Region": "eu-central-1"}, {}, {}))
        elsewhere = Resolver({**values, "AWS::Region": region}, {}, {})
        with nullcontext() if snap_start == "false" else pytest.raises(ParameterError, match="SlackSnapStart"):
            check_rules(source["Rules"], elsewhere)


def test_the_outputs_are_complete(template: Template, source: dict[str, Node]) -> None:
    assert template.outputs == {
        "SlackRequestUrl": "https://balance-bot-SlackApi.execute-api.eu-central-1.amazonaws.com/slack",
        "AggregatorArn": "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-aggregator:live",
        "WatchArn": "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-watch:live",
        "WatchStatesArn": "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-watch-states:live",
        "BalanceBusName": "balance-bot",
        "BalanceBusArn": "arn:aws:events:eu-central-1:123456789012:event-bus/balance-bot",
        "FailureQueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/balance-bot-FailureQueue",
    }
    assert all(output["Description"] for output in source["Outputs"].values())


def test_the_description_fits_cloudformation(source: dict[str, Node]) -> None:
    assert re.match("Balance Bot: ", source["Description"])
    assert len(source["Description"].encode()) <= 1024
