"""The PayerMax simulator over real sockets; every signature is made and checked by the openssl command."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import iso4217
import pytest

from tests import openssl
from tests.integration.callers import PROVIDER_KEY, PayerMaxCaller
from tests.integration.wire import Reply
from tests.local.simulators.currencies import ISO_4217
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import key_pair
from tests.local.simulators.payermax import (
    DOCUMENTED_APP_ID,
    DOCUMENTED_MERCHANT_NO,
    PayerMaxBalance,
    PayerMaxMerchant,
    PayerMaxSimulator,
)

NOW = datetime(2026, 11, 21, 1, 45, 38, 960123, UTC)
ASK: dict[str, Any] = {
    "appId": DOCUMENTED_APP_ID,
    "version": "1.3",
    "merchantNo": DOCUMENTED_MERCHANT_NO,
    "requestTime": "2026-11-21T01:45:38.960Z",
    "keyVersion": "1",
    "data": {"plainSign": True, "accountType": [], "accountCurrency": []},
}
SECOND_NO, THIRD_NO = "SP2", "SP3"  # the second shares the first one's app and key, the third has its own


@pytest.fixture(scope="module")
def simulator(keys: Path) -> Iterator[PayerMaxSimulator]:
    few = (
        PayerMaxBalance(Decimal("0.00"), "ACQUIRING", "EUR"),
        PayerMaxBalance(Decimal("-12.50"), "REVERSE", "EUR"),
        PayerMaxBalance(Decimal("1E+3"), "SOMETHING_NEW", "KRW"),
    )
    merchant_key = key_pair(keys, "merchant").public_base64
    merchants = {
        DOCUMENTED_MERCHANT_NO: PayerMaxMerchant(merchant_key),
        SECOND_NO: PayerMaxMerchant(merchant_key, few),
        THIRD_NO: PayerMaxMerchant(key_pair(keys, "other").public_pem, (), app_id="third-app"),
    }
    with PayerMaxSimulator(key_pair(keys, "provider"), merchants, clock=lambda: NOW) as server:
        yield server


@pytest.fixture
def caller(simulator: PayerMaxSimulator, keys: Path) -> Iterator[PayerMaxCaller]:
    yield PayerMaxCaller(simulator.url, keys)
    simulator.set_fault(None)


def code_of(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def rows_of(reply: Reply) -> list[tuple[str, str, str]]:
    """(balance as it is written, type, currency)."""
    rows = json.loads(reply.body, parse_float=str, parse_int=str)["data"]["accountRealTimeTypes"]
    return [(row["balance"], row["accountType"], row["currency"]) for row in rows]


def test_the_documented_seven_rows_come_back_to_the_byte_and_signed(caller: PayerMaxCaller, keys: Path) -> None:
    reply = caller.ask(ASK)
    assert reply.status == 200
    assert reply.body == (
        b'{"msg":"","code":"APPLY_SUCCESS","data":{"accountRealTimeTypes":['
        b'{"balance":0.59,"accountType":"DISBURSEMENT","currency":"AED"},'
        b'{"balance":776.34,"accountType":"DISBURSEMENT","currency":"USD"},'
        b'{"balance":16.08,"accountType":"DISBURSEMENT","currency":"PHP"},'
        b'{"balance":100265403,"accountType":"FREEZE","currency":"IDR"},'
        b'{"balance":11.41,"accountType":"FREEZE","currency":"USD"},'
        b'{"balance":449172,"accountType":"SETTLE","currency":"IDR"},'
        b'{"balance":9248.93,"accountType":"SETTLE","currency":"USD"}],'
        b'"inquiryTime":"2026-11-21T01:45:38.960Z"}}'
    )
    assert openssl.verifies(keys / PROVIDER_KEY, reply.body, reply.headers["sign"])
    assert not openssl.verifies(keys / PROVIDER_KEY, reply.body + b" ", reply.headers["sign"])


@pytest.mark.parametrize(
    ("types", "currencies", "count"),
    [
        ([], ["USD"], 3),
        (["FREEZE"], [], 2),
        (["FREEZE", "SETTLE"], ["IDR"], 2),
        (["ACQUIRING"], [], 0),
        ([], ["USD", "TRY"], 3),
    ],
)
def test_the_filters_filter(caller: PayerMaxCaller, types: list[str], currencies: list[str], count: int) -> None:
    reply = caller.ask(ASK | {"data": {"plainSign": True, "accountType": types, "accountCurrency": currencies}})
    rows = rows_of(reply)
    assert len(rows) == count
    assert all((row[1] in types or not types) and (row[2] in currencies or not currencies) for row in rows)


def test_a_zero_balance_shows_only_when_asked_for(caller: PayerMaxCaller) -> None:
    everything = [
        ("0.00", "ACQUIRING", "EUR"),
        ("-12.50", "REVERSE", "EUR"),
        ("1000", "SOMETHING_NEW", "KRW"),
    ]
    second = {"merchantNo": SECOND_NO}
    assert rows_of(caller.ask(ASK | second)) == everything
    assert rows_of(caller.ask(ASK | second | {"data": {"plainSign": False}})) == everything[1:]
    assert rows_of(caller.ask(ASK | second | {"data": {}})) == everything[1:]


def test_the_merchant_number_is_optional(caller: PayerMaxCaller) -> None:
    assert len(rows_of(caller.ask({name: value for name, value in ASK.items() if name != "merchantNo"}))) == 7


def test_the_signature_is_over_the_exact_bytes(caller: PayerMaxCaller, keys: Path) -> None:
    body = json.dumps(ASK, indent=2).encode()
    assert code_of(caller.post(body)) == "APPLY_SUCCESS"
    other = openssl.sign(keys / "merchant.pem", json.dumps(ASK).encode())
    assert code_of(caller.post(body, sign=other)) == "SIGN_VERIFY_FAILED"


@pytest.mark.parametrize(
    ("name", "code"),
    [(FaultName.SYSTEM_ERROR, "SYSTEM_ERROR"), (FaultName.RATE_LIMITED, "TOO_MANY_REQUEST")],
)
def test_its_own_error_codes_are_unsigned(
    simulator: PayerMaxSimulator, caller: PayerMaxCaller, name: FaultName, code: str
) -> None:
    simulator.set_fault(Fault(name))
    reply = caller.ask(ASK)
    assert code_of(reply) == code
    assert "sign" not in reply.headers


def test_a_lie_is_the_right_answer_with_a_wrong_signature(
    simulator: PayerMaxSimulator, caller: PayerMaxCaller, keys: Path
) -> None:
    truth = caller.ask(ASK)
    simulator.set_fault(Fault(FaultName.LIE))
    lie = caller.ask(ASK)
    assert lie.body == truth.body
    assert not openssl.verifies(keys / PROVIDER_KEY, lie.body, lie.headers["sign"])


def test_the_currency_codes_are_those_of_iso_4217() -> None:
    assert {currency.code for currency in iso4217.Currency} == ISO_4217
