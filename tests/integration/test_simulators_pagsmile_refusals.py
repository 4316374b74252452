"""What the Pagsmile simulator refuses; requests are sealed by the openssl command."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.callers import PagsmileCaller
from tests.integration.wire import Reply, send
from tests.local.simulators.keys import key_pair
from tests.local.simulators.pagsmile import (
    DOCUMENTED_ID,
    PATH,
    PagsmileMerchant,
    PagsmileSimulator,
)

KEY = b"0123456789ABCDEF"
IV = b"FEDCBA9876543210"
OTHER_ID = "2"


@pytest.fixture(scope="module")
def simulator(keys: Path) -> Iterator[PagsmileSimulator]:
    merchants = {DOCUMENTED_ID: PagsmileMerchant(key_pair(keys, "merchant").public_base64)}
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


@pytest.mark.parametrize(
    "name",
    ["app_id", "partner_id", "request_id", "timestamp", "format", "version", "sign_type", "biz_data", "random_key"],
)
def test_every_field_is_required_and_a_text(caller: PagsmileCaller, name: str) -> None:
    assert error_of(caller.ask(**{name: None})) == (400, "40001", f"missing-{name}")
    assert error_of(caller.ask(**{name: ""})) == (400, "40001", f"missing-{name}")
    assert error_of(caller.ask(**{name: {"partner_id": DOCUMENTED_ID}})) == (400, "30001", f"invalid-{name}")


@pytest.mark.parametrize(
    ("changes", "code", "sub_code"),
    [
        ({"partner_id": "9"}, "30000", "invalid-account"),
        ({"app_id": "9"}, "40002", "app-not-match"),
        ({"format": "XML"}, "30001", "invalid-format"),
        ({"version": "1.0"}, "30001", "invalid-version"),
        ({"sign_type": "RSA2"}, "30001", "invalid-sign_type"),
        ({"timestamp": "2025-04-07T13:56:59"}, "30001", "invalid-timestamp"),
        ({"timestamp": "2025-4-7 13:56:59"}, "30001", "invalid-timestamp"),
        ({"timestamp": "2025-02-30 13:56:59"}, "30001", "invalid-timestamp"),
        ({"timestamp": "2025-04-07 13:56:59.000"}, "30001", "invalid-timestamp"),
        ({"random_key": "%%%"}, "40002", "invalid-signature"),
        ({"random_key": "AAAA"}, "40002", "invalid-signature"),
        ({"biz_data": "short"}, "40002", "invalid-signature"),
        ({"biz_data": IV.decode() + "%%%"}, "40002", "invalid-signature"),
        ({"biz_data": IV.decode() + "AAAA"}, "40002", "invalid-signature"),
    ],
)
def test_each_refusal_has_its_code(
    caller: PagsmileCaller, changes: dict[str, object], code: str, sub_code: str
) -> None:
    assert error_of(caller.ask(**changes)) == (400, code, sub_code)


def test_the_documented_refusal_of_a_wrong_key(caller: PagsmileCaller) -> None:
    reply = caller.ask(random_key=caller.wrap(KEY, receiver="other"))
    assert reply.status == 400
    assert json.loads(reply.body) == {
        "code": "40002",
        "msg": "Business Failed",
        "sub_code": "invalid-signature",
        "sub_msg": "invalid signature",
    }


def test_the_key_inside_must_be_the_one_that_sealed(caller: PagsmileCaller) -> None:
    signature = (400, "40002", "invalid-signature")
    assert error_of(caller.ask(random_key=caller.wrap(b"FFFFFFFFFFFFFFFF"))) == signature
    assert error_of(caller.ask(random_key=caller.wrap(KEY * 2))) == signature
    assert error_of(caller.ask(random_key=caller.wrap(base64.b64encode(KEY)))) == signature


@pytest.mark.parametrize("length", [24, 32])
def test_the_key_of_a_request_is_sixteen_bytes(caller: PagsmileCaller, length: int) -> None:
    reply = replace(caller, aes_key=b"F" * length).ask()
    assert error_of(reply) == (400, "40002", "invalid-signature")


def test_the_iv_is_upper_case_hex(caller: PagsmileCaller) -> None:
    sealed = caller.seal({"partner_id": DOCUMENTED_ID}, iv=b"fedcba9876543210")
    assert error_of(caller.ask(biz_data=sealed)) == (400, "40002", "invalid-signature")


@pytest.mark.parametrize(
    ("biz_data", "code", "sub_code"),
    [
        (b"not JSON", "40002", "invalid-signature"),
        (b"[]", "40002", "invalid-signature"),
        (b"\xff\xff", "40002", "invalid-signature"),
        ({}, "40001", "missing-partner_id"),
        ({"partner_id": OTHER_ID}, "30001", "invalid-partner_id"),
        ({"partner_id": 0}, "30001", "invalid-partner_id"),
        ({"partner_id": DOCUMENTED_ID, "account_num": 10419000000401}, "30001", "invalid-account_num"),
    ],
)
def test_what_is_inside_is_checked_too(caller: PagsmileCaller, biz_data: object, code: str, sub_code: str) -> None:
    assert error_of(caller.ask(biz_data=caller.seal(biz_data))) == (400, code, sub_code)


def test_a_request_id_is_good_once(caller: PagsmileCaller) -> None:
    fields = caller.fields()
    again = caller.fields(request_id=fields["request_id"])
    assert caller.post(json.dumps(fields).encode()).status == 200
    assert error_of(caller.post(json.dumps(again).encode())) == (400, "30001", "duplicate-request-id")


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff"])
def test_a_body_that_is_no_json_object_is_an_input_error(caller: PagsmileCaller, body: bytes) -> None:
    assert error_of(caller.post(body)) == (400, "30001", "invalid-json")


def test_method_media_type_and_path(caller: PagsmileCaller) -> None:
    url, as_json = caller.url + PATH, {"Content-Type": "application/json"}
    assert error_of(send(url, b"{}", as_json, "GET")) == (400, "40004", "method-not-supported")
    assert error_of(send(url, b"{}", {"Content-Type": "text/xml"})) == (400, "40005", "media-type-not-supported")
    assert send(caller.url + "/issuing", b"{}", as_json).status == 404
