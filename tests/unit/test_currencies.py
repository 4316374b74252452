"""The embedded table against the PyPI package `iso4217`, in both directions."""

from datetime import date

import pytest
from iso4217 import Currency

from balance_core.currencies import DECIMALS, PUBLISHED

ORACLE = {currency.code: currency.exponent for currency in Currency}


def test_every_code_of_ours_is_in_iso_4217_with_the_same_decimals() -> None:
    assert {code: ORACLE.get(code) for code in DECIMALS} == dict(DECIMALS)


def test_every_code_of_iso_4217_with_a_minor_unit_is_ours() -> None:
    assert {code for code, decimals in ORACLE.items() if decimals is not None} == set(DECIMALS)


def test_codes_without_a_minor_unit_are_left_out() -> None:
    left_out = {code for code, decimals in ORACLE.items() if decimals is None}
    assert {"XAU", "XAG", "XTS", "XXX"} <= left_out
    assert not left_out & set(DECIMALS)


@pytest.mark.parametrize(
    ("code", "decimals"), [("JPY", 0), ("USD", 2), ("IQD", 3), ("MGA", 2), ("LBP", 2), ("KWD", 3), ("CLF", 4)]
)
def test_where_other_tables_are_wrong_this_one_is_not(code: str, decimals: int) -> None:
    assert DECIMALS[code] == decimals


def test_the_table_is_dated_and_cannot_be_changed() -> None:
    assert date.fromisoformat(PUBLISHED) >= date(2026, 1, 1)
    with pytest.raises(TypeError):
        DECIMALS["BTC"] = 8  # type: ignore[index]  # what the type checker would stop is what is tested
