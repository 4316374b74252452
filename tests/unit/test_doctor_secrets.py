"""What the doctor says about a provider's secret: every declared field, and RSA keys.

tests/contract/test_provider_tools.py asks it about every provider, with RSA keys or without.
"""

import json
from collections.abc import Mapping
from math import lcm
from subprocess import run

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from balance_core.provider.protocol import Provider
from balance_core.provider.signing import load_private_key
from balance_core.secrets import Secret
from balance_core.strict_json import loads
from tests.deployment.check import Check, Status
from tests.deployment.providers import packaged_providers, secret_checks
from tests.deployment.rsa_keys import is_valid
from tests.openssl import KEYS, openssl
from tests.provider_fixtures import MERCHANT, PROVIDER
from tests.unit import provider_cases

PACKAGED = packaged_providers()
PAYBY, PAGSMILE = provider_cases.PAYBY.account, provider_cases.PAGSMILE.account


def checks(provider: Provider, accounts: Mapping[str, object], *, shows_public_keys: bool = False) -> list[Check]:
    secret = Secret(f"balance-bot-dev/{provider.name}", loads(json.dumps({"accounts": accounts}).encode()))
    return list(secret_checks(provider, secret, "eu-central-1", shows_public_keys=shows_public_keys))


def findings(found: list[Check], status: Status) -> list[str]:
    return [check.finding.partition(";")[0] for check in found if check.status is status]


def composite_key() -> str:
    """A private key that signs correctly although its `p` is the product of two primes."""
    parts = load_private_key(MERCHANT.private_pem).private_numbers()
    e, q, p = parts.public_numbers.e, parts.q, parts.p * 65539
    d = pow(e, -1, lcm(parts.p - 1, 65538, q - 1))
    numbers = RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), RSAPublicNumbers(e, p * q))
    key = numbers.private_key(unsafe_skip_rsa_key_validation=True)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_every_provider_of_the_project_is_found() -> None:
    folders = {path.parent.name for path in (KEYS.parents[2] / "functions").glob("*/README.md")} - {"slack", "watch"}
    assert PACKAGED.keys() == folders


def test_a_good_account_has_readable_fields_and_a_valid_key() -> None:
    first, second = checks(PACKAGED["payby"], {"main": PAYBY})
    assert first == Check(Status.OK, "payby", "every field of every account can be read (production: main)")
    der = openssl("pkey", "-pubin", "-in", KEYS / "merchant_public.pem", "-outform", "DER")
    digest = run(["sha256sum"], input=der, check=True, capture_output=True).stdout.decode().split()[0]
    assert second.status is Status.OK
    assert second.finding == (
        f"the private key of account main is valid, 2048 bits; SHA-256 of its public key: {digest}"
    )
    assert second.detail == ""


def test_a_public_key_is_printed_in_both_forms_that_providers_ask_for() -> None:
    detail = checks(PACKAGED["payby"], {"main": PAYBY}, shows_public_keys=True)[1].detail
    pem = openssl("pkey", "-pubout", data=MERCHANT.private_pem.encode()).decode()
    assert detail.startswith(pem)
    assert detail.splitlines()[-1] == "".join(pem.splitlines()[1:-1])


def test_every_wrong_field_of_every_account_is_named() -> None:
    wrong = {**PAYBY, "partner_id": "", "provider_public_keys": [], "currencies": []}
    found = checks(PACKAGED["payby"], {"main": PAYBY, "uae": wrong})
    assert findings(found, Status.WRONG) == [
        "secret 'balance-bot-dev/payby', account 'uae', field 'partner_id' must be text of 1 to 10000 characters",
        "secret 'balance-bot-dev/payby', account 'uae', field 'provider_public_keys' must hold at least one item",
        "secret 'balance-bot-dev/payby', account 'uae', field 'currencies' must hold at least one item",
    ]
    assert len(findings(found, Status.OK)) == 2
    assert found[0].remedy == (
        "fix it (functions/payby/README.md), then store it: aws secretsmanager put-secret-value --region eu-central-1"
        " --secret-id balance-bot-dev/payby --secret-string file://payby.json"
    )


def test_the_same_merchant_twice_and_a_sandbox_beside_production_are_found() -> None:
    same = {**PAYBY, "base_url": "https://api.payby.com"}
    sandbox = {**PAYBY, "environment": "sandbox"}
    found = checks(PACKAGED["payby"], {"main": PAYBY, "again": same, "test": sandbox})
    assert findings(found, Status.WARNING) == ["accounts of different environments would be added up (production: main"]
    assert findings(found, Status.WRONG) == [
        "accounts main, again are the same merchant: they agree in base_url, partner_id"
    ]
    assert findings(found, Status.OK) == ["the private key of accounts main, again, test is valid, 2048 bits"]


@pytest.mark.parametrize(("provider", "account"), [("payby", PAYBY), ("pagsmile", PAGSMILE)])
def test_our_own_public_key_instead_of_the_providers_is_found(provider: str, account: Mapping[str, object]) -> None:
    field = next(name for name in account if name.startswith("provider_public_key"))
    ours = MERCHANT.public_base64
    account = {**account, field: [PROVIDER.public_pem, ours] if field.endswith("s") else ours}
    found = checks(PACKAGED[provider], {"main": account})
    assert findings(found, Status.WRONG) == [f"account 'main', field '{field}' holds our own public key"]


def test_a_key_that_signs_although_it_is_not_a_valid_rsa_key_is_found() -> None:
    text = composite_key()
    assert not is_valid(load_private_key(text))
    found = checks(PACKAGED["payby"], {"main": {**PAYBY, "private_key": text}})
    assert findings(found, Status.WRONG) == ["the private key of account main can sign, but OpenSSL does not accept it"]
