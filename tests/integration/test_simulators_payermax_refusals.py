"""What the PayerMax simulator refuses; every signature is made and checked by the openssl command."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.callers import PayerMaxCaller
from tests.integration.wire import Reply, send
from tests.local.simulators.keys import key_pair
from tests.local.simulators.payermax import (
    DOCUMENTED_APP_ID,
    DOCUMENTED_MERCHANT_NO,
    PATH,
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
OTHER_NO = "SP3"


@pytest.fixture(scope="module")
def simulator(keys: Path) -> Iterator[PayerMaxSimulator]:
    merchants = {
        DOCUMENTED_MERCHANT_NO: PayerMaxMerchant(key_pair(keys, "merchant").public_base64),
        OTHER_NO: PayerMaxMerchant(key_pair(keys, "other").public_pem, app_id="other-app"),
    }
    with PayerMaxSimulator(key_pair(keys, "provider"), merchants, clock=lambda: NOW) as server:
        yield server


@pytest.fixture
def caller(simulator: PayerMaxSimulator, keys: Path) -> Iterator[PayerMaxCaller]:
    yield PayerMaxCaller(simulator.url, keys)
    simulator.set_fault(None)


def code_of(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def without_nulls(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "key", "headers", "code"),
    [
        ({}, "other", {}, "SIGN_VERIFY_FAILED"),
        ({}, "merchant", {"sign": ""}, "SIGN_VERIFY_FAILED"),
        ({}, "merchant", {"sign": "%%%"}, "SIGN_VERIFY_FAILED"),
        ({"appId": "nobody"}, "merchant", {}, "MERCHANT_APP_INVALID"),
        ({"appId": None}, "merchant", {}, "MERCHANT_APP_INVALID"),
        ({"appId": [DOCUMENTED_APP_ID]}, "merchant", {}, "MERCHANT_APP_INVALID"),
        ({"merchantNo": "SP9"}, "merchant", {}, "MERCHANT_INVALID"),
        ({"merchantNo": OTHER_NO}, "merchant", {}, "MERCHANT_INVALID"),
        ({"merchantNo": "1" * 33}, "merchant", {}, "PARAMS_INVALID"),
        ({"merchantNo": 10113864671194}, "merchant", {}, "PARAMS_INVALID"),
        ({"version": "2.0"}, "merchant", {}, "PARAMS_INVALID"),
        ({"version": 1.3}, "merchant", {}, "PARAMS_INVALID"),
        ({"version": ["1.3"]}, "merchant", {}, "PARAMS_INVALID"),
        ({"version": None}, "merchant", {}, "PARAMS_INVALID"),
        ({"keyVersion": "2"}, "merchant", {}, "PARAMS_INVALID"),
        ({"keyVersion": 1}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": None}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": 1795225538960}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": "2026-11-21T01:45:38Z"}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": "2026-11-21T01:45:38.960"}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": "2026-11-21 01:45:38.960Z"}, "merchant", {}, "PARAMS_INVALID"),
        ({"requestTime": "2026-13-21T01:45:38.960Z"}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": None}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": []}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"plainSign": "true"}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"plainSign": 1}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"accountType": "FREEZE"}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"accountType": ["FROZEN"]}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"accountCurrency": "USD"}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"accountCurrency": [840]}}, "merchant", {}, "PARAMS_INVALID"),
        ({"data": {"accountCurrency": ["ZZZ"]}}, "merchant", {}, "CURRENCY_INVALID"),
        ({"data": {"accountCurrency": ["USD", "usd"]}}, "merchant", {}, "CURRENCY_INVALID"),
    ],
)
def test_each_refusal_has_its_code_and_no_signature(
    caller: PayerMaxCaller, changes: dict[str, Any], key: str, headers: dict[str, str], code: str
) -> None:
    reply = caller.ask(without_nulls(ASK | changes), key=key, **headers)
    assert (reply.status, code_of(reply)) == (200, code)
    assert "sign" not in reply.headers
    assert "data" not in json.loads(reply.body)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": Infinity}', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_invalid(caller: PayerMaxCaller, body: bytes) -> None:
    assert code_of(caller.post(body)) == "PARAMS_INVALID"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-11-21T01:43:38.961Z", "APPLY_SUCCESS"),
        ("2026-11-21T01:47:38.960Z", "APPLY_SUCCESS"),
        ("2026-11-21T02:45:38.960+01:00", "APPLY_SUCCESS"),
        ("2026-11-20T22:15:38.960-03:30", "APPLY_SUCCESS"),
        ("2026-11-21T01:43:38.959Z", "REQ_TIME_OVER_TIME"),
        ("2026-11-21T01:47:38.961Z", "REQ_TIME_OVER_TIME"),
        ("2026-11-21T02:45:38.960Z", "REQ_TIME_OVER_TIME"),
    ],
)
def test_the_clocks_may_differ_by_two_minutes(caller: PayerMaxCaller, moment: str, code: str) -> None:
    assert code_of(caller.ask(ASK | {"requestTime": moment})) == code


@pytest.mark.parametrize(
    ("method", "path", "media_type", "status"),
    [
        ("GET", PATH, "application/json", 405),
        ("POST", PATH, "application/x-www-form-urlencoded", 415),
        ("POST", "/aggregate-pay/api/gateway/other", "application/json", 404),
    ],
)
def test_the_web_server_refuses_what_is_no_post_of_json(
    caller: PayerMaxCaller, method: str, path: str, media_type: str, status: int
) -> None:
    assert send(caller.url + path, b"{}", {"Content-Type": media_type}, method).status == status
