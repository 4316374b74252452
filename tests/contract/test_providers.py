"""What every provider's function answers, over real sockets, from a simulator as strict as the provider."""

import importlib
import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.errors import ErrorKind
from balance_core.provider.credentials import secret_names
from tests.contract.worlds import World, balances, declaration, expected_answer, world_of
from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.faults import Fault, FaultName
from tests.provider_fixtures import FIXTURES
from tests.schemas import EVENTS

FUNCTIONS = Path(__file__).parents[2] / "functions"
AMOUNTS = ("available", "pending", "frozen", "total")


def is_zero(balance: dict[str, Any]) -> bool:
    return all(Decimal(balance[name]) == 0 for name in AMOUNTS if balance[name] is not None)


def test_every_provider_takes_part_in_these_tests() -> None:
    packages = {path.parents[1].name for path in FUNCTIONS.glob("*/*_balance/client.py")}
    assert set(PROVIDERS) == packages
    assert packages <= {path.parent.name for path in FIXTURES.glob("*/expected-answer.json")}
    assert packages <= {path.parent.name for path in EVENTS.glob("*/*.json")}
    assert packages <= {path.parent.name for path in FUNCTIONS.glob("*/README.md")}


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_declaration_names_a_secret_and_what_identifies_a_merchant(name: str) -> None:
    provider = declaration(name)
    fields = [each.name for each in provider.fields]
    assert provider.name == name
    assert len(fields) == len(set(fields))
    assert secret_names(provider.fields)
    assert set(provider.identity) <= set(fields) - set(secret_names(provider.fields))
    assert all(url.startswith("https://") for url in provider.hosts.values())


def test_the_account_of_the_local_system_is_as_declared(world: World) -> None:
    account = set(world.accounts["main"])
    assert {each.name for each in world.provider.fields if each.is_required} <= account
    assert account <= {each.name for each in world.provider.fields}


def test_every_account_is_reported_as_expected(world: World) -> None:
    expected = expected_answer(world.provider.name)
    held = world.raw_answer({"include_zero": True})
    answer = world.ask({"include_zero": True})
    assert balances(held) == {"main": expected["balances"], "uae": expected["balances"]}
    assert (answer.provider, answer.accounts) == (world.provider.name, ("main", "uae"))
    assert [(each.account, each.kind, each.currency) for each in answer.failures] == [
        (account, ErrorKind.CURRENCY_NOT_SUPPORTED, currency)
        for account in answer.accounts
        for currency in expected["unsupported"]
    ]


def test_zero_balances_are_left_out_unless_they_are_asked_for(world: World) -> None:
    expected = [each for each in expected_answer(world.provider.name)["balances"] if not is_zero(each)]
    assert balances(world.raw_answer({"accounts": ["main"]})) == {"main": expected}


# The documentation of these providers shows no zero.
SET_UPS_WITH_A_ZERO: dict[str, ProviderSetUp] = {
    "pagsmile": partial(
        pagsmile.set_up, balances=(pagsmile.PagsmileBalance("17", "Test A", "AED", "0.00", "0.00", "0.00"),)
    ),
    "payby": partial(payby.set_up, balances={"AED": Decimal(0)}),
    "payermax": partial(payermax.set_up, balances=(payermax.PayerMaxBalance(Decimal(0), "DISBURSEMENT", "AED"),)),
}


@pytest.mark.parametrize("name", SET_UPS_WITH_A_ZERO)
def test_a_zero_balance_is_reported_when_it_is_asked_for(name: str, keys: Path) -> None:
    with world_of(name, keys, SET_UPS_WITH_A_ZERO[name]) as world:
        question = {"currencies": ["AED"], "accounts": ["main"]}
        (held,) = balances(world.raw_answer({**question, "include_zero": True}))["main"]
        assert (held["currency"], held["available"]) == ("AED", "0.00")
        assert balances(world.raw_answer(question)) == {"main": []}


def test_only_the_asked_currency_is_reported(world: World) -> None:
    expected = expected_answer(world.provider.name)["balances"]
    for currency in {each["currency"] for each in expected}:
        answer = world.raw_answer({"currencies": [currency], "accounts": ["uae"], "include_zero": True})
        assert balances(answer) == {"uae": [each for each in expected if each["currency"] == currency]}


def test_a_currency_that_the_merchant_does_not_hold_is_not_an_outage(world: World) -> None:
    answer = world.ask({"currencies": ["BRL"]})
    assert not any(report.balances for report in answer.reports)
    for failure in answer.failures:
        assert (failure.kind, failure.currency) == (ErrorKind.CURRENCY_NOT_SUPPORTED, "BRL")
        assert failure.is_unasked is not bool(world.simulators["main"].requests)


def test_every_example_event_is_answered(world: World) -> None:
    for path in (EVENTS / world.provider.name).glob("*.json"):
        answer = world.ask(json.loads(path.read_bytes()))
        assert {failure.kind for failure in answer.failures} <= {ErrorKind.CURRENCY_NOT_SUPPORTED}, path.name


def test_neither_a_secret_nor_an_amount_is_printed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.ask({"include_zero": True})
    world.simulators["main"].set_fault(Fault(FaultName.GARBAGE))
    world.ask({})
    printed = "".join(capfd.readouterr())
    assert "ProviderLatency" in printed
    account = world.accounts["main"]
    secrets = [str(account[name])[-60:-30] or str(account[name]) for name in secret_names(world.provider.fields)]
    held = expected_answer(world.provider.name)["balances"]
    amounts = [each[name] for each in held for name in AMOUNTS if each[name] and Decimal(each[name])]
    assert not [word for word in (*secrets, *amounts) if word in printed]


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_lambda_handler_answers_for_its_provider(name: str, lambda_context: LambdaContext) -> None:
    """Without SECRET_NAME, so it asks nobody."""
    answer = importlib.import_module(f"{name}_balance.handler").handler({}, lambda_context)
    assert answer["provider"] == name
    assert [(each["kind"], "SECRET_NAME" in each["message"]) for each in answer["failures"]] == [
        ("configuration", True)
    ]
