"""The Pagsmile simulator over real sockets; requests are sealed and answers opened by the openssl command."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import openssl
from tests.integration.callers import PagsmileCaller
from tests.integration.wire import Reply
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import key_pair
from tests.local.simulators.pagsmile import (
    DOCUMENTED_ID,
    PagsmileBalance,
    PagsmileMerchant,
    PagsmileSimulator,
)

OTHER_ID = "2"
DOCUMENTED_ROWS = [
    {
        "account_num": "10419000000401",
        "account_name": "Test A",
        "currency": "USD",
        "balance": "1008.29",
        "available_balance": "1008.29",
        "block_amount": "0.00",
    },
    {
        "account_num": "10419000000401",
        "account_name": "Test A",
        "currency": "HKD",
        "balance": "100.00",
        "available_balance": "100.00",
        "block_amount": "0.00",
    },
]


@pytest.fixture(scope="module")
def simulator(keys: Path) -> Iterator[PagsmileSimulator]:
    rows = (
        PagsmileBalance("1", 'Quote " é 测试', "BRL", "-0.01", "12345678901234567890.12", "0"),
        PagsmileBalance("2", "B", "BRL", "5", "3", "2"),
    )
    merchants = {
        DOCUMENTED_ID: PagsmileMerchant(key_pair(keys, "merchant").public_base64),
        OTHER_ID: PagsmileMerchant(key_pair(keys, "other").public_pem, rows, app_id="app2", total=2),
    }
    with PagsmileSimulator(key_pair(keys, "provider"), merchants) as server:
        yield server


@pytest.fixture
def caller(simulator: PagsmileSimulator, keys: Path) -> Iterator[PagsmileCaller]:
    yield PagsmileCaller(simulator.url, keys)
    simulator.set_fault(None)


def error_of(reply: Reply) -> tuple[int, str, str]:
    document = json.loads(reply.body)
    assert "data" not in document
    assert "random_key" not in document
    return reply.status, document["code"], document["sub_code"]


def test_the_documented_example_comes_back_encrypted(caller: PagsmileCaller) -> None:
    reply = caller.ask()
    document = json.loads(reply.body)
    assert reply.status == 200
    assert list(document) == ["code", "msg", "total", "random_key", "sign_type", "app_id", "data"]
    assert (document["code"], document["msg"], document["total"]) == ("10000", "Success", 15)
    assert (document["sign_type"], document["app_id"]) == ("RSA", DOCUMENTED_ID)
    assert caller.open(reply) == DOCUMENTED_ROWS


def test_each_answer_has_a_fresh_key_and_iv(caller: PagsmileCaller) -> None:
    first, second = (json.loads(caller.ask().body) for _ in range(2))
    assert first["random_key"] != second["random_key"]
    assert first["data"][:16] != second["data"][:16]
    assert first["data"][16:] != second["data"][16:]
    assert set(first["data"][:16]) <= set("0123456789ABCDEF")


@pytest.mark.parametrize("length", [16, 24, 32])
def test_answers_can_come_under_a_longer_key(keys: Path, length: int) -> None:
    merchants = {DOCUMENTED_ID: PagsmileMerchant(key_pair(keys, "merchant").public_pem)}
    with PagsmileSimulator(key_pair(keys, "provider"), merchants, answer_key_length=length) as server:
        caller = PagsmileCaller(server.url, keys)
        reply = caller.ask()
    assert len(openssl.rsa_decrypt(json.loads(reply.body)["random_key"], keys / "merchant.pem")) == length
    assert caller.open(reply) == DOCUMENTED_ROWS


def test_another_partner_has_other_rows_under_its_own_key(caller: PagsmileCaller) -> None:
    reply = caller.ask(app_id="app2", partner_id=OTHER_ID, biz_data=caller.seal({"partner_id": OTHER_ID}))
    rows = caller.open(reply, owner="other")
    assert [row["available_balance"] for row in rows] == ["12345678901234567890.12", "3"]
    assert rows[0]["account_name"] == 'Quote " é 测试'
    assert json.loads(reply.body)["total"] == 2
    with pytest.raises((subprocess.CalledProcessError, ValueError)):
        caller.open(reply, owner="merchant")


def test_the_account_number_filters(caller: PagsmileCaller) -> None:
    partner = {"app_id": "app2", "partner_id": OTHER_ID}
    reply = caller.ask(**partner, biz_data=caller.seal({"partner_id": OTHER_ID, "account_num": "2"}))
    assert [row["account_num"] for row in caller.open(reply, owner="other")] == ["2"]
    unknown = caller.ask(**partner, biz_data=caller.seal({"partner_id": OTHER_ID, "account_num": "3"}))
    assert error_of(unknown) == (400, "30000", "invalid-account")


@pytest.mark.parametrize(("name", "code"), [(FaultName.SYSTEM_ERROR, "30003"), (FaultName.RATE_LIMITED, "20000")])
def test_its_own_error_codes(simulator: PagsmileSimulator, caller: PagsmileCaller, name: FaultName, code: str) -> None:
    simulator.set_fault(Fault(name))
    assert error_of(caller.ask())[:2] == (400, code)


def test_a_lie_is_an_answer_for_another_key(simulator: PagsmileSimulator, caller: PagsmileCaller) -> None:
    simulator.set_fault(Fault(FaultName.LIE))
    reply = caller.ask()
    assert json.loads(reply.body)["code"] == "10000"
    assert caller.open(reply, owner="provider") == DOCUMENTED_ROWS
    with pytest.raises((subprocess.CalledProcessError, ValueError)):
        caller.open(reply, owner="merchant")
