"""Pagsmile: its encrypted request, how its rows become balances, and which replies are refused."""

import json
import re
import time
from base64 import b64decode
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance
from balance_core.money import Money
from balance_core.provider.http import HttpReply
from balance_core.provider.protocol import Inquiry
from balance_core.question import Question
from pagsmile_balance.envelope import Envelope
from pagsmile_balance.payloads import read_utc_offset
from tests.clock import NOW
from tests.conversation import converse, first_request, new_context, reading_of, refusal
from tests.openssl import KEYS, aes_cbc_decrypt, rsa_decrypt
from tests.provider_fixtures import key_text
from tests.unit.provider_cases import PAGSMILE, pagsmile_reply, pagsmile_row, sealed_by_openssl

FIXTURES = PAGSMILE.fixtures
USD = Question(currencies=("USD",))


def sent(inquiry: Inquiry) -> dict[str, str]:
    """The fields of the request's JSON."""
    fields: dict[str, str] = json.loads(first_request(inquiry).body)
    return fields


def decrypted_by_openssl(fields: dict[str, str]) -> object:
    """The plain `biz_data`, as Pagsmile reads it."""
    key = rsa_decrypt(fields["random_key"], KEYS / "provider_private.pem")
    iv, ciphertext = fields["biz_data"][:16], b64decode(fields["biz_data"][16:], validate=True)
    return json.loads(aes_cbc_decrypt(ciphertext, key, iv.encode()))


def test_the_request_has_exactly_the_documented_fields() -> None:
    documented = json.loads((FIXTURES / "doc_request.json").read_bytes())
    assert first_request(PAGSMILE.inquiry()).headers == {"Content-Type": "application/json"}
    fields = sent(PAGSMILE.inquiry())
    assert list(fields) == list(documented)
    constant = ("app_id", "partner_id", "format", "version", "sign_type")
    assert {name: fields[name] for name in constant} == {name: documented[name] for name in constant}
    assert all(isinstance(value, str) for value in fields.values())
    assert decrypted_by_openssl(fields) == documented["biz_data"]


def test_the_secret_may_name_one_account_which_is_sent_encrypted_only() -> None:
    fields = sent(PAGSMILE.inquiry(account_num="10419000000401"))
    assert decrypted_by_openssl(fields) == {"partner_id": "00000000000000000", "account_num": "10419000000401"}
    assert "10419000000401" not in json.dumps(fields)
    assert "account_num" not in cast(dict[str, str], decrypted_by_openssl(sent(PAGSMILE.inquiry(account_num=""))))


def test_the_secret_may_name_another_version_of_the_api() -> None:
    assert sent(PAGSMILE.inquiry(version="2.1"))["version"] == "2.1"
    assert sent(PAGSMILE.inquiry(version=""))["version"] == "2.0"


@pytest.mark.parametrize(
    ("offset", "timestamp"),
    [(None, "2026-11-21 09:45:38"), ("+00:00", "2026-11-21 01:45:38"), ("-03:30", "2026-11-20 22:15:38")],
)
def test_the_timestamp_is_eight_hours_ahead_of_utc_unless_the_secret_names_an_offset(
    monkeypatch: pytest.MonkeyPatch, offset: str | None, timestamp: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Dubai")  # the function's own time zone does not count
        time.tzset()
        request = sent(PAGSMILE.inquiry(utc_offset=offset))
    time.tzset()
    assert request["timestamp"] == timestamp


@pytest.mark.parametrize("text", ["", "8", "08:00", "+8:00", "+15:00", "+08:60", "UTC", "Z", "+08:00 ", "+0\uff18:00"])
def test_anything_but_an_offset_of_at_most_14_59_is_refused(text: str) -> None:
    assert read_utc_offset("-14:59").utcoffset(None) == -timedelta(hours=14, minutes=59)
    with pytest.raises(ValueError, match=r"such as \+08:00"):
        read_utc_offset(text)


@pytest.mark.parametrize("length", [16, 17, 18, 64])
def test_the_request_id_starts_with_our_correlation_id_if_it_fits_into_32_characters(length: int) -> None:
    inquiry, context = PAGSMILE.inquiry(), new_context(correlation_id="x" * length)
    first, second = (json.loads(first_request(inquiry, context).body) for _ in range(2))
    assert re.fullmatch(rf"x{{{length}}}-[0-9a-f]{{14}}" if length <= 17 else r"[0-9a-f]{32}", first["request_id"])
    # Each retry has a new id, key and IV.
    assert all(first[name] != second[name] for name in ("request_id", "biz_data", "random_key"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "http://card-api-sandbox.pagsmile.com"),
        ("app_id", "two words"),
        ("account_num", "x" * 65),
        ("utc_offset", "Asia/Shanghai"),
        ("utc_offset", ["+08:00"]),
        ("provider_public_key", "nonsense"),
    ],
)
def test_a_malformed_field_is_named_and_not_quoted(field: str, value: object) -> None:
    with pytest.raises(ProviderError) as caught:
        PAGSMILE.inquiry(**{field: value})
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert f"field '{field}'" in caught.value.message
    assert str(value) not in caught.value.message


