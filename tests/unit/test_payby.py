"""PayBy: what is asked about which currency, what its reply means, and which signed replies are refused."""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, Reading
from balance_core.money import Money
from balance_core.provider.http import HttpReply
from balance_core.question import Question
from tests.clock import NOW
from tests.conversation import converse, first_request, new_context, reading_of, refusal
from tests.openssl import KEYS, openssl
from tests.provider_fixtures import PROVIDER, recorded_reply, signed_reply
from tests.unit.provider_cases import PAYBY

DOCUMENTED = PAYBY.fixtures / "documented-answer.json"
CODES = sorted(path.name for path in PAYBY.fixtures.glob("code-*.json"))


def of_code(code: str, msg: str = "SOME_MESSAGE", apply_status: str = "FAIL") -> bytes:
    return json.dumps({"head": {"applyStatus": apply_status, "code": code, "msg": msg, "traceCode": "7"}}).encode()


def test_the_request_means_the_same_as_the_documented_example() -> None:
    documented = json.loads((PAYBY.fixtures / "documented-request.json").read_bytes())
    sent = json.loads(first_request(PAYBY.inquiry(), new_context(PAYBY.asked_at)).body)
    assert sent == documented
    assert list(sent) == list(documented)


@pytest.mark.parametrize("now", ["2026-11-21T01:45:38.960999Z", "2026-11-21T05:45:38.960+04:00"])
def test_the_request_time_is_in_whole_epoch_milliseconds(now: str) -> None:
    sent = json.loads(first_request(PAYBY.inquiry(), new_context(datetime.fromisoformat(now))).body)
    assert sent["requestTime"] == 1795225538960


@pytest.mark.parametrize(("asked", "expected"), [(None, ["AED", "USD"]), (("USD",), ["USD"])])
def test_each_asked_currency_is_one_conversation_and_by_default_all_configured_ones_are_asked(
    asked: tuple[str, ...] | None, expected: list[str]
) -> None:
    inquiries = PAYBY.inquiries(Question(currencies=asked))
    assert [each.currency for each in inquiries] == expected
    sent = [json.loads(first_request(each).body)["bizContent"] for each in inquiries]
    assert sent == [{"currencyCode": currency} for currency in expected]


def test_a_currency_that_is_not_configured_is_answered_without_a_request() -> None:
    inquiry = PAYBY.inquiry(Question(currencies=("BRL",)))
    error = refusal(inquiry)
    assert inquiry.currency == "BRL"
    assert (error.kind, error.provider_code) == (ErrorKind.CURRENCY_NOT_SUPPORTED, None)
    assert "add it to currencies in the secret" in error.message


def test_the_documented_answer_is_one_available_balance_as_of_its_receipt() -> None:
    account = Account("member", number="200000030907", label="Merchant account")
    balance = Balance(account, "AED", NOW, available=Money.parse("897993.88", "AED"))
    der = openssl("pkey", "-pubin", "-in", KEYS / "provider_public.pem", "-outform", "DER")
    verified_by = sha256(der).hexdigest()
    assert reading_of(PAYBY.inquiry(), recorded_reply(DOCUMENTED)) == Reading((balance,), verified_by=verified_by)


def test_a_member_id_may_have_64_characters() -> None:
    body = PAYBY.documented(lambda answer: answer["body"].update(memberId="2" * 64))
    (balance,) = converse(PAYBY.inquiry(), signed_reply(body))
    assert balance.account.number == "2" * 64


MONEY = "$.body.balanceList[0].availableBalance"


