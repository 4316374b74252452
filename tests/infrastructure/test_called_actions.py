"""Least privilege: the roles allow exactly what a run of the whole system calls."""

import pytest

from tests.infrastructure.called_actions import UNUSED, Observation, observe
from tests.infrastructure.permissions import grants


@pytest.fixture(scope="module")
def observation(tmp_path_factory: pytest.TempPathFactory) -> Observation:
    return observe(tmp_path_factory.mktemp("observed"))


def test_every_allowed_action_is_called(observation: Observation) -> None:
    assert grants(observation.template) - observation.used == UNUSED


def test_every_called_action_is_allowed(observation: Observation) -> None:
    assert observation.used - grants(observation.template) == set()


def test_the_run_reaches_every_function_and_every_service(observation: Observation) -> None:
    functions = observation.template.of_type("AWS::Lambda::Function")
    assert {call.caller for call in observation.calls} == {f.properties["FunctionName"] for f in functions}
    services = {call.action.partition(":")[0] for call in observation.calls}
    assert services == {"dynamodb", "events", "kms", "lambda", "secretsmanager"}


def test_every_function_that_is_invoked_asynchronously_has_a_failure_destination(observation: Observation) -> None:
    assert observation.asynchronous == {"balance-bot-aggregator", "balance-bot-slack-reporter", "balance-bot-watch"}
    configured = observation.template.of_type("AWS::Lambda::EventInvokeConfig")
    assert observation.asynchronous == {config.properties["FunctionName"] for config in configured}
