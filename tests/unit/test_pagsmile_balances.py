"""Pagsmile's rows as balances, and the offset of its clock."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from balance_core.models import Account, Balance
from balance_core.money import Money
from balance_core.wire import Node, WireError, loads
from pagsmile_balance.payloads import adds_up, read_balances, read_utc_offset
from tests.unit.pagsmile_cases import FIXTURES, NOW, row


def test_the_documented_rows_are_exact() -> None:
    rows = loads((FIXTURES / "doc_answer.json").read_bytes()).get("data")
    account = Account("partner account", "10419000000401", "Test A", "Card issuing account")
    usd, hkd = read_balances(rows, (), NOW)
    assert (usd.account, hkd.account) == (account, account)
    assert usd.as_of == hkd.as_of == NOW
    assert [money.to_wire() for money in usd.known] == ["1008.29", "0.00", "1008.29"]
    assert [money.to_wire() for money in hkd.known] == ["100.00", "0.00", "100.00"]
    assert (usd.currency, hkd.currency) == ("USD", "HKD")


def test_each_amount_goes_to_its_own_field_and_pending_is_unknown() -> None:
    (balance,) = read_balances(Node([row()]), (), NOW)
    assert balance == Balance(
        account=Account("partner account", "10419000000401", "Test A", "Card issuing account"),
        currency="USD",
        as_of=NOW,
        available=Money.parse("90.25", "USD"),
        pending=None,
        frozen=Money.parse("10.25", "USD"),
        total=Money.parse("100.50", "USD"),
    )


@pytest.mark.parametrize("amount", ["-12.34", "0", "1234567890123456789012.1234", "0.000000000000000001"])
def test_amounts_keep_every_digit(amount: str) -> None:
    (balance,) = read_balances(Node([row(available_balance=amount)]), (), NOW)
    assert balance.available == Money.parse(amount, "USD")


def test_only_the_currencies_that_were_asked_remain() -> None:
    rows = [row(), row(currency="HKD"), row(currency="BRL")]
    assert [balance.currency for balance in read_balances(Node(rows), ("BRL", "USD"), NOW)] == ["USD", "BRL"]
    assert read_balances(Node(rows), ("EUR",), NOW) == ()


def test_a_currency_that_is_not_in_iso_4217_spoils_only_the_question_about_everything() -> None:
    rows = Node([row(), row(currency="USDT")])
    assert len(read_balances(rows, ("USD",), NOW)) == 1
    with pytest.raises(WireError, match="not an ISO 4217 currency code"):
        read_balances(rows, (), NOW)


def test_no_rows_are_no_balances() -> None:
    assert read_balances(Node([]), (), NOW) == ()


@pytest.mark.parametrize("name", [None, ""])
def test_an_account_may_have_no_name(name: str | None) -> None:
    (balance,) = read_balances(Node([row(account_name=name)]), (), NOW)
    assert balance.account.name is None


def test_the_same_account_in_the_same_currency_twice_is_refused_even_when_nobody_asked() -> None:
    rows = Node([row(), row(currency="HKD"), row(currency="HKD", balance="1.00")], "$.data")
    with pytest.raises(WireError, match=r"^\$\.data\[2\] repeats"):
        read_balances(rows, ("USD",), NOW)


def test_two_accounts_in_one_currency_are_two_balances() -> None:
    assert len(read_balances(Node([row(), row(account_num="10419000000402")]), (), NOW)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_num": None},
        {"account_num": 10419000000401},
        {"currency": None},
        {"currency": "usd"},
        {"currency": "XXX"},
        {"balance": None},
        {"balance": 100},
        {"available_balance": None},
        {"available_balance": ""},
        {"available_balance": "1,008.29"},
        {"available_balance": "1e3"},
        {"available_balance": "NaN"},
        {"available_balance": " 1.00"},
        {"available_balance": "1" + "0" * 23 + "1.00"},
        {"block_amount": None},
        {"block_amount": True},
        {"account_name": 5},
    ],
    ids=str,
)
def test_a_row_that_is_not_as_documented_is_refused_by_the_name_of_its_field(wrong: dict[str, Any]) -> None:
    (field,) = wrong
    with pytest.raises(WireError) as caught:
        read_balances(Node([row(**wrong)], "$.data"), (), NOW)
    assert caught.value.path == f"$.data[0].{field}"


@pytest.mark.parametrize("rows", [{}, "", None, [1], [[]]])
def test_anything_but_a_list_of_rows_is_refused(rows: object) -> None:
    with pytest.raises(WireError):
        read_balances(Node(rows), (), NOW)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"balance": "100.500"}, True),
        ({"balance": "100.51"}, False),
        ({"balance": "90.25"}, False),
        ({"block_amount": "0.00"}, False),
    ],
)
def test_the_total_adds_up_when_it_is_available_and_frozen(changes: dict[str, str], expected: bool) -> None:
    (balance,) = read_balances(Node([row(**changes)]), (), NOW)
    assert adds_up(balance) is expected


def test_the_largest_amounts_can_be_added_up() -> None:
    largest = "1" + "0" * 24
    (balance,) = read_balances(Node([row(available_balance=largest, block_amount=largest, balance=largest)]), (), NOW)
    assert not adds_up(balance)


def test_an_unknown_amount_is_no_mismatch() -> None:
    assert adds_up(Balance(Account("partner account"), "USD", NOW, total=Money.parse("1", "USD")))


@pytest.mark.parametrize(("text", "minutes"), [("+08:00", 480), ("-03:30", -210), ("+00:00", 0), ("-14:59", -899)])
def test_reads_an_offset_from_utc(text: str, minutes: int) -> None:
    assert read_utc_offset(text).utcoffset(None) == timedelta(minutes=minutes)
    assert NOW.astimezone(read_utc_offset(text)).astimezone(UTC) == NOW


@pytest.mark.parametrize("text", ["", "8", "08:00", "+8:00", "+15:00", "+08:60", "UTC", "Z", "+08:00 ", "+0\uff18:00"])
def test_refuses_what_is_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as \+08:00"):
        read_utc_offset(text)
