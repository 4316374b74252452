"""The aggregator's settings, and how a malformed one is named."""

import pytest

from balance_aggregator.settings import read_settings
from balance_core.errors import ErrorKind, ProviderError

ALPHA = "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-alpha:live"
BETA = "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-beta:live"


def test_providers_keep_the_order_of_the_template() -> None:
    settings = read_settings({"PROVIDER_FUNCTIONS": f"beta={BETA},alpha={ALPHA}"})
    assert list(settings.functions.items()) == [("beta", BETA), ("alpha", ALPHA)]
    assert settings.deadline_seconds == 12


def test_white_space_around_a_pair_is_allowed_and_the_deadline_read() -> None:
    settings = read_settings({"PROVIDER_FUNCTIONS": f"beta={BETA},\n  alpha={ALPHA}\n", "DEADLINE_SECONDS": "899"})
    assert list(settings.functions) == ["beta", "alpha"]
    assert settings.deadline_seconds == 899


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        f"alpha={ALPHA},",
        "alpha",
        "alpha=",
        f"={ALPHA}",
        f"Alpha={ALPHA}",
        f"alpha={ALPHA},alpha={BETA}",
        "a=b=c",
    ],
)
def test_a_malformed_list_of_providers_is_a_configuration_error_that_names_the_variable(text: str) -> None:
    with pytest.raises(ProviderError, match="PROVIDER_FUNCTIONS must hold") as caught:
        read_settings({"PROVIDER_FUNCTIONS": text})
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.parametrize("text", ["", "0", "-1", "900", "1.5", "twelve", "٣"])
def test_a_malformed_deadline_is_a_configuration_error_that_names_the_variable(text: str) -> None:
    with pytest.raises(ProviderError, match="DEADLINE_SECONDS must hold") as caught:
        read_settings({"PROVIDER_FUNCTIONS": f"alpha={ALPHA}", "DEADLINE_SECONDS": text})
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.parametrize(("text", "seconds"), [(None, 0), ("0", 0), ("5", 5), ("59", 59), ("60", 60)])
def test_answers_are_shared_for_as_long_as_the_setting_says(text: str | None, seconds: int) -> None:
    environment = {"PROVIDER_FUNCTIONS": f"alpha={ALPHA}"} | ({} if text is None else {"FRESHNESS_SECONDS": text})
    assert read_settings(environment).freshness_seconds == seconds


@pytest.mark.parametrize("text", ["", "-1", "61", "0.5", "05", "five", "٣"])
def test_a_malformed_freshness_is_a_configuration_error_that_names_the_variable(text: str) -> None:
    with pytest.raises(ProviderError, match="FRESHNESS_SECONDS must hold") as caught:
        read_settings({"PROVIDER_FUNCTIONS": f"alpha={ALPHA}", "FRESHNESS_SECONDS": text})
    assert caught.value.kind is ErrorKind.CONFIGURATION
