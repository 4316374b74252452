"""Money is never a float. A float in functions/ or layers/ is a duration: a name next to it ends in _seconds or _ms.

The only other float is the height of a point in Slack's chart, whose exact digits are in the table below it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py"))
DURATION = re.compile(r"(^|_)(seconds|ms)$|^chart_value$", re.IGNORECASE)


def floats(node: ast.AST, owner: ast.AST | None = None) -> Iterator[int]:
    """The lines of the float literals, of the word `float` and of `/` in `node`, unless their owner names a duration.

    The owner is the innermost statement, argument, keyword argument or list of arguments, or a function that returns a
    duration.
    """
    if isinstance(node, ast.stmt | ast.arg | ast.arguments | ast.keyword):
        owner = node
    is_function = isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef)
    is_duration = owner is not None and any(map(DURATION.search, names([owner] if is_function else ast.walk(owner))))
    if is_function and is_duration:
        return
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    is_word = isinstance(node, ast.Name) and node.id == "float"
    is_quotient = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    if (is_literal or is_word or is_quotient) and not is_duration:
        yield getattr(node, "lineno", 0)
    for child in ast.iter_child_nodes(node):
        yield from floats(child, owner)


def names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for field in ("id", "attr", "arg", "name"):
            yield str(getattr(node, field, ""))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_float_is_a_duration(path: Path) -> None:
    assert list(floats(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("source", ["fee = 0.5", "fee: float", "fee = cents / 100", "def fee(a: float, *, b_ms): ..."])
def test_a_float_that_may_be_money_is_found(source: str) -> None:
    assert list(floats(ast.parse(source))) == [1]
