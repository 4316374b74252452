"""What every provider's function makes of a secret that is wrong."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from balance_core.errors import ErrorKind
from tests.contract.provider_worlds import World, holdings
from tests.provider_fixtures import MERCHANT


def pem_of(key: PrivateKeyTypes) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def without_a_line(pem: str) -> str:
    lines = pem.splitlines()
    return "\n".join(lines[:5] + lines[6:])


@pytest.mark.parametrize(
    "private_key",
    [
        without_a_line(MERCHANT.private_pem),
        pem_of(ec.generate_private_key(ec.SECP256R1())),
        pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - refused, which is the point
        MERCHANT.public_pem,
        "not a key",
        "",
        None,
        7,
    ],
    ids=["line missing", "EC", "1024 bits", "public", "no key", "empty", "null", "number"],
)
def test_a_malformed_private_key_is_a_configuration_failure_of_its_account_alone(
    world: World, private_key: object
) -> None:
    secret = world.secret("main")
    broken = {world.provider.merchant: "uae", "private_key": private_key}
    world.keep({**secret, "accounts": {"main": {world.provider.merchant: "main"}, "uae": broken}})

    answer = world.ask({"currencies": ["USD"]})

    (failure,) = answer.failures
    assert holdings(answer) == {"main": ["USD 100.25"]}
    assert (failure.kind, failure.account) == (ErrorKind.CONFIGURATION, "uae")
    assert f"secret 'balance-bot/{world.provider.name}', account 'uae', field 'private_key'" in failure.message
    assert "BEGIN" not in failure.message


@pytest.mark.parametrize("problem", ["line missing", "EC", "1024 bits", "private"])
def test_a_malformed_provider_key_is_a_configuration_failure(world: World, problem: str) -> None:
    def public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    key = {
        "line missing": without_a_line(MERCHANT.public_pem),
        "EC": public_pem(ec.generate_private_key(ec.SECP256R1())),
        "1024 bits": public_pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - refused, which is the point
        "private": MERCHANT.private_pem,
    }[problem]
    field = world.provider.public_key_field
    world.keep({**world.secret("main"), field: [key] if field.endswith("s") else key})

    failure = world.only_failure({})

    assert (failure.kind, failure.account) == (ErrorKind.CONFIGURATION, "main")
    assert f"field '{field}'" in failure.message
    assert world.simulator.requests == []


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        "{}",
        "[]",
        "null",
        "not JSON",
        '{"accounts": []}',
        '{"accounts": {}}',
        '{"accounts": {"main": "x"}}',
        '{"accounts": {"a b": {}}}',
        '{"accounts": {"main": {}}, "accounts": {}}',
    ],
)
def test_a_malformed_secret_is_a_configuration_failure_that_names_it(world: World, secret: str) -> None:
    world.keep(secret)

    failure = world.only_failure({})

    assert failure.kind is ErrorKind.CONFIGURATION
    assert f"secret 'balance-bot/{world.provider.name}'" in failure.message


def test_plain_http_is_refused_unless_the_function_allows_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOW_INSECURE_PROVIDER_URLS")

    answer = world.ask({})

    assert [(each.kind, each.account) for each in answer.failures] == [
        (ErrorKind.CONFIGURATION, "main"),
        (ErrorKind.CONFIGURATION, "uae"),
    ]
    assert world.simulator.requests == []
