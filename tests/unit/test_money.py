"""Amounts are exact, from their text to sums and back to text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.money import Money, MoneyError, require_currency
from balance_core.strict_json import loads

LARGEST = 10**24
SCALE = 18  # the most decimals that an amount may have
currencies = st.sampled_from(["JPY", "USD", "KWD", "CLF"])  # 0, 2, 3 and 4 decimals


@st.composite
def amount_texts(draw: st.DrawFn) -> str:
    """A plain decimal string of any shape that providers write, from -10^24 to 10^24."""
    sign = draw(st.sampled_from(["", "-"]))
    whole = draw(st.integers(0, LARGEST))
    zeros = draw(st.sampled_from(["", "0", "000"]))
    decimals = draw(st.text("0123456789", max_size=SCALE))
    return f"{sign}{zeros}{whole}" + (f".{decimals}" if decimals else "")


def as_integer(text: str) -> int:
    """The same amount in units of 10^-18, computed without Decimal."""
    whole, _, decimals = text.removeprefix("-").partition(".")
    scaled: int = int(whole) * 10**SCALE + int(decimals.ljust(SCALE, "0"))
    return -scaled if text.startswith("-") else scaled


@given(amount_texts(), currencies)
def test_an_amount_is_written_exactly_with_at_least_the_decimals_of_its_currency(text: str, currency: str) -> None:
    money = Money.parse(text, currency)
    written = money.to_wire()
    assert as_integer(written) == as_integer(text)
    assert Money.parse(written, currency) == money
    decimals = written.partition(".")[2]
    assert len(decimals) == DECIMALS[currency] or (len(decimals) > DECIMALS[currency] and not decimals.endswith("0"))
    assert money.display().replace(",", "") == f"{currency} {written}"


@given(st.lists(amount_texts(), min_size=1, max_size=20), currencies)
def test_a_sum_is_exact_in_any_order(texts: list[str], currency: str) -> None:
    for order in (texts, reversed(texts)):
        total = Money(Decimal(0), currency)
        for text in order:
            total += Money.parse(text, currency)
        assert as_integer(total.to_wire()) == sum(map(as_integer, texts))
        assert Money.parse(total.to_wire(), currency) == total


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,23})(\.[0-9]{1,18})?", fullmatch=True), currencies)
def test_a_json_number_is_the_same_amount_as_the_same_text(text: str, currency: str) -> None:
    assert Money.parse(loads(text.encode()).value, currency) == Money.parse(text, currency)


@pytest.mark.parametrize(
    ("value", "currency", "written", "shown"),
    [
        ("1234.5", "USD", "1234.50", "USD 1,234.50"),
        ("-1234.5", "USD", "-1234.50", "USD -1,234.50"),
        ("-0.05", "USD", "-0.05", "USD -0.05"),
        ("1234567.00", "JPY", "1234567", "JPY 1,234,567"),
        ("0.5", "JPY", "0.5", "JPY 0.5"),
        ("1.23456", "KWD", "1.23456", "KWD 1.23456"),
        ("1", "CLF", "1.0000", "CLF 1.0000"),
        ("007", "USD", "7.00", "USD 7.00"),
        ("999", "USD", "999.00", "USD 999.00"),
        (Decimal("1E+20"), "USD", f"1{'0' * 20}.00", "USD 100,000,000,000,000,000,000.00"),
        (Decimal("1E-18"), "USD", "0.000000000000000001", "USD 0.000000000000000001"),
        (Decimal("-1E+29"), "USD", f"-1{'0' * 29}.00", f"USD -100{',000' * 9}.00"),
    ],
)
def test_an_amount_is_written_in_plain_digits_and_shown_in_house_style(
    value: object, currency: str, written: str, shown: str
) -> None:
    money = Money.parse(value, currency)
    assert (money.to_wire(), money.display()) == (written, shown)
    assert not money.is_zero


@pytest.mark.parametrize("zero", ["0", "-0", "-0.00", "0.000", Decimal("-0"), Decimal("-0E+5"), Decimal("-0.0"), 0])
def test_minus_zero_becomes_zero(zero: object) -> None:
    money = Money.parse(zero, "USD")
    assert (money.to_wire(), money.display(), money.is_zero) == ("0.00", "USD 0.00", True)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "1.00 ", " 1.00", "1.00\n", "+1", "--1", "1.", ".5", "1,000.00", "1_000", "1 000", "1e3", "1E3",
        "0x10", "NaN", "nan", "Infinity", "-Infinity", "sNaN", "$1", "\uff11\uff12", "\u0661", "\u22121",
        "1.0.0", "-", ".", "7654,321",
        "9" * 31, "0." + "1" * 19, "0." + "7654321" * 4,
        1.0, 0.1, True, False, None, b"1", ["1"], {"amount": "1"},
        Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("7.654321E+40"),
        Decimal("1E+30"), Decimal("1E-19"), Decimal("1E+999999"), Decimal("1E-999999"), 10**30,
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_anything_but_a_plain_amount_is_refused_without_quoting_it(value: object) -> None:
    with pytest.raises(MoneyError) as caught:
        Money.parse(value, "USD")
    assert "7654" not in str(caught.value)


def test_money_is_made_from_a_decimal_only() -> None:
    for amount in (1.0, 1, "1"):
        with pytest.raises(MoneyError, match="must be a Decimal"):
            Money(amount, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "usd", "US", "840", "U$D", "USD ", "\uff35SD", "A" * 11])
def test_a_code_is_3_to_10_capitals_and_digits_with_a_letter(currency: str) -> None:
    with pytest.raises(MoneyError, match="not a currency code"):
        Money.parse("1", currency)
    for code in ("AED", "USDT", "1INCH", "A" * 10):
        assert require_currency(code) == code


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2.5000", "USDT 2.5000"), ("1234", "USDT 1,234"), ("0.00", "USDT 0.00"), ("0", "USDT 0")],
)
def test_an_amount_outside_iso_4217_keeps_its_digits(written: str, shown: str) -> None:
    money = Money.parse(written, "USDT")
    assert (money.to_wire(), money.display()) == (written, shown)


def test_a_difference_is_exact_and_in_one_currency() -> None:
    assert (Money.parse("0.3", "USD") - Money.parse("0.1", "USD")).to_wire() == "0.20"
    with pytest.raises(MoneyError, match="USD and USDT cannot be added"):
        Money.parse("1", "USD") - Money.parse("1", "USDT")


def test_amounts_in_different_currencies_are_never_added() -> None:
    with pytest.raises(MoneyError, match="USD and EUR cannot be added"):
        Money.parse("1", "USD") + Money.parse("1", "EUR")


def test_a_million_of_the_largest_amounts_can_be_summed_and_more_is_an_error_instead_of_a_rounding() -> None:
    largest = Money(Decimal(LARGEST) * 10**5, "USD")  # the sum of a hundred thousand of them
    total = largest
    for _ in range(8):
        total += largest
    assert total.amount == 9 * LARGEST * 10**5
    with pytest.raises(MoneyError, match="at most 30 digits"):
        total + largest


def test_equal_amounts_are_equal_however_they_were_written() -> None:
    assert Money.parse("1.10", "USD") == Money.parse("01.1", "USD") == Money.parse(Decimal("1.100"), "USD")
    assert hash(Money.parse("1.10", "USD")) == hash(Money.parse("1.1", "USD"))
    assert Money.parse("1", "USD") != Money.parse("1", "EUR")
