"""Every change of a function or a setting publishes a new version, so that the alias moves to it."""

import re
from collections.abc import Iterator

from tests.local.aws.cloudformation import translate
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import parameter_values


def names_in(node: Node) -> Iterator[str]:
    """Every name that the expressions in `node` refer to, including conditions."""
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
    """The parameters that `node` depends on, directly or through conditions."""
    conditions = source["Conditions"]
    found, waiting = set(), list(names_in(node))
    while waiting:
        name = waiting.pop()
        if name in conditions and name not in found:
            waiting += names_in(conditions[name])
        found.add(name)
    return found & set(source["Parameters"])


def test_the_settings_contain_every_parameter_that_a_function_depends_on(source: dict[str, Node]) -> None:
    resources = translate(source, parameter_values(source["Parameters"], {}))["Resources"]
    functions = [resource for resource in resources.values() if resource["Type"] == "AWS::Lambda::Function"]
    kept = parameters_behind(source["Resources"]["Settings"], source)
    assert kept == parameters_behind(functions, source)
    assert {"SlackAllowedUserIds", "ProviderSubnetIds", "CreateProviderVpc", "LogLevel"} <= kept


def test_new_settings_and_any_changed_property_publish_a_new_version(source: dict[str, Node]) -> None:
    environment = source["Globals"]["Function"]["Environment"]["Variables"]
    assert environment["SETTINGS_VERSION"] == {"Fn::GetAtt": ["Settings", "VersionNumber"]}
    functions = [r for r in source["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    for function in functions:
        assert function["Properties"]["VersionDescription"] == {"Fn::Sub": "settings ${Settings.VersionNumber}"}
        assert function["Properties"]["AutoPublishAliasAllProperties"] is True
