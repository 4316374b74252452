"""The page's npm project: exact versions, no registry's name, nothing that a browser would load from elsewhere."""

import json
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "local" / "playground" / "page"
SOURCES = sorted(path for path in (PAGE / "src").rglob("*") if path.is_file())


def test_every_version_is_exact() -> None:
    package = json.loads((PAGE / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert versions
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_the_lock_file_names_no_registry_and_knows_every_package() -> None:
    lock = json.loads((PAGE / "package-lock.json").read_text())
    installed = {path: package for path, package in lock["packages"].items() if path}
    assert not [path for path, package in installed.items() if "resolved" in package]
    assert not [path for path, package in installed.items() if not package["integrity"].startswith("sha512-")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_page_names_no_other_address(path: Path) -> None:
    assert not re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", path.read_text())


def test_there_are_sources() -> None:
    assert {"index.html", "main.tsx", "page.css", "Table.tsx"} <= {path.name for path in SOURCES}
