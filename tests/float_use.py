"""Where a program makes a float that is no duration, found in its syntax tree.

What makes a float: a literal such as 0.5; the word `float`, as a type (also inside a string) and as a call; `/`, and
`**` unless its exponent is a written whole number; anything of the modules `time`, `math`, `cmath`, `random` (but its
`seed`, which gives nothing) and `statistics`, which must be imported as themselves; calls of `.timestamp()`,
`.total_seconds()`, `.ratio()`, `.time()` and `.json()`; `json.loads` without `parse_float`.

Each must be bound to a duration: through arithmetic, conditions, containers, and calls of `min`, `max`, `abs`, `float`
or of what makes it, it must end up in a variable, attribute, argument, keyword or the result of a function whose name
is or ends in `seconds` or `ms`. Two exceptions: `int(...)` and `round(...)` of one argument turn it into an integer
on the spot; and a quotient whose dividend is a duration by its name is one itself. Passing a float on by position,
comparing it, formatting it or returning it from anything else is a finding.
"""

import ast
import re
from collections.abc import Iterator, Mapping

_DURATION = re.compile(r"(?:^|_)(?:seconds|ms)$", re.IGNORECASE)
_MODULES = frozenset({"cmath", "math", "random", "statistics", "time"})
_METHODS = frozenset({"json", "ratio", "time", "timestamp", "total_seconds"})
_PASS_ON = frozenset({"abs", "float", "max", "min"})
_TRANSPARENT = (
    ast.Await, ast.BinOp, ast.BoolOp, ast.Dict, ast.IfExp, ast.Lambda, ast.List, ast.Set, ast.Starred, ast.Subscript,
    ast.Tuple, ast.UnaryOp,
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Parents = Mapping[ast.AST, ast.AST]


def findings(source: str) -> list[str]:
    """`line: text` of everything that makes a float and is not bound to a duration."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    lines = source.splitlines()
    found = sorted({getattr(node, "lineno", 0) for node in _float_makers(tree) if not _is_bound(node, parents)})
    return [f"{number}: {lines[number - 1].strip()}" for number in found]


def _float_makers(tree: ast.Module) -> Iterator[ast.AST]:
    yield from filter(_makes_float, ast.walk(tree))
    for annotation in _annotations(tree):
        for node in ast.walk(annotation):
            if isinstance(node, ast.Constant) and re.search(r"\bfloat\b", str(node.value)):
                yield node


def _makes_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return _hides_floats(node)
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return _is_fractional(node)
    return _is_word(node) or _is_float_call(node)


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        annotation = getattr(node, "returns", None) or getattr(node, "annotation", None)
        if isinstance(annotation, ast.expr):
            yield annotation


def _hides_floats(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether names are imported whose origin cannot be seen where they are used."""
    if isinstance(node, ast.Import):
        return any(alias.asname and alias.name in {*_MODULES, "json"} for alias in node.names)
    return node.module in _MODULES or (node.module == "json" and any("load" in alias.name for alias in node.names))


def _is_fractional(node: ast.BinOp | ast.AugAssign) -> bool:
    left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    if isinstance(node.op, ast.Pow):
        return not (isinstance(right, ast.Constant) and isinstance(right.value, int))
    return isinstance(node.op, ast.Div) and not _is_named_duration(left)


def _is_word(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    if isinstance(node, ast.Attribute):
        is_of_module = isinstance(node.value, ast.Name) and node.value.id in _MODULES
        return node.attr.startswith("float") or (is_of_module and node.attr != "seed")
    return isinstance(node, ast.Name) and node.id in ("float", "complex")


def _is_float_call(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if isinstance(node.func.value, ast.Name) and node.func.value.id == "json":
        return node.func.attr in ("load", "loads") and "parse_float" not in {each.arg for each in node.keywords}
    return node.func.attr in _METHODS


def _is_bound(node: ast.AST, parents: Parents) -> bool:
    """Whether the value of `node` ends up under a name that says it is a duration."""
    if isinstance(node, ast.AugAssign):
        return _is_named_duration(node.target)
    while True:
        owner = parents[node]
        if isinstance(owner, _TRANSPARENT) or (isinstance(owner, ast.Call) and _passes_on(owner, node)):
            node = owner
        elif isinstance(owner, ast.Call):
            return _is_made_whole(owner)
        else:
            return all(map(_is_named_duration, _receivers(node, owner, parents)))


def _passes_on(call: ast.Call, part: ast.AST) -> bool:
    return part is call.func or (isinstance(call.func, ast.Name) and call.func.id in _PASS_ON)


def _is_made_whole(call: ast.Call) -> bool:
    is_rounding = isinstance(call.func, ast.Name) and call.func.id in ("int", "round")
    return is_rounding and len(call.args) == 1 and not call.keywords


def _receivers(node: ast.AST, owner: ast.AST, parents: Parents) -> list[ast.AST | None]:
    """What the value of `node` is bound to by its owner; None stands for something without a name."""
    if isinstance(owner, ast.Assign):
        return list(owner.targets)
    if isinstance(owner, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
        return [owner.target]
    if isinstance(owner, ast.arg | ast.keyword) or (isinstance(owner, _FUNCTIONS) and node is owner.returns):
        return [owner]
    if isinstance(owner, ast.arguments):
        return [_argument_of_default(node, owner)]
    if isinstance(owner, ast.Return):
        while not isinstance(owner, _FUNCTIONS):
            owner = parents[owner]
        return [owner]
    return [None]


def _argument_of_default(default: ast.AST, arguments: ast.arguments) -> ast.arg:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(with_default, arguments.defaults, strict=True)]
    pairs += [(arg, each) for arg, each in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if each]
    return next(arg for arg, each in pairs if each is default)


def _is_named_duration(node: ast.AST | None) -> bool:
    """Whether the variable, attribute, argument, keyword or function, or what is called, has a duration's name."""
    if isinstance(node, ast.Call):
        node = node.func
    named = next((getattr(node, field) for field in ("id", "attr", "arg", "name") if hasattr(node, field)), None)
    return named is not None and _DURATION.search(named) is not None
