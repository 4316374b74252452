"""The lock file of the playground's page: it names no registry, and pins every package by its hash."""

import json
from pathlib import Path

_PAGE = Path(__file__).parents[1] / "local" / "playground" / "page"


def test_the_lock_file_names_no_registry_and_has_a_hash_for_every_package() -> None:
    packages = json.loads((_PAGE / "package-lock.json").read_text())["packages"]
    installed = {path: package for path, package in packages.items() if path}
    assert not [path for path, package in installed.items() if "resolved" in package]
    assert not [path for path, package in installed.items() if not package["integrity"].startswith("sha512-")]
