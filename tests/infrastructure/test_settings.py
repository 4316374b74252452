"""A deployment takes effect: whatever changes a function publishes a new version and moves the alias to it."""

import re
from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.local.aws.cloudformation import translate
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import parameter_values


def names_in(node: Node) -> Iterator[str]:
    """Every name that the expressions in `node` refer to, conditions included."""
    if isinstance(node, list):
        for item in node:
            yield from names_in(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key in {"Fn::If", "Condition"}:
                yield value if isinstance(value, str) else value[0]
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{([^}]*)\}", value)
            yield from names_in(value)


def parameters_behind(node: Node, source: dict[str, Node]) -> set[str]:
    """The parameters whose values can change what `node` becomes."""
    conditions = source["Conditions"]
    found, waiting = set(), list(names_in(node))
    while waiting:
        name = waiting.pop()
        if name in conditions and name not in found:
            waiting += names_in(conditions[name])
        found.add(name)
    return found & set(source["Parameters"])


def versions(source: dict[str, Node]) -> dict[str, str]:
    """The logical id of every function's version; a new id makes CloudFormation publish a new version."""
    resources = translate(source, parameter_values(source["Parameters"], {}))["Resources"]
    return {
        resource["Properties"]["FunctionName"]["Ref"]: logical_id
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Version"
    }


def test_settings_hold_every_parameter_that_reaches_a_function(source: dict[str, Node]) -> None:
    resources = translate(source, parameter_values(source["Parameters"], {}))["Resources"]
    functions = [resource for resource in resources.values() if resource["Type"] == "AWS::Lambda::Function"]
    kept = parameters_behind(source["Resources"]["Settings"], source)
    assert kept == parameters_behind(functions, source)
    assert {"SlackAllowedUserIds", "ProviderSubnetIds", "CreateProviderVpc", "LogLevel"} <= kept


def test_new_settings_change_every_function_and_its_version(source: dict[str, Node]) -> None:
    environment = source["Globals"]["Function"]["Environment"]["Variables"]
    assert environment["SETTINGS_VERSION"] == {"Fn::GetAtt": ["Settings", "VersionNumber"]}
    functions = [r for r in source["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    for function in functions:
        assert function["Properties"]["VersionDescription"] == {"Fn::Sub": "settings ${Settings.VersionNumber}"}


@pytest.mark.parametrize(("resource", "key", "value"), [("PayByFunction", "Timeout", 14), ("SlackRole", "Path", "/x/")])
def test_a_changed_function_alone_gets_a_new_version(
    source: dict[str, Node], resource: str, key: str, value: Node
) -> None:
    changed = deepcopy(source)
    changed["Resources"][resource]["Properties"][key] = value
    before, after = versions(source), versions(changed)
    assert {name for name in before if before[name] != after[name]} == {resource} & set(before)


def test_a_changed_layer_gives_every_function_a_new_version(source: dict[str, Node]) -> None:
    changed = deepcopy(source)
    changed["Resources"]["CommonLayer"]["Properties"]["Description"] = "other libraries"
    before, after = versions(source), versions(changed)
    assert before
    assert not set(before.values()) & set(after.values())
