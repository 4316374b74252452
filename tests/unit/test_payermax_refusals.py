"""Which of PayerMax's answers are refused. Recorded signatures: see tests/fixtures/README.md."""

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import HttpReply
from tests.provider_fixtures import MERCHANT, PROVIDER, signature_of, signed_reply
from tests.unit.payermax_cases import DOCUMENTED, PAYERMAX, documented, refusal, row, with_rows


@pytest.mark.parametrize("status", [200, 500])
def test_an_unsigned_success_is_refused(status: int) -> None:
    error = refusal(HttpReply(status, {}, DOCUMENTED.read_bytes()))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "signature is missing" in error.message


@pytest.mark.parametrize(
    "signature",
    [
        PROVIDER.sign(DOCUMENTED.read_bytes() + b"\n"),
        MERCHANT.sign(DOCUMENTED.read_bytes()),
        signature_of(PAYERMAX / "request.json"),
        signature_of(DOCUMENTED)[:-4],
        signature_of(DOCUMENTED) + ", " + signature_of(DOCUMENTED),
        "not Base64",
        "ünïcödé",
        "",
    ],
    ids=["other bytes", "our own key", "of our request", "cut off", "twice", "no Base64", "no ASCII", "empty"],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    error = refusal(HttpReply(200, {"sign": signature}, DOCUMENTED.read_bytes()))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "provider_public_keys" in error.message


def test_no_changed_byte_gets_through() -> None:
    signature, body = signature_of(DOCUMENTED), DOCUMENTED.read_bytes()
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        refusal(HttpReply(200, {"sign": signature}, changed))


def test_the_same_json_in_other_bytes_is_refused() -> None:
    reply = HttpReply(200, {"sign": signature_of(DOCUMENTED)}, documented(lambda _: None))

    assert refusal(reply).kind is ErrorKind.BAD_RESPONSE


ROW = "$.data.accountRealTimeTypes[0]"


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("$.data", documented(lambda answer: answer.pop("data"))),
        ("$.data", documented(lambda answer: answer.update(data=None))),
        ("$.data", documented(lambda answer: answer.update(data=[]))),
        ("$.data.errorCode", documented(lambda answer: answer["data"].update(errorCode=7))),
        ("$.data.errorMsg", documented(lambda answer: answer["data"].update(errorMsg="words"))),
        ("$.data.inquiryTime", documented(lambda answer: answer["data"].pop("inquiryTime"))),
        ("$.data.inquiryTime", documented(lambda answer: answer["data"].update(inquiryTime=1680156922096))),
        ("$.data.inquiryTime", documented(lambda answer: answer["data"].update(inquiryTime="2023-03-30T06:15:22"))),
        ("$.data.inquiryTime", documented(lambda answer: answer["data"].update(inquiryTime="yesterday"))),
        ("$.data.accountRealTimeTypes", documented(lambda answer: answer["data"].pop("accountRealTimeTypes"))),
        ("$.data.accountRealTimeTypes", documented(lambda answer: answer["data"].update(accountRealTimeTypes=None))),
        ("$.data.accountRealTimeTypes", documented(lambda answer: answer["data"].update(accountRealTimeTypes={}))),
        (ROW, with_rows("row")),
        (ROW, with_rows(None)),
        (f"{ROW}.currency", with_rows({"balance": 5, "accountType": "FREEZE"})),
        (f"{ROW}.currency", with_rows(row(currency=""))),
        (f"{ROW}.currency", with_rows(row(currency="usd"))),
        (f"{ROW}.currency", with_rows(row(currency="USDT"))),
        (f"{ROW}.accountType", with_rows({"balance": 5, "currency": "USD"})),
        (f"{ROW}.accountType", with_rows(row(account_type=""))),
        (f"{ROW}.accountType", with_rows(row(account_type="X" * 65))),
        (f"{ROW}.balance", with_rows({"accountType": "FREEZE", "currency": "USD"})),
        (f"{ROW}.balance", with_rows(row(balance=None))),
        (f"{ROW}.balance", with_rows(row(balance="776.34"))),
        (f"{ROW}.balance", with_rows(row(balance=False))),
        (f"{ROW}.balance", with_rows(row(balance=10**40))),
        ("$.data.accountRealTimeTypes[2]", with_rows(row("FREEZE"), row(), row("FREEZE"))),
        ("$.data.accountRealTimeTypes[1]", with_rows(row("DISBURSEMENT"), row("AVAILABLE"))),
    ],
)
def test_a_signed_success_that_is_not_as_documented_is_refused(place: str, body: bytes) -> None:
    error = refusal(signed_reply(body))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert f": {place} " in error.message
    assert "776.34" not in error.message


@pytest.mark.parametrize("written", ["NaN", "1e999999", "1" * 5000, "1_000"])
def test_an_amount_that_is_no_plain_number_is_refused(written: str) -> None:
    body = DOCUMENTED.read_bytes().replace(b"776.34", written.encode())

    assert refusal(signed_reply(body)).kind is ErrorKind.BAD_RESPONSE
