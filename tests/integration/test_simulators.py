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
from tests.local.simulators.pagsmile_encryption import new_key, seal, unseal, unwrap_key, wrap_key
from tests.local.simulators.slack import SlackSimulator
from tests.provider_fixtures import MERCHANT, PROVIDER

_TOKEN = "xoxb-1-2-right"
_CHANNEL = "C0123456789"
_MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Details"}, "blocks": []}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(verify=local_authority().client_context(), timeout=60, trust_env=False) as made:
        yield made


@pytest.mark.parametrize(
    ("tamper", "minutes", "code"),
    [
        (lambda body: body, 0, "0"),
        (lambda body: body, 14, "0"),
        (lambda body: body + b" ", 0, "403"),
        (lambda body: body, 16, "400"),
        (lambda body: body, -16, "400"),
    ],
)
def test_payby_refuses_a_wrong_signature_and_an_old_request(
    client: httpx.Client, tamper: Any, minutes: int, code: str
) -> None:
    milliseconds = round((NOW + timedelta(minutes=minutes)).timestamp() * 1000)
    body = json.dumps({"requestTime": milliseconds, "bizContent": {"currencyCode": "AED"}}).encode()
    headers = {
        "Content-Type": "application/json",
        "Partner-Id": payby.DOCUMENTED_PARTNER_ID,
        "sign": MERCHANT.sign(body),
    }
    merchants = {payby.DOCUMENTED_PARTNER_ID: payby.PayByMerchant(MERCHANT.public_key)}
    with payby.PayBySimulator(PROVIDER, merchants, Clock()) as server:
        reply = client.post(server.url + payby.PATH, content=tamper(body), headers=headers)
        stray = client.get(server.url + payby.PATH, headers=headers)
    assert (reply.json()["head"]["code"], stray.status_code) == (code, 405)
    assert ("sign" in reply.headers) == (code == "0")
    if code == "0":
        assert PROVIDER.sign(reply.content) == reply.headers["sign"]
        assert b'"amount":897993.88,' in reply.content


@pytest.mark.parametrize(
    ("changes", "tamper", "code"),
    [
        ({}, b"", "APPLY_SUCCESS"),
        ({}, b" ", "SIGN_VERIFY_FAILED"),
        ({"appId": "another"}, b"", "MERCHANT_APP_INVALID"),
        ({"requestTime": "2026-11-21T01:43:38.000Z"}, b"", "REQ_TIME_OVER_TIME"),
        ({"requestTime": "2026-11-21 01:45:38"}, b"", "PARAMS_INVALID"),
        ({"data": {"accountCurrency": ["USDT"]}}, b"", "CURRENCY_INVALID"),
    ],
)
def test_payermax_refuses_what_its_documentation_forbids(
    client: httpx.Client, changes: dict[str, Any], tamper: bytes, code: str
) -> None:
    document = {
        "appId": payermax.DOCUMENTED_APP_ID,
        "version": "1.3",
        "merchantNo": payermax.DOCUMENTED_MERCHANT_NO,
        "requestTime": "2026-11-21T01:45:38.960Z",
        "keyVersion": "1",
        "data": {},
        **changes,
    }
    body = json.dumps(document).encode()
    headers = {"Content-Type": "application/json", "sign": MERCHANT.sign(body)}
    merchants = {payermax.DOCUMENTED_MERCHANT_NO: payermax.PayerMaxMerchant(MERCHANT.public_key)}
    with payermax.PayerMaxSimulator(PROVIDER, merchants, Clock()) as server:
        reply = client.post(server.url + payermax.PATH, content=body + tamper, headers=headers)
    assert (reply.json()["code"], "sign" in reply.headers) == (code, code == "APPLY_SUCCESS")
    if code == "APPLY_SUCCESS":
        assert PROVIDER.sign(reply.content) == reply.headers["sign"]
        assert b'{"balance":0.59,"accountType":"DISBURSEMENT","currency":"AED"}' in reply.content


