"""The rehearsal of deployments finds nothing wrong with the template, and finds mistakes that are made on purpose."""

from copy import deepcopy

import pytest

from tests.deployment.leftovers import imported_resources
from tests.deployment.rehearsal.checks import README
from tests.deployment.rehearsal.checks import faults as deployment_faults
from tests.deployment.rehearsal.regions import region_faults
from tests.deployment.rehearsal.situations import DELETED, FIRST, LONGEST_STACK_NAME, Step, rehearse, situations
from tests.deployment.rehearsal.stack import Stack, adopt, delete, deploy
from tests.local.aws.intrinsics import Node

MAILED = Step({"AlarmEmail": "finance@example.com"})


@pytest.fixture
def mistaken(source: dict[str, Node]) -> dict[str, Node]:
    """A copy of the template, to put mistakes into."""
    return deepcopy(source)


def faults(source: dict[str, Node], *steps: Step, readme: str = "") -> list[str]:
    return rehearse("", steps, source, readme).faults


def test_no_situation_has_a_fault(source: dict[str, Node]) -> None:
    readme = README.read_text(encoding="utf-8")
    rows = [rehearse(situation, steps, source, readme) for situation, steps in situations(source).items()]
    assert {row.situation: row.faults for row in rows if row.faults} == {}
    assert f"at most {LONGEST_STACK_NAME} characters" in readme


def test_a_variable_that_changes_without_a_new_version_is_found(mistaken: dict[str, Node]) -> None:
    mistaken["Globals"]["Function"]["Environment"]["Variables"]["ALARM_EMAIL"] = {"Ref": "AlarmEmail"}
    assert "SlackFunction gets no new version, although these have changed: Environment" in faults(
        mistaken, FIRST, MAILED
    )


def test_a_replacement_of_a_resource_with_a_fixed_name_is_found(mistaken: dict[str, Node]) -> None:
    fifo = {"Fn::If": ["MailsAlarms", True, {"Ref": "AWS::NoValue"}]}
    mistaken["Resources"]["FailureQueue"]["Properties"] |= {"QueueName": "failed.fifo", "FifoQueue": fifo}
    assert faults(mistaken, FIRST, MAILED) == [
        "FailureQueue cannot be created: FailureQueue still has the fixed name failed.fifo"
    ]


def test_an_orphan_that_the_readme_does_not_explain_is_found(mistaken: dict[str, Node]) -> None:
    mistaken["Resources"]["FailureQueue"] |= {"DeletionPolicy": "Retain", "Properties": {"QueueName": "failed"}}
    found = faults(mistaken, FIRST, DELETED, FIRST)
    assert "failed was left by a stack that was deleted, and blocks FailureQueue" in found
    assert (
        "balance-bot/slack-signing was left by a stack that was deleted, and the README has no section "
        "“Deploy again after sam delete”"
    ) in found


def test_a_history_that_is_deleted_replaced_or_wrongly_imported_is_found(mistaken: dict[str, Node]) -> None:
    left = delete(deploy(Stack(), mistaken, {}).after).after
    [properties] = [orphan.properties for orphan in left.orphans if orphan.logical_id == "BalancesTable"]
    for wrong in ({"BillingMode": "PROVISIONED"}, {"TableName": "history"}):
        imported = adopt(left, imported_resources([], {"BalancesTable": {**properties, **wrong}}))
        assert [*deployment_faults(imported, "")] == ["the import says something wrong about BalancesTable"]
    table = mistaken["Resources"]["BalancesTable"]
    table["Properties"]["TableName"] = {"Fn::If": ["MailsAlarms", "history", {"Ref": "AWS::NoValue"}]}
    assert faults(mistaken, FIRST, MAILED) == ["BalancesTable is replaced by an empty one"]
    del table["DeletionPolicy"]
    assert faults(mistaken, FIRST, DELETED) == ["BalancesTable is deleted, and with it the history in it"]


def test_a_name_over_its_limit_is_found(source: dict[str, Node]) -> None:
    [*_, fault] = faults(source, Step({"AWS::StackName": "s" * (LONGEST_STACK_NAME + 10)}))
    assert "FunctionName of SlackReporterFunction has 65 characters, and 64 are allowed" in fault


def test_a_service_that_a_region_lacks_is_found(mistaken: dict[str, Node]) -> None:
    url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE", "TargetFunctionArn": "slack"}}
    mistaken["Resources"] = {"Url": url}
    del mistaken["Outputs"]
    missing = {region for regions in region_faults(mistaken, {}).values() for region in regions}
    assert {"me-central-1", "us-gov-west-1", "eu-south-2"} <= missing
    assert "eu-central-1" not in missing
