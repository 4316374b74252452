"""CloudFormation's intrinsic functions, as far as the template uses them.

What is not known here raises `IntrinsicError`: a guess would start a local system that differs from the deployed one.
Source: AWS CloudFormation User Guide, "Intrinsic function reference".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

Node = Any  # a value of the parsed template: dict, list, str, int, bool or None
NO_VALUE: Node = object()
SUBSTITUTION = re.compile(r"\$\{(!?)([^}]*)\}")


class IntrinsicError(Exception):
    """An expression of the template cannot be evaluated; the message names the expression and where it stands."""


class ResourceNames(Protocol):
    """Answers Ref and Fn::GetAtt of resources. Both raise `LookupError` with the reason if they cannot."""

    def reference(self, logical_id: str) -> str: ...

    def attribute(self, logical_id: str, name: str) -> str: ...


class NoResources:
    """What expressions may refer to before the resources are known: none."""

    def reference(self, logical_id: str) -> str:
        raise LookupError(f"{logical_id} is neither a parameter nor a resource")

    def attribute(self, logical_id: str, name: str) -> str:
        raise LookupError(f"{logical_id}.{name} is an attribute, and there are no resources here")


class Resolver:
    """Evaluates expressions against parameter values, mappings, conditions and the names of resources."""

    def __init__(
        self,
        values: Mapping[str, Node],
        mappings: Mapping[str, Node],
        conditions: Mapping[str, Node],
        names: ResourceNames | None = None,
    ) -> None:
        self._values = values
        self._mappings = mappings
        self._conditions = conditions
        self._names = names or NoResources()
        self._functions: Mapping[str, Callable[[Node, str], Node]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
        }
        self._tests: Mapping[str, Callable[[Node, str], bool]] = {
            "Fn::Equals": self._equals,
            "Fn::Not": lambda node, where: not self.truth(node[0], where),
            "Fn::And": lambda node, where: all(self.truth(part, where) for part in node),
            "Fn::Or": lambda node, where: any(self.truth(part, where) for part in node),
            "Condition": self.condition,
        }

    def naming(self, names: ResourceNames) -> "Resolver":
        """The same resolver, for expressions that may also refer to resources."""
        return Resolver(self._values, self._mappings, self._conditions, names)

    def value(self, node: Node, where: str) -> Node:
        """`node` with every expression in it replaced by its value; entries that become AWS::NoValue are left out.

        `where` is the path of `node` in the template, for messages. Raises `IntrinsicError`.
        """
        if isinstance(node, list):
            items = [self.value(item, f"{where}[{index}]") for index, item in enumerate(node)]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        name = intrinsic_name(node)
        if name is None:
            entries = {key: self.value(item, f"{where}.{key}") for key, item in node.items()}
            return {key: item for key, item in entries.items() if item is not NO_VALUE}
        if name not in self._functions:
            raise IntrinsicError(f"{where}: {name} is not supported here by local runs")
        return self._functions[name](node[name], f"{where}.{name}")

    def truth(self, node: Node, where: str) -> bool:
        """Whether a condition expression holds. Raises `IntrinsicError`."""
        name = str(next(iter(node))) if isinstance(node, dict) and len(node) == 1 else ""
        if name not in self._tests:
            raise IntrinsicError(f"{where}: {name or node} is no condition that local runs support")
        return self._tests[name](node[name], f"{where}.{name}")

    def condition(self, name: str, where: str) -> bool:
        """Whether the named condition holds. Raises `IntrinsicError` if it is not declared."""
        if name not in self._conditions:
            raise IntrinsicError(f"{where}: there is no condition {name}")
        return self.truth(self._conditions[name], f"Conditions.{name}")

    def _ref(self, name: Node, where: str) -> Node:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._values:
            return self._values[name]
        return self._named(lambda: self._names.reference(name), where)

    def _get_att(self, path: Node, where: str) -> Node:
        logical_id, attribute = path.split(".", 1) if isinstance(path, str) else path
        return self._named(lambda: self._names.attribute(logical_id, attribute), where)

    def _named(self, find: Callable[[], Node], where: str) -> Node:
        try:
            return find()
        except LookupError as exc:
            raise IntrinsicError(f"{where}: {exc.args[0]}") from exc

    def _sub(self, node: Node, where: str) -> str:
        text, variables = (node, {}) if isinstance(node, str) else node

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in variables:
                return as_text(self.value(variables[name], f"{where}.{name}"), where)
            found = self._get_att(name, where) if "." in name else self._ref(name, where)
            return as_text(found, where)

        return SUBSTITUTION.sub(replace, text)

    def _join(self, node: Node, where: str) -> str:
        separator, items = node
        return str(separator).join(as_text(item, where) for item in self._list(items, where))

    def _select(self, node: Node, where: str) -> Node:
        index, items = node
        found = self._list(items, where)
        position = int(as_text(self.value(index, where), where))
        if not 0 <= position < len(found):
            raise IntrinsicError(f"{where}: there is no item {position} in a list of {len(found)}")
        return found[position]

    def _split(self, node: Node, where: str) -> list[str]:
        separator, text = node
        return as_text(self.value(text, where), where).split(separator)

    def _list(self, node: Node, where: str) -> list[Node]:
        items = self.value(node, where)
        if not isinstance(items, list):
            raise IntrinsicError(f"{where}: needs a list, not {items!r}")
        return items

    def _if(self, node: Node, where: str) -> Node:
        name, if_true, if_false = node
        return self.value(if_true if self.condition(name, where) else if_false, where)

    def _find_in_map(self, path: Node, where: str) -> Node:
        found: Node = self._mappings
        for key in (as_text(self.value(part, where), where) for part in path):
            if key not in found:
                raise IntrinsicError(f"{where}: there is no {key} on the way {path}")
            found = found[key]
        return found

    def _equals(self, node: Node, where: str) -> bool:
        left, right = (self.value(side, where) for side in node)
        return as_text(left, where) == as_text(right, where)


def intrinsic_name(node: Mapping[str, Node]) -> str | None:
    """The function that a mapping calls, or None if the mapping is plain data."""
    name = next(iter(node)) if len(node) == 1 else ""
    return name if name == "Ref" or name.startswith("Fn::") else None


def as_text(value: Node, where: str) -> str:
    """A scalar as CloudFormation writes it into a string. Raises `IntrinsicError` for lists and mappings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise IntrinsicError(f"{where}: needs text, not {value!r}")
