"""What PayerMax's codes mean. Recorded answers: see tests/fixtures/README.md."""

from collections.abc import Mapping
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import HttpReply
from payermax_balance.payloads import CODES
from tests.provider_fixtures import recorded_reply, signed_reply
from tests.unit.payermax_cases import PAYERMAX, balances, documented, of_code, refusal

# kind and further tries
DOCUMENTED_CODES: Mapping[str, tuple[ErrorKind, int]] = {
    "SYSTEM_ERROR": (ErrorKind.UNAVAILABLE, 2),
    "UNEXPECTED_ERROR": (ErrorKind.UNAVAILABLE, 2),
    "REQUEST_TIMEOUT": (ErrorKind.TIMEOUT, 2),
    "TOO_MANY_REQUEST": (ErrorKind.RATE_LIMITED, 2),
    "REQ_TIME_OVER_TIME": (ErrorKind.INVALID_REQUEST, 1),
    "SIGN_VERIFY_FAILED": (ErrorKind.AUTHENTICATION, 0),
    "MERCHANT_APP_INVALID": (ErrorKind.AUTHENTICATION, 0),
    "MERCHANT_INVALID": (ErrorKind.PERMISSION_DENIED, 0),
    "ILLEGAL_IP_REQUEST": (ErrorKind.PERMISSION_DENIED, 0),
    "CONTRACT_INVALID": (ErrorKind.PERMISSION_DENIED, 0),
    "PARAMS_INVALID": (ErrorKind.INVALID_REQUEST, 0),
    "CURRENCY_INVALID": (ErrorKind.CURRENCY_NOT_SUPPORTED, 0),
}


def test_every_code_of_the_table_is_recorded() -> None:
    recorded = {path.stem.removeprefix("code-") for path in PAYERMAX.glob("code-*.json")}

    assert recorded == set(CODES) == set(DOCUMENTED_CODES)


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("code", DOCUMENTED_CODES)
def test_documented_code(code: str, status: int) -> None:
    error = refusal(recorded_reply(PAYERMAX / f"code-{code}.json", status=status), "USD")

    assert (error.kind, error.retries) == DOCUMENTED_CODES[code]
    assert (error.provider_code, error.trace_id) == (code, None)


@pytest.mark.parametrize("code", DOCUMENTED_CODES)
def test_documented_code_inside_a_success(code: str) -> None:
    def fail(answer: dict[str, Any]) -> None:
        answer["data"].update(errorCode=code, errorMsg="words")

    error = refusal(signed_reply(documented(fail)), "USD")

    assert (error.kind, error.retries) == DOCUMENTED_CODES[code]
    assert error.provider_code == code


@pytest.mark.parametrize("currencies", [(), ("USD", "TRY")])
def test_an_invalid_currency_where_none_was_named_is_an_outage(currencies: tuple[str, ...]) -> None:
    """It hides every balance, which "does not hold that currency" would not tell."""
    error = refusal(recorded_reply(PAYERMAX / "code-CURRENCY_INVALID.json"), *currencies)

    assert error.kind is ErrorKind.INVALID_REQUEST
    assert error.provider_code == "CURRENCY_INVALID"
    assert "we named none" in error.message


@pytest.mark.parametrize("code", CODES)
def test_no_failure_of_a_question_about_all_currencies_passes_for_an_answer(code: str) -> None:
    assert refusal(recorded_reply(PAYERMAX / f"code-{code}.json")).kind.is_outage


def test_messages_say_what_to_do_and_have_no_subject() -> None:
    for rule in CODES.values():
        assert rule.message[0].islower()
        assert ":" in rule.message or rule.kind is ErrorKind.CURRENCY_NOT_SUPPORTED


def test_a_code_that_no_table_knows() -> None:
    error = refusal(HttpReply(200, {}, of_code("AMOUNT_LIMIT")))

    assert (error.kind, error.retries, error.provider_code) == (ErrorKind.UNKNOWN, 0, "AMOUNT_LIMIT")


def test_a_signature_on_an_error_does_not_matter() -> None:
    body = (PAYERMAX / "code-SYSTEM_ERROR.json").read_bytes()

    assert refusal(HttpReply(200, {"sign": "wrong"}, body)).kind is ErrorKind.UNAVAILABLE
    assert refusal(signed_reply(body)).kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, ErrorKind.BAD_RESPONSE),
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
    [b"", b"<html><h1>oops</h1></html>", b'{"code": "', b"[]", b"null", b"{}", b'{"code": 502}', of_code("")],
    ids=["empty", "HTML", "cut off", "list", "null", "no code", "gateway's JSON", "empty code"],
)
def test_an_answer_without_a_code_means_what_its_status_means(status: int, kind: ErrorKind, body: bytes) -> None:
    assert refusal(HttpReply(status, {}, body)).kind is kind


def test_an_unknown_code_under_a_telling_status_means_what_the_status_means() -> None:
    assert refusal(HttpReply(429, {}, of_code("Throttled"))).kind is ErrorKind.RATE_LIMITED


@pytest.mark.parametrize("value", ["", None])
def test_empty_error_fields_are_no_failure(value: object) -> None:
    body = documented(lambda answer: answer["data"].update(errorCode=value, errorMsg=value))

    assert len(balances(signed_reply(body))) == 7
