"""The template's parameters and rules, checked as CloudFormation checks them before a deployment."""

import re
from collections.abc import Mapping
from decimal import Decimal

from tests.local.aws.intrinsics import Node, Resolver


class ParameterError(Exception):
    """The template refuses the value of a parameter, or a combination of values; the message says why."""


def parameter_values(declared: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, Node]:
    """The value of every declared parameter: the given one or the default; a list for a CommaDelimitedList.

    Raises `ParameterError` for an unknown name, a missing value, or a value that the declaration refuses.
    """
    if unknown := sorted(given.keys() - declared.keys()):
        raise ParameterError(f"the template has no parameter {', '.join(unknown)}")
    values = {name: _values(name, declaration, given) for name, declaration in declared.items()}
    return {name: value if _is_list(declared[name]) else value[0] for name, value in values.items()}


def check_rules(rules: Mapping[str, Node], resolver: Resolver) -> None:
    """Raise `ParameterError` with the description of the first assertion that does not hold."""
    for name, rule in rules.items():
        if "RuleCondition" in rule and not resolver.truth(rule["RuleCondition"]):
            continue
        for assertion in rule["Assertions"]:
            if not resolver.truth(assertion["Assert"]):
                raise ParameterError(f"{name}: {assertion['AssertDescription']}")


def _is_list(declaration: Mapping[str, Node]) -> bool:
    return bool(declaration["Type"] == "CommaDelimitedList")


def _values(name: str, declaration: Mapping[str, Node], given: Mapping[str, str]) -> list[str]:
    if name not in given and "Default" not in declaration:
        raise ParameterError(f"{name} needs a value")
    text = str(given.get(name, declaration.get("Default")))
    values = [item.strip() for item in text.split(",")] if _is_list(declaration) else [text]
    if not all(_fits(declaration, value) for value in values):
        allowed = f"must be one of {declaration.get('AllowedValues')}"
        raise ParameterError(f"{name} {declaration.get('ConstraintDescription', allowed)}")
    return values


def _fits(declaration: Mapping[str, Node], value: str) -> bool:
    if declaration["Type"] == "Number" and not _is_in_range(declaration, value):
        return False
    is_allowed = value in [str(item) for item in declaration.get("AllowedValues", [value])]
    matches = re.fullmatch(declaration.get("AllowedPattern", "(?s).*"), value)
    return is_allowed and matches is not None and len(value) <= declaration.get("MaxLength", 4096)


def _is_in_range(declaration: Mapping[str, Node], value: str) -> bool:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return False
    number = Decimal(value)
    lowest, highest = Decimal(declaration.get("MinValue", number)), Decimal(declaration.get("MaxValue", number))
    return lowest <= number <= highest
