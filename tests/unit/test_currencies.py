"""The embedded currency table, compared with the PyPI package `iso4217`."""

from datetime import date

import pytest
from iso4217 import Currency

from balance_core.currencies import DECIMALS, PUBLISHED

ORACLE = {currency.code: currency.exponent for currency in Currency}


def test_the_table_holds_every_iso_4217_code_with_a_minor_unit_and_no_other() -> None:
    assert dict(DECIMALS) == {code: decimals for code, decimals in ORACLE.items() if decimals is not None}
    assert {"XAU", "XTS", "XXX"} <= set(ORACLE) - set(DECIMALS)


def test_the_table_is_dated_and_read_only() -> None:
    assert date.fromisoformat(PUBLISHED) == date(2026, 9, 17)
    with pytest.raises(TypeError):
        DECIMALS["BTC"] = 8  # type: ignore[index]
