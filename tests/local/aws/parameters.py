"""The template's parameters and rules, checked as CloudFormation checks them before it deploys anything."""

import re
from collections.abc import Mapping
from decimal import Decimal

from tests.local.aws.intrinsics import Node, Resolver


class ParameterError(Exception):
    """A parameter's value, or a combination of values, that the template refuses; the message says what is wrong."""


def parameter_values(declared: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, Node]:
    """The value of every declared parameter: the given one, else its default. Lists become lists of strings.

    Raises `ParameterError` for an unknown name, a missing value, and a value that the declaration refuses.
    """
    if unknown := sorted(given.keys() - declared.keys()):
        raise ParameterError(f"the template has no parameter {', '.join(unknown)}")
    return {name: _value(name, declaration, given) for name, declaration in declared.items()}


def check_rules(rules: Mapping[str, Node], resolver: Resolver) -> None:
    """Raises `ParameterError` with the text of the first assertion that does not hold."""
    for name, rule in rules.items():
        where = f"Rules.{name}"
        if "RuleCondition" in rule and not resolver.truth(rule["RuleCondition"], where):
            continue
        for assertion in rule["Assertions"]:
            if not resolver.truth(assertion["Assert"], where):
                raise ParameterError(f"{name}: {assertion['AssertDescription']}")


def _value(name: str, declaration: Mapping[str, Node], given: Mapping[str, str]) -> Node:
    if name not in given and "Default" not in declaration:
        raise ParameterError(f"{name} needs a value")
    value = str(given.get(name, declaration.get("Default")))
    kind = declaration["Type"]
    if kind == "CommaDelimitedList":
        items = [item.strip() for item in value.split(",")]
        for item in items:
            _check(name, declaration, item)
        return items
    if kind not in {"String", "Number"}:
        raise ParameterError(f"{name} has the type {kind}, which local runs do not support")
    _check(name, declaration, value)
    return value


def _check(name: str, declaration: Mapping[str, Node], value: str) -> None:
    allowed = [str(item) for item in declaration.get("AllowedValues", [value])]
    pattern = declaration.get("AllowedPattern", "(?s).*")
    fits = value in allowed and re.fullmatch(pattern, value) and len(value) <= declaration.get("MaxLength", 4096)
    if not fits or (declaration["Type"] == "Number" and not _is_in_range(declaration, value)):
        raise ParameterError(f"{name} {declaration.get('ConstraintDescription', 'has a value that is not allowed')}")


def _is_in_range(declaration: Mapping[str, Node], value: str) -> bool:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return False
    number = Decimal(value)
    lowest, highest = Decimal(declaration.get("MinValue", number)), Decimal(declaration.get("MaxValue", number))
    return lowest <= number <= highest
