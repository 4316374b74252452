"""A function's settings: an error names the environment variable and never its value."""

from collections.abc import Callable

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.settings import provider_functions, provider_names, required_text, whole_number

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-payby:live"
CANARY = "canary-0dd5e1f7"


def refusal(read: Callable[[], object], variable: str) -> str:
    with pytest.raises(ProviderError) as caught:
        read()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert f"environment variable {variable} " in caught.value.message
    assert CANARY not in str(caught.value)
    return caught.value.message


def test_a_required_text_must_be_set() -> None:
    assert required_text({"SECRET_NAME": "balance-bot/payby"}, "SECRET_NAME") == "balance-bot/payby"
    for environment in ({}, {"SECRET_NAME": ""}):
        assert "is not set" in refusal(lambda: required_text(environment, "SECRET_NAME"), "SECRET_NAME")  # noqa: B023


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("20", 20), ("100", 100), ("020", 20), (None, 5)])
def test_a_whole_number_is_read_within_its_bounds(text: str | None, expected: int) -> None:
    environment = {} if text is None else {"CALLS": text}
    assert whole_number(environment, "CALLS", default=5, least=1, most=100) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "101", "-1", "+1", "2.5", "1e1", " 20", "20\n", "\uff12", "1" * 5000, CANARY]
)
def test_anything_but_a_whole_number_within_the_bounds_is_refused(text: str) -> None:
    message = refusal(lambda: whole_number({"CALLS": text}, "CALLS", default=5, least=1, most=100), "CALLS")
    assert "a whole number from 1 to 100" in message


def test_providers_keep_their_order() -> None:
    environment = {"PROVIDERS": "payermax, pagsmile,payby", "PROVIDER_FUNCTION": f"{ARN}-{{provider}}:live"}
    names = provider_names(environment | {"PROVIDER_NAMES": "wise=Wise,pagsmile = Pagsmile Cards ,payermax=PayerMax"})
    assert list(names.items()) == [("payermax", "PayerMax"), ("pagsmile", "Pagsmile Cards"), ("payby", "Payby")]
    assert provider_names({"PROVIDERS": "payby", "PROVIDER_NAMES": ""}) == {"payby": "Payby"}
    functions = provider_functions(environment)
    assert list(functions.items()) == [(name, f"{ARN}-{name}:live") for name in names]


@pytest.mark.parametrize(
    "text", [None, "", ",", CANARY, "payby=PayBy", "payby,payby", "payby,", "PayBy", "1pay", "pay-by"]
)
def test_anything_but_ids_with_each_provider_once_is_refused(text: str | None) -> None:
    environment = {"PROVIDER_FUNCTION": "{provider}"} | ({} if text is None else {"PROVIDERS": text})
    for read in (provider_names, provider_functions):
        assert "each provider once" in refusal(lambda: read(environment), "PROVIDERS")  # noqa: B023


@pytest.mark.parametrize("text", [",", CANARY, "=x", "payby=", "payby=a,payby=b", "payby=a,", "payby=a=b", "payby= "])
def test_anything_but_pairs_with_each_provider_once_is_refused(text: str) -> None:
    environment = {"PROVIDERS": "payby"}
    assert provider_names(environment | {"PROVIDER_NAMES": f"payby={'x' * 40}"})
    for names in (text, f"payby={'x' * 41}"):
        refusal(lambda: provider_names(environment | {"PROVIDER_NAMES": names}), "PROVIDER_NAMES")  # noqa: B023


def test_a_function_without_the_place_of_the_provider_is_refused() -> None:
    refusal(lambda: provider_functions({"PROVIDERS": "payby", "PROVIDER_FUNCTION": CANARY}), "PROVIDER_FUNCTION")
