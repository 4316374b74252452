"""What comes back from Pagsmile: balances, refusals, and answers that cannot be decrypted."""

import json
from base64 import b64encode
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Exchange, Stamp
from balance_core.http import HttpReply
from balance_core.signing import load_private_key
from pagsmile_balance.envelope import Envelope, EnvelopeError, unseal
from tests.openssl import KEYS
from tests.unit.pagsmile_cases import (
    CORRELATION_ID,
    FIXTURES,
    NOW,
    answer,
    counting_bytes,
    exchange_for,
    reply,
    row,
    sealed_by_openssl,
)

CANNOT_DECRYPT = (
    "sent an answer that cannot be trusted or understood: $.data cannot be decrypted with private_key; "
    "ask the provider if it lasts"
)


def failure(exchange: Exchange, got: HttpReply) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        exchange.read(got, NOW)
    return caught.value


class TestSuccess:
    def test_the_documented_answer_sealed_by_openssl_is_exact(self) -> None:
        fields = json.loads((FIXTURES / "doc_answer.json").read_bytes())
        fields["random_key"] = (FIXTURES / "golden_random_key.txt").read_text()
        fields["data"] = (FIXTURES / "golden_data.txt").read_text()
        usd, hkd = exchange_for().read(reply(fields), NOW)
        assert usd.account == hkd.account
        assert [str(money.display()) for money in (*usd.known, *hkd.known)] == [
            "USD 1,008.29",
            "USD 0.00",
            "USD 1,008.29",
            "HKD 100.00",
            "HKD 0.00",
            "HKD 100.00",
        ]
        assert usd.as_of == NOW

    @pytest.mark.parametrize("length", [16, 24, 32])
    def test_any_length_of_aes_key_is_accepted(self, length: int) -> None:
        envelope = sealed_by_openssl(json.dumps([row()]).encode(), b"k" * length)
        got = answer([], data=envelope.text, random_key=envelope.random_key)
        assert len(exchange_for().read(got, NOW)) == 1

    def test_other_currencies_than_asked_are_left_out(self) -> None:
        balances = exchange_for("HKD").read(answer([row(), row(currency="HKD")]), NOW)
        assert [balance.currency for balance in balances] == ["HKD"]

    @pytest.mark.parametrize("total", [0, 1, 15, "15", None])
    def test_total_is_not_the_number_of_rows(self, total: object) -> None:
        assert len(exchange_for().read(answer([row()], total=total), NOW)) == 1

    @pytest.mark.parametrize("status", [200, 201, 400])
    def test_the_body_counts_and_not_the_http_status(self, status: int) -> None:
        assert len(exchange_for().read(answer([row()], status), NOW)) == 1

    def test_an_answer_without_app_id_is_accepted(self) -> None:
        assert len(exchange_for().read(answer([row()], app_id=None), NOW)) == 1

    def test_more_than_a_thousand_accounts_fit(self) -> None:
        rows = [row(account_num=str(number)) for number in range(1200)]
        assert len(exchange_for().read(answer(rows), NOW)) == 1200

    def test_a_total_that_does_not_add_up_is_kept_and_counted_without_amounts(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BalanceBot")
        rows = [row(), row(currency="HKD", balance="555.55"), row(currency="BRL", block_amount="0.00")]
        balances = exchange_for().read(answer(rows), NOW)
        assert [str(balance.total and balance.total.amount) for balance in balances] == ["100.50", "555.55", "100.50"]
        (line,) = capsys.readouterr().out.splitlines()
        metric = json.loads(line)
        assert (metric["TotalMismatch"], metric["provider"]) == ([2.0], "pagsmile")
        assert "555" not in line.replace(str(metric["_aws"]["Timestamp"]), "")

    def test_nothing_is_counted_when_everything_adds_up(self, capsys: pytest.CaptureFixture[str]) -> None:
        exchange_for().read(answer([row()]), NOW)
        assert capsys.readouterr().out == ""


class TestRefusal:
    def test_the_documented_error_is_read_from_http_400(self) -> None:
        body = (FIXTURES / "doc_error_invalid_signature.json").read_bytes()
        error = failure(exchange_for(), reply(body, 400))
        assert (error.kind, error.provider_code) == (ErrorKind.AUTHENTICATION, "40002 invalid-signature")

    def test_the_request_id_of_the_last_try_is_what_support_needs(self) -> None:
        exchange = exchange_for()
        stamp = Stamp(NOW, CORRELATION_ID, counting_bytes())
        _, last = (json.loads(exchange.request(stamp).body) for _ in range(2))
        body = (FIXTURES / "doc_error_invalid_signature.json").read_bytes()
        assert failure(exchange, reply(body, 400)).trace_id == last["request_id"]
        assert failure(exchange, reply(b"<html>", 502)).trace_id == last["request_id"]

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (200, ErrorKind.BAD_RESPONSE),
            (400, ErrorKind.BAD_RESPONSE),
            (401, ErrorKind.AUTHENTICATION),
            (403, ErrorKind.PERMISSION_DENIED),
            (429, ErrorKind.RATE_LIMITED),
            (502, ErrorKind.UNAVAILABLE),
            (504, ErrorKind.TIMEOUT),
        ],
    )
    @pytest.mark.parametrize("body", [b"<html></html>", b"", b'{"message":"Forbidden"}', b'{"code":500}', b"[]"])
    def test_a_gateways_own_answer_means_its_http_status(self, status: int, kind: ErrorKind, body: bytes) -> None:
        assert failure(exchange_for(), reply(body, status)).kind is kind

    @pytest.mark.parametrize("app_id", ["11111111111111111", "", 0])
    def test_an_answer_for_another_app_is_refused(self, app_id: object) -> None:
        error = failure(exchange_for(), answer([row()], app_id=app_id))
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert "$.app_id" in error.message

    @pytest.mark.parametrize("field", ["data", "random_key"])
    @pytest.mark.parametrize("value", [None, "", 7, [row()]])
    def test_a_success_without_an_encrypted_text_is_refused(self, field: str, value: object) -> None:
        error = failure(exchange_for(), answer([row()], **{field: value}))
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert f"$.{field}" in error.message

    def test_a_wrong_row_is_named_and_no_amount_is_quoted(self) -> None:
        error = failure(exchange_for(), answer([row(), row(currency="HKD", balance="7,77.00")]))
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert "$.data[1].balance" in error.message
        assert "7,77" not in str(error)

    def test_the_same_row_twice_is_refused(self) -> None:
        assert failure(exchange_for(), answer([row(), row()])).kind is ErrorKind.BAD_RESPONSE


