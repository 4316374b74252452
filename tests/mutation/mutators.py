"""Changes to poodle's mutators: leave out prose and class options, and mutate kinds of errors."""

import ast
from collections.abc import Sequence
from typing import Any

from poodle.data_types import FileMutation, Mutator, PoodleConfig
from poodle.mutators import KeywordMutator, StringMutator

# Class options and string annotations change nothing that a test could see.
_INVISIBLE = ("frozen=", "slots=", "kw_only=", "-> ")


def codes(config: PoodleConfig, parsed_ast: ast.Module, file_lines: Sequence[str]) -> list[FileMutation]:
    """Mutate strings without a space: codes, field names and patterns. Tests need not fix the wording of messages."""
    made = StringMutator(config, print).create_mutations(parsed_ast)
    return [mutation for mutation in _visible(made, file_lines) if " " not in mutation.text]


def keywords(config: PoodleConfig, parsed_ast: ast.Module, file_lines: Sequence[str]) -> list[FileMutation]:
    """Swap True and False, swap break and continue, and replace None."""
    return _visible(KeywordMutator(config, print).create_mutations(parsed_ast), file_lines)


def error_kinds(parsed_ast: ast.Module, **_: Any) -> list[FileMutation]:
    """Replace each kind of error with another one."""
    return [
        Mutator.create_file_mutation(node, "ErrorKind.TIMEOUT" if node.attr == "UNKNOWN" else "ErrorKind.UNKNOWN")
        for node in ast.walk(parsed_ast)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ErrorKind"
    ]


def _visible(mutations: Sequence[FileMutation], file_lines: Sequence[str]) -> list[FileMutation]:
    return [each for each in mutations if not file_lines[each.lineno - 1][: each.col_offset].endswith(_INVISIBLE)]
