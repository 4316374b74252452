"""What PayBy is sent, to the byte. The golden vectors were made by OpenSSL: see tests/fixtures/README.md."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Stamp
from balance_core.http import HttpRequest
from balance_core.question import Question
from payby_balance.client import plan
from tests.openssl import KEYS, verifies
from tests.provider_fixtures import MERCHANT, credentials_of, signature_of
from tests.unit.payby_cases import PAYBY, SECRET

DOCUMENTED_MOMENT = datetime(2024, 2, 21, 3, 15, 34, 645_000, tzinfo=UTC)


def no_entropy(length: int) -> bytes:
    raise AssertionError("PayBy's request needs no randomness")


def stamp(now: datetime = DOCUMENTED_MOMENT) -> Stamp:
    return Stamp(now, "9f2c4e1ab07d3c55", no_entropy)


def first_request(fields: Mapping[str, object] = SECRET, now: datetime = DOCUMENTED_MOMENT) -> HttpRequest:
    return plan(credentials_of("balance-bot/payby", fields), Question("c"))[0].request(stamp(now))


def test_body_and_signature_are_the_golden_ones() -> None:
    request = first_request()

    assert request.body == (PAYBY / "request.json").read_bytes()
    assert request.headers == {
        "Content-Language": "en",
        "Content-Type": "application/json",
        "Partner-Id": "200000018128",
        "sign": signature_of(PAYBY / "request.json"),
    }


def test_body_means_what_the_documented_example_means() -> None:
    documented = json.loads((PAYBY / "documented-request.json").read_bytes())

    sent = json.loads(first_request().body)

    assert sent == documented
    assert list(sent) == list(documented)


def test_openssl_accepts_a_fresh_signature() -> None:
    request = first_request(now=datetime.now(UTC))

    assert verifies(KEYS / "merchant_public.pem", request.body, request.headers["sign"])
    assert not verifies(KEYS / "merchant_public.pem", request.body + b" ", request.headers["sign"])


@pytest.mark.parametrize(
    ("now", "milliseconds"),
    [
        (datetime(2026, 11, 21, 1, 45, 38, 960_999, tzinfo=UTC), 1795225538960),
        (datetime.fromisoformat("2026-11-21T05:45:38.960+04:00"), 1795225538960),
        (datetime(1970, 1, 1, 0, 0, 0, 1_000, tzinfo=UTC), 1),
    ],
    ids=["microseconds are cut off", "the zone does not matter", "epoch"],
)
def test_request_time_is_epoch_milliseconds(now: datetime, milliseconds: int) -> None:
    assert json.loads(first_request(now=now).body)["requestTime"] == milliseconds


def test_every_try_is_stamped_and_signed_afresh() -> None:
    (query, _) = plan(credentials_of("balance-bot/payby", SECRET), Question("c"))

    first, second = (query.request(stamp(DOCUMENTED_MOMENT + timedelta(seconds=each))) for each in (0, 1))

    assert json.loads(second.body)["requestTime"] - json.loads(first.body)["requestTime"] == 1000
    assert second.headers["sign"] == MERCHANT.sign(second.body) != first.headers["sign"]


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"environment": "production"}, "https://api.payby.com/sgs/api/member/getBalance"),
        ({"environment": "sandbox"}, "https://uat.test2pay.com/sgs/api/member/getBalance"),
        ({"base_url": "https://proxy.example/payby/"}, "https://proxy.example/payby/sgs/api/member/getBalance"),
    ],
)
def test_address(fields: Mapping[str, object], url: str) -> None:
    assert first_request({**SECRET, **fields}).url == url


def test_one_call_for_each_configured_currency_when_none_is_asked_about() -> None:
    exchanges = plan(credentials_of("balance-bot/payby", SECRET), Question("c"))

    assert [each.currency for each in exchanges] == ["AED", "USD"]
    assert [json.loads(each.request(stamp()).body)["bizContent"]["currencyCode"] for each in exchanges] == [
        "AED",
        "USD",
    ]


def test_only_the_asked_currency_is_called_for() -> None:
    (exchange,) = plan(credentials_of("balance-bot/payby", SECRET), Question("c", currencies=("USD",)))

    assert json.loads(exchange.request(stamp()).body)["bizContent"] == {"currencyCode": "USD"}


def test_a_currency_outside_the_configured_ones_is_answered_without_a_call() -> None:
    (exchange,) = plan(credentials_of("balance-bot/payby", SECRET), Question("c", currencies=("BRL",)))

    with pytest.raises(ProviderError) as caught:
        exchange.request(stamp())

    assert exchange.currency == "BRL"
    assert caught.value.kind is ErrorKind.CURRENCY_NOT_SUPPORTED
    assert "currencies in the secret" in caught.value.message


@pytest.mark.parametrize("field", ["environment", "partner_id", "private_key", "provider_public_keys", "currencies"])
def test_a_missing_field_is_a_configuration_error_that_names_it(field: str) -> None:
    fields = {name: value for name, value in SECRET.items() if name != field}

    with pytest.raises(ProviderError) as caught:
        plan(credentials_of("balance-bot/payby", fields), Question("c"))

    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert f"secret 'balance-bot/payby', account 'main', field '{field}'" in caught.value.message


def test_no_key_is_printed_with_a_query() -> None:
    (query, _) = plan(credentials_of("balance-bot/payby", SECRET), Question("c"))

    assert "RSA" not in repr(query)
    assert "sign" not in repr(query.request(stamp()))
