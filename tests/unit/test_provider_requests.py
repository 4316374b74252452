"""What every provider is sent. The golden requests were signed by OpenSSL: see tests/fixtures/README.md."""

import pytest

from balance_core.errors import ErrorKind, ProviderError
from tests.conversation import first_request, new_context
from tests.provider_fixtures import signature_of
from tests.unit.provider_cases import CASES, PAGSMILE, PAYBY, PAYERMAX, Case, name_of

SIGNED = (PAYBY, PAYERMAX)


@pytest.mark.parametrize("case", SIGNED, ids=name_of)
def test_body_and_signature_equal_the_golden_ones(case: Case) -> None:
    request = first_request(case.inquiry(), new_context(case.asked_at))
    assert request.method == "POST"
    assert request.body == (case.fixtures / "request.json").read_bytes()
    expected = {"Content-Type": "application/json", "sign": signature_of(case.fixtures / "request.json")}
    if case is PAYBY:
        expected |= {"Content-Language": "en", "Partner-Id": "200000018128"}
    assert request.headers == expected


PATHS = {
    "payby": "/sgs/api/member/getBalance",
    "payermax": "/aggregate-pay/api/gateway/currentBalanceQuery",
    "pagsmile": "/issuing/partner/query-balance",
}


@pytest.mark.parametrize(
    ("case", "changes", "base_url"),
    [
        (PAYBY, {}, "https://api.payby.com"),
        (PAYBY, {"environment": "sandbox"}, "https://uat.test2pay.com"),
        (PAYERMAX, {}, "https://pay-gate.payermax.com"),
        (PAYERMAX, {"environment": "sandbox"}, "https://pay-gate-uat.payermax.com"),
        *((case, {"base_url": "https://proxy.example/a/"}, "https://proxy.example/a") for case in CASES),
    ],
    ids=name_of,
)
def test_the_secret_names_the_address(case: Case, changes: dict[str, object], base_url: str) -> None:
    request = first_request(case.inquiry(**changes))
    assert (request.method, request.url) == ("POST", base_url + PATHS[case.provider.name])


@pytest.mark.parametrize(
    ("case", "optional", "identity", "row_owner"),
    [
        (
            PAGSMILE,
            ["account_num", "utc_offset", "version"],
            ("base_url", "partner_id", "account_num"),
            ("base_url", "partner_id"),
        ),
        (PAYBY, ["environment", "base_url"], ("base_url", "partner_id"), ()),
        (PAYERMAX, ["environment", "base_url", "version"], ("base_url", "merchant_no"), ()),
    ],
    ids=name_of,
)
def test_a_provider_declares_its_optional_fields_and_what_identifies_a_merchant(
    case: Case, optional: list[str], identity: tuple[str, ...], row_owner: tuple[str, ...]
) -> None:
    assert [each.name for each in case.provider.fields if not each.is_required] == optional
    assert (case.provider.identity, case.provider.row_owner) == (identity, row_owner)


REQUIRED = [(case, each.name) for case in CASES for each in case.provider.fields if each.is_required]


@pytest.mark.parametrize(("case", "field"), [*REQUIRED, *[(case, "environment") for case in SIGNED]], ids=name_of)
def test_a_missing_field_is_a_configuration_error_that_names_it(case: Case, field: str) -> None:
    with pytest.raises(ProviderError) as caught:
        case.inquiry(**{field: None})
    assert caught.value.kind is ErrorKind.CONFIGURATION
    place = f"secret 'balance-bot/{case.provider.name}', account 'main', field '{field}'"
    assert caught.value.message.startswith(f"{place} is missing")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_neither_an_inquiry_nor_a_request_prints_a_key_or_a_signature(case: Case) -> None:
    inquiry = case.inquiry()
    request = first_request(inquiry)
    for printed in (repr(inquiry), repr(request)):
        assert "RSA" not in printed
        assert request.headers.get("sign", "RSA") not in printed
