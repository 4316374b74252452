"""A secret and its accounts: every refusal names secret, account and field, and never a value."""

import json
import re
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.provider.credentials import (
    ADDRESS,
    BEARER_KEY,
    HMAC_KEY,
    OAUTH_CLIENT,
    RSA_PAIR,
    Credentials,
    Field,
    FieldKind,
    address_names,
    credential_names,
    read_credentials,
    secret_names,
)
from balance_core.provider.signer import KmsKey, LocalKey
from balance_core.secrets import Secret
from balance_core.strict_json import loads
from tests.openssl import KEYS

SECRET_NAME = "balance-bot/payby"
CANARY = "canary-0dd5e1f7"
HOSTS = {"production": "https://api.example.com", "sandbox": "https://sandbox.example.com"}
PRIVATE_KEY = (KEYS / "merchant_private.pem").read_text()
PUBLIC_KEY = (KEYS / "provider_public.pem").read_text()
OTHER_PUBLIC_KEY = (KEYS / "merchant_public.pem").read_text()


def secret(content: object) -> Secret:
    return Secret(SECRET_NAME, loads(json.dumps(content).encode()))


def credentials(fields: dict[str, object]) -> Credentials:
    (only,) = read_credentials(secret({"accounts": {"main": fields}}))
    return only


def refusal(read: Callable[[], Any]) -> str:
    """The message of the configuration error that `read` raises; no value may be in it or in its traceback."""
    with pytest.raises(ProviderError) as caught:
        read()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    return caught.value.message


def refusal_of(field: str, value: object, read: Callable[[Credentials], Any]) -> str:
    """The same for one field of the account `main`; the message may also name an item of a list."""
    message = refusal(lambda: read(credentials({field: value})))
    assert re.match(rf"secret '{SECRET_NAME}', account 'main', field '{field}(\[\d+\])?' ", message)
    return message


def test_a_secret_prints_its_name_only_and_gives_the_text_of_a_top_level_field() -> None:
    content = secret({"signing_secret": CANARY, "empty": "", "number": 7})
    assert f"{content} {[content]}" == f"Secret('{SECRET_NAME}') [Secret('{SECRET_NAME}')]"
    assert content.text("signing_secret") == CANARY
    for field in ("missing", "empty", "number"):
        assert refusal(lambda: content.text(field)).startswith(f"secret '{SECRET_NAME}', field '{field}'")  # noqa: B023


def test_accounts_are_read_in_the_order_of_the_secret() -> None:
    read = read_credentials(secret({"accounts": {"uae": {}, "main": {}, "Brazil_2.x-y": {}}}))
    assert [one.account for one in read] == ["uae", "main", "Brazil_2.x-y"]


def test_top_level_fields_are_defaults_that_an_account_overrides_or_switches_off_with_null() -> None:
    content = {"app_id": "default", "accounts": {"main": {}, "uae": {"app_id": "own"}, "off": {"app_id": None}}}
    main, uae, off = read_credentials(secret(content))
    assert (main.text("app_id"), uae.text("app_id")) == ("default", "own")
    assert not off.has("app_id")
    assert not main.has("accounts")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, "field 'accounts' is missing"),
        ({"accounts": None}, "field 'accounts' is missing"),
        ({"accounts": {}}, "field 'accounts' must hold at least one account"),
        ({"accounts": [CANARY]}, "field 'accounts' must be an object"),
        ({"accounts": CANARY}, "field 'accounts' must be an object"),
        ({"accounts": {"main": {}, "uae": CANARY}}, "field 'accounts.uae' must be an object"),
        ({"accounts": {"main": None}}, "field 'accounts.main' must be an object"),
    ],
)
def test_accounts_must_be_objects_by_name(content: object, place: str) -> None:
    assert refusal(lambda: read_credentials(secret(content))) == f"secret '{SECRET_NAME}', {place}"


@pytest.mark.parametrize("name", ["", " ", "a b", ".a", "-a", "a" * 65, "ü", "a\n", f"{CANARY} "])
def test_an_account_name_must_fit_a_question(name: str) -> None:
    assert "'accounts' holds a name" in refusal(lambda: read_credentials(secret({"accounts": {name: {}}})))


def test_credentials_print_secret_and_account_names_only() -> None:
    assert repr(credentials({"private_key": CANARY})) == f"Credentials('{SECRET_NAME}', account='main')"


