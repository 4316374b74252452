"""The template's parameters and rules, checked as CloudFormation checks them before a deployment."""

import re
from collections.abc import Mapping
from decimal import Decimal

from tests.local.aws.intrinsics import Node, Resolver


class ParameterError(Exception):
    """The template refuses the value of a parameter, or a combination of values; the message says why."""


def parameter_values(declared: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, str]:
    """The value of every declared parameter: the given one or the default. Lists are not supported.

    Raises `ParameterError` for an unknown name, a missing value, or a value that the declaration refuses.
    """
    if unknown := sorted(given.keys() - declared.keys()):
        raise ParameterError(f"the template has no parameter {', '.join(unknown)}")
    return {name: _value(name, declaration, given) for name, declaration in declared.items()}


def check_rules(rules: Mapping[str, Node], resolver: Resolver) -> None:
    """Raise `ParameterError` with the description of the first assertion that does not hold."""
    for name, rule in rules.items():
        if "RuleCondition" in rule and not resolver.truth(rule["RuleCondition"]):
            continue
        for assertion in rule["Assertions"]:
            if not resolver.truth(assertion["Assert"]):
                raise ParameterError(f"{name}: {assertion['AssertDescription']}")


def _value(name: str, declaration: Mapping[str, Node], given: Mapping[str, str]) -> str:
    if name not in given and "Default" not in declaration:
        raise ParameterError(f"{name} needs a value")
    value = str(given.get(name, declaration.get("Default")))
    allowed = [str(item) for item in declaration.get("AllowedValues", [value])]
    pattern = declaration.get("AllowedPattern", "(?s).*")
    fits = value in allowed and re.fullmatch(pattern, value) and len(value) <= declaration.get("MaxLength", 4096)
    if not fits or (declaration["Type"] == "Number" and not _is_in_range(declaration, value)):
        raise ParameterError(f"{name} {declaration.get('ConstraintDescription', 'has a value that is not allowed')}")
    return value


def _is_in_range(declaration: Mapping[str, Node], value: str) -> bool:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return False
    number = Decimal(value)
    lowest, highest = Decimal(declaration.get("MinValue", number)), Decimal(declaration.get("MaxValue", number))
    return lowest <= number <= highest
