"""The lock files from `make lock` contain exact versions with hashes, and name no registry."""

import re
from pathlib import Path

import pytest

from tests.local.paths import PROJECT

FILES = sorted(path for top in ("functions", "layers", "tests") for path in (PROJECT / top).rglob("requirements.txt"))
LINE = re.compile(r"#.*|[a-z0-9][a-z0-9.-]*==[0-9][^ ]* ((; .+ )?\\)|    --hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.parent.relative_to(PROJECT)))
def test_every_line_is_a_version_or_a_hash(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert "://" not in text


def test_make_lock_writes_every_requirements_file() -> None:
    made = re.findall(r"call compile,\w+,([\w/]+\.txt),", (PROJECT / "Makefile").read_text(encoding="utf-8"))
    assert sorted(made) == [str(path.relative_to(PROJECT)) for path in FILES]


@pytest.mark.parametrize("folder", ["layers/common", "functions/slack"])
def test_what_is_deployed_does_not_depend_on_the_machine_that_builds_it(folder: str) -> None:
    # pip evaluates markers for the Python that runs it, not for the one that it installs for.
    text = (PROJECT / folder / "requirements.txt").read_text(encoding="utf-8")
    names = {name for marker in re.findall(r" ; (.+) \\", text) for name in re.findall(r"[a-z_]+(?= [!=<>])", marker)}
    assert names <= {"platform_python_implementation", "implementation_name"}
