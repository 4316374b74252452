"""What PayerMax is sent, to the byte. The golden vectors were made by OpenSSL: see tests/fixtures/README.md."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Stamp
from balance_core.http import HttpRequest
from balance_core.question import Question
from payermax_balance.client import plan
from tests.openssl import KEYS, verifies
from tests.provider_fixtures import MERCHANT, credentials_of, signature_of
from tests.unit.payermax_cases import PAYERMAX, SECRET

MOMENT = datetime(2023, 3, 30, 6, 15, 22, 96_000, tzinfo=UTC)
USD_QUESTION = Question("9f2c4e1ab07d3c55", currencies=("USD",), include_zero=True)


def no_entropy(length: int) -> bytes:
    raise AssertionError("PayerMax's request needs no randomness")


def stamp(now: datetime = MOMENT) -> Stamp:
    return Stamp(now, "9f2c4e1ab07d3c55", no_entropy)


def request_for(
    question: Question = USD_QUESTION, fields: Mapping[str, object] = SECRET, now: datetime = MOMENT
) -> HttpRequest:
    (query,) = plan(credentials_of("balance-bot/payermax", fields), question)
    return query.request(stamp(now))


def test_body_and_signature_are_the_golden_ones() -> None:
    request = request_for()

    assert request.body == (PAYERMAX / "request.json").read_bytes()
    assert request.headers == {
        "Content-Type": "application/json",
        "sign": signature_of(PAYERMAX / "request.json"),
    }


def test_body_means_what_the_documented_example_means_but_for_its_sign_and_second_currency() -> None:
    documented = json.loads((PAYERMAX / "documented-request.json").read_bytes())
    assert documented.pop("sign") == "{{sign}}"
    assert documented["data"]["accountCurrency"].pop() == "TRY"

    sent = json.loads(request_for().body)

    assert sent == {**documented, "requestTime": "2023-03-30T06:15:22.096Z"}
    assert list(sent) == list(documented)


def test_openssl_accepts_a_fresh_signature() -> None:
    request = request_for(now=datetime.now(UTC))

    assert verifies(KEYS / "merchant_public.pem", request.body, request.headers["sign"])
    assert not verifies(KEYS / "merchant_public.pem", request.body + b" ", request.headers["sign"])


def test_keys_may_be_one_line_of_base64() -> None:
    bare = {"private_key": MERCHANT.private_base64, "provider_public_keys": [MERCHANT.public_base64]}

    assert request_for(fields={**SECRET, **bare}) == request_for()


def test_everything_is_asked_for_without_filters() -> None:
    data = json.loads(request_for(Question("c")).body)["data"]

    assert data == {"plainSign": False, "accountType": [], "accountCurrency": []}


@pytest.mark.parametrize("include_zero", [True, False])
def test_zero_balances_are_asked_for_with_a_real_boolean(include_zero: bool) -> None:
    data = json.loads(request_for(Question("c", include_zero=include_zero)).body)["data"]

    assert data["plainSign"] is include_zero


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (datetime(2026, 11, 21, 1, 45, 38, 960_999, tzinfo=UTC), "2026-11-21T01:45:38.960Z"),
        (datetime.fromisoformat("2026-11-21T05:45:38+04:00"), "2026-11-21T01:45:38.000Z"),
    ],
)
def test_request_time_is_rfc_3339_with_milliseconds(now: datetime, text: str) -> None:
    assert json.loads(request_for(now=now).body)["requestTime"] == text


def test_every_try_is_stamped_and_signed_afresh() -> None:
    (query,) = plan(credentials_of("balance-bot/payermax", SECRET), USD_QUESTION)

    first, second = (query.request(stamp(MOMENT + timedelta(milliseconds=each))) for each in (0, 1))

    assert json.loads(second.body)["requestTime"] == "2023-03-30T06:15:22.097Z"
    assert second.headers["sign"] == MERCHANT.sign(second.body) != first.headers["sign"]


def test_the_version_is_a_setting() -> None:
    assert json.loads(request_for(fields={**SECRET, "version": "1.4"}).body)["version"] == "1.4"


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({"environment": "production"}, "https://pay-gate.payermax.com"),
        ({"environment": "sandbox"}, "https://pay-gate-uat.payermax.com"),
        ({"base_url": "https://proxy.example/payermax/"}, "https://proxy.example/payermax"),
    ],
)
def test_address(fields: Mapping[str, object], origin: str) -> None:
    url = request_for(fields={**SECRET, **fields}).url

    assert url == f"{origin}/aggregate-pay/api/gateway/currentBalanceQuery"


@pytest.mark.parametrize(
    ("currencies", "currency", "named"),
    [((), None, []), (("USD",), "USD", ["USD"]), (("USD", "UZS"), None, [])],
    ids=["all", "one", "two"],
)
def test_one_call_whatever_is_asked(currencies: tuple[str, ...], currency: str | None, named: list[str]) -> None:
    """Two currencies are asked about as all: one that PayerMax does not support would cost the other."""
    (query,) = plan(credentials_of("balance-bot/payermax", SECRET), Question("c", currencies=currencies))

    assert query.currency == currency
    assert json.loads(query.request(stamp()).body)["data"]["accountCurrency"] == named


@pytest.mark.parametrize("field", ["environment", "app_id", "merchant_no", "private_key", "provider_public_keys"])
def test_a_missing_field_is_a_configuration_error_that_names_it(field: str) -> None:
    fields = {name: value for name, value in SECRET.items() if name != field}

    with pytest.raises(ProviderError) as caught:
        plan(credentials_of("balance-bot/payermax", fields), USD_QUESTION)

    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert f"secret 'balance-bot/payermax', account 'main', field '{field}'" in caught.value.message


def test_no_key_is_printed_with_a_query() -> None:
    (query,) = plan(credentials_of("balance-bot/payermax", SECRET), USD_QUESTION)

    assert "RSA" not in repr(query)
    assert "sign" not in repr(query.request(stamp()))
