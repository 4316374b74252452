"""What the doctor says of a provider's secret: the functions' own reading, and the key checks they leave out."""

import json
from collections.abc import Mapping
from math import lcm
from subprocess import run

import pytest

from balance_core.secrets import Secret
from balance_core.signing import load_private_key
from balance_core.wire import loads
from tests.deployment.check import Check, Status
from tests.deployment.key_pair import fingerprint, is_sound, public_line, public_pem
from tests.deployment.provider_secret import Manner, Provider, known_providers, secret_checks
from tests.openssl import KEYS, openssl
from tests.provider_fixtures import MERCHANT, PROVIDER
from tests.unit.key_cases import PARTS, PRIVATE_KEY, PUBLIC_KEY, pkcs1_private

PROVIDERS = {provider.name: provider for provider in known_providers()}
MANNER = Manner("eu-central-1")
PAYBY = {
    "environment": "production",
    "partner_id": "200000018128",
    "private_key": MERCHANT.private_pem,
    "provider_public_keys": [PROVIDER.public_pem],
    "currencies": ["AED"],
}
PAGSMILE = {
    "base_url": "https://card-api-sandbox.pagsmile.com/",
    "app_id": "2017051914172236111",
    "partner_id": "1",
    "private_key": MERCHANT.private_base64,
    "provider_public_key": PROVIDER.public_base64,
}


def composite_key() -> str:
    """A key that signs rightly with the exponent alone, because its `p` is a product of two primes."""
    q, p = PARTS.q, PARTS.p * 65539
    d = pow(PARTS.public_numbers.e, -1, lcm(PARTS.p - 1, 65538, q - 1))
    return pkcs1_private(n=p * q, d=d, p=p, dp=d % (p - 1), dq=d % (q - 1), qi=pow(q, -1, p))


def checks(accounts: Mapping[str, object], provider: str = "payby", manner: Manner = MANNER) -> list[Check]:
    secret = Secret(f"balance-bot-dev/{provider}", loads(json.dumps({"accounts": accounts}).encode()))
    return secret_checks(PROVIDERS[provider], secret, manner)


def told(found: list[Check]) -> list[tuple[Status, str]]:
    return [(check.status, check.finding.partition(";")[0]) for check in found]


def test_every_provider_of_the_project_is_known() -> None:
    folders = {path.parent.name for path in (KEYS.parents[2] / "functions").glob("*/README.md")} - {"slack"}
    assert PROVIDERS.keys() == folders
    assert all(isinstance(provider, Provider) for provider in PROVIDERS.values())


def test_a_sound_account() -> None:
    first, second = checks({"main": PAYBY})
    assert first == Check(Status.OK, "payby", "every field of every account can be read (production: main)")
    assert second.status is Status.OK
    assert second.finding == (
        f"the private key of account main is sound, 2048 bits; SHA-256 of its public key: {fingerprint(PUBLIC_KEY)}"
    )
    assert second.detail == ""


