"""The table of accounts: what stands in its cells, and when there is none."""

from datetime import timedelta
from typing import Any

import pytest

from balance_core.models import Account, Balance, BalanceReport
from balance_slack.limits import visible_size
from balance_slack.table import account_table
from tests.unit.blocks_cases import AS_OF, NAMES, PAGSMILE, balance, failure, money, report, summary

ROOM = 11_000


def rows(*reports: BalanceReport) -> list[list[Any]]:
    table: Any = account_table(summary(*reports), NAMES, ROOM)
    assert table is not None
    return list(table["rows"])


def accounts(*reports: BalanceReport) -> list[str]:
    """The first column, as it is read."""
    return ["".join(each["text"] for each in elements(row[0])) for row in rows(*reports)[1:]]


def elements(cell: Any) -> list[dict[str, Any]]:
    return list(cell["elements"][0]["elements"])


def amounts(*reports: BalanceReport) -> list[list[str]]:
    return [[cell["text"] for cell in row[1:]] for row in rows(*reports)[1:]]


def test_has_a_title_for_each_column_and_amounts_at_the_right() -> None:
    table: Any = account_table(summary(PAGSMILE), NAMES, ROOM)
    assert [cell["text"] for cell in table["rows"][0]] == ["Account", "Available", "Pending", "Frozen"]
    assert [column["align"] for column in table["column_settings"]] == ["left", "right", "right", "right"]


def test_tells_our_words_from_the_providers_own() -> None:
    cell = rows(report("payermax", balance("1", label="Payouts", name="Shop")))[1][0]
    assert elements(cell) == [
        {"type": "text", "text": "PayerMax", "style": {"bold": True}},
        {"type": "text", "text": " · Payouts"},
        {"type": "text", "text": " "},
        {"type": "text", "text": "DISBURSEMENT", "style": {"code": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "Shop", "style": {"code": True}},
    ]


def test_groups_by_provider_and_names_accounts_where_there_are_several() -> None:
    payermax = [report("payermax", balance("1"), account="main"), report("payermax", balance("2"), account="uae")]
    assert accounts(payermax[0], PAGSMILE, payermax[1]) == [
        "PayerMax · main DISBURSEMENT",
        "PayerMax · uae DISBURSEMENT",
        "Pagsmile settle",
    ]


def test_zero_and_unknown_look_different() -> None:
    assert amounts(report("payby", balance("0", None, "-1"))) == [["USD 0.00", "—", "USD -1.00"]]


def test_an_old_figure_says_how_old_it_is() -> None:
    old = balance("1", as_of=AS_OF - timedelta(minutes=20))
    assert accounts(report("payby", old, balance("2"))) == ["PayBy DISBURSEMENT · 20 min old", "PayBy DISBURSEMENT"]


def test_a_total_that_is_in_no_sum_stands_beside_the_account() -> None:
    vault = report("payermax", Balance(Account("VAULT"), "USD", AS_OF, total=money("5")))
    note = "USD 5.00 in total (in no sum: ask the provider whether it can be used)"
    assert accounts(vault) == [f"PayerMax VAULT · {note}"]
    assert amounts(vault) == [["—", "—", "—"]]


def test_a_currency_of_which_nothing_is_known_is_named() -> None:
    assert accounts(report("payby", balance(currency="AED"))) == ["PayBy DISBURSEMENT · AED"]


@pytest.mark.parametrize("word", ["", " ", "\u202e", "\x00"])
def test_no_cell_is_empty_whatever_the_provider_says(word: str) -> None:
    unreadable = report(word, balance("1", type=word, name=word, label=word))
    assert accounts(unreadable)[0].replace("(unreadable)", "").strip(" ·") == ""
    assert all(each["text"] for each in elements(rows(unreadable)[1][0]))


@pytest.mark.parametrize(("size", "has_table"), [(0, False), (1, True), (99, True), (100, False), (5000, False)])
def test_takes_a_hundred_rows(size: int, has_table: bool) -> None:
    held = report("payby", *(balance(str(number)) for number in range(size)))
    assert (account_table(summary(held), NAMES, ROOM) is not None) is has_table


def test_takes_no_more_characters_than_there_is_room_for() -> None:
    answer = summary(PAGSMILE, report("payby", balance("1", type="清算账户")), failure())
    table = account_table(answer, NAMES, ROOM)
    room = visible_size(table)
    assert room > len("AccountAvailablePendingFrozen")
    assert account_table(answer, NAMES, room) == table
    assert account_table(answer, NAMES, room - 1) is None


def test_takes_no_more_characters_than_slack_allows_in_one_table() -> None:
    long = report("payby", *(balance("1" * 30, "1" * 30, "1" * 30) for _ in range(99)))
    assert account_table(summary(long), NAMES, 1_000_000) is None
