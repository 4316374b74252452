"""events/schema against what the functions really read and write."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from balance_aggregator.request import AggregatorRequest
from balance_aggregator.snapshot import collected_detail
from balance_aggregator.summary import summarise
from balance_core.contract import provider_answer_to_wire, read_provider_answer, read_summary, summary_to_wire
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, Failure, ProviderAnswer
from balance_core.money import Money
from balance_core.question import Question
from balance_core.wire import dumps, loads
from tests.bad_requests import MALFORMED, UNKNOWN
from tests.schemas import EVENTS, problems, schema
from tests.strategies import CURRENCIES, INSTANTS, provider_answers

SCHEMAS = sorted(path.name.removesuffix(".v1.json") for path in (EVENTS / "schema").glob("*.v1.json"))
ID = "9f2c4e1ab07d3c55"
NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, UTC)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_names_its_version_and_closes_every_object_that_is_ours(name: str) -> None:
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:balance-bot:{name}:v1"
    document.get("$defs", {}).pop("scheduled_event", None)  # AWS's object, AWS may add to it
    closed = [part["additionalProperties"] for part in objects_in(document)]
    assert closed == [False] * len(closed)


def objects_in(part: Any) -> list[dict[str, Any]]:
    """Every schema of an object inside `part`."""
    if isinstance(part, list):
        return [found for item in part for found in objects_in(item)]
    if not isinstance(part, dict):
        return []
    inside = [found for item in part.values() for found in objects_in(item)]
    return [part, *inside] if part.get("type") == "object" else inside


def test_a_definition_that_stands_in_several_schemas_is_the_same_in_all() -> None:
    seen: dict[str, object] = {}
    for name in SCHEMAS:
        for definition, body in schema(name)["$defs"].items():
            # These two differ on purpose: an answer repeats a request that was understood, and names who failed.
            if definition not in ("request", "failure"):
                assert seen.setdefault(definition, body) == body, f"{definition} in {name}"


def test_the_kinds_of_failure_are_those_of_the_code() -> None:
    kinds = [kind.value for kind in ErrorKind]
    assert [schema(name)["$defs"]["kind"]["enum"] for name in ("provider-answer", "aggregator-answer")] == [kinds] * 2


@given(provider_answers())
def test_every_provider_answer_is_valid_and_read_back_unchanged(answer: ProviderAnswer) -> None:
    payload = dumps(provider_answer_to_wire(answer))
    assert problems("provider-answer", json.loads(payload)) == []
    assert read_provider_answer(loads(payload)) == answer


@given(st.lists(provider_answers(), max_size=3), INSTANTS, st.lists(CURRENCIES, max_size=2, unique=True))
def test_every_summary_is_valid_and_read_back_unchanged(
    answers: list[ProviderAnswer], now: Any, currencies: list[str]
) -> None:
    request = AggregatorRequest(Question(ID, tuple(currencies)), ("alpha", "beta", "gamma"), snapshot=True)
    summary = summarise(answers, ID, now)
    payload = dumps(summary_to_wire(summary, request.to_wire()))
    assert problems("aggregator-answer", json.loads(payload)) == []
    assert read_summary(loads(payload)) == summary
    assert problems("balances-collected", collected_detail(request, summary)) == []
    assert problems("provider-request", request.question.to_wire()) == []
    assert problems("aggregator-request", request.to_wire()) == []


@pytest.mark.parametrize("event", [event for event, _ in MALFORMED])
def test_what_the_code_calls_malformed_is_not_valid(event: object) -> None:
    assert problems("aggregator-request", event) != []


@pytest.mark.parametrize("event", [event for event, _ in UNKNOWN])
def test_which_currencies_and_providers_exist_is_not_the_schemas_to_know(event: object) -> None:
    assert problems("aggregator-request", event) == []


def whole_answer() -> Any:
    """One provider answer that says everything it can."""
    account = Account("DISBURSEMENT", "0012", "Treasury", "Payouts")
    usd = Money.parse("776.34", "USD")
    balance = Balance(account, "USD", NOW, available=usd, pending=usd, frozen=usd, total=usd)
    failure = Failure(ErrorKind.TIMEOUT, "did not answer", ID, "alpha", "main", "AED", "accounts", "78001", "375099")
    answer = ProviderAnswer("alpha", NOW, ("main",), (BalanceReport("alpha", "main", (balance,)),), (failure,))
    return provider_answer_to_wire(answer)


PLACES: dict[str, Callable[[Any], Any]] = {
    "the answer": lambda answer: answer,
    "a report": lambda answer: answer["reports"][0],
    "a balance": lambda answer: answer["reports"][0]["balances"][0],
    "a failure": lambda answer: answer["failures"][0],
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_answer_has_exactly_its_fields_everywhere(place: Callable[[Any], Any]) -> None:
    answer = whole_answer()
    assert problems("provider-answer", answer) == []
    for field in place(answer):
        less = whole_answer()
        del place(less)[field]
        assert problems("provider-answer", less) != [], field
    place(answer)["more"] = None
    assert problems("provider-answer", answer) != []


WRONG: dict[str, list[object]] = {
    "available": [776.34, 776, "", "1,000.00", "1e3", "+1", "01.00", ".5", "1.", "NaN", "٣", " 1", True, [], {}],
    "pending": ["1" * 31, "0." + "1" * 19],
    "as_of": [
        "2026-11-21T01:45:38Z",
        "2026-11-21T01:45:38.960+00:00",
        "2026-11-21",
        "2026-11-21T01:45:38.960",
        1,
        None,
    ],
    "currency": ["usd", "US", "USDT", None],
    "account_type": ["", None, 7],
    "account_label": ["", 7],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_a_balance_on_the_wire_is_strict(field: str, value: object) -> None:
    answer = whole_answer()
    answer["reports"][0]["balances"][0][field] = value
    assert problems("provider-answer", answer) != []


@pytest.mark.parametrize("amount", ["0", "0.00", "-0.50", "1784.63", "100265403.00", "9" * 30 + "." + "9" * 18, None])
def test_every_exact_decimal_string_is_an_amount(amount: str | None) -> None:
    answer = whole_answer()
    answer["reports"][0]["balances"][0]["available"] = amount
    assert problems("provider-answer", answer) == []


@pytest.mark.parametrize("more", [{"available": "1.00"}, {"totals": []}])
def test_an_announcement_has_no_place_for_amounts(more: dict[str, object]) -> None:
    request = AggregatorRequest(Question(ID), ("alpha",), snapshot=True)
    detail = collected_detail(request, summarise([], ID, NOW))
    assert problems("balances-collected", detail) == []
    assert problems("balances-collected", detail | more) != []
