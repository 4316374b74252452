"""What goes out to Pagsmile, judged by `openssl`, and what the secret must hold for it."""

import json
import re
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Exchange, Stamp
from balance_core.question import Question
from pagsmile_balance.client import plan
from tests.openssl import KEYS, aes_cbc_decrypt, rsa_decrypt
from tests.unit.pagsmile_cases import APP_ID, CORRELATION_ID, FIXTURES, NOW, counting_bytes, credentials, exchange_for


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time is not UTC."""
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "Asia/Dubai")
        time.tzset()
        yield
    time.tzset()


def sent(exchange: Exchange, correlation_id: str = CORRELATION_ID, now: datetime = NOW) -> dict[str, str]:
    """The fields of the request's JSON."""
    body = exchange.request(Stamp(now, correlation_id, counting_bytes())).body
    fields: dict[str, str] = json.loads(body)
    return fields


def opened_by_openssl(fields: dict[str, str]) -> bytes:
    """The plain `biz_data`, as Pagsmile reads it."""
    key = rsa_decrypt(fields["random_key"], KEYS / "provider_private.pem")
    iv, ciphertext = fields["biz_data"][:16], b64decode(fields["biz_data"][16:], validate=True)
    return aes_cbc_decrypt(ciphertext, key, iv.encode())


class TestRequest:
    def test_goes_to_the_documented_path_as_json(self) -> None:
        request = exchange_for(base_url="https://pagsmile.example/api/").request(
            Stamp(NOW, CORRELATION_ID, counting_bytes())
        )
        assert request.url == "https://pagsmile.example/api/issuing/partner/query-balance"
        assert request.headers == {"Content-Type": "application/json"}

    def test_has_exactly_the_documented_fields(self) -> None:
        documented = json.loads((FIXTURES / "doc_request.json").read_bytes())
        fields = sent(exchange_for())
        assert list(fields) == list(documented)
        constant = ("app_id", "partner_id", "format", "version", "sign_type")
        assert {name: fields[name] for name in constant} == {name: documented[name] for name in constant}
        assert all(isinstance(value, str) for value in fields.values())

    def test_openssl_opens_the_documented_biz_data(self) -> None:
        documented = json.loads((FIXTURES / "doc_request.json").read_bytes())["biz_data"]
        assert json.loads(opened_by_openssl(sent(exchange_for()))) == documented

    def test_asks_about_one_account_when_the_secret_names_one(self) -> None:
        plain = json.loads(opened_by_openssl(sent(exchange_for(account_num="10419000000401"))))
        assert plain == {"partner_id": APP_ID, "account_num": "10419000000401"}

    @pytest.mark.parametrize(
        ("offset", "expected"),
        [(None, "2026-11-21 01:45:38"), ("+08:00", "2026-11-21 09:45:38"), ("-03:00", "2026-11-20 22:45:38")],
    )
    @pytest.mark.usefixtures("elsewhere")
    def test_the_timestamp_is_utc_unless_the_secret_says_otherwise(self, offset: str | None, expected: str) -> None:
        assert sent(exchange_for(utc_offset=offset))["timestamp"] == expected

    @pytest.mark.parametrize("now", [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2031, 12, 31, tzinfo=UTC)])
    def test_the_timestamp_has_the_documented_form(self, now: datetime) -> None:
        assert sent(exchange_for(), now=now)["timestamp"] == now.isoformat(" ")[:19]

    def test_the_request_id_starts_with_our_correlation_id(self) -> None:
        assert re.fullmatch(rf"{CORRELATION_ID}-[0-9a-f]{{14}}", sent(exchange_for())["request_id"])

    @pytest.mark.parametrize("length", [17, 18, 36, 64])
    def test_the_request_id_never_has_more_than_32_characters(self, length: int) -> None:
        request_id = sent(exchange_for(), correlation_id="x" * length)["request_id"]
        expected = r"x{17}-[0-9a-f]{14}" if length == 17 else r"[0-9a-f]{32}"
        assert re.fullmatch(expected, request_id)

    @pytest.mark.parametrize("correlation_id", [CORRELATION_ID, "x" * 64])
    def test_every_try_is_new(self, correlation_id: str) -> None:
        exchange = exchange_for()
        stamp = Stamp(NOW, correlation_id, counting_bytes())
        first, second = (json.loads(exchange.request(stamp).body) for _ in range(2))
        assert all(first[name] != second[name] for name in ("request_id", "biz_data", "random_key"))

    def test_neither_key_nor_plain_text_is_in_the_request(self) -> None:
        request = exchange_for(account_num="10419000000401").request(Stamp(NOW, CORRELATION_ID, counting_bytes()))
        assert b"10419000000401" not in request.body
        assert "PRIVATE" not in repr(exchange_for())


class TestConfiguration:
    @pytest.mark.parametrize("field", ["base_url", "app_id", "partner_id", "private_key", "provider_public_key"])
    def test_a_missing_field_is_named(self, field: str) -> None:
        with pytest.raises(ProviderError) as caught:
            exchange_for(**{field: None})
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert f"account 'main', field '{field}' is missing" in caught.value.message

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("base_url", "http://card-api-sandbox.pagsmile.com"),
            ("app_id", "two words"),
            ("account_num", "x" * 65),
            ("utc_offset", "Asia/Shanghai"),
            ("utc_offset", 8),
            ("provider_public_key", "nonsense"),
        ],
    )
    def test_a_wrong_field_is_named_and_not_quoted(self, field: str, value: object) -> None:
        with pytest.raises(ProviderError) as caught:
            exchange_for(**{field: value})
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert f"field '{field}'" in caught.value.message
        assert str(value) not in caught.value.message or value == 8

    def test_one_question_is_one_exchange_about_the_whole_account(self) -> None:
        (exchange,) = plan(credentials(), Question(CORRELATION_ID, ("USD", "HKD", "BRL")))
        assert exchange.currency is None
