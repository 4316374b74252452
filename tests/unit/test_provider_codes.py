"""What the providers' codes mean. Recorded replies: see tests/fixtures/README.md."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from balance_core.errors import RETRIES, UNLISTED_CODE, CodeRule, ErrorKind
from balance_core.provider.http import HttpReply
from balance_core.question import Question
from pagsmile_balance.payloads import CODES as PAGSMILE_CODES
from payby_balance.payloads import CODES as PAYBY_CODES
from payermax_balance.payloads import CODES as PAYERMAX_CODES
from tests.conversation import refusal
from tests.provider_fixtures import recorded_reply, signed_reply
from tests.unit.provider_cases import CASES, PAGSMILE, PAYBY, PAYERMAX, Case, name_of

AUTHENTICATION, PERMISSION_DENIED = ErrorKind.AUTHENTICATION, ErrorKind.PERMISSION_DENIED
ADDRESS_REFUSED = ErrorKind.ADDRESS_REFUSED
INVALID_REQUEST, BAD_RESPONSE = ErrorKind.INVALID_REQUEST, ErrorKind.BAD_RESPONSE
CONFIGURATION = ErrorKind.CONFIGURATION
UNAVAILABLE, TIMEOUT = ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT
RATE_LIMITED, NOT_SUPPORTED = ErrorKind.RATE_LIMITED, ErrorKind.CURRENCY_NOT_SUPPORTED

TABLES: Mapping[str, Mapping[str, CodeRule]] = {
    "pagsmile": PAGSMILE_CODES,
    "payby": PAYBY_CODES,
    "payermax": PAYERMAX_CODES,
}
# The recorded files of each kind. PayBy's begin with the code; Pagsmile's are named after code and sub_code.
RECORDED: Mapping[str, Mapping[ErrorKind, str]] = {
    "pagsmile": {
        UNAVAILABLE: "20000 30003",
        AUTHENTICATION: (
            "30000-invalid-account 30000-disabled-account 30000-incorrect-credentials 30000-incorrect-apikey "
            "40002-invalid-signature 40002-missing-signature-config"
        ),
        PERMISSION_DENIED: "40002-merchant-status-abnormal 40002-app-status-abnormal 40002-app-not-match",
        INVALID_REQUEST: "30001 40001 40002-currency-not-supported 40004 40005",
    },
    "payby": {
        UNAVAILABLE: "404-SERVICE_NOT_AVAILABLE 500-SYSTEM_ERROR",
        TIMEOUT: "504-SERVICE_TIMEOUT",
        RATE_LIMITED: "402-RATE_LIMIT_REJECT",
        PERMISSION_DENIED: "403-UNAUTHORIZED 601-RISK_FAIL",
        INVALID_REQUEST: "400-INVALID_PARAMETER 400-REQUESTTIME_TOO_EARLY 400-REQUESTTIME_TOO_LATER",
        NOT_SUPPORTED: "78001-CURRENCY_CODE_NOT_SUPPORTED",
    },
    "payermax": {
        UNAVAILABLE: "SYSTEM_ERROR UNEXPECTED_ERROR",
        TIMEOUT: "REQUEST_TIMEOUT",
        RATE_LIMITED: "TOO_MANY_REQUEST",
        AUTHENTICATION: "SIGN_VERIFY_FAILED MERCHANT_APP_INVALID",
        ADDRESS_REFUSED: "ILLEGAL_IP_REQUEST",
        PERMISSION_DENIED: "MERCHANT_INVALID CONTRACT_INVALID",
        INVALID_REQUEST: "REQ_TIME_OVER_TIME PARAMS_INVALID",
        NOT_SUPPORTED: "CURRENCY_INVALID",
    },
}
# Rows that override the retry table.
OTHER_RETRIES = {"30003 system-error": 1, "404": 1, "REQ_TIME_OVER_TIME": 1}
ALL = [
    (case, kind, name)
    for case in CASES
    for kind, names in RECORDED[case.provider.name].items()
    for name in names.split()
]


def path_of(case: Case, name: str) -> Path:
    return case.fixtures / (f"codes/{name}.json" if case is PAGSMILE else f"code-{name}.json")


def code_in(case: Case, name: str) -> str:
    """The recorded code, as a failure shows it."""
    answer = json.loads(path_of(case, name).read_bytes())
    return f"{answer['code']} {answer['sub_code']}" if case is PAGSMILE else answer.get("head", answer)["code"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_code_of_a_table_is_recorded(case: Case) -> None:
    folder, prefix = ("codes", "") if case is PAGSMILE else (".", "code-")
    names = {path.stem.removeprefix(prefix) for path in (case.fixtures / folder).glob(f"{prefix}*.json")}
    assert names == {name for tested, _, name in ALL if tested is case}
    codes = {code_in(case, name) for name in names}
    # Pagsmile's rows are for a code and a sub_code, or for a code alone.
    assert set(TABLES[case.provider.name]) <= codes | {code.partition(" ")[0] for code in codes}


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(("case", "kind", "name"), ALL, ids=name_of)
def test_a_recorded_code_decides_whatever_the_http_status(case: Case, kind: ErrorKind, name: str, status: int) -> None:
    error = refusal(case.inquiry(), recorded_reply(path_of(case, name), status=status))
    code = code_in(case, name)
    assert (error.kind, error.provider_code) == (kind, code)
    assert error.retries == OTHER_RETRIES.get(code, RETRIES[kind].retries)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_messages_continue_a_sentence_about_the_provider_and_say_what_to_do(case: Case) -> None:
    for code, rule in TABLES[case.provider.name].items():
        assert rule.problem[0].islower(), code
        assert ": " in rule.problem or rule.error().message != rule.problem or rule.kind is NOT_SUPPORTED, code


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_unlisted_code_is_unknown(case: Case) -> None:
    body = {"code": "NEW-1", "head": {"code": "NEW-1", "applyStatus": "FAIL"}}
    error = refusal(case.inquiry(), signed_reply(json.dumps(body).encode()))
    assert (error.kind, error.retries, error.provider_code) == (ErrorKind.UNKNOWN, 0, "NEW-1")
    assert error.message.startswith(UNLISTED_CODE.problem)


@pytest.mark.parametrize(("code", "kind"), [("30000", AUTHENTICATION), ("40002", ErrorKind.UNKNOWN)])
@pytest.mark.parametrize("sub_code", [None, "new-reason"])
def test_pagsmiles_code_alone_decides_when_its_sub_code_is_not_listed(
    code: str, kind: ErrorKind, sub_code: str | None
) -> None:
    body = json.dumps({"code": code, "sub_code": sub_code}).encode()
    error = refusal(PAGSMILE.inquiry(), HttpReply(400, {}, body))
    assert (error.kind, error.provider_code) == (kind, f"{code} {sub_code}" if sub_code else code)
    assert error.message.startswith(PAGSMILE_CODES[code].problem)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, BAD_RESPONSE), (401, AUTHENTICATION), (403, PERMISSION_DENIED), (404, CONFIGURATION), (429, RATE_LIMITED),
        (502, UNAVAILABLE), (504, TIMEOUT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_http_status_decides_when_the_body_holds_no_code(case: Case, status: int, kind: ErrorKind) -> None:
    bodies = (b"", b"<html>", b'{"code": "', b'{"head": {"co', b"[]", b"null", b"{}", b'{"code":true}', b'{"code":""}')
    for body in bodies:
        assert refusal(case.inquiry(), HttpReply(status, {}, body)).kind is kind, body


@pytest.mark.parametrize("case", CASES, ids=name_of)
@pytest.mark.parametrize("body", [b'{"code": "Throttled"}', b'{"code": 429}'])
def test_an_unlisted_code_under_an_error_status_comes_from_a_gateway(case: Case, body: bytes) -> None:
    assert refusal(case.inquiry(), HttpReply(429, {}, body)).kind is RATE_LIMITED


@pytest.mark.parametrize(
    ("case", "credentials", "address"),
    [
        (PAGSMILE, "app_id, partner_id and private_key", "base_url"),
        (PAYBY, "partner_id and private_key", "environment or base_url"),
        (PAYERMAX, "app_id, merchant_no and private_key", "environment or base_url"),
    ],
    ids=name_of,
)
def test_a_401_names_the_declared_credentials_and_a_404_the_address(case: Case, credentials: str, address: str) -> None:
    refused, absent = (refusal(case.inquiry(), HttpReply(status, {}, b"<html>")).message for status in (401, 404))
    assert refused == f"refused our credentials: check {credentials} in the secret"
    assert absent == f"has nothing at this address: check {address} in the secret"


@pytest.mark.parametrize("case", [PAGSMILE, PAYERMAX], ids=name_of)
@pytest.mark.parametrize("currencies", [None, ("USD", "TRY")])
def test_a_refused_currency_is_an_outage_when_the_request_named_none(
    case: Case, currencies: tuple[str, ...] | None
) -> None:
    name = "40002-currency-not-supported" if case is PAGSMILE else "CURRENCY_INVALID"
    inquiry = case.inquiry(Question(currencies=currencies))
    error = refusal(inquiry, recorded_reply(path_of(case, name)))
    assert inquiry.currency is None
    assert error.kind is INVALID_REQUEST
    assert "although we named none" in error.message
