"""What the resource schemas that cfn-lint ships say: what replaces a resource, what names it, how long names may be."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from tests.local.aws.intrinsics import Node

# Limits that the schemas leave out (AWS Lambda and Amazon API Gateway quotas, read on 2026-11-29).
_LIMITS = {("AWS::Lambda::Function", "FunctionName"): 64, ("AWS::ApiGatewayV2::Api", "Name"): 128}


def fixed_values(kind: str, properties: Mapping[str, Node]) -> dict[str, Node]:
    """The values that only a replacement can change."""
    return {path: _at(properties, path.split("/")[2:]) for path in _create_only(kind)}


def physical_name(kind: str, properties: Mapping[str, Node]) -> tuple[str, ...] | None:
    """What no other resource of this type may be called; None if the template leaves the name to AWS."""
    schema = _schema(kind)
    names = [path.rpartition("/")[2] for path in schema["primaryIdentifier"]]
    if {f"/properties/{name}" for name in names} & set(schema.get("readOnlyProperties", ())):
        # The identifier is an ARN or id. A name can still be taken, within its function, bus or log group.
        names = [path.rpartition("/")[2] for path in _create_only(kind) if path.endswith("Name")]
        if not {"Name", kind.rpartition("::")[2] + "Name"} & set(names) & properties.keys():
            return None
    return (kind, *(str(properties[name]) for name in names)) if properties.keys() >= set(names) else None


def is_deleted_before_it_is_replaced(kind: str) -> bool:
    """Whether CloudFormation deletes the old resource first, so that the name is free."""
    return bool(_schema(kind).get("replacementStrategy") == "delete_then_create")


def texts_over_their_limit(kind: str, properties: Mapping[str, Node]) -> Iterator[tuple[str, str, int]]:
    """The name, text and limit of each property that is too long."""
    declared = _schema(kind)["properties"]
    for name, value in properties.items():
        limit = _LIMITS.get((kind, name), declared.get(name, {}).get("maxLength"))
        if isinstance(value, str) and limit and len(value) > limit:
            yield name, value, limit


@cache
def _schema(kind: str) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return schema


def _create_only(kind: str) -> list[str]:
    schema = _schema(kind)
    return [*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ())]


def _at(node: Node, path: list[str]) -> Node:
    if not path or node is None:
        return node
    if path[0] == "*":
        return [_at(item, path[1:]) for item in node]
    return _at(node.get(path[0]), path[1:])
