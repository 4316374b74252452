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
    names = provider_names({"PROVIDERS": "payermax=PayerMax, pagsmile = Pagsmile Cards ,payby=Pay By"})
    assert list(names.items()) == [("payermax", "PayerMax"), ("pagsmile", "Pagsmile Cards"), ("payby", "Pay By")]
    functions = provider_functions({"PROVIDER_FUNCTIONS": f"payermax={ARN}, payby={ARN}"})
    assert list(functions.items()) == [("payermax", ARN), ("payby", ARN)]


@pytest.mark.parametrize(
    "text",
    [None, "", ",", CANARY, "=x", "payby=", "payby=a,payby=b", "payby=a,", "PayBy=a", "payby=a=b", "1pay=a", "payby= "],
)
def test_anything_but_pairs_with_each_provider_once_is_refused(text: str | None) -> None:
    assert provider_names({"PROVIDERS": f"payby={'x' * 40}"})
    refusal(lambda: provider_names({"PROVIDERS": f"payby={'x' * 41}"}), "PROVIDERS")
    for read, variable in ((provider_names, "PROVIDERS"), (provider_functions, "PROVIDER_FUNCTIONS")):
        environment = {} if text is None else {variable: text}
        assert "each provider once" in refusal(lambda: read(environment), variable)  # noqa: B023
