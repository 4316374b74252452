"""Amounts are exact, from their text to sums and back to text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.money import Money, MoneyError, require_currency
from balance_core.wire import loads

WHOLE = 10**24
SCALE = 18  # the most decimals that an amount may have
currencies = st.sampled_from(["JPY", "USD", "KWD", "CLF"])  # 0, 2, 3 and 4 decimals


@st.composite
def amount_texts(draw: st.DrawFn) -> str:
    """A plain decimal string of any shape that providers write, from -10^24 to 10^24."""
    sign = draw(st.sampled_from(["", "-"]))
    whole = draw(st.integers(0, WHOLE))
    zeros = draw(st.sampled_from(["", "0", "000"]))
    decimals = draw(st.text("0123456789", max_size=SCALE))
    return f"{sign}{zeros}{whole}" + (f".{decimals}" if decimals else "")


def as_integer(text: str) -> int:
    """The same amount in units of 10^-18, computed without Decimal."""
    whole, _, decimals = text.removeprefix("-").partition(".")
    scaled: int = int(whole) * 10**SCALE + int(decimals.ljust(SCALE, "0"))
    return -scaled if text.startswith("-") else scaled


@given(amount_texts(), currencies)
def test_an_amount_survives_the_wire_exactly(text: str, currency: str) -> None:
    money = Money.parse(text, currency)
    assert as_integer(money.to_wire()) == as_integer(text)
    assert Money.parse(money.to_wire(), currency) == money


@given(st.lists(amount_texts(), min_size=1, max_size=20), currencies)
def test_a_sum_survives_the_wire_exactly(texts: list[str], currency: str) -> None:
    total = Money(Decimal(0), currency)
    for text in texts:
        total += Money.parse(text, currency)
    assert as_integer(total.to_wire()) == sum(map(as_integer, texts))
    assert Money.parse(total.to_wire(), currency) == total


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,23})(\.[0-9]{1,18})?", fullmatch=True), currencies)
def test_a_json_number_is_the_same_amount_as_the_same_text(text: str, currency: str) -> None:
    assert Money.parse(loads(text.encode()).value, currency) == Money.parse(text, currency)


@given(amount_texts(), currencies)
def test_the_wire_shows_at_least_the_currencys_decimals_and_no_useless_zero(text: str, currency: str) -> None:
    _, _, decimals = Money.parse(text, currency).to_wire().partition(".")
    assert len(decimals) >= DECIMALS[currency]
    assert len(decimals) == DECIMALS[currency] or not decimals.endswith("0")


@given(amount_texts(), currencies)
def test_what_people_see_is_what_is_on_the_wire(text: str, currency: str) -> None:
    money = Money.parse(text, currency)
    assert money.display().replace(",", "") == f"{currency} {money.to_wire()}"


@pytest.mark.parametrize(
    ("text", "currency", "wire", "shown"),
    [
        ("1234.5", "USD", "1234.50", "USD 1,234.50"),
        ("-1234.5", "USD", "-1234.50", "USD -1,234.50"),
        ("-0.05", "USD", "-0.05", "USD -0.05"),
        ("1234567", "JPY", "1234567", "JPY 1,234,567"),
        ("1234567.00", "JPY", "1234567", "JPY 1,234,567"),
        ("0.5", "JPY", "0.5", "JPY 0.5"),
        ("1", "KWD", "1.000", "KWD 1.000"),
        ("1.23456", "KWD", "1.23456", "KWD 1.23456"),
        ("1", "CLF", "1.0000", "CLF 1.0000"),
        ("007", "USD", "7.00", "USD 7.00"),
        ("999", "USD", "999.00", "USD 999.00"),
        ("1" + "0" * 24, "USD", "1" + "0" * 24 + ".00", "USD 1" + ",000" * 8 + ".00"),
    ],
)
def test_house_style(text: str, currency: str, wire: str, shown: str) -> None:
    money = Money.parse(text, currency)
    assert (money.to_wire(), money.display()) == (wire, shown)


@pytest.mark.parametrize("zero", ["0", "-0", "-0.00", "0.000", Decimal("-0"), Decimal("-0E+5"), Decimal("-0.0"), 0])
def test_minus_zero_is_zero(zero: object) -> None:
    money = Money.parse(zero, "USD")
    assert money.to_wire() == "0.00"
    assert money.display() == "USD 0.00"
    assert money.is_zero


def test_a_sum_that_comes_to_zero_is_zero() -> None:
    assert (Money.parse("-1.10", "USD") + Money.parse("1.1", "USD")).to_wire() == "0.00"


@pytest.mark.parametrize("amount", ["0.01", "-0.01", "0.000000000000000001"])
def test_the_smallest_amount_is_not_zero(amount: str) -> None:
    assert not Money.parse(amount, "USD").is_zero


def test_numbers_with_an_exponent_are_written_out() -> None:
    assert Money.parse(Decimal("1E+20"), "USD").to_wire() == "1" + "0" * 20 + ".00"
    assert Money.parse(Decimal("1E-7"), "USD").to_wire() == "0.0000001"


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "1.00 ", " 1.00", "1.00\n", "+1", "--1", "1.", ".5", "1,000.00", "1_000", "1 000", "1e3", "1E3",
        "0x10", "NaN", "nan", "Infinity", "-Infinity", "sNaN", "$1", "\uff11\uff12", "\u0661", "\u22121",
        "1.0.0", "-", ".",
        "9" * 31, "0." + "1" * 19,
        1.0, 0.1, True, False, None, b"1", ["1"], {"amount": "1"},
        Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"),
        Decimal("1E+30"), Decimal("1E-19"), Decimal("1E+999999"), Decimal("1E-999999"), 10**30,
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_what_is_no_plain_amount_is_refused(value: object) -> None:
    with pytest.raises(MoneyError):
        Money.parse(value, "USD")


@pytest.mark.parametrize("value", ["7654,321", 7654.321, Decimal("7.654321E+40"), "0." + "7654321" * 4])
def test_a_refusal_never_quotes_the_amount(value: object) -> None:
    with pytest.raises(MoneyError) as caught:
        Money.parse(value, "USD")
    assert "7654" not in str(caught.value)


@pytest.mark.parametrize("amount", [1.0, 1, "1"])
def test_only_a_decimal_is_an_amount(amount: object) -> None:
    with pytest.raises(MoneyError, match="must be a Decimal"):
        Money(amount, "USD")  # type: ignore[arg-type]  # what the type checker would stop is what is tested


@pytest.mark.parametrize("currency", ["", "usd", "US", "USDT", "XXX", "XAU", "ZZZ", "USD ", "\uff35SD"])
def test_a_currency_is_an_iso_4217_code_in_use(currency: str) -> None:
    with pytest.raises(MoneyError, match="ISO 4217"):
        Money.parse("1", currency)
    with pytest.raises(MoneyError, match="ISO 4217"):
        require_currency(currency)


def test_a_known_currency_comes_back_unchanged() -> None:
    assert require_currency("AED") == "AED"


def test_different_currencies_are_never_added() -> None:
    with pytest.raises(MoneyError, match="USD and EUR cannot be added"):
        Money.parse("1", "USD") + Money.parse("1", "EUR")


def test_a_million_of_the_largest_amounts_can_be_summed_and_more_is_an_error_not_a_rounding() -> None:
    largest = Money(Decimal(WHOLE) * 10**5, "USD")  # what a hundred thousand of them come to
    total = largest
    for _ in range(8):
        total += largest
    assert total.amount == 9 * WHOLE * 10**5
    with pytest.raises(MoneyError, match="at most 30 digits"):
        total + largest


@given(amount_texts(), amount_texts())
def test_addition_is_commutative(first: str, second: str) -> None:
    one, other = Money.parse(first, "USD"), Money.parse(second, "USD")
    assert one + other == other + one


def test_the_same_amount_is_equal_however_it_was_written() -> None:
    assert Money.parse("1.10", "USD") == Money.parse("01.1", "USD") == Money.parse(Decimal("1.100"), "USD")
    assert hash(Money.parse("1.10", "USD")) == hash(Money.parse("1.1", "USD"))
    assert Money.parse("1", "USD") != Money.parse("1", "EUR")


def test_people_never_see_an_exponent() -> None:
    assert Money(Decimal("1e-18"), "USD").display() == "USD 0.000000000000000001"
    assert Money(Decimal("-1e29"), "USD").display() == f"USD -100{',000' * 9}.00"