@pytest.mark.parametrize("value", ["", 7, True, [CANARY], {"a": CANARY}, CANARY * 1000])
def test_a_text_is_returned_as_it_is_and_must_be_text(value: object) -> None:
    assert credentials({"app_id": " ü\n"}).text("app_id") == " ü\n"
    assert "must be text" in refusal_of("app_id", value, lambda one: one.text("app_id"))


@pytest.mark.parametrize("read", [Credentials.text, Credentials.texts, Credentials.identifier, Credentials.url])
def test_a_missing_field_is_named(read: Callable[[Credentials, str], object]) -> None:
    assert refusal_of("app_id", None, lambda one: read(one, "app_id")).endswith("is missing")


@pytest.mark.parametrize("read", [Credentials.identifier, Credentials.shared_secret])
def test_ids_and_keys_are_visible_ascii_so_that_they_fit_a_header(read: Callable[[Credentials, str], str]) -> None:
    for value in ("a", "200000000001", "~!" * 32):
        assert read(credentials({"id": value}), "id") == value
    for value in (f"{CANARY} ", f"\n{CANARY}", f"{CANARY}\r\nx: y", f"{CANARY} {CANARY}", "ü", "\u0667", "\x7f"):
        assert "visible ASCII" in refusal_of("id", value, lambda one: read(one, "id"))


def test_an_id_has_at_most_64_characters_and_a_key_may_be_longer() -> None:
    assert credentials({"id": "i" * 64}).identifier("id") == "i" * 64
    for value in (CANARY * 5, "i" * 65):
        assert "1 to 64" in refusal_of("id", value, lambda one: one.identifier("id"))
    assert credentials({"key": "k" * 2000}).shared_secret("key") == "k" * 2000


@pytest.mark.parametrize("absent", [{}, {"id": None}, {"id": ""}])
def test_an_optional_id_may_be_absent_null_or_empty_but_not_malformed(absent: dict[str, object]) -> None:
    assert credentials(absent).is_empty("id")
    assert credentials(absent).optional_identifier("id") is None
    assert not credentials({"id": "a"}).is_empty("id")
    assert credentials({"id": "a"}).optional_identifier("id") == "a"
    refusal_of("id", f"{CANARY} ", lambda one: one.optional_identifier("id"))


def test_a_list_keeps_its_order_and_must_hold_texts() -> None:
    assert credentials({"list": ["b", "a", "b"]}).texts("list") == ("b", "a", "b")
    for value, problem in (
        ([], "list' must hold at least one item"),
        (CANARY, "list' must be a list"),
        ({CANARY: CANARY}, "list' must be a list"),
        ([CANARY, 7], "list[1]' must be text"),
        ([None], "list[0]' must be text"),
    ):
        assert problem in refusal_of("list", value, lambda one: one.texts("list"))


def test_currencies_are_known_codes_and_a_repeated_one_counts_once() -> None:
    assert credentials({"currencies": ["USD", "CNH", "USD", "USDT"]}).currencies() == ("USD", "CNH", "USDT")
    for value in (["usd"], ["USD", CANARY], ["XXX"]):
        assert "must hold currency codes such as USD" in refusal_of("currencies", value, Credentials.currencies)


def test_keys_are_loaded() -> None:
    one = credentials(
        {
            "private_key": PRIVATE_KEY,
            "provider_public_key": PUBLIC_KEY,
            "provider_public_keys": [PUBLIC_KEY, OTHER_PUBLIC_KEY],
        }
    )
    assert [key.public_numbers() for key in one.public_keys()] == [
        one.public_key().public_numbers(),
        one.private_key().public_key().public_numbers(),
    ]


