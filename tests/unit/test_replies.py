"""Reading a reply: an error names the place and never the value, and an amount keeps every digit."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Notice, NoticeKind
from balance_core.money import Money
from balance_core.provider import replies
from balance_core.provider.credentials import BEARER_KEY
from balance_core.provider.http import HttpReply, status_error
from balance_core.provider.replies import amount_at, code_at, minor_units_at, optional_amount_at, optional_code_at
from balance_core.strict_json import JsonError, Node, loads


def test_a_bad_response_names_the_place_and_calls_the_whole_answer_it() -> None:
    error = replies.bad_response(JsonError("$.a[2]", "is missing"))
    assert (error.kind, error.retries, error.provider_code) == (ErrorKind.BAD_RESPONSE, 0, None)
    assert not error.new_key_may_help
    assert ": $.a[2] is missing; " in error.message
    # Next to amounts, a lone "$" would read as dollars.
    assert ": it is not JSON; " in replies.bad_response(JsonError("$", "is not JSON")).message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ErrorKind.BAD_RESPONSE),
        (401, ErrorKind.AUTHENTICATION),
        (503, ErrorKind.UNAVAILABLE),
        (429, ErrorKind.RATE_LIMITED),
    ],
)
def test_the_status_decides_when_the_body_is_not_json(status: int, kind: ErrorKind) -> None:
    reply = HttpReply(status, {}, b"<html>")
    with pytest.raises(ProviderError) as caught:
        replies.parse_reply(reply, BEARER_KEY)
    assert caught.value.kind is kind
    error = replies.misunderstood(reply, "its signature is missing", BEARER_KEY)
    assert error.kind is kind
    assert ("its signature is missing" in error.message) is (status == 200)


@pytest.mark.parametrize("header", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1.5", "\u0667", ""])
def test_a_429_carries_the_pause_in_seconds_that_the_provider_asks_for(header: str) -> None:
    assert status_error(HttpReply(429, {"retry-after": header}, b""), BEARER_KEY).retry_after_seconds is None
    for text, seconds in (("0", 0.0), ("7", 7.0), ("3600", 3600.0), ("9" * 5000, float("inf"))):
        assert status_error(HttpReply(429, {"retry-after": text}, b""), BEARER_KEY).retry_after_seconds == seconds


@pytest.mark.parametrize("value", ["", " ", "a b", "é", "x" * 65, 0.5, True, ["0"]])
def test_a_code_is_visible_ascii(value: object) -> None:
    with pytest.raises(JsonError) as caught:
        code_at(Node(value, "$.code"))
    assert caught.value.path == "$.code"
    assert optional_code_at(Node({"code": value}), "code") is None


@pytest.mark.parametrize("value", [0, "0", " 0\n"])
def test_a_code_may_be_a_whole_number_and_blanks_around_it_do_not_count(value: object) -> None:
    assert code_at(Node(value)) == optional_code_at(Node({"code": value}), "code") == "0"


def test_an_optional_code_may_be_absent() -> None:
    root = Node({"code": "REQ_TIME-1.0", "null": None})
    assert code_at(root.get("code")) == optional_code_at(root, "code") == "REQ_TIME-1.0"
    assert optional_code_at(root, "null") is optional_code_at(root, "absent") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Test A\n", "Test A"), (5, "5"), ("é" * 200, "é" * 200), (None, None), ("", None), ("  ", None),
        (True, None), (False, None), (0.5, None), ([], None), ("é" * 201, None), ("\ud800", None),
    ],
)  # fmt: skip
def test_an_optional_text_is_up_to_200_characters_or_a_whole_number(value: object, text: str | None) -> None:
    assert replies.optional_text_at(Node({"name": value}), "name") == text
    assert replies.optional_text_at(Node({}), "name") is None


@pytest.mark.parametrize("value", [None, "", "yesterday", "2023-03-30T06:15:22", 5])
def test_a_time_that_cannot_be_read_counts_as_absent(value: object) -> None:
    assert replies.instant_at(Node({"time": value}), "time") is replies.instant_at(Node({}), "time") is None


def test_an_absent_list_is_empty_and_anything_but_a_list_is_refused() -> None:
    assert replies.list_at(Node({}), "rows") == []
    for empty in (None, "", list[object]()):
        assert replies.list_at(Node({"rows": empty}), "rows") == []
    for value in ("rows", dict[str, object](), 0):
        with pytest.raises(JsonError):
            replies.list_at(Node({"rows": value}), "rows")


@pytest.mark.parametrize("text", ["AED", "aed", " Aed\n"])
def test_a_currency_is_read_in_capitals(text: str) -> None:
    assert replies.currency_at(Node(text)) == "AED"


@pytest.mark.parametrize("value", ["", "US", "840", "U$D", "usdt\u0131", "\uff35SD", "A" * 11, 840, None])
def test_anything_but_3_to_10_letters_and_digits_is_no_currency(value: object) -> None:
    with pytest.raises(JsonError) as caught:
        replies.currency_at(Node(value, "$.currency"))
    assert caught.value.path == "$.currency"


@given(st.integers(-(10**24), 10**24), st.sampled_from(sorted(DECIMALS)))
def test_minor_units_are_exact_in_every_currency(number: int, currency: str) -> None:
    money = minor_units_at(loads(str(number).encode()), currency)
    decimals = DECIMALS[currency]
    digits = f"{abs(number):0{decimals + 1}}"
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    assert money.to_wire() == ("-" if number < 0 else "") + (f"{whole}.{fraction}" if decimals else whole)


@pytest.mark.parametrize(
    ("currency", "written"), [("JPY", "12345"), ("USD", "123.45"), ("KWD", "12.345"), ("CLF", "1.2345")]
)
def test_minor_units_follow_the_decimals_of_the_currency(currency: str, written: str) -> None:
    assert minor_units_at(Node(12345), currency).to_wire() == written


@pytest.mark.parametrize(
    ("json_number", "currency", "amount"),
    [("897993.88", "AED", "897993.88"), ("100265403", "IDR", "100265403"), (f"-1{'0' * 24}", "USD", f"-1{'0' * 24}")],
)
def test_numbers_and_texts_are_read_in_major_units_to_the_last_digit(
    json_number: str, currency: str, amount: str
) -> None:
    expected = Money(Decimal(amount), currency)
    assert amount_at(loads(json_number.encode()), currency) == expected
    assert amount_at(Node(json_number), currency) == expected


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1.0E7", "10000000.00"), ("0E-8", "0.00"), ("1e+3", "1000.00"), ("-2.5e-1", "-0.25"), ("12E0", "12.00")],
)
def test_an_exponent_is_exact_as_a_number_and_as_a_text(written: str, amount: str) -> None:
    assert amount_at(loads(written.encode()), "USD").to_wire() == amount
    assert amount_at(Node(f" {written}\n"), "USD").to_wire() == amount


@pytest.mark.parametrize("value", [None, "", "  "])
def test_an_optional_amount_may_be_absent_null_or_empty(value: object) -> None:
    assert optional_amount_at(Node({"frozen": value}), "frozen", "USD") is None
    assert optional_amount_at(Node({}), "frozen", "USD") is None
    with pytest.raises(JsonError):
        optional_amount_at(Node({"frozen": "1,0"}), "frozen", "USD")


def test_an_amount_that_is_not_needed_is_unknown_when_it_cannot_be_read_and_noticed_by_its_place() -> None:
    row, notices = Node({"frozen": "1,0", "total": 2}, "$.rows[0]"), list[Notice]()
    total = replies.or_unknown(lambda: optional_amount_at(row, "total", "USD"), "total", "USD", notices)
    assert (total, notices) == (Money(Decimal(2), "USD"), [])
    assert replies.or_unknown(lambda: optional_amount_at(row, "frozen", "USD"), "frozen", "USD", notices) is None
    (notice,) = notices
    assert (notice.kind, notice.currency, notice.place) == (NoticeKind.UNREAD_AMOUNT, "USD", "$.rows[0].frozen")


def test_a_text_of_up_to_60_characters_may_be_an_amount() -> None:
    assert amount_at(Node("1".zfill(60)), "USD").to_wire() == "1.00"
    with pytest.raises(JsonError):
        amount_at(Node("1".zfill(61)), "USD")


BEYOND = 10**24 + 1  # more than any ledger holds
NOT_AMOUNTS: list[tuple[Callable[[Node, str], Money], list[object]]] = [
    (amount_at, [True, 0.59, {}, [], None, 10**31, Decimal("1e-19"), BEYOND, -BEYOND, loads(b"NaN").value]),
    (amount_at, ["", "1,000.59", "1_059", "1 059", "NaN", "Infinity", "\uff15", "9" * 31, f"{BEYOND}", "1e59"]),
    (minor_units_at, ["59", True, False, 59.0, Decimal("59.00"), Decimal("0.59"), Decimal("1e3"), {}, None, 10**27]),
]  # fmt: skip


@pytest.mark.parametrize(("read", "value"), [(read, value) for read, values in NOT_AMOUNTS for value in values])
def test_anything_else_is_refused_by_its_place_without_its_value(
    read: Callable[[Node, str], Money], value: object
) -> None:
    with pytest.raises(JsonError) as caught:
        read(Node(value, "$.amount"), "USD")
    assert caught.value.path == "$.amount"
    assert "59" not in str(caught.value)


def test_a_currency_without_a_known_minor_unit_has_no_minor_units() -> None:
    with pytest.raises(JsonError, match="without a known minor unit"):
        minor_units_at(Node(100), "USDT")
