"""Which replies count as signed by PayBy or PayerMax. Recorded signatures: see tests/fixtures/README.md."""

import pytest

from balance_core.errors import ErrorKind
from balance_core.provider.http import HttpReply
from tests.conversation import converse, refusal
from tests.provider_fixtures import MERCHANT, PROVIDER, signature_of, signed_reply
from tests.unit.provider_cases import PAYBY, PAYERMAX, Case, name_of

pytestmark = pytest.mark.parametrize("case", [PAYBY, PAYERMAX], ids=name_of)


def body_and_signature(case: Case) -> tuple[bytes, str]:
    path = case.fixtures / "documented-answer.json"
    return path.read_bytes(), signature_of(path)


def test_an_unsigned_success_is_refused(case: Case) -> None:
    body, _ = body_and_signature(case)
    error = refusal(case.inquiry(), HttpReply(200, {}, body))
    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "signature is missing" in error.message


def test_a_wrong_signature_is_refused(case: Case) -> None:
    body, signature = body_and_signature(case)
    wrong = {
        "over other bytes": PROVIDER.sign(body + b"\n"),
        "made with our own key": MERCHANT.sign(body),
        "of another message": signature_of(case.fixtures / "request.json"),
        "cut off": signature[:-4],
        "twice": f"{signature}, {signature}",
        "not Base64": "not Base64",
        "not ASCII": "ünïcödé",
    }
    for name, text in wrong.items():
        error = refusal(case.inquiry(), HttpReply(200, {"sign": text}, body))
        assert error.kind is ErrorKind.BAD_RESPONSE, name
        assert "does not match any key in provider_public_keys of the secret" in error.message, name


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_a_blank_signature_counts_as_absent(case: Case, blank: str) -> None:
    body, _ = body_and_signature(case)
    assert "signature is missing" in refusal(case.inquiry(), HttpReply(200, {"sign": blank}, body)).message
    error = refusal(case.inquiry(), HttpReply(500, {"sign": blank}, b"<html>"))
    assert (error.kind, error.provider_code) == (ErrorKind.UNAVAILABLE, "HTTP 500")


def test_only_an_unauthentic_answer_may_be_explained_by_a_new_key(case: Case) -> None:
    body, _ = body_and_signature(case)
    assert refusal(case.inquiry(), HttpReply(200, {"sign": PROVIDER.sign(b"other")}, body)).new_key_may_help
    assert not refusal(case.inquiry(), signed_reply(b"[]")).new_key_may_help


@pytest.mark.parametrize("status", [201, 202])
def test_a_signed_success_counts_with_any_status_of_success(case: Case, status: int) -> None:
    body, signature = body_and_signature(case)
    assert len(converse(case.inquiry(), HttpReply(status, {"sign": signature}, body))) > 0


def test_no_changed_byte_is_accepted(case: Case) -> None:
    body, signature = body_and_signature(case)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        refusal(case.inquiry(), HttpReply(200, {"sign": signature}, changed))


def test_the_same_json_in_other_bytes_is_refused(case: Case) -> None:
    _, signature = body_and_signature(case)
    error = refusal(case.inquiry(), HttpReply(200, {"sign": signature}, case.documented()))
    assert error.kind is ErrorKind.BAD_RESPONSE


@pytest.mark.parametrize("written", ["0x10", "1_000"])
def test_a_signed_answer_that_is_not_json_is_refused(case: Case, written: str) -> None:
    body, _ = body_and_signature(case)
    for amount in (b"897993.88", b"776.34"):
        body = body.replace(amount, written.encode())
    assert refusal(case.inquiry(), signed_reply(body)).kind is ErrorKind.BAD_RESPONSE
