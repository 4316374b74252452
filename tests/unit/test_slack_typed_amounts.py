"""Amounts as people type them: what they mean, and when they are asked instead of guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_slack.typed_amounts import AmbiguousAmountError, read_amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("500000", "500000"),
        ("500k", "500000"),
        ("500 K", "500000"),
        ("1.5m", "1500000"),
        ("1,5 million", "1500000"),
        ("2bn", "2000000000"),
        ("2 billion", "2000000000"),
        ("3 thousand", "3000"),
        ("4mn", "4000000"),
        ("5 mio", "5000000"),
        ("0.500", "0.5"),
        ("0", "0"),
        ("500.25", "500.25"),
        ("500,25", "500.25"),
        ("1234.500", "1234.5"),
        ("1,500,000", "1500000"),
        ("1.500.000,50", "1500000.5"),
        ("1,500,000.50", "1500000.5"),
        ("1,500.000", "1500"),
        ("1 500 000", "1500000"),
        ("1'500'000.50", "1500000.5"),
        ("1 500.125", "1500.125"),
        ("123456789012345678901234567891", "123456789012345678901234567891"),
        ("123456789012345678901.12345678", "123456789012345678901.12345678"),
    ],
)
def test_an_amount_is_read_exactly(typed: str, amount: str) -> None:
    assert read_amount(typed) == amount


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("1.500", ("1500", "1.5")),
        ("500,000", ("500000", "500")),
        ("1.500k", ("1500000", "1500")),
        ("12,345", ("12345", "12.3450")),
    ],
)
def test_an_amount_that_can_be_two_is_not_guessed(typed: str, choices: tuple[str, str]) -> None:
    with pytest.raises(AmbiguousAmountError) as raised:
        read_amount(typed)
    assert raised.value.choices == choices
    for choice in choices:
        assert Decimal(read_amount(choice)) == Decimal(choice)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "k",
        "-5",
        "five",
        "1.2.3",
        "1,50,000",
        "1.500,00,0",
        "5e3",
        "1..5",
        "5x",
        "1" * 31,
        "9" * 28 + "k",
        "1,5,0.0",
        "٣",
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        read_amount(typed)


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_a_figure_as_the_bot_shows_it_is_read_back(amount: Decimal) -> None:
    assert Decimal(read_amount(f"{amount:,.2f}")) == amount
    assert Decimal(read_amount(f"{amount:,.2f}".replace(",", "'"))) == amount
