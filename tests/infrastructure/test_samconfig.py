"""The two environments in samconfig.toml."""

import tomllib
from typing import Any

import pytest

from tests.deployment.target import parameters_of
from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.local.aws.cloudformation import load_template, read_source


@pytest.fixture(scope="module")
def environments() -> dict[str, Any]:
    """The parameters of `sam deploy`, to which those of every command belong."""
    config = tomllib.loads((TEMPLATE_PATH.parent / "samconfig.toml").read_text())
    return {
        name: config[name]["global"]["parameters"] | config[name]["deploy"]["parameters"] for name in ("dev", "prod")
    }


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_an_environment_deploys_the_template(environments: dict[str, Any], name: str) -> None:
    parameters = environments[name]
    assert parameters["capabilities"] == "CAPABILITY_IAM"
    assert parameters["resolve_s3"] is True
    assert parameters["language_extensions"] is True
    load_template(TEMPLATE_PATH, parameters["parameter_overrides"])


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_an_environment_has_a_line_for_every_parameter(name: str) -> None:
    # CloudFormation keeps the deployed value of a parameter without a line.
    assert parameters_of(name).keys() == read_source(TEMPLATE_PATH)["Parameters"].keys()


def test_dev_and_prod_are_separate_stacks_and_prod_asks_before_it_deploys(environments: dict[str, Any]) -> None:
    assert environments["dev"]["stack_name"] != environments["prod"]["stack_name"]
    assert environments["prod"]["confirm_changeset"] is True


def test_function_names_stay_within_lambdas_limit(environments: dict[str, Any]) -> None:
    longest = max(len(parameters["stack_name"]) for parameters in environments.values())
    assert longest + len("-slack-reporter") <= 64


def test_there_is_no_default_environment_to_deploy_to() -> None:
    config = tomllib.loads((TEMPLATE_PATH.parent / "samconfig.toml").read_text())
    assert "deploy" not in config["default"]
