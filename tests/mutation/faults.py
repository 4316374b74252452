"""What a tired programmer could have written instead of one node of the syntax tree."""

import ast
from collections.abc import Callable, Iterator, Mapping

_COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_METHODS = {"fullmatch": "match", "rstrip": "strip", "strip": "rstrip", "rpartition": "partition"}


def faults_of(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that could stand there by mistake, without a place in the source."""
    for kind, make in _FAULTS.items():
        if isinstance(node, kind):
            yield from make(node)


def _of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(node.value + "x")
    elif isinstance(node.value, bytes):
        yield ast.Constant(node.value + b"x")


def _of_compare(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        other = _COMPARISONS[type(operator)]()
        yield ast.Compare(node.left, [*node.ops[:index], other, *node.ops[index + 1 :]], node.comparators)


def _of_bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        left = [*node.values[:index], *node.values[index + 1 :]]
        yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _of_bin_op(node: ast.BinOp) -> Iterator[ast.AST]:
    if other := _OPERATORS.get(type(node.op)):
        yield ast.BinOp(node.left, other(), node.right)


def _of_condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        negated = ast.UnaryOp(ast.Not(), node.test)
        changed = ast.If if isinstance(node, ast.If) else ast.While
        yield changed(negated, node.body, node.orelse)


def _of_comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for index in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, [*node.ifs[:index], *node.ifs[index + 1 :]], node.is_async)


def _of_return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _of_statement(node: ast.AST) -> Iterator[ast.AST]:
    if not (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call)):
        yield ast.Break() if isinstance(node, ast.Continue) else ast.Pass()


def _of_collection(node: ast.Tuple | ast.List | ast.Set) -> Iterator[ast.AST]:
    """Without each of its elements; a table's row, a kind of exception, an allowed word."""
    plain = all(isinstance(element, ast.Constant | ast.Name | ast.Attribute) for element in node.elts)
    if len(node.elts) >= 2 and plain and not isinstance(getattr(node, "ctx", None), ast.Store):
        for index in range(len(node.elts)):
            left = [*node.elts[:index], *node.elts[index + 1 :]]
            yield ast.Set(left) if isinstance(node, ast.Set) else type(node)(left, ast.Load())


def _of_dict(node: ast.Dict) -> Iterator[ast.AST]:
    for index in range(len(node.keys)):
        keys, values = [*node.keys], [*node.values]
        del keys[index], values[index]
        yield ast.Dict(keys, values)


def _of_name(node: ast.Name) -> Iterator[ast.AST]:
    if node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], node.ctx)


def _of_attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Name) and node.value.id == "ErrorKind":
        yield ast.Attribute(node.value, "CONFIGURATION" if node.attr == "UNKNOWN" else "UNKNOWN", node.ctx)
    elif node.attr in _METHODS:
        yield ast.Attribute(node.value, _METHODS[node.attr], node.ctx)


def _of_unary_op(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


# Each takes nodes of the types beside it only, which no type checker can see through a mapping.
_FAULTS: Mapping[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[ast.AST]]] = {
    ast.Constant: _of_constant,
    ast.Compare: _of_compare,
    ast.BoolOp: _of_bool_op,
    ast.BinOp: _of_bin_op,
    (ast.If, ast.IfExp, ast.While): _of_condition,
    ast.comprehension: _of_comprehension,
    ast.Return: _of_return,
    (ast.Raise, ast.Expr, ast.Continue, ast.AugAssign): _of_statement,
    (ast.Tuple, ast.List, ast.Set): _of_collection,
    ast.Dict: _of_dict,
    ast.Name: _of_name,
    ast.Attribute: _of_attribute,
    ast.UnaryOp: _of_unary_op,
}
