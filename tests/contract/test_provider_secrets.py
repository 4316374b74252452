"""What every provider's function makes of a wrong value in its secret, field by field as the provider declares them."""

import pytest
from _pytest.mark import ParameterSet

from balance_core.errors import ErrorKind
from balance_core.provider.credentials import Field, FieldKind
from tests.contract.worlds import World, declaration
from tests.local.company import PROVIDERS
from tests.provider_fixtures import MERCHANT

# A value or two of each kind; the unit tests of credentials and of signing keys have more.
MALFORMED: dict[FieldKind, list[object]] = {
    FieldKind.IDENTIFIER: ["a b", "ü", "x" * 65],
    FieldKind.SHARED_SECRET: ["a b", "a\n"],
    FieldKind.RSA_PRIVATE_KEY: [MERCHANT.private_pem[:-100], "not a key", "kms:alias/balance-bot/main/1"],
    FieldKind.SIGNING_KEY: [MERCHANT.private_pem[:-100], MERCHANT.public_pem, "kms:1234", "kms:alias/a b"],
    FieldKind.RSA_PUBLIC_KEY: [MERCHANT.private_pem, [MERCHANT.public_pem]],
    FieldKind.RSA_PUBLIC_KEYS: [[MERCHANT.private_pem], [], MERCHANT.public_pem, [7]],
    FieldKind.CURRENCIES: [[], "USD", ["usd"]],
    FieldKind.SETTING: ["http://127.0.0.1", "https://u:p@a"],
}


def fields(*kinds: FieldKind) -> list[ParameterSet]:
    """Each field of those kinds that a function always reads, with its provider's name."""
    return [
        pytest.param(name, each, id=f"{name}-{each.name}")
        for name in PROVIDERS
        for each in declaration(name).fields
        if each.kind in kinds and (each.is_required or each.name == "base_url")
    ]


@pytest.mark.parametrize(("world", "field"), fields(*FieldKind), indirect=["world"])
def test_a_malformed_field_is_a_configuration_failure_that_names_it(world: World, field: Field) -> None:
    for value in (*([None] if field.is_required else []), "", 7, *MALFORMED[field.kind]):
        world.change_main(**{field.name: value})

        answer = world.ask({})

        failures = [each for each in answer.failures if each.account == "main"]
        assert [each.kind for each in failures] == [ErrorKind.CONFIGURATION], value
        place = f"secret '{world.secret_name}', account 'main', field '{field.name}"
        assert place in failures[0].message
        assert not isinstance(value, str) or len(value) < 20 or value[:20] not in failures[0].message
        assert [report.account for report in answer.reports] == ["uae"]
    assert world.simulators["main"].requests == []


def wrong(field: Field, value: object) -> object:
    """Another well-formed value: another key of the same kind, or other letters and digits."""
    if field.kind in (FieldKind.RSA_PRIVATE_KEY, FieldKind.SIGNING_KEY):
        return MERCHANT.private_pem
    if field.kind is FieldKind.RSA_PUBLIC_KEY:
        return MERCHANT.public_pem
    if field.kind is FieldKind.RSA_PUBLIC_KEYS:
        return [MERCHANT.public_pem]
    return str(value).translate(str.maketrans("0123456789abcdef", "1234567890bcdefa"))


@pytest.mark.parametrize(
    ("world", "field"),
    fields(*(kind for kind in FieldKind if kind not in (FieldKind.CURRENCIES, FieldKind.SETTING))),
    indirect=["world"],
)
def test_a_wrong_credential_is_a_failure_of_its_account_alone(world: World, field: Field) -> None:
    world.change_main(**{field.name: wrong(field, world.accounts["main"][field.name])})

    answer = world.ask({})

    kinds = {each.kind for each in answer.failures if each.account == "main"}
    # A wrong public key of the provider shows only in its answer.
    assert kinds <= {ErrorKind.AUTHENTICATION, ErrorKind.PERMISSION_DENIED, ErrorKind.BAD_RESPONSE}
    assert kinds
    assert [report.account for report in answer.reports] == ["uae"]


@pytest.mark.parametrize("secret", ["not JSON", "{}", '{"accounts": {}}', '{"accounts": {"a b": {}}}'])
def test_a_malformed_secret_is_a_configuration_failure_that_names_it(world: World, secret: str) -> None:
    world.keep(secret)
    failure = world.only_failure({})
    assert failure.kind is ErrorKind.CONFIGURATION
    assert f"secret '{world.secret_name}'" in failure.message
