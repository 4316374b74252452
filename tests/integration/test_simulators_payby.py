"""The PayBy simulator over real sockets; every signature is made and checked by the openssl command."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests import openssl
from tests.integration.callers import PROVIDER_KEY, PayByCaller
from tests.integration.wire import Reply, send
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import key_pair
from tests.local.simulators.payby import DOCUMENTED_PARTNER_ID, PATH, PayByMerchant, PayBySimulator

NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, UTC)
NOW_MS = 1795225538960
ASK = {"requestTime": NOW_MS, "bizContent": {"currencyCode": "AED"}}
OTHER_PARTNER_ID = "200000000002"


@pytest.fixture(scope="module")
def simulator(keys: Path) -> Iterator[PayBySimulator]:
    many = {"AED": Decimal("0.10"), "JPY": Decimal(12345678901234567890123456789012), "KWD": Decimal("-7.000")}
    merchants = {
        DOCUMENTED_PARTNER_ID: PayByMerchant(key_pair(keys, "merchant").public_base64),
        OTHER_PARTNER_ID: PayByMerchant(key_pair(keys, "other").public_pem, many, member_id="7"),
    }
    with PayBySimulator(key_pair(keys, "provider"), merchants, clock=lambda: NOW) as server:
        yield server


@pytest.fixture
def caller(simulator: PayBySimulator, keys: Path) -> Iterator[PayByCaller]:
    yield PayByCaller(simulator.url, keys)
    simulator.set_fault(None)


def head_of(reply: Reply) -> tuple[str, str, str]:
    head = json.loads(reply.body)["head"]
    return head["applyStatus"], head["code"], head["msg"]


def test_the_documented_example_comes_back_to_the_byte_and_signed(caller: PayByCaller, keys: Path) -> None:
    reply = caller.ask(ASK)
    assert reply.status == 200
    assert reply.body == (
        b'{"body":{"balanceList":[{"availableBalance":{"amount":897993.88,"currency":"AED"}}],'
        b'"memberId":"200000030907"},'
        b'"head":{"applyStatus":"SUCCESS","code":"0","msg":"SUCCESS","success":true,"traceCode":"375099"}}'
    )
    assert openssl.verifies(keys / PROVIDER_KEY, reply.body, reply.headers["sign"])
    assert not openssl.verifies(keys / PROVIDER_KEY, reply.body + b" ", reply.headers["sign"])


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("AED", b'"amount":0.10,'), ("JPY", b'"amount":12345678901234567890123456789012,'), ("KWD", b'"amount":-7.000,')],
)
def test_another_merchant_has_other_balances_to_the_digit(caller: PayByCaller, currency: str, amount: bytes) -> None:
    document = {"requestTime": NOW_MS, "bizContent": {"currencyCode": currency}}
    reply = caller.ask(document, key="other", headers={"Partner-Id": OTHER_PARTNER_ID})
    assert amount in reply.body
    assert b'"memberId":"7"' in reply.body


@pytest.mark.parametrize("currency", ["USD", "aed", "XXX", "A"])
def test_an_unknown_currency_is_a_signed_answer(caller: PayByCaller, keys: Path, currency: str) -> None:
    reply = caller.ask({"requestTime": NOW_MS, "bizContent": {"currencyCode": currency}})
    assert reply.status == 200
    assert head_of(reply) == ("FAIL", "78001", "CURRENCY_CODE_NOT_SUPPORTED")
    assert "body" not in json.loads(reply.body)
    assert openssl.verifies(keys / PROVIDER_KEY, reply.body, reply.headers["sign"])


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        ("merchant", {"Partner-Id": "200000000009"}),
        ("merchant", {"Partner-Id": ""}),
        ("merchant", {"Partner-Id": OTHER_PARTNER_ID}),
        ("other", {}),
        ("merchant", {"sign": ""}),
        ("merchant", {"sign": "bm90IGEgc2lnbmF0dXJl"}),
        ("merchant", {"sign": "not Base64!"}),
    ],
)
def test_a_stranger_is_unauthorized(caller: PayByCaller, key: str, headers: dict[str, str]) -> None:
    reply = caller.ask(ASK, key=key, headers=headers)
    assert reply.status == 200
    assert head_of(reply) == ("ERROR", "403", "UNAUTHORIZED")
    assert "sign" not in reply.headers


def test_the_signature_is_over_the_exact_bytes(caller: PayByCaller, keys: Path) -> None:
    pretty = json.dumps(ASK, indent=1).encode()
    assert head_of(caller.post(pretty))[1] == "0"
    signature_of_other_bytes = openssl.sign(keys / "merchant.pem", json.dumps(ASK).encode())
    assert head_of(caller.post(pretty, headers={"sign": signature_of_other_bytes}))[1] == "403"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"requestTime": NaN, "bizContent": {"currencyCode": "AED"}}',
        b'{"bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": "1795225538960", "bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": 1795225538960.0, "bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": true, "bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": null, "bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": 9999999999999999999999, "bizContent": {"currencyCode": "AED"}}',
        b'{"requestTime": 1795225538960}',
        b'{"requestTime": 1795225538960, "bizContent": "AED"}',
        b'{"requestTime": 1795225538960, "bizContent": {}}',
        b'{"requestTime": 1795225538960, "bizContent": {"currencyCode": ""}}',
        b'{"requestTime": 1795225538960, "bizContent": {"currencyCode": ["AED"]}}',
    ],
)
def test_a_malformed_question_is_an_invalid_parameter(caller: PayByCaller, raw: bytes) -> None:
    reply = caller.post(raw)
    assert reply.status == 200
    assert head_of(reply) == ("ERROR", "400", "INVALID_PARAMETER")
    assert "sign" not in reply.headers


def test_a_language_longer_than_ten_is_an_invalid_parameter(caller: PayByCaller) -> None:
    assert head_of(caller.ask(ASK, headers={"Content-Language": "en"}))[1] == "0"
    assert head_of(caller.ask(ASK, headers={"Content-Language": "e" * 11}))[2] == "INVALID_PARAMETER"


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        (-timedelta(minutes=15), "SUCCESS"),
        (timedelta(minutes=15), "SUCCESS"),
        (-timedelta(minutes=15, milliseconds=1), "REQUESTTIME_TOO_EARLY"),
        (timedelta(minutes=15, milliseconds=1), "REQUESTTIME_TOO_LATER"),
    ],
)
def test_the_clocks_may_differ_by_fifteen_minutes(caller: PayByCaller, difference: timedelta, message: str) -> None:
    milliseconds = NOW_MS + difference // timedelta(milliseconds=1)
    reply = caller.ask({"requestTime": milliseconds, "bizContent": {"currencyCode": "AED"}})
    assert head_of(reply)[1:] == ("0" if message == "SUCCESS" else "400", message)


@pytest.mark.parametrize(
    ("method", "path", "media_type", "status"),
    [
        ("GET", PATH, "application/json", 405),
        ("PUT", PATH, "application/json", 405),
        ("POST", PATH, "text/plain", 415),
        ("POST", PATH + "/", "application/json", 404),
        ("POST", "/", "application/json", 404),
    ],
)
def test_the_web_server_refuses_what_is_no_post_of_json(
    caller: PayByCaller, method: str, path: str, media_type: str, status: int
) -> None:
    reply = send(caller.url + path, b"{}", {"Content-Type": media_type}, method)
    assert reply.status == status
    assert "sign" not in reply.headers


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [(FaultName.SYSTEM_ERROR, "500", "SYSTEM_ERROR"), (FaultName.RATE_LIMITED, "402", "RATE_LIMIT_REJECT")],
)
def test_its_own_error_codes_are_unsigned(
    simulator: PayBySimulator, caller: PayByCaller, name: FaultName, code: str, message: str
) -> None:
    simulator.set_fault(Fault(name))
    reply = caller.ask(ASK)
    assert head_of(reply) == ("ERROR", code, message)
    assert "sign" not in reply.headers


def test_a_lie_is_the_right_answer_with_a_wrong_signature(
    simulator: PayBySimulator, caller: PayByCaller, keys: Path
) -> None:
    truth = caller.ask(ASK)
    simulator.set_fault(Fault(FaultName.LIE))
    lie = caller.ask(ASK)
    assert lie.body == truth.body
    assert not openssl.verifies(keys / PROVIDER_KEY, lie.body, lie.headers["sign"])
