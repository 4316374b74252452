"""A malformed answer of one function is refused by another, by the name of the place."""

from copy import deepcopy
from typing import Any

import pytest

from balance_core.contract import provider_answer_to_wire, read_provider_answer, read_summary, summary_to_wire
from balance_core.wire import WireError, dumps, loads
from tests.unit.contract_cases import ANSWER, REQUEST, SUMMARY


def changed(document: dict[str, object], path: str, value: object) -> bytes:
    """The document as bytes, with another value at `path`, such as "reports.0.account"."""
    document = deepcopy(document)
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place: Any = document
    for part in parents:
        place = place[part]
    place[last] = value
    return dumps(document)


BALANCE_PATH = "reports.0.balances.0"
WRONG_IN_BOTH = [
    ("version", 2, "$.version must be 1: deploy all functions together"),
    ("version", "1", "$.version must be 1"),
    ("version", None, "$.version is missing"),
    ("generated_at", "2026-11-21", "$.generated_at must be an RFC 3339 time"),
    ("reports", {}, "$.reports must be a list"),
    ("reports.0", [], "$.reports[0] must be an object"),
    ("reports.0.provider", None, "$.reports[0].provider is missing"),
    ("reports.0.account", "", "$.reports[0].account must be text"),
    ("reports.0.balances", None, "$.reports[0].balances is missing"),
    (f"{BALANCE_PATH}.account_type", 7, "$.reports[0].balances[0].account_type must be text"),
    (f"{BALANCE_PATH}.account_number", 7, "$.reports[0].balances[0].account_number must be text"),
    (f"{BALANCE_PATH}.account_label", 7, "$.reports[0].balances[0].account_label must be text"),
    (f"{BALANCE_PATH}.currency", "usd", "$.reports[0].balances[0].currency not an ISO 4217 currency code"),
    (f"{BALANCE_PATH}.currency", None, "$.reports[0].balances[0].currency is missing"),
    (f"{BALANCE_PATH}.available", 776, "$.reports[0].balances[0].available must be text"),
    (
        f"{BALANCE_PATH}.frozen",
        "1,776",
        "$.reports[0].balances[0].frozen an amount must be digits with at most one decimal point",
    ),
    (f"{BALANCE_PATH}.as_of", "2026-11-21T01:45:38", "$.reports[0].balances[0].as_of must be an RFC 3339 time"),
    ("failures.0.kind", "sunny", "$.failures[0].kind is not a known kind of failure"),
    ("failures.0.message", None, "$.failures[0].message is missing"),
    ("failures.0.correlation_id", 1, "$.failures[0].correlation_id must be text"),
    ("failures.0.trace_id", 375099, "$.failures[0].trace_id must be text"),
]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        *WRONG_IN_BOTH,
        ("provider", None, "$.provider is missing"),
        ("accounts", "main", "$.accounts must be a list"),
        ("accounts.0", 1, "$.accounts[0] must be text"),
    ],
)
def test_a_malformed_providers_answer_is_refused_by_place(path: str, value: object, problem: str) -> None:
    with pytest.raises(WireError) as caught:
        read_provider_answer(loads(changed(provider_answer_to_wire(ANSWER), path, value)))
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        *WRONG_IN_BOTH,
        ("totals", None, "$.totals is missing"),
        ("totals.0.currency", "EURO", "$.totals[0].currency not an ISO 4217 currency code"),
        ("totals.0.available", "NaN", "$.totals[0].available an amount must be digits with at most one decimal point"),
    ],
)
def test_a_malformed_summary_is_refused_by_place(path: str, value: object, problem: str) -> None:
    with pytest.raises(WireError) as caught:
        read_summary(loads(changed(summary_to_wire(SUMMARY, dict(REQUEST)), path, value)))
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("path", ["reports.0.balances.0.pending", "failures.0.field", "failures.0.provider"])
def test_an_absent_member_means_the_same_as_null(path: str) -> None:
    document: Any = provider_answer_to_wire(ANSWER)
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place = document
    for part in parents:
        place = place[part]
    place[last] = None
    expected = read_provider_answer(loads(dumps(document)))
    del place[last]
    assert read_provider_answer(loads(dumps(document))) == expected
