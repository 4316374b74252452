"""The simulators must refuse what the real services refuse: otherwise product tests would pass and prove nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.clock import NOW, Clock
from tests.local.certificates import local_authority
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.keys import KeyPair
from tests.local.simulators.pagsmile_encryption import new_key, seal, wrap_key
from tests.local.simulators.slack import SlackSimulator
from tests.provider_fixtures import MERCHANT, PROVIDER


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(verify=local_authority().client_context(), timeout=60, trust_env=False) as made:
        yield made


def post(client: httpx.Client, url: str, body: bytes, tail: bytes = b"", **headers: str) -> httpx.Response:
    """POST a body with its signature, and then with a `tail` that is not signed."""
    return client.post(url, content=body + tail, headers={"sign": MERCHANT.sign(body), **headers})


@pytest.mark.parametrize(
    ("tail", "minutes", "code"), [(b"", 14, "0"), (b" ", 0, "403"), (b"", 16, "400"), (b"", -16, "400")]
)
def test_payby_refuses_a_wrong_signature_and_an_old_request(
    client: httpx.Client, tail: bytes, minutes: int, code: str
) -> None:
    milliseconds = round((NOW + timedelta(minutes=minutes)).timestamp() * 1000)
    body = json.dumps({"requestTime": milliseconds, "bizContent": {"currencyCode": "AED"}}).encode()
    merchants = {payby.DOCUMENTED_PARTNER_ID: payby.PayByMerchant(MERCHANT.public_key)}
    with payby.PayBySimulator(PROVIDER, merchants, Clock()) as server:
        headers = {"Content-Type": "application/json", "Partner-Id": payby.DOCUMENTED_PARTNER_ID}
        reply = post(client, server.url + payby.PATH, body, tail, **headers)
    assert (reply.json()["head"]["code"], "sign" in reply.headers) == (code, code == "0")


@pytest.mark.parametrize(
    ("request_time", "tail", "code"),
    [
        ("2026-11-21T01:45:38.960Z", b"", "APPLY_SUCCESS"),
        ("2026-11-21T01:45:38.960Z", b" ", "SIGN_VERIFY_FAILED"),
        ("2026-11-21T01:43:38.000Z", b"", "REQ_TIME_OVER_TIME"),
        ("2026-11-21 01:45:38", b"", "PARAMS_INVALID"),
    ],
)
def test_payermax_refuses_a_wrong_signature_and_an_old_request(
    client: httpx.Client, request_time: str, tail: bytes, code: str
) -> None:
    ids = {"appId": payermax.DOCUMENTED_APP_ID, "merchantNo": payermax.DOCUMENTED_MERCHANT_NO}
    document = {"version": "1.3", "keyVersion": "1", "requestTime": request_time, "data": {}, **ids}
    merchants = {payermax.DOCUMENTED_MERCHANT_NO: payermax.PayerMaxMerchant(MERCHANT.public_key)}
    with payermax.PayerMaxSimulator(PROVIDER, merchants, Clock()) as server:
        body = json.dumps(document).encode()
        reply = post(client, server.url + payermax.PATH, body, tail, **{"Content-Type": "application/json"})
    assert (reply.json()["code"], "sign" in reply.headers) == (code, code == "APPLY_SUCCESS")


def test_pagsmile_refuses_a_wrong_key_and_a_used_request_id(client: httpx.Client) -> None:
    def ask(request_id: str, receiver: KeyPair, key_length: int = 16) -> Any:
        key = new_key(key_length)
        document = {
            **dict.fromkeys(("app_id", "partner_id"), pagsmile.DOCUMENTED_ID),
            "format": "JSON",
            "version": "2.0",
            "sign_type": "RSA",
            "request_id": request_id,
            "timestamp": "2026-11-21 01:45:38",
            "biz_data": seal(json.dumps({"partner_id": pagsmile.DOCUMENTED_ID}), key),
            "random_key": wrap_key(key, receiver.public_key),
        }
        return client.post(server.url + pagsmile.PATH, json=document).json()

    merchants = {pagsmile.DOCUMENTED_ID: pagsmile.PagsmileMerchant(MERCHANT.public_key)}
    with pagsmile.PagsmileSimulator(PROVIDER, merchants) as server:
        assert ask("one", PROVIDER)["code"] == "10000"
        assert ask("one", PROVIDER)["sub_code"] == "duplicate-request-id"
        assert ask("two", MERCHANT)["sub_code"] == "invalid-signature"
        assert ask("three", PROVIDER, 32)["sub_code"] == "invalid-signature"


def test_a_response_url_accepts_five_messages_within_thirty_minutes(client: httpx.Client) -> None:
    clock = Clock()
    with SlackSimulator("xoxb-1-2-right", clock=clock) as slack:
        used, kept = (slack.new_command("USD").response_url for _ in range(2))
        assert client.post(used, json={"text": ""}).text == "no_text"
        assert [client.post(used, json={"text": "x"}).status_code for _ in range(6)] == [*(200,) * 5, 404]
        clock.now += timedelta(minutes=30)
        assert client.post(kept, json={"text": "x"}).text == "ok"
        clock.now += timedelta(seconds=1)
        assert client.post(kept, json={"text": "x"}).json()["error"] == "expired_url"
        assert client.post(f"{slack.url}/commands/T1/1/x", json={"text": "x"}).json()["error"] == "expired_url"
