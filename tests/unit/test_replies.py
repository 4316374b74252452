"""Replies that cannot be used, amounts that cannot be money: typed errors with their place and without their value."""

from decimal import Decimal

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import HttpReply
from balance_core.money import Money
from balance_core.replies import bad_response, code_at, currency_at, misunderstood, number_at, parse_reply, text_at
from balance_core.wire import Node, WireError, loads


def test_bad_response_names_the_place() -> None:
    error = bad_response(WireError("$.a[2]", "is missing"))

    assert (error.kind, error.retries, error.provider_code) == (ErrorKind.BAD_RESPONSE, 0, None)
    assert "$.a[2] is missing" in error.message


def test_bad_response_calls_the_whole_answer_it() -> None:
    """A lone "$" would read as dollars."""
    error = bad_response(WireError("$", "is not JSON"))

    assert ": it is not JSON; " in error.message


@pytest.mark.parametrize(
    ("status", "kind"), [(200, ErrorKind.BAD_RESPONSE), (503, ErrorKind.UNAVAILABLE), (429, ErrorKind.RATE_LIMITED)]
)
def test_the_status_speaks_for_a_reply_that_is_no_json(status: int, kind: ErrorKind) -> None:
    reply = HttpReply(status, {}, b"<html>")

    with pytest.raises(ProviderError) as caught:
        parse_reply(reply)

    assert caught.value.kind is kind
    assert misunderstood(reply, "its signature is missing").kind is kind


def test_what_is_wrong_with_a_reply_of_status_200_is_named() -> None:
    error = misunderstood(HttpReply(200, {}, b"{}"), "its signature is missing")

    assert "its signature is missing" in error.message
    assert error.provider_code is None


@pytest.mark.parametrize("status", [200, 400, 503])
def test_json_is_read_whatever_the_status(status: int) -> None:
    assert parse_reply(HttpReply(status, {}, b'{"code": "1"}')).get("code").text() == "1"


@pytest.mark.parametrize("value", ["", "a b", "a\n", "é", "x" * 65, 7, True, ["0"]])
def test_what_is_no_code(value: object) -> None:
    with pytest.raises(WireError) as caught:
        code_at(Node(value, "$.code"))

    assert caught.value.path == "$.code"


def test_a_code() -> None:
    assert code_at(Node("REQ_TIME-1.0")) == "REQ_TIME-1.0"


@pytest.mark.parametrize("value", ["usd", "", "US", "XXX", 840])
def test_what_is_no_currency(value: object) -> None:
    with pytest.raises(WireError) as caught:
        currency_at(Node(value, "$.currency"))

    assert caught.value.path == "$.currency"


def test_a_number_and_a_text_are_money_to_the_last_digit() -> None:
    assert number_at(loads(b"897993.88"), "AED") == Money(Decimal("897993.88"), "AED")
    assert number_at(loads(b"100265403"), "IDR") == Money(Decimal(100265403), "IDR")
    assert number_at(loads(b"-1000000000000000000000000"), "USD") == Money(Decimal(10) ** 24 * -1, "USD")
    assert text_at(loads(b'"1008.29"'), "USD") == Money(Decimal("1008.29"), "USD")


@pytest.mark.parametrize("value", ["0.59", True, 0.59, {}, 10**31, Decimal("1e-19"), 10**24 + 1, -(10**24) - 1])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(WireError) as caught:
        number_at(Node(value, "$.amount"), "USD")

    assert caught.value.path == "$.amount"
    assert "59" not in str(caught.value)


def test_a_truth_value_is_told_in_words_of_json_and_not_of_python() -> None:
    with pytest.raises(WireError, match=r"must be a number$"):
        number_at(loads(b"true"), "USD")


@pytest.mark.parametrize("value", [1, Decimal("0.59"), "", "1,000.59", "1e3", " 1", "NaN", [], "9" * 31])
def test_what_is_no_decimal_text(value: object) -> None:
    with pytest.raises(WireError) as caught:
        text_at(Node(value, "$.amount"), "USD")

    assert caught.value.path == "$.amount"
    assert "59" not in str(caught.value)
