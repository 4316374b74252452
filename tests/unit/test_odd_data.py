"""Generated answers that are odder than the documentation; `make trust` does the same at length."""

from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from balance_core.models import Reading
from balance_core.money import Money
from balance_core.provider import replies
from tests.odd.cases import Result, odd_providers


@pytest.fixture(autouse=True)
def metrics_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BalanceBot")


def results(cases: int) -> list[Result]:
    random = Random(10)
    with odd_providers() as providers:
        return [providers.try_one(random) for _ in range(cases)]


def test_no_odd_answer_changes_an_amount_loses_a_readable_row_or_hides_a_gap() -> None:
    for result in results(300):
        assert (result.wrong, result.lost, result.other) == ((), (), ())


def test_a_wrong_amount_a_lost_row_and_a_missing_notice_would_be_found() -> None:
    def doubled(node: Any, currency: str) -> Money:
        money = amount_at(node, currency)
        return money + money

    amount_at = replies.amount_at
    with patch("payermax_balance.payloads.amount_at", doubled):
        assert any(result.wrong for result in results(60))
    with patch("payermax_balance.payloads.read_rows", lambda *_, **__: Reading()):
        found = results(60)
    assert any(result.lost for result in found)
    assert any(result.other for result in found)
