"""One trial: the tests of a subject, in a process of their own in which the module is the mutant. Needs `fork`.

The process is forked from one that has imported everything but our own code, so that a trial costs about a second.
"""

import ast
import importlib
import multiprocessing
import os
import sys
from collections.abc import Sequence
from enum import Enum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.context import ForkProcess
from types import CodeType, ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.mutants import Mutant
from tests.mutation.subjects import Subject

_NO_TESTS_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
_PRELOADED = (
    "aws_lambda_powertools",
    "boto3",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "httpx",
    "hypothesis.strategies",
    "iso4217",
    "jsonschema",
)


class Verdict(Enum):
    """How a trial ended."""

    SURVIVED = "survived"
    KILLED = "killed"
    HUNG = "hung"


class NoTestsError(RuntimeError):
    """pytest ran no test at all, so the trial says nothing."""


class _MutantLoader(SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")


class _MutantFinder(MetaPathFinder):
    def __init__(self, subject: Subject, tree: ast.Module) -> None:
        self._subject, self._tree = subject, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._subject.module:
            return None
        file = str(self._subject.path)
        return spec_from_file_location(fullname, file, loader=_MutantLoader(fullname, file, self._tree))


def preload() -> None:
    """Import what every trial needs; fixed examples for hypothesis, so that a verdict is the same every time."""
    for name in _PRELOADED:
        importlib.import_module(name)
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def start(subject: Subject, tree: ast.Module, mutant: Mutant | None) -> ForkProcess:
    """Begin a trial of `mutant`, which was found in `tree`; None tries the module as it is."""
    process = multiprocessing.get_context("fork").Process(target=_try, args=(subject, tree, mutant))
    process.start()
    return process


def verdict_of(process: ForkProcess) -> Verdict:
    """The verdict of a trial that has ended; a negative code is a signal. Raises NoTestsError."""
    if process.exitcode in _NO_TESTS_RUN:
        raise NoTestsError("pytest found no tests: see the subjects")
    return Verdict.SURVIVED if process.exitcode == 0 else Verdict.KILLED


def _try(subject: Subject, tree: ast.Module, mutant: Mutant | None) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    if mutant:
        mutant.apply()
    sys.meta_path.insert(0, _MutantFinder(subject, tree))
    # Hypothesis was imported before pytest could see it.
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    # Without the ceremonies at a process's end: what is open belongs to the parent.
    os._exit(pytest.main([*options, *map(str, subject.tests)]))
