"""The fields of an account in a provider's secret: every reader, every refusal, and never a value in a message."""

import pytest

from balance_core.credentials import Credentials, read_credentials
from tests.openssl import KEYS
from tests.unit.credentials_cases import CANARY, SECRET_NAME, credentials, refusal, refusal_of, secret

PRIVATE_KEY = (KEYS / "merchant_private.pem").read_text()
PUBLIC_KEY = (KEYS / "provider_public.pem").read_text()
OTHER_PUBLIC_KEY = (KEYS / "merchant_public.pem").read_text()


class TestAccounts:
    def test_come_in_the_order_of_the_secret(self) -> None:
        read = read_credentials(secret({"accounts": {"uae": {}, "main": {}, "Brazil_2.x-y": {}}}))
        assert [one.account for one in read] == ["uae", "main", "Brazil_2.x-y"]

    def test_take_what_they_lack_from_the_top_level(self) -> None:
        content = {"app_id": "default", "accounts": {"main": {}, "uae": {"app_id": "own"}, "null": {"app_id": None}}}
        main, uae, null = read_credentials(secret(content))
        assert (main.text("app_id"), uae.text("app_id")) == ("default", "own")
        # Null switches a default off.
        assert not null.has("app_id")

    def test_are_no_default_of_themselves(self) -> None:
        assert not credentials({}).has("accounts")

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
    def test_must_be_objects_by_name(self, content: object, place: str) -> None:
        assert refusal(lambda: read_credentials(secret(content))) == f"secret '{SECRET_NAME}', {place}"

    @pytest.mark.parametrize("name", ["", " ", "a b", ".a", "-a", "a" * 65, "ü", "a\n", f"{CANARY} "])
    def test_have_names_that_a_question_can_hold(self, name: str) -> None:
        assert "'accounts' holds a name" in refusal(lambda: read_credentials(secret({"accounts": {name: {}}})))

    def test_show_secret_and_account_and_nothing_else(self) -> None:
        shown = credentials({"private_key": CANARY})
        assert repr(shown) == f"Credentials('{SECRET_NAME}', account='main')"
        assert CANARY not in f"{[shown]} {shown}"


class TestText:
    def test_is_returned_as_it_is(self) -> None:
        assert credentials({"note": " ü\n"}).text("note") == " ü\n"

    @pytest.mark.parametrize("value", ["", 7, True, [CANARY], {"a": CANARY}, CANARY * 1000])
    def test_must_be_text(self, value: object) -> None:
        assert "must be text" in refusal_of("app_id", value, lambda one: one.text("app_id"))

    def test_must_be_there(self) -> None:
        assert "is missing" in refusal_of("app_id", None, lambda one: one.text("app_id"))


class TestIdentifier:
    @pytest.mark.parametrize("value", ["a", "200000000001", "~!" * 32])
    def test_is_visible_ascii(self, value: str) -> None:
        assert credentials({"app_id": value}).identifier("app_id") == value

    @pytest.mark.parametrize(
        "value", ["a" * 65, f"{CANARY} ", f"\n{CANARY}", f"{CANARY}\r\nx: y", "ü", "\u0667", "\x7f"]
    )
    def test_can_stand_in_a_header(self, value: str) -> None:
        assert "visible ASCII" in refusal_of("app_id", value, lambda one: one.identifier("app_id"))


class TestTexts:
    def test_keep_their_order(self) -> None:
        assert credentials({"list": ["b", "a", "b"]}).texts("list") == ("b", "a", "b")

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (None, "list' is missing"),
            ([], "list' must hold at least one item"),
            (CANARY, "list' must be a list"),
            ({CANARY: CANARY}, "list' must be a list"),
            ([CANARY, 7], "list[1]' must be text"),
            ([None], "list[0]' must be text"),
        ],
    )
    def test_must_be_a_list_of_texts(self, value: object, problem: str) -> None:
        assert problem in refusal_of("list", value, lambda one: one.texts("list"))


class TestCurrencies:
    def test_are_read_once_each(self) -> None:
        assert credentials({"currencies": ["USD", "AED", "USD"]}).currencies() == ("USD", "AED")

    @pytest.mark.parametrize("value", [["usd"], ["USD", CANARY], ["XXX"]])
    def test_must_be_known(self, value: object) -> None:
        assert "ISO 4217" in refusal_of("currencies", value, Credentials.currencies)


class TestKeys:
    def test_are_loaded(self) -> None:
        one = credentials(
            {
                "private_key": PRIVATE_KEY,
                "provider_public_key": PUBLIC_KEY,
                "provider_public_keys": [PUBLIC_KEY, OTHER_PUBLIC_KEY],
            }
        )
        assert len(one.public_keys()) == 2
        assert one.public_keys()[0].public_numbers() == one.public_key().public_numbers()
        assert one.public_keys()[1].public_numbers() == one.private_key().public_key().public_numbers()

    @pytest.mark.parametrize("value", [CANARY, f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"])
    def test_must_be_keys(self, value: str) -> None:
        refusal_of("private_key", value, Credentials.private_key)
        refusal_of("provider_public_key", value, Credentials.public_key)
        refusal_of("provider_public_keys", [PUBLIC_KEY, value], Credentials.public_keys)

    def test_must_not_be_mixed_up(self) -> None:
        refusal_of("private_key", PUBLIC_KEY, Credentials.private_key)
        assert "is a private key" in refusal_of("provider_public_key", PRIVATE_KEY, Credentials.public_key)
