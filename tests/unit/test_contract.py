"""The domain on the wire: nothing is lost on the way."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.contract import (
    provider_answer_to_wire,
    read_provider_answer,
    read_summary,
    summary_to_wire,
)
from balance_core.errors import ErrorKind
from balance_core.models import (
    Account,
    Balance,
    BalanceReport,
    BalanceSummary,
    BalanceTotal,
    Failure,
    ProviderAnswer,
)
from balance_core.money import Money
from balance_core.wire import dumps, loads
from tests.unit.contract_cases import ANSWER, NOW, REQUEST, SUMMARY

SCHEMAS = Path(__file__).parents[2] / "events" / "schema"


def schema(name: str) -> jsonschema.Draft202012Validator:
    """The published schema `name`, which also checks formats such as times."""
    document = json.loads((SCHEMAS / f"{name}.v1.json").read_text())
    return jsonschema.Draft202012Validator(document, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


PROVIDER_ANSWER = schema("provider-answer")
AGGREGATOR_ANSWER = schema("aggregator-answer")
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
names = st.from_regex(r"[a-z][a-z0-9]{0,15}", fullmatch=True)
instants = st.integers(0, 4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
currencies = st.sampled_from(["JPY", "USD", "KWD", "CLF"])
accounts = st.builds(Account, words, *[st.none() | words] * 3)


def monies(currency: str) -> st.SearchStrategy[Money | None]:
    amounts = st.builds(Decimal.scaleb, st.integers(-(10**29), 10**29).map(Decimal), st.integers(-18, 0))
    return st.none() | st.builds(Money, amounts, st.just(currency))


@st.composite
def balances(draw: st.DrawFn) -> Balance:
    currency = draw(currencies)
    available, pending, frozen, total = (draw(monies(currency)) for _ in range(4))
    return Balance(draw(accounts), currency, draw(instants), available, pending, frozen, total)


@st.composite
def totals(draw: st.DrawFn) -> BalanceTotal:
    currency = draw(currencies)
    return BalanceTotal(currency, draw(monies(currency)), draw(monies(currency)), draw(monies(currency)))


reports = st.lists(st.builds(BalanceReport, names, names, st.lists(balances(), max_size=3).map(tuple)), max_size=3).map(
    tuple
)


def failures(providers: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[Failure, ...]]:
    one = st.builds(
        Failure,
        kind=st.sampled_from(ErrorKind),
        message=words,
        correlation_id=names,
        provider=providers,
        account=st.none() | names,
        currency=st.none() | currencies,
        field=st.none() | words,
        provider_code=st.none() | words,
        trace_id=st.none() | words,
    )
    return st.lists(one, max_size=3).map(tuple)


answers = st.builds(
    ProviderAnswer, names, instants, st.lists(names, max_size=3, unique=True).map(tuple), reports, failures(names)
)
summaries = st.builds(
    BalanceSummary, instants, st.lists(totals(), max_size=3).map(tuple), reports, failures(st.none() | names)
)


@given(answers)
def test_a_providers_answer_survives_the_wire(answer: ProviderAnswer) -> None:
    wire = provider_answer_to_wire(answer)
    PROVIDER_ANSWER.validate(wire)
    assert read_provider_answer(loads(dumps(wire))) == answer


@given(summaries)
def test_a_summary_survives_the_wire(summary: BalanceSummary) -> None:
    wire = summary_to_wire(summary, dict(REQUEST))
    AGGREGATOR_ANSWER.validate(wire)
    assert read_summary(loads(dumps(wire))) == summary


def test_a_balance_is_what_the_contract_says() -> None:
    balance = {
        "account_type": "DISBURSEMENT",
        "account_number": None,
        "account_name": None,
        "account_label": "Payouts",
        "currency": "USD",
        "available": "776.34",
        "pending": None,
        "frozen": None,
        "total": None,
        "as_of": "2026-11-21T01:45:38.960Z",
    }
    assert provider_answer_to_wire(ANSWER) == {
        "version": 1,
        "provider": "payermax",
        "accounts": ["main"],
        "generated_at": "2026-11-21T01:45:38.960Z",
        "reports": [{"provider": "payermax", "account": "main", "balances": [balance]}],
        "failures": [
            {
                "provider": "payby",
                "account": "main",
                "currency": "USD",
                "field": None,
                "kind": "currency_not_supported",
                "message": "does not hold this currency",
                "provider_code": "78001",
                "trace_id": "375099",
                "correlation_id": "9f2c4e1ab07d3c55",
                "retryable": False,
            }
        ],
    }


def test_a_summary_is_what_the_contract_says() -> None:
    wire = summary_to_wire(SUMMARY, dict(REQUEST))
    assert wire["request"] == REQUEST
    assert wire["is_partial"] is False
    assert wire["totals"] == [{"currency": "USD", "available": "776.34", "pending": None, "frozen": None}]
    assert (wire["version"], wire["generated_at"]) == (1, "2026-11-21T01:45:38.960Z")


@pytest.mark.parametrize("kind", ErrorKind)
def test_each_kind_says_whether_asking_again_may_help_and_whether_money_may_be_missing(kind: ErrorKind) -> None:
    failure = Failure(kind, "cannot say", "c1")
    summary: Any = summary_to_wire(BalanceSummary(NOW, failures=(failure,)), dict(REQUEST))
    assert summary["failures"][0]["retryable"] is kind.is_retryable
    assert summary["is_partial"] is kind.is_outage
