"""Change, day summaries and moves, over made-up pasts whose truth is known; `make trust` tries many more."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from msgspec import convert

from balance_core.errors import ErrorKind
from balance_core.history import change, components, days, moves
from balance_core.history.readings import Gap, Reading, Row, Snapshot, gaps_of
from balance_core.models import Failure, Notice, NoticeKind, ProviderAnswer
from balance_core.money import Money
from balance_core.question import SnapshotKind
from tests.memory.checks import check_sequence


def mistakes(sequences: int = 40) -> list[str]:
    return [each for seed in range(sequences) for each in check_sequence(Random(seed), 24)]


def test_change_days_and_moves_are_exact_and_every_gap_is_told() -> None:
    assert mistakes(80) == []


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "an outage passes for zero": (components.Point, "figure", lambda *_: Money(Decimal(0), "USD")),
    "a missing row is left out of the comparison": (
        change,
        "_by_place",
        lambda amounts: {
            (row.currency, row.provider, row.account): {"any": money} for (row, _), money in amounts.items()
        },
    ),
    "the lowest is the last": (days, "min", lambda known, key: known[-1]),
    "a fee is not told": (moves, "_MAX_FEE", Decimal(-1)),
    "a gap hides moves": (moves, "_is_known", lambda point, is_ours: True),
}


@pytest.mark.parametrize(("place", "name", "broken"), BROKEN.values(), ids=BROKEN)
def test_the_truth_would_show_a_mistake(place: Any, name: str, broken: Any) -> None:
    with patch.object(place, name, broken, create=True):
        assert mistakes()


AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def seen(*purses: Mapping[tuple[str, str], str] | None) -> list[Snapshot]:
    """A snapshot of PayerMax's account main every hour: amounts by type and figure; None for one that saw nothing."""
    return [
        Snapshot(
            key=str(number),
            kind=SnapshotKind.WATCH,
            taken_at=AT + timedelta(hours=number),
            correlation_id="id",
            readings=tuple(reading(kind, figure, amount, number) for (kind, figure), amount in (each or {}).items()),
            gaps=() if each else (Gap(provider="payermax", account="main", currency=None, kind="timeout"),),
        )
        for number, each in enumerate(purses)
    ]


def reading(kind: str, figure: str, amount: str, number: int) -> Reading:
    amounts: dict[str, str | None] = {"available": None, "pending": None, "frozen": None, "total": None, figure: amount}
    at = AT + timedelta(hours=number)
    whose = {"provider": "payermax", "account": "main", "account_number": None, "account_label": None}
    return convert(
        {
            **whose,
            **amounts,
            "account_type": kind,
            "currency": "USD",
            "as_of": at,
            "received_at": at,
            "is_verified": True,
        },
        Reading,
    )


A, S, F, D = ("ACQUIRING", "available"), ("SETTLE", "pending"), ("FREEZE", "frozen"), ("DISBURSEMENT", "available")
MOVES = {
    "nothing fits": ([{A: "10", F: "5"}, {A: "3", F: "6"}], [("unexplained", "6", "0")]),
    "more arrived than was settled": (
        [{A: "0", S: "10"}, {A: "12", S: "0"}],
        [("settled", "10", "0"), ("unexplained", "2", "0")],
    ),
    "less than nine tenths arrived": (
        [{A: "0", S: "10"}, {A: "8", S: "0"}],
        [("settled", "8", "0"), ("unexplained", "2", "0")],
    ),
    "a fee": ([{A: "0", S: "10"}, {A: "9", S: "0"}], [("settled", "10", "1")]),
    "a new account": ([{A: "1"}, {A: "1", D: "7"}], [("first_seen", "7", "0")]),
    "two increases": ([{A: "1", S: "1"}, {A: "3", S: "4"}], [("received", "2", "0"), ("received", "3", "0")]),
    "a transfer and a payout": (
        [{A: "9", D: "0"}, {A: "1", D: "5"}],
        [("transferred", "5", "0"), ("paid_out", "3", "0")],
    ),
    "hidden by a gap": ([{A: "9", F: "0"}, None, {A: "5", F: "4"}], [("hidden", "0", "0")]),
    "nothing moved across a gap": ([{A: "9"}, None, {A: "9"}], []),
    "more digits than Python's default": (
        [{A: "123456789012345678901234567890.1"}, {A: "0.000000000000000001"}],
        [("paid_out", "123456789012345678901234567890.099999999999999999", "0")],
    ),
    "never seen as a whole": ([{A: "1"}, {F: "1"}, None], []),
}


@pytest.mark.parametrize(("purses", "right"), MOVES.values(), ids=MOVES)
def test_a_move_is_the_plainest_explanation_and_all_of_them_add_up(
    purses: list[Mapping[tuple[str, str], str] | None], right: list[tuple[str, str, str]]
) -> None:
    told = moves.moves_of(list(components.points(seen(*purses), "USD")), "payermax", "main")
    assert [(move.kind.value, str(move.amount), str(move.fee)) for move in told.moves] == right
    assert not any(told.difference.values())
    assert len(told.gaps) == (None in purses)


def test_without_two_known_looks_there_is_nothing_to_tell() -> None:
    told = moves.moves_of(
        list(components.points(seen(None, None), "USD", [(Row("USD", "payermax", "main", "A", ""), "available")])),
        "payermax",
        "main",
    )
    assert (told.opening, told.moves, told.difference, len(told.gaps)) == (None, (), {}, 1)


def test_outages_and_missing_rows_are_gaps_and_answers_are_not() -> None:
    def failure(kind: ErrorKind, account: str, *, hides_money: bool = True) -> Failure:
        return Failure(kind, "...", "id", "payby", account, "USD", hides_money=hides_money)

    answer = ProviderAnswer(
        "payby",
        AT,
        failures=(
            failure(ErrorKind.TIMEOUT, "main"),
            failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "hk"),
            failure(ErrorKind.CONFIGURATION, "twice", hides_money=False),
        ),
        notices=(
            Notice(NoticeKind.UNREAD_ROWS, "...", "payby", "uae", "AED"),
            Notice(NoticeKind.UNREAD_AMOUNT, "...", "payby", "main", "AED"),
        ),
    )
    assert [(gap.account, gap.currency, gap.kind) for gap in gaps_of([answer])] == [
        ("main", "USD", "timeout"),
        ("uae", "AED", "unread_rows"),
    ]
