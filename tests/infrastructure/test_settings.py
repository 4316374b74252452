"""Whenever what a function runs or sees changes, a new version is published, and the alias moves to it.

CloudFormation publishes a version when the version's logical id changes (SAM hashes the text of the function's
properties and of the layer) or its description (the template puts into it what may change behind the text).
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.infrastructure.conftest import TEMPLATE_PATH
from tests.infrastructure.wiring import OTHER_FOLDERS
from tests.local.aws.cloudformation import Template, load_template, translate
from tests.local.aws.intrinsics import Node
from tests.local.aws.parameters import parameter_values

# References whose value cannot change while their text stays the same: fixed names, and the layer, which SAM hashes.
_FIXED = re.compile(r"AWS::\w+|CommonLayer\w+|\w+LogGroup|\w+FunctionAliaslive|BalanceBus")


def names_in(node: Node) -> Iterator[str]:
    """Every parameter, resource and condition that the expressions in `node` refer to."""
    if isinstance(node, list):
        for item in node:
            yield from names_in(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _named_by(key, value)
            yield from names_in(value)


def _named_by(key: str, value: Node) -> Iterator[str]:
    if key in {"Ref", "Condition"}:
        yield value
    elif key in {"Fn::GetAtt", "Fn::If"}:
        yield value[0]
    elif key == "Fn::Sub":
        text, own = (value, {}) if isinstance(value, str) else value
        yield from {name.partition(".")[0] for name in re.findall(r"\$\{([^}]*)\}", text)} - {*own}


def behind(node: Node, source: dict[str, Node]) -> set[str]:
    """What `node` depends on, directly or through conditions."""
    conditions: dict[str, Node] = source["Conditions"]
    found: set[str] = set()
    waiting = list(names_in(node))
    while waiting:
        name = waiting.pop()
        if name in conditions and name not in found:
            waiting += names_in(conditions[name])
        found.add(name)
    return found - conditions.keys()


def test_a_versions_description_names_everything_that_its_function_depends_on(source: dict[str, Node]) -> None:
    values = parameter_values(source["Parameters"], {})
    resources = translate(source, values)["Resources"]
    functions = {n: each["Properties"] for n, each in resources.items() if each["Type"] == "AWS::Lambda::Function"}
    assert len(functions) == len(values["Providers"]) + len(OTHER_FOLDERS) + 2
    for name, properties in functions.items():
        variables = properties["Environment"]["Variables"]
        assert variables["SETTINGS_VERSION"] == {"Fn::GetAtt": ["Settings", "VersionNumber"]}
        [version] = [each for n, each in resources.items() if re.fullmatch(rf"{name}Version[0-9a-f]+", n)]
        described = behind(version["Properties"]["Description"], source)
        assert "Settings" in described
        described |= behind(source["Resources"]["Settings"], source)
        assert {each for each in behind(properties, source) - described if not _FIXED.fullmatch(each)} == set(), name


def versions(template: Template) -> dict[str, tuple[str, str, str]]:
    """What makes CloudFormation publish another version, by function. New settings get another number."""
    content = template.resources["Settings"].properties["Content"]
    return {
        version.properties["FunctionName"]: (version.logical_id, version.properties["Description"], content)
        for version in template.of_type("AWS::Lambda::Version")
    }


CHANGED_VALUES = [
    {"Providers": "pagsmile,payby"},
    {"ProviderNames": "payby=Pay By"},
    {"SlackAllowedUserIds": "U0123ABCD"},
    {"SlackDomain": "slack-gov.com"},
    {"CreateProviderVpc": "true"},
    {"SlackSnapStart": "true"},
]


@pytest.mark.parametrize("values", CHANGED_VALUES, ids=lambda values: next(iter(values)))
def test_another_value_of_a_parameter_publishes_a_version_of_every_function(values: dict[str, str]) -> None:
    before, after = versions(load_template(TEMPLATE_PATH)), versions(load_template(TEMPLATE_PATH, values))
    assert [name for name in after if after[name] == before[name]] == []


def change_layer(resources: dict[str, Any]) -> None:
    resources["CommonLayer"]["Properties"]["ContentUri"] = "layers/other"


def change_memory(resources: dict[str, Any]) -> None:
    resources["SlackFunction"]["Properties"]["MemorySize"] = 2048


def change_code(resources: dict[str, Any]) -> None:
    resources["Fn::ForEach::EachProvider"][2]["${Provider}Function"]["Properties"]["CodeUri"] = "functions/other"


@pytest.mark.parametrize(
    ("change", "published"),
    [
        (
            change_layer,
            {"pagsmile", "payby", "payermax", "Aggregator", "Slack", "SlackReporter", "Watch", "WatchStates"},
        ),
        (change_memory, {"Slack"}),
        (change_code, {"pagsmile", "payby", "payermax"}),
    ],
)
def test_another_layer_property_or_package_publishes_a_version(
    source: dict[str, Node], change: Callable[[dict[str, Any]], None], published: set[str]
) -> None:
    values = parameter_values(source["Parameters"], {})
    changed = deepcopy(source)
    change(changed["Resources"])
    before, after = (set(translate(each, values)["Resources"]) for each in (source, changed))
    found = {match[1] for name in after - before if (match := re.fullmatch(r"(\w+)FunctionVersion[0-9a-f]{10}", name))}
    assert found == published
