"""Which of PayBy's answers are refused. Recorded signatures: see tests/fixtures/README.md."""

from collections.abc import Callable
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import HttpReply
from tests.provider_fixtures import MERCHANT, PROVIDER, recorded_reply, signature_of, signed_reply
from tests.unit.payby_cases import DOCUMENTED, PAYBY, documented, of_code, refusal, with_amount


@pytest.mark.parametrize("body", [DOCUMENTED.read_bytes(), of_code("78001"), of_code("99999"), of_code("5")])
def test_an_unsigned_answer_is_refused(body: bytes) -> None:
    error = refusal(HttpReply(200, {}, body))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "signature is missing" in error.message


@pytest.mark.parametrize(
    "signature",
    [
        PROVIDER.sign(DOCUMENTED.read_bytes() + b"\n"),
        MERCHANT.sign(DOCUMENTED.read_bytes()),
        signature_of(PAYBY / "code-78001-CURRENCY_CODE_NOT_SUPPORTED.json"),
        signature_of(DOCUMENTED)[:-4],
        signature_of(DOCUMENTED) + ", " + signature_of(DOCUMENTED),
        "not Base64",
        "ünïcödé",
        "",
    ],
    ids=["other bytes", "our own key", "of another answer", "cut off", "twice", "no Base64", "no ASCII", "empty"],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    error = refusal(HttpReply(200, {"sign": signature}, DOCUMENTED.read_bytes()))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "provider_public_keys" in error.message


def test_no_changed_byte_gets_through() -> None:
    signature, body = signature_of(DOCUMENTED), DOCUMENTED.read_bytes()
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert refusal(HttpReply(200, {"sign": signature}, changed)).kind is ErrorKind.BAD_RESPONSE


def test_the_same_json_in_other_bytes_is_refused() -> None:
    reply = HttpReply(200, {"sign": signature_of(DOCUMENTED)}, documented())

    assert refusal(reply).kind is ErrorKind.BAD_RESPONSE


def test_a_wrong_signature_is_found_before_the_body_is_parsed() -> None:
    assert "signature" in refusal(HttpReply(200, {"sign": "AAAA"}, b"not JSON")).message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ErrorKind.BAD_RESPONSE),
        (201, ErrorKind.BAD_RESPONSE),
        (401, ErrorKind.AUTHENTICATION),
        (403, ErrorKind.PERMISSION_DENIED),
        (404, ErrorKind.BAD_RESPONSE),
        (429, ErrorKind.RATE_LIMITED),
        (502, ErrorKind.UNAVAILABLE),
        (504, ErrorKind.TIMEOUT),
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html><h1>oops</h1></html>", b'{"head": {"co', b"[]", b"null", b"{}", b'{"status": 502}', of_code("99999")],
    ids=["empty", "HTML", "cut off", "list", "null", "no head", "gateway's JSON", "unknown code"],
)
def test_an_unsigned_answer_without_a_known_code_means_what_its_status_means(
    status: int, kind: ErrorKind, body: bytes
) -> None:
    assert refusal(HttpReply(status, {}, body)).kind is kind


def test_a_success_needs_http_200() -> None:
    assert refusal(recorded_reply(DOCUMENTED, status=500)).kind is ErrorKind.UNAVAILABLE
    assert refusal(recorded_reply(DOCUMENTED, status=202)).kind is ErrorKind.BAD_RESPONSE


def row(answer: dict[str, Any]) -> dict[str, Any]:
    money = answer["body"]["balanceList"][0]["availableBalance"]
    assert isinstance(money, dict)
    return money


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.head", lambda answer: answer.pop("head")),
        ("$.head", lambda answer: answer.update(head=None)),
        ("$.head", lambda answer: answer.update(head=[])),
        ("$.head.code", lambda answer: answer["head"].pop("code")),
        ("$.head.code", lambda answer: answer["head"].update(code=0)),
        ("$.head.code", lambda answer: answer["head"].update(code="")),
        ("$.head.code", lambda answer: answer["head"].update(code="5 00")),
        ("$.head.applyStatus", lambda answer: answer["head"].pop("applyStatus")),
        ("$.head.applyStatus", lambda answer: answer["head"].update(applyStatus="FAIL")),
        ("$.head.success", lambda answer: answer["head"].update(success=False)),
        ("$.head.success", lambda answer: answer["head"].update(success="true")),
        ("$.body", lambda answer: answer.pop("body")),
        ("$.body", lambda answer: answer.update(body=None)),
        ("$.body", lambda answer: answer.update(body="balance")),
        ("$.body.memberId", lambda answer: answer["body"].pop("memberId")),
        ("$.body.memberId", lambda answer: answer["body"].update(memberId=200000030907)),
        ("$.body.memberId", lambda answer: answer["body"].update(memberId="2" * 65)),
        ("$.body.balanceList", lambda answer: answer["body"].update(balanceList=None)),
        ("$.body.balanceList", lambda answer: answer["body"].update(balanceList={})),
        ("$.body.balanceList", lambda answer: answer["body"].update(balanceList=[])),
        ("$.body.balanceList", lambda answer: answer["body"]["balanceList"].append(answer["body"]["balanceList"][0])),
        ("$.body.balanceList[0]", lambda answer: answer["body"].update(balanceList=[1])),
        ("$.body.balanceList[0].availableBalance", lambda answer: answer["body"]["balanceList"][0].clear()),
        ("$.body.balanceList[0].availableBalance.currency", lambda answer: row(answer).pop("currency")),
        ("$.body.balanceList[0].availableBalance.currency", lambda answer: row(answer).update(currency="USD")),
        ("$.body.balanceList[0].availableBalance.currency", lambda answer: row(answer).update(currency="aed")),
        ("$.body.balanceList[0].availableBalance.amount", lambda answer: row(answer).pop("amount")),
        ("$.body.balanceList[0].availableBalance.amount", lambda answer: row(answer).update(amount=None)),
        ("$.body.balanceList[0].availableBalance.amount", lambda answer: row(answer).update(amount="897993.88")),
        ("$.body.balanceList[0].availableBalance.amount", lambda answer: row(answer).update(amount=True)),
        ("$.body.balanceList[0].availableBalance.amount", lambda answer: row(answer).update(amount=10**40)),
    ],
)
def test_a_signed_success_that_is_not_as_documented_is_refused(
    place: str, change: Callable[[dict[str, Any]], object]
) -> None:
    error = refusal(signed_reply(documented(change)))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert f": {place} " in error.message
    assert "897993" not in error.message


@pytest.mark.parametrize("written", ["NaN", "1e999999", "1" * 5000, "0x10", "1_000", '"0.59"'])
def test_an_amount_that_is_no_plain_number_is_refused(written: str) -> None:
    assert refusal(signed_reply(with_amount(written))).kind is ErrorKind.BAD_RESPONSE


def test_an_answer_about_another_currency_is_refused() -> None:
    assert refusal(recorded_reply(DOCUMENTED), currency="USD").kind is ErrorKind.BAD_RESPONSE