def money_of(answer: dict[str, Any]) -> Any:
    return answer["body"]["balanceList"][0]["availableBalance"]


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.head", lambda answer: answer.update(head=[])),
        ("$.head.code", lambda answer: answer["head"].update(code=True)),
        ("$.head.code", lambda answer: answer["head"].update(code="5 00")),
        ("$.head.applyStatus", lambda answer: answer["head"].pop("applyStatus")),
        ("$.head.applyStatus", lambda answer: answer["head"].update(applyStatus="FAIL")),
        ("$.head.success", lambda answer: answer["head"].update(success=False)),
        ("$.head.success", lambda answer: answer["head"].update(success="False")),
        ("$.body", lambda answer: answer.update(body=None)),
        ("$.body.balanceList", lambda answer: answer["body"].update(balanceList={})),
        ("$.body.balanceList", lambda answer: answer["body"].update(balanceList=7)),
    ],
)
def test_a_signed_success_that_differs_from_the_documentation_is_refused_by_its_place(
    place: str, change: Callable[[dict[str, Any]], object]
) -> None:
    error = refusal(PAYBY.inquiry(), signed_reply(PAYBY.documented(change)))
    assert error.kind is ErrorKind.BAD_RESPONSE
    assert f": {place} " in error.message
    assert "897993" not in error.message


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer["head"].pop("success"),
        lambda answer: answer["head"].update(success="true"),
        lambda answer: answer["head"].update(code=0),
        lambda answer: answer["head"].update(applyStatus="success"),
        lambda answer: answer["body"].pop("memberId"),
        lambda answer: answer["body"].update(memberId=200000030907),
        lambda answer: answer["body"].update(memberId="2" * 201),
    ],
)
def test_a_detail_that_differs_from_the_documentation_loses_no_balance(change: Callable[[dict[str, Any]], Any]) -> None:
    reading = reading_of(PAYBY.inquiry(), signed_reply(PAYBY.documented(change)))
    assert [balance.known for balance in reading.balances] == [(Money.parse("897993.88", "AED"),)]
    assert reading.notices == ()


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (MONEY, lambda answer: answer["body"]["balanceList"][0].clear()),
        (f"{MONEY}.amount", lambda answer: money_of(answer).pop("amount")),
        (
            "$.body.balanceList[1], $.body.balanceList[0]",
            lambda answer: answer["body"]["balanceList"].append(answer["body"]["balanceList"][0]),
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_noticed_by_its_place(
    place: str, change: Callable[[dict[str, Any]], object]
) -> None:
    reading = reading_of(PAYBY.inquiry(), signed_reply(PAYBY.documented(change)))
    (notice,) = reading.notices
    assert (reading.balances, notice.kind, notice.place) == ((), "unread_rows", place)
    assert "897" not in notice.message


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer["body"].update(balanceList=None),
        lambda answer: answer["body"].pop("balanceList"),
        lambda answer: money_of(answer).update(currency="USD"),
    ],
)
def test_an_answer_without_the_asked_currency_says_so(change: Callable[[dict[str, Any]], object]) -> None:
    reading = reading_of(PAYBY.inquiry(), signed_reply(PAYBY.documented(change)))
    assert (reading.balances, [notice.kind for notice in reading.notices]) == ((), ["no_balances"])


def with_amounts(**amounts: object) -> HttpReply:
    return signed_reply(PAYBY.documented(lambda answer: answer["body"]["balanceList"][0].update(amounts)))


def test_frozen_and_total_are_read_when_they_come() -> None:
    reply = with_amounts(
        frozenBalance={"amount": "6.12", "currency": "aed"}, totalBalance={"amount": 898000.00, "currency": "AED"}
    )
    (balance,) = converse(PAYBY.inquiry(), reply)
    assert [money.to_wire() for money in balance.known] == ["897993.88", "6.12", "898000.00"]
    assert balance.adds_up
    for absent in (None, "", {"amount": None, "currency": "AED"}, {"amount": ""}):
        assert reading_of(PAYBY.inquiry(), with_amounts(frozenBalance=absent)).notices == ()


