"""Least privilege, as what is used: the roles allow what a whole run calls, and nothing else."""

from dataclasses import replace

import pytest

from tests.infrastructure.called_actions import Observation, called, observe
from tests.infrastructure.permissions import Grant, grants
from tests.local.aws.call_recorder import ApiCall
from tests.local.aws.cloudformation import Template


@pytest.fixture(scope="module")
def observation(tmp_path_factory: pytest.TempPathFactory) -> Observation:
    return observe(tmp_path_factory.mktemp("observed"))


def test_every_allowed_action_is_called(observation: Observation) -> None:
    assert grants(observation.template) - observation.used == set()


def test_every_called_action_is_allowed(observation: Observation) -> None:
    assert observation.used - grants(observation.template) == set()


def test_the_run_reached_every_function_and_every_service(observation: Observation) -> None:
    functions = observation.template.of_type("AWS::Lambda::Function")
    assert {call.caller for call in observation.calls} == {f.properties["FunctionName"] for f in functions}
    services = {call.action.partition(":")[0] for call in observation.calls}
    assert services == {"dynamodb", "events", "lambda", "secretsmanager"}


def test_whoever_runs_asynchronously_has_a_failure_destination(observation: Observation) -> None:
    assert observation.asynchronous == {"balance-bot-aggregator", "balance-bot-slack-reporter"}
    configured = observation.template.of_type("AWS::Lambda::EventInvokeConfig")
    assert observation.asynchronous == {config.properties["FunctionName"] for config in configured}


@pytest.mark.parametrize(
    "call",
    [
        ApiCall("balance-bot-slack", "secretsmanager:GetSecretValue", "balance-bot/payby"),
        ApiCall("balance-bot-slack", "secretsmanager:PutSecretValue", ""),
        ApiCall("balance-bot-slack-reporter", "dynamodb:PutItem", "another-table"),
        ApiCall("balance-bot-slack-reporter", "lambda:InvokeFunction", "balance-bot-aggregator"),
        ApiCall("nobody", "unsigned:GET /", ""),
    ],
)
def test_a_call_that_no_role_allows_is_found(template: Template, call: ApiCall) -> None:
    [needed] = called([call], template) - grants(template)
    assert needed.action == call.action


def test_a_permission_that_nobody_uses_is_found(observation: Observation) -> None:
    idle = next(call for call in sorted(observation.calls) if call.action == "dynamodb:PutItem")
    fewer = replace(observation, calls=observation.calls - {idle})
    table = str(observation.template.resources["RequestsTable"].arn)
    assert grants(observation.template) - fewer.used == {Grant("SlackReporterRole", "dynamodb:PutItem", table)}
