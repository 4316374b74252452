"""What the doctor says of the stack's parameters and of what they made: address, people, schedule, alarms, clock."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deployment.address import address_check, address_of
from tests.deployment.audience import audience_checks
from tests.deployment.check import Check, Status
from tests.deployment.facts import Stack
from tests.deployment.place import Place, place_of
from tests.deployment.visit import stack_check

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
STACK = Stack("balance-bot-dev", "eu-central-1", "CREATE_COMPLETE", {}, {}, {})
TEAM, CHANNEL, USER = "SlackAllowedTeamIds", "SlackAllowedChannelIds", "SlackAllowedUserIds"
SOUND = {
    TEAM: "T1",
    CHANNEL: "C1,C2",
    USER: "U1",
    "SlackShareChannelIds": "C1",
    "AdminContact": "U1",
}


def audience(**changes: str) -> list[Check]:
    return audience_checks(replace(STACK, parameters={**SOUND, **changes}))


class TestStack:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("CREATE_COMPLETE", Status.OK),
            ("UPDATE_COMPLETE", Status.OK),
            ("UPDATE_ROLLBACK_COMPLETE", Status.WARNING),
            ("UPDATE_IN_PROGRESS", Status.WARNING),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Status.WARNING),
            ("ROLLBACK_COMPLETE", Status.WRONG),
            ("CREATE_FAILED", Status.WRONG),
            ("UPDATE_ROLLBACK_FAILED", Status.WRONG),
        ],
    )
    def test_state(self, status: str, expected: Status) -> None:
        assert stack_check(replace(STACK, status=status)).status is expected


class TestPlace:
    def test_what_make_deploy_deploys(self) -> None:
        assert place_of("dev") == Place("balance-bot-dev", "eu-central-1")
        assert place_of("prod").stack == "balance-bot"

    def test_a_name_replaces_it(self) -> None:
        assert place_of("dev", "other", "me-central-1") == Place("other", "me-central-1")

    def test_an_environment_that_is_not_there(self, tmp_path: Path) -> None:
        samconfig = tmp_path / "samconfig.toml"
        samconfig.write_text('version = 0.1\n[eu.deploy.parameters]\nstack_name = "s"\nregion = "r"\n')
        assert place_of("eu", samconfig=samconfig) == Place("s", "r")
        with pytest.raises(ValueError, match="ENV must be one of eu"):
            place_of("dev", samconfig=samconfig)


class TestAudience:
    def test_lists_that_name_somebody(self) -> None:
        assert [check.status for check in audience()] == [Status.OK] * 5

    @pytest.mark.parametrize("name", [TEAM, CHANNEL, USER])
    def test_an_empty_list_means_nobody(self, name: str) -> None:
        (check,) = [check for check in audience(**{name: ""}) if check.status is Status.WRONG]
        assert check.finding == f"{name} is empty: nobody may ask"
        assert "samconfig.toml" in check.remedy

    def test_lists_that_the_stack_does_not_have_yet(self) -> None:
        assert [check.status for check in audience_checks(STACK)].count(Status.WRONG) == 3

    @pytest.mark.parametrize(("name", "who"), [(TEAM, "people of other companies"), (USER, "guests")])
    def test_everybody_is_more_than_one_thinks(self, name: str, who: str) -> None:
        (check,) = [check for check in audience(**{name: "*"}) if check.status is not Status.OK]
        assert check.status is Status.WARNING
        assert who in check.finding

    def test_every_channel(self) -> None:
        found = audience(**{CHANNEL: "*"})
        assert [check.status for check in found] == [Status.OK] * 5
        assert "every channel and direct message" in found[1].finding

    @pytest.mark.parametrize(
        ("shared", "asked", "status"),
        [
            ("", "C1", Status.OK),
            ("*", "C1", Status.OK),
            ("C1,C9", "*", Status.OK),
            ("C1,C9", "C1", Status.WARNING),
        ],
    )
    def test_sharing(self, shared: str, asked: str, status: Status) -> None:
        sharing = audience(SlackShareChannelIds=shared, **{CHANNEL: asked})[3]
        assert sharing.status is status
        assert (status is Status.WARNING) == ("C9, because nobody may ask there" in sharing.finding)

    def test_nobody_to_turn_to(self) -> None:
        check = audience(AdminContact="")[4]
        assert check.status is Status.WARNING
        assert "the administrator of Balance Bot" in check.finding


class TestAddress:
    def test_of_the_stacks_own_nat_gateway(self) -> None:
        stack = replace(STACK, outputs={"ProviderEgressIp": "203.0.113.7"})
        assert address_check(stack, []).remedy == ""
        check = address_check(stack, ["payby", "payermax"])
        assert (check.status, check.finding) == (Status.OK, "the providers see 203.0.113.7")
        assert check.remedy.startswith("give it to PayBy and PayerMax")
        assert address_of(stack) == "the address 203.0.113.7"

    def test_of_somebody_elses_nat_gateway(self) -> None:
        stack = replace(STACK, parameters={"ProviderSubnetIds": "subnet-1"})
        check = address_check(stack, ["payermax"])
        assert check.status is Status.UNKNOWN
        assert "aws ec2 describe-nat-gateways --region eu-central-1" in check.remedy
        assert check.remedy.endswith("give its public IP to PayerMax")
        assert address_of(stack) == "the address of your NAT gateway"

    def test_none(self) -> None:
        check = address_check(STACK, ["pagsmile", "payby"])
        assert check.status is Status.WARNING
        assert "PayBy answer only to addresses" in check.finding
        assert "CreateProviderVpc=true" in check.remedy
        assert "CreateProviderVpc=true" in address_of(STACK)

    def test_none_is_needed(self) -> None:
        assert address_check(STACK, ["pagsmile"]).status is Status.OK