@pytest.mark.parametrize("name", ["frozen", "total"])
@pytest.mark.parametrize(
    "money", [{"amount": 1, "currency": "USD"}, {"amount": 1}, {"amount": "1,0", "currency": "AED"}, 5]
)
def test_a_frozen_or_total_amount_that_cannot_be_read_is_unknown_and_noticed(name: str, money: object) -> None:
    reading = reading_of(PAYBY.inquiry(), with_amounts(**{f"{name}Balance": money}))
    (balance,), (notice,) = reading.balances, reading.notices
    assert (balance.frozen, balance.total, notice.kind) == (None, None, "unread_amount")
    assert notice.message == f"a {name} amount in AED could not be read and is shown as unknown"


def test_a_signed_success_under_a_status_of_failure_is_refused() -> None:
    assert refusal(PAYBY.inquiry(), recorded_reply(DOCUMENTED, status=500)).kind is ErrorKind.UNAVAILABLE


def test_the_signature_is_verified_before_the_body_is_parsed() -> None:
    assert "signature" in refusal(PAYBY.inquiry(), HttpReply(200, {"sign": "AAAA"}, b"not JSON")).message


@pytest.mark.parametrize("name", CODES)
def test_a_code_may_be_signed_but_not_wrongly(name: str) -> None:
    body = (PAYBY.fixtures / name).read_bytes()
    signed = refusal(PAYBY.inquiry(), signed_reply(body))
    assert (signed.provider_code, signed.trace_id) == (name.split("-")[1], "375099")
    wrong = refusal(PAYBY.inquiry(), HttpReply(200, {"sign": PROVIDER.sign(body + b" ")}, body))
    assert (wrong.kind, wrong.provider_code, wrong.trace_id) == (ErrorKind.BAD_RESPONSE, None, None)


def test_the_messages_of_code_400_are_told_apart() -> None:
    parameter, early, late, far, other = (
        refusal(PAYBY.inquiry(), signed_reply(of_code(code, msg)))
        for code, msg in (
            ("400", "INVALID_PARAMETER"),
            ("400", "REQUESTTIME_TOO_EARLY"),
            ("400", "REQUESTTIME_TOO_LATER"),
            ("400", "requesttime_too_far"),
            ("99999", "REQUESTTIME_TOO_EARLY"),
        )
    )
    assert early.message == late.message == far.message
    assert "clock" in early.message
    assert "clock" not in parameter.message
    assert other.kind is ErrorKind.UNKNOWN


@pytest.mark.parametrize("code", ["78001", "99999", "5", "0"])
def test_an_unsigned_code_is_refused_unless_it_starts_with_58_or_comes_from_a_gateway(code: str) -> None:
    error = refusal(PAYBY.inquiry(), HttpReply(200, {}, of_code("58003")))
    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.UNKNOWN, "58003", "7")
    error = refusal(PAYBY.inquiry(), HttpReply(200, {}, of_code(code)))
    assert (error.kind, error.provider_code) == (ErrorKind.BAD_RESPONSE, None)
    assert refusal(PAYBY.inquiry(), HttpReply(429, {}, of_code(code))).kind is ErrorKind.RATE_LIMITED


@pytest.mark.parametrize("code", ["0", "99999"])
def test_apply_status_error_points_to_the_key_pair(code: str) -> None:
    error = refusal(PAYBY.inquiry(), signed_reply(of_code(code, apply_status="ERROR")))
    assert error.kind is ErrorKind.AUTHENTICATION
    assert "private_key" in error.message


def test_neither_a_balance_nor_malformed_words_beside_a_code_hide_it() -> None:
    with_balance = PAYBY.documented(lambda answer: answer["head"].update(code="99999"))
    assert refusal(PAYBY.inquiry(), signed_reply(with_balance)).kind is ErrorKind.UNKNOWN
    body = {"head": {"applyStatus": 3, "code": "500", "msg": None, "traceCode": "two words"}}
    error = refusal(PAYBY.inquiry(), HttpReply(200, {}, json.dumps(body).encode()))
    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.UNAVAILABLE, "500", None)