def test_the_fingerprint_is_that_of_the_command_it_names() -> None:
    der = run(
        ["openssl", "pkey", "-pubin", "-in", KEYS / "merchant_public.pem", "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout
    digest = run(["openssl", "dgst", "-sha256", "-hex"], input=der, check=True, capture_output=True).stdout.decode()
    assert digest.split()[-1] == fingerprint(PUBLIC_KEY)


def test_public_keys_are_shown_as_openssl_writes_them() -> None:
    pem = openssl("pkey", "-pubout", data=MERCHANT.private_pem.encode()).decode().strip()
    assert public_pem(PUBLIC_KEY) == pem
    assert public_line(PUBLIC_KEY) == "".join(pem.splitlines()[1:-1])
    shown = Manner("eu-central-1", shows_public_keys=True)
    assert checks({"main": PAYBY}, manner=shown)[1].detail == pem


def test_accounts_that_share_a_key_are_told_together() -> None:
    found = checks({"main": PAYBY, "uae": {**PAYBY, "partner_id": "2"}})
    assert told(found)[1:] == [(Status.OK, "the private key of accounts main, uae is sound, 2048 bits")]


def test_accounts_with_keys_of_their_own_are_told_apart() -> None:
    found = checks(
        {
            "main": PAYBY,
            "uae": {**PAYBY, "private_key": PROVIDER.private_pem, "provider_public_keys": [MERCHANT.public_pem]},
        }
    )
    assert len({check.finding for check in found[1:3]}) == 2


def test_the_base_url_decides_over_the_environment() -> None:
    found = checks({"main": {**PAYBY, "base_url": "https://proxy.example/payby"}})
    assert found[0].finding == "every field of every account can be read (proxy.example: main)"


def test_sandbox_and_production_in_one_secret() -> None:
    found = checks({"main": PAYBY, "test": {**PAYBY, "environment": "sandbox"}})
    assert told(found)[0] == (
        Status.WARNING,
        "accounts of different environments would be added up (production: main",
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"environment": "prod"}, "field 'environment' must be one of production, sandbox"),
        ({"private_key": (KEYS / "refused" / "ec_private.pem").read_text()}, "field 'private_key' is not an RSA key"),
        ({"provider_public_keys": []}, "field 'provider_public_keys' must hold at least one item"),
        ({"currencies": ["XYZ"]}, "field 'currencies' must hold ISO 4217 currency codes such as USD"),
        ({"base_url": "http://api.payby.com"}, "field 'base_url' must be an https:// address"),
    ],
)
def test_what_the_function_would_say(changes: Mapping[str, object], problem: str) -> None:
    (check,) = checks({"main": {**PAYBY, **changes}})
    assert check.status is Status.WRONG
    assert check.finding.startswith(f"secret 'balance-bot-dev/payby', account 'main', {problem}")
    assert check.remedy == (
        "mend it as in functions/payby/README.md, then aws secretsmanager put-secret-value --region eu-central-1"
        " --secret-id balance-bot-dev/payby --secret-string file://payby.json"
    )


def test_a_secret_without_accounts() -> None:
    (check,) = checks({})
    assert told([check]) == [
        (Status.WRONG, "secret 'balance-bot-dev/payby', field 'accounts' must hold at least one account")
    ]


@pytest.mark.parametrize("provider", ["payby", "pagsmile"])
def test_our_own_public_key_in_the_place_of_the_providers(provider: str) -> None:
    account: dict[str, object] = dict(PAYBY if provider == "payby" else PAGSMILE)
    field = next(name for name in account if name.startswith("provider_public_key"))
    ours = MERCHANT.public_base64
    account[field] = [PROVIDER.public_pem, ours] if field.endswith("s") else ours
    found = checks({"main": account}, provider)
    assert told(found)[-1] == (Status.WRONG, f"account 'main', field '{field}' holds our own public key")
    assert found[-1].remedy.startswith(f"put the key there that {provider} shows as its own")


def test_another_accounts_public_key_is_ours_as_well() -> None:
    other = {**PAYBY, "private_key": PROVIDER.private_pem, "partner_id": "2"}
    found = checks({"main": PAYBY, "uae": {**other, "provider_public_keys": [MERCHANT.public_pem]}})
    assert {finding for status, finding in told(found) if status is Status.WRONG} == {
        "account 'main', field 'provider_public_keys' holds our own public key",
        "account 'uae', field 'provider_public_keys' holds our own public key",
    }


def test_a_key_that_signs_but_has_no_primes_is_found_out() -> None:
    text = composite_key()
    load_private_key(text)
    found = checks({"main": {**PAYBY, "private_key": text}})
    assert found[-1].status is Status.WRONG
    assert found[-1].finding == "the private key of account main signs, but is no RSA key that OpenSSL accepts"


def test_a_sound_key_passes_the_whole_check() -> None:
    assert is_sound(PRIVATE_KEY)
