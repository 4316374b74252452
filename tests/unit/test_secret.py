"""A secret in memory, and the settings that say which one it is."""

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import Secret, required_setting
from balance_core.wire import Node

NAME = "balance-bot/slack-signing"
CANARY = "canary-0dd5e1f7"


class TestASecret:
    SECRET = Secret(NAME, Node({"signing_secret": CANARY, "empty": "", "number": 7}))

    def test_shows_its_name_and_nothing_else(self) -> None:
        assert repr(self.SECRET) == f"Secret('{NAME}')"
        assert CANARY not in f"{self.SECRET} {[self.SECRET]} {self.SECRET.root!r}"

    def test_gives_the_text_of_a_field(self) -> None:
        assert self.SECRET.text("signing_secret") == CANARY

    @pytest.mark.parametrize("field", ["missing", "empty", "number"])
    def test_names_the_field_that_holds_no_text(self, field: str) -> None:
        with pytest.raises(ProviderError) as caught:
            self.SECRET.text(field)
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert f"secret '{NAME}', field '{field}'" in caught.value.message


class TestARequiredSetting:
    def test_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_NAME", NAME)
        assert required_setting("SECRET_NAME") == NAME

    @pytest.mark.parametrize("value", [None, ""])
    def test_must_be_set(self, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
        monkeypatch.delenv("SECRET_NAME", raising=False)
        if value is not None:
            monkeypatch.setenv("SECRET_NAME", value)
        with pytest.raises(ProviderError, match="SECRET_NAME") as caught:
            required_setting("SECRET_NAME")
        assert caught.value.kind is ErrorKind.CONFIGURATION
