"""Which replies count as signed by PayBy or PayerMax. Recorded signatures: see tests/fixtures/README.md."""

import pytest

from balance_core.errors import ErrorKind
from balance_core.provider.http import HttpReply
from tests.conversation import refusal
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
        "empty": "",
    }
    for name, text in wrong.items():
        error = refusal(case.inquiry(), HttpReply(200, {"sign": text}, body))
        assert error.kind is ErrorKind.BAD_RESPONSE, name
        assert "does not match any key in provider_public_keys of the secret" in error.message, name


def test_no_changed_byte_is_accepted(case: Case) -> None:
    body, signature = body_and_signature(case)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        refusal(case.inquiry(), HttpReply(200, {"sign": signature}, changed))


def test_the_same_json_in_other_bytes_is_refused(case: Case) -> None:
    _, signature = body_and_signature(case)
    error = refusal(case.inquiry(), HttpReply(200, {"sign": signature}, case.documented()))
    assert error.kind is ErrorKind.BAD_RESPONSE


@pytest.mark.parametrize("written", ["NaN", "1e999999", "1" * 5000, "0x10", "1_000", '"0.59"', "true"])
def test_a_signed_amount_that_is_not_a_plain_json_number_is_refused(case: Case, written: str) -> None:
    body, _ = body_and_signature(case)
    for amount in (b"897993.88", b"776.34"):
        body = body.replace(amount, written.encode())
    assert refusal(case.inquiry(), signed_reply(body)).kind is ErrorKind.BAD_RESPONSE
