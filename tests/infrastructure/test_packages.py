"""The layer and the Slack package hold what they need, and nothing else."""

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infrastructure.built import BUDGETS, TEST_FOLDERS, Size, files_in, is_of_a_test, size_of
from tests.local.system import INSTALLED, PROJECT

# Where pip put each, what was asked for (pyproject.toml's group), and what else of ours is beside it.
PACKAGES = {
    "layer": (("aws-lambda-powertools", "cryptography", "httpx", "sniffio"), PROJECT / "layers" / "common"),
    "slack": (("slack-bolt",), PROJECT / "functions" / "slack"),
}
TOP_LEVEL = {
    "layer": {
        "_cffi_backend",
        "anyio",
        "aws_lambda_powertools",
        "balance_core",
        "certifi",
        "cffi",
        "cryptography",
        "h11",
        "httpcore",
        "httpx",
        "idna",
        "jmespath",
        "pycparser",
        "sniffio",
        "typing_extensions",
    },
    # `slack` is slack_sdk's older name, which its wheel brings.
    "slack": {"balance_slack", "slack", "slack_bolt", "slack_sdk"},
}
BUDGET = {"layer": BUDGETS["CommonLayer"], "slack": BUDGETS["SlackFunction"]}
# What pip makes and `sam build` does not ship: commands, compiled files, and notes about the wheels.
_PIPS_OWN = {"bin", "__pycache__"}


def installed(package: str) -> dict[str, Distribution]:
    """What pip installed, by canonical name."""
    return {canonicalize_name(each.name): each for each in distributions(path=[str(INSTALLED / package)])}


def needed(roots: Iterable[str], known: dict[str, Distribution]) -> set[str]:
    """The roots and all that they say they need on this Python, without extras."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        requirements = [Requirement(text) for text in known[name].requires or ()]
        waiting += [each.name for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def shipped(package: str) -> list[tuple[Path, Path]]:
    """The files of both folders; a build leaves out pip's own and the tests."""
    both = files_in(INSTALLED / package) + files_in(PACKAGES[package][1])
    return [(file, inside) for file, inside in both if not _PIPS_OWN & set(inside.parts) and not is_of_a_test(inside)]


@pytest.mark.parametrize("package", PACKAGES)
def test_each_wheel_is_needed_and_none_is_missing(package: str) -> None:
    known = installed(package)
    assert set(known) == needed(PACKAGES[package][0], known)


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_else_is_at_the_top(package: str) -> None:
    modules = {
        inside.parts[0].partition(".")[0]
        for _, inside in shipped(package)
        if inside.suffix in (".py", ".so") and not inside.parts[0].endswith(".data")
    }
    assert modules == TOP_LEVEL[package]


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_lie_in_folders_that_the_build_removes(package: str) -> None:
    tests = [inside for _, inside in files_in(INSTALLED / package) if is_of_a_test(inside)]
    assert [str(inside) for inside in tests if TEST_FOLDERS.isdisjoint(inside.parts[:-1])] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_it_stays_small(package: str) -> None:
    # Without the compiled files, which only a build has: a fifth of the layer, half of the Slack package.
    size, budget = size_of(shipped(package)), BUDGET[package]
    assert size.fits(Size(budget.unzipped_mb * 0.8, budget.zipped_mb * 0.8))