def test_pagsmile_refuses_a_wrong_key_and_a_used_request_id(client: httpx.Client) -> None:
    merchants = {pagsmile.DOCUMENTED_ID: pagsmile.PagsmileMerchant(MERCHANT.public_key)}
    with pagsmile.PagsmileSimulator(PROVIDER, merchants) as server:

        def ask(request_id: str, receiver: KeyPair, key_length: int = 16) -> Any:
            key = new_key(key_length)
            document = {
                "app_id": pagsmile.DOCUMENTED_ID,
                "partner_id": pagsmile.DOCUMENTED_ID,
                "request_id": request_id,
                "timestamp": "2026-11-21 01:45:38",
                "format": "JSON",
                "version": "2.0",
                "sign_type": "RSA",
                "biz_data": seal(json.dumps({"partner_id": pagsmile.DOCUMENTED_ID}), key),
                "random_key": wrap_key(key, receiver.public_key),
            }
            return client.post(server.url + pagsmile.PATH, json=document).json()

        answer = ask("one", PROVIDER)
        rows = json.loads(unseal(answer["data"], unwrap_key(answer["random_key"], MERCHANT.private_key)))
        assert (answer["code"], rows[0]["balance"]) == ("10000", "1008.29")
        assert ask("one", PROVIDER)["sub_code"] == "duplicate-request-id"
        assert ask("two", MERCHANT)["sub_code"] == "invalid-signature"
        assert ask("three", PROVIDER, 32)["sub_code"] == "invalid-signature"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackSimulator]:
    with SlackSimulator(_TOKEN, clock=clock) as server:
        yield server


def _call(client: httpx.Client, slack: SlackSimulator, method: str, token: str = _TOKEN, **arguments: Any) -> Any:
    return client.post(slack.api_url + method, json=arguments, headers={"Authorization": f"Bearer {token}"}).json()


def test_a_response_url_accepts_five_messages_within_thirty_minutes(
    client: httpx.Client, slack: SlackSimulator, clock: Clock
) -> None:
    used, kept = (slack.new_command("USD").response_url for _ in range(2))
    assert client.post(used, json={"text": ""}).text == "no_text"
    assert [client.post(used, json={"text": "x"}).status_code for _ in range(6)] == [*(200,) * 5, 404]
    clock.now += timedelta(minutes=30)
    assert client.post(kept, json={"text": "x"}).text == "ok"
    clock.now += timedelta(seconds=1)
    assert client.post(kept, json={"text": "x"}).json()["error"] == "expired_url"
    assert client.post(f"{slack.url}/commands/T1/1/x", json={"text": "x"}).json()["error"] == "expired_url"


def test_the_web_api_refuses_a_wrong_token_channel_and_method(client: httpx.Client, slack: SlackSimulator) -> None:
    assert _call(client, slack, "chat.postMessage", channel=_CHANNEL, text="x")["ok"]
    assert _call(client, slack, "chat.postMessage", "xoxb-wrong", channel=_CHANNEL, text="x")["error"] == "invalid_auth"
    assert _call(client, slack, "chat.postMessage", channel="C9", text="x")["error"] == "channel_not_found"
    assert _call(client, slack, "chat.postMessage", channel=_CHANNEL)["error"] == "no_text"
    assert _call(client, slack, "chat.delete")["error"] == "unknown_method"
    assert [message.text for message in slack.messages] == ["x"]


@pytest.mark.parametrize(
    ("wait", "errors"),
    [(timedelta(seconds=3), [None, "exchanged_trigger_id"]), (timedelta(seconds=4), ["expired_trigger_id"])],
)
def test_a_trigger_id_opens_one_modal_within_three_seconds(
    client: httpx.Client, slack: SlackSimulator, clock: Clock, wait: timedelta, errors: list[str | None]
) -> None:
    trigger_id = slack.new_command("USD").trigger_id
    clock.now += wait
    replies = [_call(client, slack, "views.open", trigger_id=trigger_id, view=_MODAL) for _ in errors]
    assert [reply.get("error") for reply in replies] == errors
