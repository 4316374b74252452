"""The mutants of a module: one change of its syntax tree for each."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.mutation.faults import faults_of

# Where a change would be no change: a type is not read at run time, and a decorator's options are not behaviour here.
_IGNORED_FIELDS = frozenset({"annotation", "returns", "decorator_list", "ctx"})
# Words for people: a test that repeats a sentence would prove nothing.
_IGNORED_NODES = (ast.Import, ast.ImportFrom, ast.JoinedStr)
# So that `before` tells which `1` is meant.
_LEAST_CONTEXT_CHARACTERS = 15


@dataclass(frozen=True)
class Mutant:
    """One fault: `before` and `after` are the source text around it. `apply` puts it into its tree."""

    line: int
    before: str
    after: str
    apply: Callable[[], None]


def mutants_of(tree: ast.Module) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its source; the tree is whole again whenever one is given."""
    yield from _below(tree, ())


def _below(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[Mutant]:
    around = (*around, node)
    for name, value in ast.iter_fields(node):
        if name in _IGNORED_FIELDS:
            continue
        if isinstance(value, ast.AST):
            yield from _at(value, around, partial(setattr, node, name))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _at(item, around, partial(value.__setitem__, index))


def _at(node: ast.AST, around: tuple[ast.AST, ...], replace: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    if isinstance(node, _IGNORED_NODES) or _is_text_for_people(node):
        return
    for faulty in faults_of(node):
        ast.copy_location(faulty, node)
        ast.fix_missing_locations(faulty)
        before, after = _shown(node, faulty, around, replace)
        yield Mutant(getattr(node, "lineno", 0), before, after, partial(replace, faulty))
    yield from _below(node, around)


def _shown(
    node: ast.AST, faulty: ast.AST, around: tuple[ast.AST, ...], replace: Callable[[ast.AST], None]
) -> tuple[str, str]:
    """The smallest piece of source that holds the node and has some length, before and after."""
    before, after = ast.unparse(node), ast.unparse(faulty)
    for piece in reversed(around):
        if len(before) >= _LEAST_CONTEXT_CHARACTERS or isinstance(piece, ast.stmt | ast.Module):
            break
        before = ast.unparse(piece)
        replace(faulty)
        after = ast.unparse(piece)
        replace(node)
    return before.strip(), after.strip()


def _is_text_for_people(node: ast.AST) -> bool:
    """A docstring or a sentence; what has no space is a key, a code, a pattern or an encoding."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and (" " in node.value or not node.value)