def test_the_documented_answer_encrypted_by_openssl_is_read_exactly() -> None:
    fields = json.loads((FIXTURES / "doc_answer.json").read_bytes())
    fields["random_key"] = (FIXTURES / "golden_random_key.txt").read_text()
    fields["data"] = (FIXTURES / "golden_data.txt").read_text()
    usd, hkd = converse(PAGSMILE.inquiry(), HttpReply(200, {}, json.dumps(fields).encode()))
    assert usd.account == hkd.account == Account("partner account", "10419000000401", "Test A", "Card issuing account")
    assert [money.display() for money in usd.known] == ["USD 1,008.29", "USD 0.00", "USD 1,008.29"]
    assert [money.display() for money in hkd.known] == ["HKD 100.00", "HKD 0.00", "HKD 100.00"]


def read(*rows: object, question: Question = PAGSMILE.question) -> Sequence[Balance]:
    return converse(PAGSMILE.inquiry(question), pagsmile_reply(list(rows), total=len(rows)))


def test_each_amount_has_its_own_field_and_pending_is_unknown() -> None:
    available, frozen, total = (Money.parse(text, "USD") for text in ("90.25", "10.25", "100.50"))
    account = Account("partner account", "10419000000401", "Test A", "Card issuing account")
    assert read(pagsmile_row()) == (Balance(account, "USD", NOW, available, None, frozen, total),)


def test_only_the_asked_currencies_are_returned() -> None:
    rows = [pagsmile_row(currency=currency) for currency in ("USD", "HKD", "BRL")]
    asked = Question(currencies=("BRL", "USD"))
    assert [balance.currency for balance in read(*rows, question=asked)] == ["USD", "BRL"]
    assert read(*rows, question=Question(currencies=("EUR",))) == ()
    assert read() == ()


def test_an_account_may_have_no_name() -> None:
    rows = [pagsmile_row(account_name=None), pagsmile_row(account_name="", currency="HKD")]
    assert [balance.account.name for balance in read(*rows)] == [None, None]


@pytest.mark.parametrize(
    ("field", "value", "kind", "message"),
    [
        ("available_balance", "7,77.29", "unread_rows", "1 of 2 rows could not be read and is in no total: "),
        ("block_amount", True, "unread_amount", "a frozen amount in USD could not be read"),
        ("balance", "7,77.29", "unread_amount", "a total amount in USD could not be read"),
    ],
)
def test_an_unreadable_field_is_noticed_by_its_place(field: str, value: object, kind: str, message: str) -> None:
    rows = [pagsmile_row(account_num="1"), pagsmile_row(**{field: value})]
    reading = reading_of(PAGSMILE.inquiry(), pagsmile_reply(rows, total=2))
    (notice,) = reading.notices
    assert (notice.kind, notice.place) == (kind, f"$.data[1].{field}")
    assert notice.message.startswith(message)
    assert "7,77" not in notice.message
    assert len(reading.balances) == (1 if kind == "unread_rows" else 2)


def test_an_optional_field_that_cannot_be_read_costs_nothing() -> None:
    (balance,) = read(pagsmile_row(account_num=10419000000401, account_name=5, block_amount=None, balance=""))
    assert balance.account == Account("partner account", "10419000000401", "5", "Card issuing account")
    assert [money.display() for money in balance.known] == ["USD 90.25"]


def test_a_row_that_is_left_out_leaves_no_notice_about_its_amounts() -> None:
    rows = [pagsmile_row(currency="RMB", block_amount="1,0"), pagsmile_row(currency="CNY")]
    reading = reading_of(PAGSMILE.inquiry(Question(currencies=("CNY",))), pagsmile_reply(rows, total=2))
    assert (len(reading.balances), [notice.kind for notice in reading.notices]) == (1, ["related_currency"])


@pytest.mark.parametrize(("status", "total"), [(200, 0), (201, "1"), (400, None), (200, "many"), (200, -5)])
def test_the_http_status_does_not_decide(status: int, total: object) -> None:
    reading = reading_of(PAGSMILE.inquiry(), pagsmile_reply([pagsmile_row()], status, total=total))
    assert (len(reading.balances), reading.notices) == (1, ())


@pytest.mark.parametrize(("total", "shown"), [(2, "2"), ("47", "47"), (123456789, "123,456,789")])
def test_missing_rows_are_noticed(total: object, shown: str) -> None:
    (notice,) = reading_of(PAGSMILE.inquiry(), pagsmile_reply([pagsmile_row()], total=total)).notices
    assert (notice.kind, notice.place) == ("missing_rows", "$.total")
    assert notice.message == f"1 of {shown} rows received, so money may be missing"