class TestDecryption:
    """An answer that cannot be decrypted says so in one way, wherever it broke."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"random_key": "AAAA"},
            {"random_key": "not Base64"},
            {"data": "short"},
            {"data": "0123456789ABCDEF" + "A" * 21 + "="},
            {"data": "0123456789abcdef" + sealed_by_openssl(b"[]").text[16:]},
        ],
        ids=str,
    )
    def test_a_damaged_envelope(self, changes: dict[str, str]) -> None:
        error = failure(exchange_for(), answer([row()], **changes))
        assert (error.kind, error.message) == (ErrorKind.BAD_RESPONSE, CANNOT_DECRYPT)

    def test_an_answer_sealed_to_somebody_else(self) -> None:
        other = exchange_for(private_key=(KEYS / "provider_private.pem").read_text())
        assert failure(other, answer([row()])).message == CANNOT_DECRYPT

    @pytest.mark.parametrize("plain", [b"", b"noise", b"\xff\xfe", b'{"a":1,"a":2}', b"[NaN]"])
    def test_a_plain_text_that_is_no_json(self, plain: bytes) -> None:
        envelope = sealed_by_openssl(plain)
        error = failure(exchange_for(), answer([], data=envelope.text, random_key=envelope.random_key))
        assert (error.kind, error.message) == (ErrorKind.BAD_RESPONSE, CANNOT_DECRYPT)

    def test_the_noise_that_openssl_gives_instead_of_an_error(self) -> None:
        noise = _envelope_that_opens_to_noise()
        error = failure(exchange_for(), answer([], data=noise.text, random_key=noise.random_key))
        assert (error.kind, error.message) == (ErrorKind.BAD_RESPONSE, CANNOT_DECRYPT)


def _envelope_that_opens_to_noise() -> Envelope:
    """Wrong RSA padding that OpenSSL turns into a key of a usable length, and a text that this key unpads."""
    owner = load_private_key((KEYS / "merchant_private.pem").read_text())
    wrong = (number.to_bytes(256, "big") for number in count(2**1000))
    random_key = next(key for key in wrong if len(owner.decrypt(key, PKCS1v15())) in (16, 24, 32))
    for number in count():
        text = "0123456789ABCDEF" + b64encode(number.to_bytes(32, "big")).decode()
        envelope = Envelope(b64encode(random_key).decode(), text)
        try:
            unseal(envelope, owner)
        except EnvelopeError:
            continue
        return envelope
    raise AssertionError("count() does not end")
