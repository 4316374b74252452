"""What the transform AWS::LanguageExtensions does to the template before SAM: Fn::ForEach among the resources.

Source: AWS CloudFormation Template Reference, "Fn::ForEach" and "AWS::LanguageExtensions transform".
"""

from collections.abc import Mapping

from tests.local.aws.intrinsics import Node

_LOOP = "Fn::ForEach::"


def expanded(resources: Mapping[str, Node], values: Mapping[str, Node]) -> dict[str, Node]:
    """`resources` with each loop replaced by what it makes, for the parameters' `values`."""
    found: dict[str, Node] = {}
    for name, node in resources.items():
        if not name.startswith(_LOOP):
            found[name] = node
            continue
        identifier, collection, body = node
        items = values[collection["Ref"]] if isinstance(collection, dict) else collection
        for item in items:
            found |= _filled(body, f"${{{identifier}}}", item)
    return found


def _filled(node: Node, placeholder: str, item: str) -> Node:
    """`node` with `item` in place of the placeholder, also in the names that Ref and Fn::GetAtt refer to."""
    if isinstance(node, str):
        return node.replace(placeholder, item)
    if isinstance(node, list):
        return [_filled(each, placeholder, item) for each in node]
    if not isinstance(node, dict):
        return node
    filled = {_filled(key, placeholder, item): _filled(value, placeholder, item) for key, value in node.items()}
    match filled:
        case {"Ref": {"Fn::Sub": name}}:
            return {"Ref": name}
        case {"Fn::GetAtt": [{"Fn::Sub": name}, attribute]}:
            return {"Fn::GetAtt": [name, attribute]}
    return filled