@pytest.mark.parametrize(("others", "left_out"), [(["2"], "1 row"), (["2", 3], "2 rows")])
def test_rows_of_account_numbers_that_were_not_asked_about_are_left_out(others: list[object], left_out: str) -> None:
    rows = [pagsmile_row(account_num=number, currency="HKD") for number in others]
    ours = [
        pagsmile_row(account_num=number, currency=code) for code, number in (("USD", 1), ("BRL", ""), ("EUR", None))
    ]
    reply = pagsmile_reply(["not a row", *rows, *ours], total=0)
    reading = reading_of(PAGSMILE.inquiry(account_num="1"), reply)
    assert [balance.currency for balance in reading.balances] == ["USD", "BRL", "EUR"]
    assert {balance.account.number for balance in reading.balances} == {"1"}
    unread, other = reading.notices
    assert (unread.kind, unread.place) == ("unread_rows", "$.data[0]")
    assert (other.kind, other.place) == ("other_accounts", None)
    assert other.message == f"{left_out} of account numbers that were not asked about left out"


@pytest.mark.parametrize("data", [None, "", []])
def test_no_data_is_no_rows(data: object) -> None:
    reading = reading_of(PAGSMILE.inquiry(), pagsmile_reply([], data=data, total=0))
    assert (reading.balances, [notice.kind for notice in reading.notices]) == ((), ["no_balances"])


def test_more_than_a_thousand_accounts_are_read_and_anything_but_a_list_is_refused() -> None:
    assert len(read(*(pagsmile_row(account_num=str(number)) for number in range(1200)))) == 1200
    for wrong in (b"{}", b'""', b"1", b'{"a":1,"a":2}'):
        assert ": $.data" in refusal(PAGSMILE.inquiry(), pagsmile_reply(wrong)).message
    for empty in (b"", b" ", b"null", b"[]", b"\xef\xbb\xbf[]"):
        assert converse(PAGSMILE.inquiry(), pagsmile_reply(empty)) == ()


def test_an_answer_may_leave_out_the_app_but_not_name_another_one() -> None:
    for missing in (None, "", " "):
        assert len(converse(PAGSMILE.inquiry(), pagsmile_reply([pagsmile_row()], app_id=missing))) == 1
    for app_id in ("11111111111111111", 0):
        error = refusal(PAGSMILE.inquiry(), pagsmile_reply([pagsmile_row()], app_id=app_id))
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert "$.app_id names another app" in error.message


def test_errors_carry_the_request_id_of_their_try() -> None:
    context = new_context()
    body = (FIXTURES / "doc_error_invalid_signature.json").read_bytes()
    for reply in (HttpReply(400, {}, body), HttpReply(502, {}, b"<html>"), pagsmile_reply(b"{}")):
        conversation = PAGSMILE.inquiry().start(context)
        request_id = json.loads(next(conversation).body)["request_id"]
        with pytest.raises(ProviderError) as caught:
            conversation.send(reply)
        assert caught.value.trace_id == request_id


@pytest.mark.parametrize(
    ("status", "code", "kind", "provider_code"),
    [
        (200, "99999", ErrorKind.UNKNOWN, "99999"),
        (400, "99999", ErrorKind.UNKNOWN, "99999"),
        (401, "99999", ErrorKind.AUTHENTICATION, "HTTP 401"),
        (502, "99999", ErrorKind.UNAVAILABLE, "HTTP 502"),
        (502, "30000", ErrorKind.AUTHENTICATION, "30000"),
    ],
)
def test_an_unlisted_code_under_another_status_than_400_comes_from_a_gateway(
    status: int, code: str, kind: ErrorKind, provider_code: str
) -> None:
    error = refusal(PAGSMILE.inquiry(), HttpReply(status, {}, json.dumps({"code": code}).encode()))
    assert (error.kind, error.provider_code) == (kind, provider_code)


@pytest.mark.parametrize(("field", "values"), [("data", (7, [pagsmile_row()])), ("random_key", (None, "", 7))])
def test_a_success_without_an_encrypted_text_is_refused(field: str, values: Sequence[object]) -> None:
    for value in values:
        error = refusal(PAGSMILE.inquiry(), pagsmile_reply([pagsmile_row()], **{field: value}))
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert f"$.{field} " in error.message


def test_an_answer_that_cannot_be_decrypted_is_refused_in_one_way_wherever_it_broke() -> None:
    envelopes = [
        Envelope("AAAA", sealed_by_openssl(b"[]").text),
        Envelope(sealed_by_openssl(b"[]").random_key, "short"),
        *(sealed_by_openssl(plain) for plain in (b"noise", b"\xff\xfe", b"[" * 100_000)),
    ]
    errors = [
        refusal(PAGSMILE.inquiry(), pagsmile_reply([], random_key=each.random_key, data=each.text))
        for each in envelopes
    ]
    assert all(error.new_key_may_help for error in errors)
    other_key = PAGSMILE.inquiry(private_key=key_text("provider_private"))
    errors.append(refusal(other_key, pagsmile_reply([pagsmile_row()])))
    assert {(error.kind, error.message.partition("; ")[0]) for error in errors} == {
        (
            ErrorKind.BAD_RESPONSE,
            "sent an answer that cannot be trusted or understood: $.data cannot be decrypted with private_key",
        )
    }
