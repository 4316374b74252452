"""Two made-up providers, added to a copy of the project with nothing but the README's recipe.

MockPay has a bearer key and an HMAC, GET, cursor pages, integers in minor units and lower-case currency codes. TokenPay
has an OAuth client, a login at another host, and tokens that it may revoke. tests/fixtures/<provider> holds the files
that the recipe asks for, at their places in the project.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.local.paths import INSTALLED, PROJECT
from tests.provider_fixtures import FIXTURES

MADE_UP = ("mockpay", "tokenpay")


def replace(path: Path, old: str, new: str) -> None:
    """Replace the only `old` in the file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def follow_the_recipe(project: Path, name: str) -> None:
    """The provider's own files, and its name in samconfig.toml, in the company and in pyproject.toml."""
    copytree(FIXTURES / name, project, dirs_exist_ok=True)
    deployed = project / "samconfig.toml"
    deployed.write_text(re.sub('(?m)^(Providers = ".*)"$', rf'\1,{name}"', deployed.read_text(encoding="utf-8")))
    company = project / "tests" / "local" / "company.py"
    replace(company, "from tests.local.simulators import ", f"from tests.local.simulators import {name}, ")
    replace(
        company, '"payermax": payermax.set_up,\n', f'"payermax": payermax.set_up,\n        "{name}": {name}.set_up,\n'
    )
    settings = project / "pyproject.toml"
    path = '    "functions/payermax",\n'
    settings.write_text(settings.read_text(encoding="utf-8").replace(path, f'{path}    "functions/{name}",\n'))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, which shares only the installed packages with the original."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("events", "functions", "layers", "tests"):
        copytree(PROJECT / part, folder / part, ignore=ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "template.yaml", "samconfig.toml"):
        copy(PROJECT / file, folder)
    (folder / ".local").mkdir()
    (folder / ".local" / INSTALLED.name).symlink_to(INSTALLED)
    for name in MADE_UP:
        follow_the_recipe(folder, name)
    return folder


def run(project: Path, *arguments: str) -> str:
    """What `python -m ...` prints in the copy, without the settings of the tests that run this one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", "PYTHON"))
    }
    command = [sys.executable, "-m", *arguments]
    environment["PYTHONPATH"] = str(project / "layers" / "common")
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", MADE_UP)
def test_the_recipe_touches_neither_layer_nor_aggregator_nor_slack(name: str) -> None:
    paths = [path.relative_to(FIXTURES / name) for path in (FIXTURES / name).rglob("*.*")]
    files = [path.as_posix() for path in paths if "__pycache__" not in path.parts]
    places = (f"functions/{name}/", f"events/{name}/", f"tests/fixtures/{name}/", f"tests/local/simulators/{name}.py")
    assert [path for path in files if not path.startswith(places)] == []


def test_make_demo_asks_them(project: Path) -> None:
    shown = run(project, "tests.local.demo", "--text", "USD")
    assert "Mockpay" in shown
    assert "12.34" in shown
    assert "Tokenpay" in shown
    assert "1,000.50" in shown


def test_the_contract_tests_and_the_doctor_work_with_them(project: Path) -> None:
    files = [str(path) for path in (project / "tests" / "contract").glob("test_provider*.py")]
    chosen = " or ".join([*MADE_UP, "takes_part"])
    shown = run(project, "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", chosen)
    assert int(shown.split(" passed")[0].split()[-1]) > 60
