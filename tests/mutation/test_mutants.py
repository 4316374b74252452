"""The faults that are put in, by example."""

import ast

import pytest

from tests.mutation.mutants import mutants_of
from tests.mutation.subjects import SUBJECTS, Subject


def changes(source: str) -> set[tuple[str, str]]:
    return {(mutant.before, mutant.after) for mutant in mutants_of(ast.parse(source))}


@pytest.mark.parametrize(
    ("source", "change"),
    [
        ("a < 60", ("a < 60", "a <= 60")),
        ("a < 60", ("a < 60", "a < 61")),
        ("a is None", ("a is None", "a is not None")),
        ("not a", ("not a", "a")),
        ("a and b", ("a and b", "a or b")),
        ("a and b", ("a and b", "b")),
        ("a + b", ("a + b", "a - b")),
        ("b64decode(a, validate=True)", ("b64decode(a, validate=True)", "b64decode(a, validate=False)")),
        ("RULES = {'402': CodeRule(ErrorKind.TIMEOUT, 'a sentence', 2)}", ("ErrorKind.TIMEOUT", "ErrorKind.UNKNOWN")),
        ("CODES = {'400', '402'}", ("{'400', '402'}", "{'402'}")),
        ("TABLE = {'SETTLE': 'pending'}", ("{'SETTLE': 'pending'}", "{}")),
        ("_CODE.fullmatch(a)", ("_CODE.fullmatch", "_CODE.match")),
        ("def f():\n    return a", ("return a", "return None")),
        ("if a:\n    raise ValueError", ("raise ValueError", "pass")),
        ("[a for a in b if a]", ("for a in b if a", "for a in b")),
    ],
)
def test_a_fault(source: str, change: tuple[str, str]) -> None:
    assert change in changes(source)


@pytest.mark.parametrize(
    "source",
    ['"""A docstring."""', "a: int", "def f(a: str) -> int: ...", "@cache\ndef f(): ...", "f'{1}'", "import a"],
)
def test_words_and_types_are_left_alone(source: str) -> None:
    assert changes(source) == set()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.module)
def test_each_subject_has_tests_and_its_mutants_are_python(subject: Subject) -> None:
    assert subject.tests
    tree = ast.parse(subject.path.read_text(encoding="utf-8"))
    for mutant in list(mutants_of(tree)):
        mutant.apply()  # one upon the other: whatever is left must still be a syntax tree that compiles
    compile(tree, subject.path, "exec")
