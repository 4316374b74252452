"""The layer and the Slack package contain what they need and nothing else."""

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infrastructure.built import BUDGETS, TEST_FOLDERS, Size, files_in, is_of_a_test, size_of
from tests.local.paths import INSTALLED, PROJECT

# For each folder of installed packages: the requirements in pyproject.toml, and the folder of our own code.
PACKAGES = {
    "layer": (
        ("aws-lambda-powertools", "cryptography", "httpx", "msgspec", "sniffio", "tzdata"),
        PROJECT / "layers" / "common",
    ),
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
        "msgspec",
        "pycparser",
        "sniffio",
        "typing_extensions",
        "tzdata",
    },
    # `slack` is an older name of slack_sdk, which its wheel also contains.
    "slack": {"balance_slack", "slack", "slack_bolt", "slack_sdk"},
}
BUDGET = {"layer": BUDGETS["CommonLayer"], "slack": BUDGETS["SlackFunction"]}
# What pip creates and `sam build` does not deploy: scripts and compiled files.
_PIPS_OWN = {"bin", "__pycache__"}


def installed(package: str) -> dict[str, Distribution]:
    """The installed distributions by canonical name."""
    return {canonicalize_name(each.name): each for each in distributions(path=[str(INSTALLED / package)])}


def needed(roots: Iterable[str], known: dict[str, Distribution]) -> set[str]:
    """The roots and everything that they require on this Python version, without extras."""
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
    """The files of both folders that a build deploys: without pip's own files and without tests."""
    both = files_in(INSTALLED / package) + files_in(PACKAGES[package][1])
    return [(file, inside) for file, inside in both if not _PIPS_OWN & set(inside.parts) and not is_of_a_test(inside)]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_installed_package_is_required_and_none_is_missing(package: str) -> None:
    known = installed(package)
    assert set(known) == needed(PACKAGES[package][0], known)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_top_level_modules_are_the_known_ones(package: str) -> None:
    modules = {
        inside.parts[0].partition(".")[0]
        for _, inside in shipped(package)
        if inside.suffix in (".py", ".so") and not inside.parts[0].endswith(".data")
    }
    assert modules == TOP_LEVEL[package]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_bundled_test_is_in_a_folder_that_the_build_removes(package: str) -> None:
    tests = [inside for _, inside in files_in(INSTALLED / package) if is_of_a_test(inside)]
    assert [str(inside) for inside in tests if TEST_FOLDERS.isdisjoint(inside.parts[:-1])] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_stays_within_its_size_budget(package: str) -> None:
    # Only a build contains compiled files: about a fifth of the layer.
    size, budget = size_of(shipped(package)), BUDGET[package]
    assert size.fits(Size(budget.unzipped_mb * 0.8, budget.zipped_mb * 0.8))
