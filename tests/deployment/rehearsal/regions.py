"""Whether everything in the template exists in every region: cfn-lint's answer, and what it does not know."""

import json
import re
from collections.abc import Mapping
from typing import Any

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.helpers import REGIONS as ALL_REGIONS

from tests.local.aws.cloudformation import translate
from tests.local.aws.identities import PSEUDO_PARAMETERS
from tests.local.aws.intrinsics import Node, Resolver
from tests.local.aws.parameters import ParameterError, check_rules, parameter_values

# Slack's APIs are reached from the commercial regions and from GovCloud.
REGIONS = [region for region in ALL_REGIONS if not re.match("cn-|us-iso|eu-iso|eusc-", region)]
# Where nobody has confirmed that Lambda has arm64. The Powertools layers are published for it everywhere else (read on
# 2026-11-29), and cfn-lint does not know.
ARM64_UNCONFIRMED = ["ap-east-2", "ap-southeast-5", "ap-southeast-7", "mx-central-1"]
# What cfn-lint believes to be there (AWS Lambda Developer Guide, "Function URLs", read on 2026-11-29).
MISSING = {"AWS::Lambda::Url": ["eu-south-2"]}
_NOTHING = {"Ref": "AWS::NoValue"}


def region_faults(source: Mapping[str, Node], given: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong with the template for these parameters, and the regions in which it is, none for all of them."""
    values = parameter_values(source["Parameters"], given)
    template = _chosen(translate(source, values), values)
    regions = accepting_regions(source, given)
    found: dict[str, list[str]] = {}
    for match in lint(json.dumps(template), config=ManualArgs(regions=regions)):
        if match.rule.id.startswith("E"):
            # The name of a region, or a list of them, ends the message.
            message, *where = re.split(r" in (?=\[?'[a-z]{2}-[a-z]+-)", match.message)
            fault = f"{match.rule.id} {'/'.join(map(str, match.path[1:3]))}: {message}"
            found.setdefault(fault, []).extend(re.findall(r"'([^']+)'", "".join(where)))
    for name, resource in template["Resources"].items():
        if missing := [region for region in MISSING.get(resource["Type"], ()) if region in regions]:
            found[f"{name}: AWS does not offer {resource['Type']}"] = missing
    return found


def accepting_regions(source: Mapping[str, Node], given: Mapping[str, str]) -> list[str]:
    """The regions in which the template's rules accept these parameters."""
    values = {**PSEUDO_PARAMETERS, **parameter_values(source["Parameters"], given)}

    def accepts(region: str) -> bool:
        try:
            check_rules(source.get("Rules", {}), Resolver({**values, "AWS::Region": region}, {}, {}))
        except ParameterError:
            return False
        return True

    return [region for region in REGIONS if accepts(region)]


def _chosen(template: Mapping[str, Any], values: Mapping[str, Node]) -> dict[str, Any]:
    """The template without conditions: only what these parameters deploy."""
    resolver = Resolver({**PSEUDO_PARAMETERS, **values}, template.get("Mappings", {}), template.get("Conditions", {}))

    def walk(node: Node) -> Node:
        if isinstance(node, list):
            return [item for item in map(walk, node) if item != _NOTHING]
        if not isinstance(node, dict):
            return node
        if set(node) == {"Fn::If"}:
            name, then, otherwise = node["Fn::If"]
            return walk(then if resolver.condition(name) else otherwise)
        entries = {key: walk(value) for key, value in node.items()}
        return {key: value for key, value in entries.items() if value != _NOTHING}

    chosen = {key: value for key, value in template.items() if key not in {"Conditions", "Metadata", "Transform"}}
    for section in {"Resources", "Outputs"} & chosen.keys():
        nodes = {n: dict(node) for n, node in chosen[section].items()}
        kept = {n: x for n, x in nodes.items() if "Condition" not in x or resolver.condition(x.pop("Condition"))}
        chosen[section] = {name: walk(node) for name, node in kept.items()}
    return chosen