def test_anything_but_the_right_kind_of_key_is_refused() -> None:
    for value in (CANARY, f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"):
        refusal_of("private_key", value, Credentials.private_key)
        refusal_of("provider_public_key", value, Credentials.public_key)
        message = refusal_of("provider_public_keys", [PUBLIC_KEY, value], Credentials.public_keys)
        assert "has a broken key, number 2 of the list: it is " in message
    refusal_of("private_key", PUBLIC_KEY, Credentials.private_key)
    assert "is a private key" in refusal_of("provider_public_key", PRIVATE_KEY, Credentials.public_key)


def test_the_environment_names_the_address() -> None:
    assert credentials({"environment": "sandbox"}).base_url(HOSTS) == "https://sandbox.example.com"
    assert "is missing" in refusal_of("environment", None, lambda one: one.base_url(HOSTS))
    assert "production, sandbox" in refusal_of("environment", CANARY, lambda one: one.base_url(HOSTS))


@pytest.mark.parametrize("url", ["https://proxy.example.com/API/XX", "https://127.0.0.1:8443", "HTTPS://[::1]/a"])
def test_base_url_overrides_the_environment_and_loses_its_trailing_slashes(url: str) -> None:
    assert credentials({"environment": "sandbox", "base_url": f"{url}//"}).base_url(HOSTS) == url
    # Some providers have no public hosts.
    assert "the provider tells you" in refusal_of("base_url", None, lambda one: one.base_url({}))


@pytest.mark.parametrize(
    "url",
    [
        f"http://{CANARY}.example.com", f"ftp://{CANARY}.example.com", f"//{CANARY}.example.com", "https:///path",
        f"{CANARY}.example.com", f"https://user:{CANARY}@example.com", "https://@example.com", "https://exämple.com",
        f"https://example.com/?key={CANARY}", f"https://example.com/#{CANARY}", f" https://example.com/{CANARY}",
        f"https://example.com/{CANARY}\n", "https://example.com:0",
    ],
)  # fmt: skip
def test_an_address_must_be_https_without_user_query_or_fragment(url: str) -> None:
    assert "must be an https:// address" in refusal_of("base_url", url, lambda one: one.base_url(HOSTS))
    for broken in ("https://[::1", "https://example.com:port", "https://127.0.0.1:70000"):
        assert "is not a URL" in refusal_of("base_url", broken, lambda one: one.base_url(HOSTS))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ((Field("app_id", FieldKind.IDENTIFIER), *OAUTH_CLIENT), "app_id, client_id and client_secret"),
        ((Field("app_id", FieldKind.IDENTIFIER, is_required=False), *RSA_PAIR), "private_key"),
        ((*ADDRESS, *BEARER_KEY), "api_key"),
        ((*BEARER_KEY, *HMAC_KEY), "api_key and signing_key"),
        (OAUTH_CLIENT, "client_id and client_secret"),
        (ADDRESS, "the keys"),
    ],
)
def test_a_message_names_the_credentials_that_the_provider_declares(fields: tuple[Field, ...], names: str) -> None:
    assert credential_names(fields) == names


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ((*ADDRESS, *BEARER_KEY), "environment or base_url"),
        ((Field("base_url", FieldKind.SETTING), *BEARER_KEY), "base_url"),
        (BEARER_KEY, "the address"),
    ],
)
def test_a_message_names_the_fields_of_the_address(fields: tuple[Field, ...], names: str) -> None:
    assert address_names(fields) == names


def test_the_declared_groups_name_their_fields_and_say_which_are_required_and_secret() -> None:
    groups = (*ADDRESS, *RSA_PAIR, *BEARER_KEY, *HMAC_KEY, *OAUTH_CLIENT)
    required = ["private_key", "provider_public_keys", "api_key", "signing_key", "client_id", "client_secret"]
    assert [field.name for field in groups] == ["environment", "base_url", *required]
    assert [field.name for field in groups if field.is_required] == required
    assert secret_names(groups) == ("private_key", "api_key", "signing_key", "client_secret")


@pytest.mark.parametrize("kind", FieldKind)
def test_private_keys_and_shared_secrets_are_secret(kind: FieldKind) -> None:
    assert Field("x", kind).is_secret is (
        kind in (FieldKind.RSA_PRIVATE_KEY, FieldKind.SIGNING_KEY, FieldKind.SHARED_SECRET)
    )


def test_our_key_signs_wherever_it_is_and_a_shared_one_has_one_owner() -> None:
    accounts = {"a": {}, "b": {"private_key": "kms:alias/balance-bot/payby/b/1"}, "c": {}}
    a, b, c = read_credentials(secret({"private_key": PRIVATE_KEY, "accounts": accounts}))
    assert [one.key_owner for one in (a, b, c)] == ["a", "b", "a"]
    assert isinstance(c.signer(), LocalKey)
    assert b.signer() == KmsKey("alias/balance-bot/payby/b/1")
    assert c.with_key("kms:alias/x/y/z/2").signer() == KmsKey("alias/x/y/z/2")
    assert c.with_key("kms:alias/x/y/z/2").key_owner == "a"
    for broken in ("kms:", "kms:1234", "KMS:alias/x", "kms:alias/a b", "kms:arn:aws:kms:eu-central-1:1:alias/x"):
        with pytest.raises(ProviderError, match="must name a KMS key like kms:alias/balance-bot/payby/main/1"):
            a.with_key(broken).signer()
    with pytest.raises(ProviderError, match="must be the key itself"):
        b.private_key()
