"""A provider that logs in for a token at another host (the made-up TokenPay): when it logs in, and when it does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import ProviderAnswer
from tests.contract.worlds import World, world_of
from tests.fixtures.tokenpay.tests.local.simulators.tokenpay import TokenPaySimulator, set_up
from tests.provider_fixtures import FIXTURES

MAIN = {"accounts": ["main"]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    monkeypatch.syspath_prepend(FIXTURES / "tokenpay" / "functions" / "tokenpay")
    with world_of("tokenpay", tmp_path, set_up) as world:
        yield world


@pytest.fixture
def simulator(world: World) -> TokenPaySimulator:
    simulator = world.simulators["main"]
    assert isinstance(simulator, TokenPaySimulator)
    return simulator


def hosts(simulator: TokenPaySimulator) -> list[str]:
    """Which host each request went to."""
    return [request.host or "api" for request in simulator.requests]


def assert_answered(answer: ProviderAnswer) -> None:
    assert [report.account for report in answer.reports] == ["main"]
    assert answer.failures == ()


def test_a_revoked_token_costs_one_new_login(world: World, simulator: TokenPaySimulator) -> None:
    world.ask(MAIN)
    simulator.revoke()
    assert_answered(world.ask(MAIN))
    assert hosts(simulator) == ["login", "api", "api", "login", "api"]


def test_a_token_that_is_refused_at_once_is_an_authentication_failure(
    world: World, simulator: TokenPaySimulator
) -> None:
    simulator.refuses_tokens = True
    failure = world.only_failure(MAIN)
    assert failure.kind is ErrorKind.AUTHENTICATION
    assert "check client_id and client_secret in the secret" in failure.message
    assert hosts(simulator) == ["login", "api"]


def test_each_account_has_a_token_of_its_own(world: World) -> None:
    world.ask({})
    for simulator in world.simulators.values():
        assert isinstance(simulator, TokenPaySimulator)
        assert hosts(simulator) == ["login", "api"]


def test_a_new_version_of_the_secret_means_a_new_login(world: World, simulator: TokenPaySimulator) -> None:
    world.ask(MAIN)
    world.change_main(note="the client secret was rotated")
    assert_answered(world.ask(MAIN))
    assert hosts(simulator) == ["login", "api", "login", "api"]
