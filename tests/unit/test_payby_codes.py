"""What PayBy's codes mean. Recorded answers: see tests/fixtures/README.md."""

import json
from collections.abc import Mapping

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import HttpReply
from payby_balance.payloads import CODES
from tests.provider_fixtures import PROVIDER, recorded_reply, signed_reply
from tests.unit.payby_cases import PAYBY, documented, of_code, refusal

# (code, msg): kind and further tries, as the documentation's table is understood.
DOCUMENTED_CODES: Mapping[tuple[str, str], tuple[ErrorKind, int]] = {
    ("400", "INVALID_PARAMETER"): (ErrorKind.INVALID_REQUEST, 0),
    ("400", "REQUESTTIME_TOO_EARLY"): (ErrorKind.INVALID_REQUEST, 0),
    ("400", "REQUESTTIME_TOO_LATER"): (ErrorKind.INVALID_REQUEST, 0),
    ("402", "RATE_LIMIT_REJECT"): (ErrorKind.RATE_LIMITED, 2),
    ("403", "UNAUTHORIZED"): (ErrorKind.PERMISSION_DENIED, 0),
    ("404", "SERVICE_NOT_AVAILABLE"): (ErrorKind.UNAVAILABLE, 1),
    ("500", "SYSTEM_ERROR"): (ErrorKind.UNAVAILABLE, 2),
    ("504", "SERVICE_TIMEOUT"): (ErrorKind.TIMEOUT, 2),
    ("601", "RISK_FAIL"): (ErrorKind.PERMISSION_DENIED, 0),
    ("78001", "CURRENCY_CODE_NOT_SUPPORTED"): (ErrorKind.CURRENCY_NOT_SUPPORTED, 0),
}
IDS = ["-".join(each) for each in DOCUMENTED_CODES]


def test_every_code_of_the_table_is_documented_and_recorded() -> None:
    recorded = {path.stem.removeprefix("code-") for path in PAYBY.glob("code-*.json")}

    assert recorded == {f"{code}-{msg}" for code, msg in DOCUMENTED_CODES}
    assert set(CODES) == {code for code, _ in DOCUMENTED_CODES}


@pytest.mark.parametrize(("code", "msg"), DOCUMENTED_CODES, ids=IDS)
def test_documented_code(code: str, msg: str) -> None:
    error = refusal(recorded_reply(PAYBY / f"code-{code}-{msg}.json"))

    assert (error.kind, error.retries) == DOCUMENTED_CODES[code, msg]
    assert (error.provider_code, error.trace_id) == (code, "375099")


@pytest.mark.parametrize(("code", "msg"), DOCUMENTED_CODES, ids=IDS)
def test_documented_code_under_another_http_status(code: str, msg: str) -> None:
    error = refusal(recorded_reply(PAYBY / f"code-{code}-{msg}.json", status=500))

    assert (error.kind, error.provider_code) == (DOCUMENTED_CODES[code, msg][0], code)


@pytest.mark.parametrize(("code", "msg"), DOCUMENTED_CODES, ids=IDS)
def test_documented_code_may_be_signed(code: str, msg: str) -> None:
    body = (PAYBY / f"code-{code}-{msg}.json").read_bytes()

    assert refusal(signed_reply(body)).kind is DOCUMENTED_CODES[code, msg][0]


@pytest.mark.parametrize(("code", "msg"), DOCUMENTED_CODES, ids=IDS)
def test_documented_code_with_a_wrong_signature_is_refused(code: str, msg: str) -> None:
    body = (PAYBY / f"code-{code}-{msg}.json").read_bytes()

    error = refusal(HttpReply(200, {"sign": PROVIDER.sign(body + b" ")}, body))

    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.BAD_RESPONSE, None, None)


def test_the_messages_of_code_400_are_told_apart() -> None:
    parameter, early, late = (
        refusal(recorded_reply(PAYBY / f"code-400-{msg}.json")).message
        for msg in ("INVALID_PARAMETER", "REQUESTTIME_TOO_EARLY", "REQUESTTIME_TOO_LATER")
    )

    assert "clock" in early
    assert early == late
    assert "clock" not in parameter


def test_messages_say_what_to_do_and_have_no_subject() -> None:
    for rule in CODES.values():
        assert rule.message[0].islower()
        assert rule.kind.is_retryable or ":" in rule.message


def test_a_code_that_starts_with_58_may_be_unsigned() -> None:
    error = refusal(HttpReply(200, {}, of_code("58003")))

    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.UNKNOWN, "58003", "7")


def test_a_signed_code_that_no_table_knows() -> None:
    error = refusal(signed_reply(of_code("99999")))

    assert (error.kind, error.retries, error.provider_code) == (ErrorKind.UNKNOWN, 0, "99999")


def test_the_code_decides_beside_a_balance_and_beside_another_codes_message() -> None:
    with_balance = signed_reply(documented(lambda answer: answer["head"].update(code="99999")))

    assert refusal(with_balance).kind is ErrorKind.UNKNOWN
    assert refusal(signed_reply(of_code("99999", "REQUESTTIME_TOO_EARLY"))).kind is ErrorKind.UNKNOWN


@pytest.mark.parametrize("code", ["0", "99999"])
def test_apply_status_error_points_at_the_key_pair(code: str) -> None:
    error = refusal(signed_reply(of_code(code, apply_status="ERROR")))

    assert error.kind is ErrorKind.AUTHENTICATION
    assert "private_key" in error.message


def test_an_odd_trace_code_does_not_hide_the_code() -> None:
    body = json.dumps({"head": {"applyStatus": 3, "code": "500", "msg": None, "traceCode": "two words"}}).encode()

    error = refusal(HttpReply(200, {}, body))

    assert (error.kind, error.provider_code, error.trace_id) == (ErrorKind.UNAVAILABLE, "500", None)
