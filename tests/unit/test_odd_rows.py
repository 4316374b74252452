"""Rows that differ from the documentation, at all three providers: a bad row costs itself, and no money is invented."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from balance_core.models import NoticeKind, Reading
from balance_core.provider.http import HttpReply
from balance_core.question import Question
from tests.conversation import reading_of
from tests.provider_fixtures import signed_reply
from tests.unit.provider_cases import PAGSMILE, PAYBY, PAYERMAX, Case, pagsmile_reply

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Row:
    """A row whose currency and amount are JSON as written; `account` is 0 or 1."""

    currency: str
    amount: str
    account: int = 0


@dataclass(frozen=True)
class Wire:
    """One provider, with its documented answer around any rows. `list_path` is where the rows are."""

    case: Case
    write: Callable[[Row], str]
    reply: Callable[[str], HttpReply]
    list_path: str

    def read(self, *rows: Row, asked: str = "USD") -> Reading:
        """What we read in an answer about the currency `asked` that holds these rows."""
        changes = {"currencies": [asked]} if self.case is PAYBY else {}
        inquiry = self.case.inquiry(Question(currencies=(asked,), include_zero=True), **changes)
        return reading_of(inquiry, self.reply(",".join(map(self.write, rows))))


def _signed(case: Case, place: Callable[[dict[str, Any]], Any], name: str) -> Callable[[str], HttpReply]:
    def reply(rows: str) -> HttpReply:
        body = case.documented(lambda answer: place(answer).update({name: "ROWS"}))
        return signed_reply((BYTE_ORDER_MARK + body.decode().replace('"ROWS"', f"[{rows}]")).encode())

    return reply


def _pagsmile_row(row: Row) -> str:
    return f'{{"account_num":"{row.account}","currency":{row.currency},"available_balance":{row.amount}}}'


def _payby_row(row: Row) -> str:
    return f'{{"availableBalance":{{"amount":{row.amount},"currency":{row.currency}}}}}'


def _payermax_row(row: Row) -> str:
    kind = ("DISBURSEMENT", "ACQUIRING")[row.account]
    return f'{{"accountType":"{kind}","balance":{row.amount},"currency":{row.currency}}}'


# Every answer begins with a byte order mark, which changes nothing.
WIRES = {
    "pagsmile": Wire(
        PAGSMILE,
        _pagsmile_row,
        lambda rows: pagsmile_reply(f"{BYTE_ORDER_MARK}[{rows}]".encode(), total=None),
        "$.data",
    ),
    "payby": Wire(
        PAYBY, _payby_row, _signed(PAYBY, lambda answer: answer["body"], "balanceList"), "$.body.balanceList"
    ),
    "payermax": Wire(
        PAYERMAX,
        _payermax_row,
        _signed(PAYERMAX, lambda answer: answer["data"], "accountRealTimeTypes"),
        "$.data.accountRealTimeTypes",
    ),
}
GOOD = Row('"USD"', "1784.63")
every_provider = pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
many_accounts = pytest.mark.parametrize("wire", [WIRES["pagsmile"], WIRES["payermax"]], ids=["pagsmile", "payermax"])


def amounts(reading: Reading) -> list[str]:
    """Every available amount, as people see it."""
    return [balance.available.display() for balance in reading.balances if balance.available]


def kinds(reading: Reading) -> list[NoticeKind]:
    return [notice.kind for notice in reading.notices]


@every_provider
@pytest.mark.parametrize("written", ["USD", "usd", "Usd", " USD ", "usd\n"])
def test_a_currency_is_read_in_capitals_and_without_blanks(wire: Wire, written: str) -> None:
    reading = wire.read(Row(json.dumps(written), "1784.63"))
    assert (amounts(reading), reading.notices) == (["USD 1,784.63"], ())


@every_provider
@pytest.mark.parametrize("asked", ["CNY", "CNH", "RMB"])
def test_the_same_money_under_another_name_is_mentioned_and_never_added(wire: Wire, asked: str) -> None:
    asked_row, hkd = Row(f'"{asked}"', "1.00"), Row('"HKD"', "3.00")
    others = sorted({"CNY", "CNH", "RMB"} - {asked})
    reading = wire.read(asked_row, *[Row(f'"{code.lower()}"', "2.00") for code in others], hkd, asked=asked)
    assert amounts(reading) == [f"{asked} 1.00"]
    assert kinds(reading) == [NoticeKind.RELATED_CURRENCY] * 2
    assert [(notice.currency, notice.message) for notice in reading.notices] == [
        (code, f"there is also {code}, which was not asked about: ask for {code} to see it") for code in others
    ]
    assert wire.read(asked_row, *[Row(f'"{code}"', "0") for code in others], asked=asked).notices == ()


@every_provider
def test_a_related_row_that_cannot_be_read_is_mentioned_too(wire: Wire) -> None:
    reading = wire.read(Row('"CNY"', "1.00"), Row('"CNH"', '"2,00"'), asked="CNY")
    assert (amounts(reading), kinds(reading)) == (["CNY 1.00"], [NoticeKind.RELATED_CURRENCY])


@every_provider
@pytest.mark.parametrize("code", ["USDT", "USDC", "BGN", "HRK", "CNH"])
def test_a_code_outside_iso_4217_is_money_in_that_code_with_the_digits_as_written(wire: Wire, code: str) -> None:
    assert amounts(wire.read(GOOD, Row(f'"{code}"', '"2.5000"'))) == ["USD 1,784.63"]
    reading = wire.read(GOOD, Row(f'"{code}"', '"2.5000"'), asked=code)
    assert (amounts(reading), reading.notices) == ([f"{code} 2.5000"], ())


@every_provider
@pytest.mark.parametrize("currency", ["null", '""', '"  "', '"$"', '"840"', "840", "{}", "NaN", '"\uff35\uff33\uff24"'])
def test_a_row_without_a_readable_currency_is_never_skipped_silently(wire: Wire, currency: str) -> None:
    reading = wire.read(GOOD, Row(currency, "775.34", account=1))
    assert amounts(reading) == ["USD 1,784.63"]
    (notice,) = reading.notices
    assert notice.kind is NoticeKind.UNREAD_ROWS
    assert notice.message.startswith("1 of 2 rows could not be read and is in no total: its ")
    assert notice.message.endswith("currency is missing" if currency == "null" else "currency is not a currency code")
    assert (notice.place or "").startswith(f"{wire.list_path}[1]")
    assert notice.currency is None
    assert "775" not in notice.message


@every_provider
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1784.63", "USD 1,784.63"),
        ('"1784.63"', "USD 1,784.63"),
        ('" 1784.63\\n"', "USD 1,784.63"),
        ("1.0E7", "USD 10,000,000.00"),
        ('"1.0E7"', "USD 10,000,000.00"),
        ("0E-8", "USD 0.00"),
        ('"0E-8"', "USD 0.00"),
        ("-1.5e+1", "USD -15.00"),
        ('"999999999999999999999999.99"', "USD 999,999,999,999,999,999,999,999.99"),
        ("0.1000000000000000055", None),
        ("0.000000000000000001", "USD 0.000000000000000001"),
    ],
)
def test_an_amount_is_exact_as_a_number_and_as_a_text(wire: Wire, written: str, shown: str | None) -> None:
    reading = wire.read(Row('"USD"', written))
    assert amounts(reading) == ([shown] if shown else [])
    assert kinds(reading) == ([] if shown else [NoticeKind.UNREAD_ROWS])


NOT_AMOUNTS = (
    '"1,784.63"', '"1.784,63"', '"1 784.63"', '"1_784"', '"\u0661\u0662"', '"USD 5"', '"NaN"', "NaN", "Infinity",
    "-Infinity", "1e999999", "true", "null", '""', "[]", "{}", '{"a":1,"a":2}', '"1e9999"', "1" * 61, "1" * 26,
)  # fmt: skip


@every_provider
@pytest.mark.parametrize("written", NOT_AMOUNTS, ids=lambda text: text[:16])
def test_an_amount_that_cannot_be_read_costs_its_row_and_is_never_a_zero(wire: Wire, written: str) -> None:
    reading = wire.read(Row('"USD"', written))
    assert (reading.balances, kinds(reading)) == ((), [NoticeKind.UNREAD_ROWS])
    assert reading.notices[0].currency == "USD"
    assert reading.notices[0].kind.hides_money


@many_accounts
@pytest.mark.parametrize("written", NOT_AMOUNTS, ids=lambda text: text[:16])
def test_the_other_rows_stay(wire: Wire, written: str) -> None:
    reading = wire.read(Row('"USD"', written), Row('"USD"', "1784.63", account=1))
    assert (amounts(reading), kinds(reading)) == (["USD 1,784.63"], [NoticeKind.UNREAD_ROWS])


@every_provider
@pytest.mark.parametrize("row", [Row('"AED"', '"1,0"'), Row('"XYZ"', "null"), Row('"USDT"', "NaN")])
def test_an_odd_row_in_a_currency_that_nobody_asked_about_changes_nothing(wire: Wire, row: Row) -> None:
    reading = wire.read(GOOD, row, row)
    assert (amounts(reading), reading.notices) == (["USD 1,784.63"], ())


@many_accounts
def test_an_account_that_comes_twice_is_unread_and_the_others_stay(wire: Wire) -> None:
    reading = wire.read(GOOD, Row('"USD"', "5", account=1), GOOD, GOOD)
    assert amounts(reading) == ["USD 5.00"]
    (notice,) = reading.notices
    assert notice.message == "3 of 4 rows could not be read and are in no total: their account comes twice"


@many_accounts
@pytest.mark.parametrize(
    ("count", "others"),
    [(2, "one other reason"), (3, "one other reason"), (4, "2 other reasons"), (5, "3 other reasons")],
)
def test_several_reasons_are_counted_in_one_sentence(wire: Wire, count: int, others: str) -> None:
    odd = [Row("null", "1"), Row('"USD"', "NaN"), Row('"USD"', "true"), Row('"$"', "1"), Row('"USD"', "null")]
    (notice,) = wire.read(*odd[:count]).notices
    assert notice.message == (
        f"{count} of {count} rows could not be read and are in no total: their currency is missing, and {others}"
    )
    assert notice.currency is None


@many_accounts
def test_a_notice_names_the_places_of_five_rows_at_most(wire: Wire) -> None:
    (notice,) = wire.read(*[Row("null", "1")] * 6).notices
    assert notice.place == ", ".join(f"{wire.list_path}[{index}].currency" for index in range(5))


@pytest.mark.parametrize(
    ("provider", "field"),
    [("pagsmile", "available balance"), ("payby", "available balance amount"), ("payermax", "balance")],
)
def test_a_notice_names_the_field_in_plain_words(provider: str, field: str) -> None:
    (notice,) = WIRES[provider].read(Row('"USD"', "null")).notices
    assert notice.message == f"1 of 1 row could not be read and is in no total: its {field} is missing"


@every_provider
def test_an_empty_list_is_noticed(wire: Wire) -> None:
    reading = wire.read()
    assert (reading.balances, kinds(reading)) == ((), [NoticeKind.NO_BALANCES])
