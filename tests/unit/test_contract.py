"""What functions answer: nothing is lost on the wire, and a message that breaks its contract is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_aggregator.snapshot import Taken, balances_collected
from balance_core.contract import (
    BalanceItem,
    BalancesCollected,
    ContractError,
    convert,
    provider_answer_json,
    read_provider_answer,
    read_summary,
    summary_json,
)
from balance_core.errors import ErrorKind
from balance_core.models import BalanceSummary, Failure, Notice, NoticeKind, ProviderAnswer
from balance_core.question import Firing, Question, SnapshotKind
from tests.clock import NOW
from tests.schemas import as_json
from tests.strategies import summaries
from tests.unit.slack_cases import NOT_HELD, balance, notice, report, summary, total

ID = "9f2c4e1ab07d3c55"
QUESTION = Question(providers=("payby", "payermax"), correlation_id=ID)
FAILURE = replace(NOT_HELD, trace_id="375099")
NOTICE = notice(message="1 of 8 rows could not be read", provider="payermax", place="$.data")
REPORT = replace(report("payermax", balance("776.34", label="Payouts")), is_verified=True)
ANSWER = ProviderAnswer("payermax", NOW, ("main",), (REPORT,), (FAILURE,), (NOTICE,))
SUMMARY = summary(total("776.34", None, None), REPORT, FAILURE, NOTICE)
BALANCE_JSON = {
    "account_type": "DISBURSEMENT",
    "account_number": None,
    "account_name": None,
    "account_label": "Payouts",
    "currency": "USD",
    "available": "776.34",
    "pending": None,
    "frozen": None,
    "total": None,
    "as_of": "2026-11-21T01:45:38.960000Z",
}


def test_a_summary_has_the_documented_json() -> None:
    assert as_json(summary_json(SUMMARY, QUESTION)) == {
        "version": 1,
        "request": {
            "version": 1,
            "currencies": None,
            "providers": ["payby", "payermax"],
            "accounts": None,
            "include_zero": False,
            "refresh": False,
            "snapshot": None,
            "firing": None,
            "history": None,
            "key": "current",
            "correlation_id": ID,
        },
        "generated_at": "2026-11-21T01:45:38.960000Z",
        "is_partial": True,
        "totals": [{"currency": "USD", "available": "776.34", "pending": None, "frozen": None}],
        "reports": [{"provider": "payermax", "account": "main", "balances": [BALANCE_JSON], "is_verified": True}],
        "failures": [
            {
                "provider": "payby",
                "account": "main",
                "currency": "USD",
                "field": None,
                "kind": "currency_not_supported",
                "message": "does not hold it",
                "provider_code": "78001",
                "trace_id": "375099",
                "correlation_id": ID,
                "retryable": False,
                "hides_money": False,
            }
        ],
        "notices": [
            {
                "kind": "unread_rows",
                "provider": "payermax",
                "account": "main",
                "currency": None,
                "message": "1 of 8 rows could not be read",
                "place": "$.data",
            }
        ],
    }


@pytest.mark.parametrize("kind", ErrorKind)
def test_the_kind_of_a_failure_sets_retryable_and_is_partial(kind: ErrorKind) -> None:
    message = summary_json(BalanceSummary(NOW, failures=(Failure(kind, "cannot say", ID),)), QUESTION)
    assert (message["failures"][0]["retryable"], message["is_partial"]) == (kind.is_retryable, kind.is_outage)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_makes_the_answer_partial_when_money_may_be_missing(kind: NoticeKind) -> None:
    message = summary_json(BalanceSummary(NOW, notices=(Notice(kind, "look"),)), QUESTION)
    assert message["is_partial"] is (kind.value in {"unread_rows", "unread_amount", "missing_rows"})


def test_a_failure_that_hides_no_money_does_not_make_the_answer_partial() -> None:
    twice = Failure(ErrorKind.CONFIGURATION, "the same merchant twice", ID, hides_money=False)
    message = summary_json(BalanceSummary(NOW, failures=(twice,)), QUESTION)
    assert (message["is_partial"], message["failures"][0]["hides_money"]) == (False, False)


@given(summaries())
def test_a_summary_is_read_back_exact_to_the_digit(whole: BalanceSummary) -> None:
    assert read_summary(json.dumps(summary_json(whole, QUESTION)).encode()) == whole


def changed(message: dict[str, Any], path: str, value: object) -> bytes:
    """The message as JSON, with another value at `path`, such as "reports.0.account"."""
    message = as_json(message)
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place: Any = message
    for part in parents:
        place = place[part]
    place[last] = value
    return json.dumps(message).encode()


BALANCE = "reports.0.balances.0"
# Texts that `Decimal` would read as a number, numbers that are not texts, and texts that are too long.
NOT_AMOUNTS = (
    "NaN", "nan", "sNaN", "Infinity", "-Infinity", "1_000", "1,000", "\uff11\uff12", "\u0661", "+1", "1e3", ".5", "1.",
    "", " 1", "1 ", "1\n", "--1", "9" * 31, "0." + "1" * 19, 776.34, 776, True, ["776.34"],
)  # fmt: skip
BROKEN: list[tuple[str, tuple[object, ...]]] = [
    ("version", (2, "1", None, True)),
    ("generated_at", ("2026-11-21", "2026-11-21T01:45:38", 1795225538, None)),
    ("reports", ({}, None)),
    ("reports.0", ([], None)),
    ("reports.0.provider", (None, "Payby", "payby\n")),
    ("reports.0.account", ("", "two words")),
    ("reports.0.balances", (None,)),
    (f"{BALANCE}.account_type", (7, "", None)),
    (f"{BALANCE}.account_number", (7, "")),
    (f"{BALANCE}.currency", ("usd", "US", "840", "EUR ", "TOOLONGCODE", None)),
    (f"{BALANCE}.as_of", ("2026-11-21T01:45:38", None)),
    *[(f"{BALANCE}.{name}", NOT_AMOUNTS) for name in ("available", "pending", "frozen", "total")],
    ("failures.0.kind", ("sunny", "776.34", None)),
    ("failures.0.message", (None, "")),
    ("failures.0.currency", ("usd",)),
    ("failures.0.correlation_id", (1, "", "a b", None)),
    ("failures.0.trace_id", (375099,)),
    ("failures.0.hides_money", ("yes", None)),
    ("notices", (None, {})),
    ("notices.0.kind", ("sunny", None)),
    ("notices.0.message", ("", None)),
]
BROKEN_ANSWERS = [*BROKEN, ("provider", (None, "")), ("accounts", ("main", None)), ("accounts.0", (1, "two words"))]
BROKEN_SUMMARIES = [
    *BROKEN,
    ("totals", (None,)),
    ("totals.0.currency", ("usd", "€")),
    ("totals.0.available", NOT_AMOUNTS),
    ("is_partial", ("no", None)),
    ("request", (None, {"776.34": 1})),
    ("request.currencies", ([], ["usd"])),
]
CASES: list[tuple[Callable[[bytes], object], dict[str, Any], str, object]] = [
    (read, message, path, value)
    for read, message, table in (
        (read_provider_answer, provider_answer_json(ANSWER), BROKEN_ANSWERS),
        (read_summary, summary_json(SUMMARY, QUESTION), BROKEN_SUMMARIES),
    )
    for path, values in table
    for value in values
]


@pytest.mark.parametrize(
    ("read", "message", "path", "value"), CASES, ids=[f"{path} {value!r}"[:60] for *_, path, value in CASES]
)
def test_a_broken_message_is_refused_without_its_amounts(
    read: Callable[[bytes], object], message: dict[str, Any], path: str, value: object
) -> None:
    with pytest.raises(ContractError) as caught:
        read(changed(message, path, value))
    assert "776" not in str(caught.value)


def test_a_refusal_names_the_contract_and_what_to_do() -> None:
    with pytest.raises(ContractError) as caught:
        read_provider_answer(changed(provider_answer_json(ANSWER), f"{BALANCE}.available", 776))
    assert str(caught.value) == "ProviderAnswerMessage does not follow its contract: deploy all functions together"


@given(st.binary())
def test_bytes_that_are_not_a_message_are_refused(payload: bytes) -> None:
    for data in (payload, b'{"extra":' + b"[" * 100_000):
        with pytest.raises(ContractError):
            read_summary(data)


def test_announcements_of_one_firing_share_a_key_and_without_a_schedule_those_of_one_request_do() -> None:
    def key(correlation_id: str, schedule: str | None = None) -> str:
        firing = schedule and Firing(schedule=schedule, scheduled_time=NOW)
        question = Question(snapshot=SnapshotKind.WATCH, firing=firing or None, correlation_id=correlation_id)
        taken = Taken(question, SnapshotKind.WATCH, [], SUMMARY)
        return balances_collected(taken, NOW.date(), is_stored=True).repeat_key

    assert key("c1", "daily") == key("c2", "daily") != key("c1", "hourly")
    assert (key("c1"), key("c2")) == ("c1", "c2")


def test_an_event_that_lambda_has_parsed_is_read_like_json() -> None:
    event = {"version": 1, "correlation_id": ID, "collected_at": "2026-11-21T01:45:38.960Z", "is_partial": False}
    event |= {"kind": "watch", "day": "2026-11-21", "stored": True}
    read = convert({**event, "currencies": ["USD"], "providers": [], "failures": []}, BalancesCollected)
    assert (read.collected_at, read.day, read.currencies) == (NOW, NOW.date(), ("USD",))
    with pytest.raises(ContractError, match="BalancesCollected"):
        convert(event, BalancesCollected)
    with pytest.raises(ContractError):
        convert({**BALANCE_JSON, "available": 776.34}, BalanceItem)
