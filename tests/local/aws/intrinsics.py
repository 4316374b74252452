"""The intrinsic functions of CloudFormation that the template uses.

Anything else raises `IntrinsicError`, because a guess could make the local system differ from the deployed one.
Source: AWS CloudFormation User Guide, "Intrinsic function reference".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Node = Any  # a value of the parsed template: dict, list, str, int, bool or None
_NO_VALUE: Node = object()
_SUBSTITUTION = re.compile(r"\$\{([^}]*)\}")


class IntrinsicError(Exception):
    """An expression of the template cannot be evaluated; the message contains the expression."""


class Resolver:
    """Evaluates expressions against the values of parameters, mappings and conditions. A subclass knows resources."""

    def __init__(
        self, values: Mapping[str, Node], mappings: Mapping[str, Node], conditions: Mapping[str, Node]
    ) -> None:
        self._values, self._conditions = values, conditions
        self._functions: Mapping[str, Callable[[Node], Node]] = {
            "Ref": self._ref,
            "Fn::GetAtt": lambda path: self.attribute(*path),
            "Fn::Sub": self._sub,
            "Fn::Join": lambda node: node[0].join(as_text(item) for item in self.value(node[1])),
            "Fn::Split": lambda node: self.value(node[1]).split(node[0]),
            "Fn::Select": lambda node: self.value(node[1])[int(node[0])],
            "Fn::If": lambda node: self.value(node[1] if self.condition(node[0]) else node[2]),
            "Fn::FindInMap": lambda path: mappings[path[0]][path[1]][path[2]],
        }

    def value(self, node: Node) -> Node:
        """`node` with every expression replaced by its value; entries that become AWS::NoValue are left out.

        Raises IntrinsicError.
        """
        if isinstance(node, list):
            items = [self.value(item) for item in node]
            return [item for item in items if item is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        name = next(iter(node)) if len(node) == 1 else ""
        if name in self._functions:
            return self._functions[name](node[name])
        if name.startswith("Fn::"):
            raise IntrinsicError(f"local runs do not support {node}")
        entries = {key: self.value(item) for key, item in node.items()}
        return {key: item for key, item in entries.items() if item is not _NO_VALUE}

    def truth(self, node: Node) -> bool:
        """Whether a condition expression holds. Raises IntrinsicError."""
        match node:
            case {"Fn::Equals": [left, right]}:
                return as_text(self.value(left)) == as_text(self.value(right))
            case {"Fn::Not": [part]}:
                return not self.truth(part)
            case {"Fn::And": parts}:
                return all(self.truth(part) for part in parts)
            case {"Fn::Or": parts}:
                return any(self.truth(part) for part in parts)
            case {"Fn::Contains": [items, item]}:
                return self.value(item) in self.value(items)
            case {"Condition": name}:
                return self.condition(name)
        raise IntrinsicError(f"local runs do not support the condition {node}")

    def condition(self, name: str) -> bool:
        """Whether the named condition holds. Raises IntrinsicError."""
        return self.truth(self._conditions[name])

    def reference(self, logical_id: str) -> str:
        """The value of Ref for a resource. Raises IntrinsicError."""
        raise IntrinsicError(f"{logical_id} is not a parameter, and only parameters can be referred to here")

    def attribute(self, logical_id: str, name: str) -> str:
        """The value of Fn::GetAtt. Raises IntrinsicError."""
        raise IntrinsicError(f"{logical_id}.{name} is not a parameter, and only parameters can be referred to here")

    def _ref(self, name: str) -> Node:
        if name == "AWS::NoValue":
            return _NO_VALUE
        return self._values[name] if name in self._values else self.reference(name)

    def _sub(self, node: Node) -> str:
        text, own = (node, {}) if isinstance(node, str) else node
        values = {name: self.value(item) for name, item in own.items()}
        return _SUBSTITUTION.sub(
            lambda found: as_text(values[found[1]] if found[1] in values else self._named(found[1])), text
        )

    def _named(self, name: str) -> Node:
        logical_id, dot, attribute = name.partition(".")
        return self.attribute(logical_id, attribute) if dot else self._ref(name)


def as_text(value: Node) -> str:
    """A scalar as CloudFormation writes it into a string. Raises IntrinsicError for lists and mappings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise IntrinsicError(f"a string is needed, not {value!r}")
