"""The schemas in events/schema agree with the structs, and with what the functions read and write."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from balance_aggregator.snapshot import Taken, balances_collected
from balance_aggregator.summary import summarise
from balance_core.contract import (
    ContractError,
    provider_answer_json,
    read_provider_answer,
    read_summary,
    summary_json,
    to_json,
)
from balance_core.models import Account, Balance, BalanceReport, ProviderAnswer
from balance_core.question import Question, QuestionError, SnapshotKind, read_question
from tests.bad_requests import MALFORMED, UNKNOWN
from tests.clock import NOW
from tests.schemas import CONTRACTS, EVENTS, as_json, generate, problems, schema_path
from tests.strategies import CURRENCIES, INSTANTS, provider_answers

ID = "9f2c4e1ab07d3c55"


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_schema_file_is_what_make_schemas_generates(name: str) -> None:
    assert schema_path(name).read_text(encoding="utf-8") == generate(name), "run `make schemas`"
    document = json.loads(generate(name))
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:balance-bot:{name}:v1"
    assert document["description"]


def test_every_schema_file_has_a_struct() -> None:
    assert set((EVENTS / "schema").iterdir()) == set(map(schema_path, CONTRACTS))


@given(provider_answers())
def test_every_provider_answer_is_valid_and_read_back_unchanged(answer: ProviderAnswer) -> None:
    message = provider_answer_json(answer)
    assert problems("provider-answer", message) == []
    assert read_provider_answer(json.dumps(message).encode()) == answer


@given(st.lists(provider_answers(), max_size=3), INSTANTS, st.lists(CURRENCIES, min_size=1, max_size=2, unique=True))
def test_every_summary_is_valid_and_read_back_unchanged(
    answers: list[ProviderAnswer], now: datetime, currencies: list[str]
) -> None:
    question = Question(currencies=tuple(currencies), providers=("alpha", "beta"), correlation_id=ID)
    summary = summarise(answers, ID, now)
    message = summary_json(summary, question)
    assert problems("aggregator-answer", message) == []
    assert read_summary(json.dumps(message).encode()) == summary
    assert problems("question", message["request"]) == []
    assert read_question(as_json(message["request"])) == question
    taken = Taken(question, SnapshotKind.WATCH, answers, summary)
    assert problems("balances-collected", to_json(balances_collected(taken, now.date(), is_stored=False))) == []


@pytest.mark.parametrize(("event", "field"), MALFORMED)
def test_a_malformed_request_is_refused_by_the_schema_and_by_the_code(event: object, field: str) -> None:
    assert problems("question", event) != []
    with pytest.raises(QuestionError) as caught:
        read_question(event)
    assert caught.value.field == field


@pytest.mark.parametrize("event", [event for event, _ in UNKNOWN])
def test_the_schema_does_not_list_currencies_or_providers(event: object) -> None:
    assert problems("question", event) == []


def provider_answer(**values: object) -> dict[str, Any]:
    """A provider's answer with one balance, in which `values` replace what was valid."""
    report = BalanceReport("alpha", "main", (Balance(Account("DISBURSEMENT"), "USD", NOW),))
    answer: dict[str, Any] = as_json(provider_answer_json(ProviderAnswer("alpha", NOW, ("main",), (report,))))
    answer["reports"][0]["balances"][0] |= values
    return answer


WRONG: dict[str, list[object]] = {
    "available": [776.34, 776, "", "1,000.00", "1_000", "1e3", "+1", ".5", "1.", "NaN", "٣", " 1", "1\n", True, [], {}],
    "pending": ["1" * 31, "0." + "1" * 19],
    "as_of": [1, None],
    "currency": ["usd", "US", "123", "ELEVENCHARS", None],
    "account_type": ["", None, 7],
    "account_label": ["", 7],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_a_wrong_balance_is_refused_by_the_schema_and_by_the_code(field: str, value: object) -> None:
    answer = provider_answer(**{field: value})
    if value != "1\n":  # a validator in Python takes a final line break for the end of the text
        assert problems("provider-answer", answer) != []
    with pytest.raises(ContractError):
        read_provider_answer(json.dumps(answer).encode())


@pytest.mark.parametrize("amount", ["0", "0.00", "-0.50", "1784.63", "9" * 30 + "." + "9" * 18, None])
def test_every_decimal_string_is_an_amount(amount: str | None) -> None:
    answer = provider_answer(available=amount)
    assert problems("provider-answer", answer) == []
    assert read_provider_answer(json.dumps(answer).encode())
