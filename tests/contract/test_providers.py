"""What every provider's function answers, over real sockets, from a simulator as strict as the provider."""

import json
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from jsonschema import Draft202012Validator

from balance_core.contract import read_provider_answer
from balance_core.errors import ErrorKind
from balance_core.wire import Node
from pagsmile_balance.handler import handler as pagsmile_handler
from payby_balance.handler import handler as payby_handler
from payermax_balance.handler import handler as payermax_handler
from tests.contract.provider_worlds import PROVIDERS, World, holdings, world_of
from tests.local.simulators.faults import Fault, FaultName
from tests.provider_fixtures import MERCHANT

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
HANDLERS = {"payby": payby_handler, "payermax": payermax_handler, "pagsmile": pagsmile_handler}
EVENT_FILES = [path for provider in PROVIDERS for path in sorted((EVENTS / provider.name).glob("*.json"))]


def test_no_provider_is_forgotten() -> None:
    packages = {path.parents[1].name for path in (ROOT / "functions").glob("*/*_balance/client.py")}

    assert packages == {each.name for each in PROVIDERS} == set(HANDLERS) == {path.parent.name for path in EVENT_FILES}


def test_every_account_is_reported(world: World) -> None:
    answer = world.ask({})

    assert (answer.provider, answer.accounts, answer.failures) == (world.provider.name, ("main", "uae"), ())
    assert {report.provider for report in answer.reports} == {world.provider.name}
    assert holdings(answer) == {"main": ["USD 100.25"], "uae": ["USD 100.25"]}


def test_zero_balances_are_reported_when_they_are_asked_for(world: World) -> None:
    answer = world.ask({"include_zero": True, "accounts": ["uae"]})

    assert holdings(answer) == {"uae": ["USD 100.25", "AED 0.00"]}


def test_only_the_asked_currency_is_reported(world: World) -> None:
    answer = world.ask({"currencies": ["AED"], "include_zero": True})

    assert holdings(answer) == {"main": ["AED 0.00"], "uae": ["AED 0.00"]}


def test_a_currency_that_nobody_holds_is_no_outage(world: World) -> None:
    answer = world.ask({"currencies": ["BRL"]})

    assert holdings(answer) in ({}, {"main": [], "uae": []})
    assert all(failure.kind is ErrorKind.CURRENCY_NOT_SUPPORTED for failure in answer.failures)
    assert all(failure.currency == "BRL" for failure in answer.failures)
    assert all(failure.is_unasked is not bool(world.simulator.requests) for failure in answer.failures)


def test_an_unknown_account_is_named_and_costs_the_others_nothing(world: World) -> None:
    answer = world.ask({"accounts": ["main", "moon"]})

    (failure,) = answer.failures
    assert (failure.kind, failure.account, failure.field) == (ErrorKind.INVALID_REQUEST, "moon", "accounts")
    assert holdings(answer) == {"main": ["USD 100.25"]}


@pytest.mark.parametrize("path", EVENT_FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_example_event_is_answered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_NAME", "balance-bot/provider")
    monkeypatch.setenv("ALLOW_INSECURE_PROVIDER_URLS", "true")
    (provider,) = (each for each in PROVIDERS if each.name == path.parent.name)
    with world_of(provider) as world:
        answer = world.ask(json.loads(path.read_bytes()))

    assert {failure.kind for failure in answer.failures} <= {ErrorKind.CURRENCY_NOT_SUPPORTED}
    assert answer.reports


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "request"),
        ([], "request"),
        ("{}", "request"),
        ({"currency": "USD"}, "'currency'"),
        ({"currencies": []}, "currencies"),
        ({"currencies": ["usd"]}, "currencies[0]"),
        ({"accounts": [7]}, "accounts[0]"),
        ({"include_zero": "yes"}, "include_zero"),
        ({"version": 2}, "version"),
        ({"correlation_id": "a b"}, "correlation_id"),
    ],
)
def test_a_wrong_question_is_an_answer_that_names_the_field(world: World, event: object, field: str) -> None:
    failure = world.only_failure(event)

    assert (failure.kind, failure.field) == (ErrorKind.INVALID_REQUEST, field)
    assert world.simulator.requests == []


def test_neither_keys_nor_amounts_are_printed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.keep(world.secret("main", "moon"))
    world.ask({"include_zero": True})
    world.simulator.set_fault(Fault(FaultName.LIE))
    world.ask({})

    printed = "".join(capfd.readouterr())

    assert "ProviderLatency" in printed
    assert not [word for word in ("100.25", "PRIVATE", "PUBLIC", MERCHANT.private_base64[:40]) if word in printed]


@pytest.mark.parametrize("fault", [None, FaultName.LIE])
def test_answers_follow_the_published_schema(world: World, fault: FaultName | None) -> None:
    schema = json.loads((EVENTS / "schema" / "provider-answer.v1.json").read_bytes())
    world.simulator.set_fault(Fault(fault) if fault else None)

    answer = world.raw_answer({"include_zero": True})

    Draft202012Validator(schema).validate(answer)
    assert bool(answer["failures"]) is bool(fault)


@pytest.mark.parametrize("name", HANDLERS)
def test_the_handler_answers_for_its_provider(
    name: str, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_NAME", raising=False)

    answer = read_provider_answer(Node(HANDLERS[name]({}, lambda_context)))

    assert answer.provider == name
    assert [each.kind for each in answer.failures] == [ErrorKind.CONFIGURATION]
