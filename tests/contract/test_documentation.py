"""What the documentation promises: its links and commands exist, and its example provider works as printed."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.contract.worlds import world_of

PROJECT = Path(__file__).parents[2]
PAGES = [
    *(PROJECT / "README.md", PROJECT / "CHANGELOG.md", PROJECT / ".github" / "SECURITY.md"),
    *sorted(PROJECT.glob("functions/*/README.md")),
    *sorted(PROJECT.glob("tests/**/README.md")),
]
CLAIMS = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (PROJECT / ".github" / "SECURITY.md").read_text("utf-8"))


def page_name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


def module(name: str, source: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with this source, which others can import during the test."""
    made = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, made)
    exec(compile(source, name, "exec"), made.__dict__)  # noqa: S102 - the README's own code
    return made


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_make_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|\n)make ([a-z-]+)", page.read_text("utf-8"))) <= targets


@pytest.mark.parametrize(("path", "test"), CLAIMS)
def test_every_security_claim_names_an_existing_test(path: str, test: str) -> None:
    assert re.search(rf"def {test or 'test_'}", (PROJECT / path).read_text("utf-8"))


def test_the_example_provider_of_the_readme_answers(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, client, simulator = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.DOTALL)
    module("examplepay_balance", "", monkeypatch)
    module("examplepay_balance.client", client, monkeypatch)
    simulated = module("examplepay_simulator", simulator, monkeypatch)
    with world_of("examplepay", keys, simulated.set_up) as world:
        for token in ("first", "refused-once"):
            simulated.TOKEN["access_token"] = token
            main, uae = world.ask({}).reports
            assert [each.available and each.available.to_wire() for each in main.balances] == ["2500.75", "9000"]
            assert [each.currency for each in uae.balances] == ["USD", "JPY"]
        routes = [request.route for request in world.simulators["main"].requests]
        assert routes == ["/token", *["/balances"] * 2, "/balances", "/token", *["/balances"] * 2]
