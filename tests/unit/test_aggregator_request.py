"""What the aggregator can be asked, and its settings."""

from datetime import timedelta

import pytest

from balance_aggregator.aggregator import read_request, request_correlation_id
from balance_aggregator.settings import Settings
from balance_core.errors import ErrorKind, ProviderError
from balance_core.question import Question, QuestionError

KNOWN = ("alpha", "beta", "gamma")
ID = "9f2c4e1ab07d3c55"
RULE_EVENT = {"version": "0", "id": ID, "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
SCHEDULER_EVENT = {**RULE_EVENT, "source": "aws.scheduler", "detail": "{}"}
ENVIRONMENT = {
    "PROVIDERS": "beta,alpha",
    "PROVIDER_FUNCTION": "arn:aws:{provider}",
    "EVENT_BUS_NAME": "balance-bot",
    "BALANCES_TABLE": "balances",
}


def test_an_empty_request_asks_every_provider() -> None:
    assert read_request({}, KNOWN, ID) == Question(providers=KNOWN, correlation_id=ID)


def test_the_fields_of_a_request_are_kept() -> None:
    event = {"version": 1, "currencies": ["USD", "AED"], "accounts": ["main"], "include_zero": True, "refresh": True}
    assert read_request(event, KNOWN, ID) == Question(
        currencies=("USD", "AED"),
        providers=KNOWN,
        accounts=("main",),
        include_zero=True,
        refresh=True,
        correlation_id=ID,
    )


def test_providers_are_asked_once_each_in_the_order_of_the_setting() -> None:
    assert read_request({"providers": ["gamma", "alpha", "gamma"]}, KNOWN, ID).providers == ("alpha", "gamma")


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({"accounts": ["beta:uae", "alpha:main"]}, ("alpha", "beta")),
        ({"accounts": ["beta:uae", "main"]}, KNOWN),
        ({"accounts": ["beta:uae"], "providers": ["beta", "gamma"]}, ("beta", "gamma")),
    ],
)
def test_an_account_with_its_provider_asks_that_provider_only(event: object, asked: tuple[str, ...]) -> None:
    assert read_request(event, KNOWN, ID).providers == asked


@pytest.mark.parametrize(
    "event", [{"accounts": ["delta:uae"]}, {"accounts": ["alpha:uae", "main"], "providers": ["beta"]}]
)
def test_an_account_of_a_provider_that_is_not_asked_is_refused(event: object) -> None:
    with pytest.raises(QuestionError) as caught:
        read_request(event, KNOWN, ID)
    assert (caught.value.field, caught.value.problem) == ("accounts", "must not name a provider that is not asked")


@pytest.mark.parametrize("source", ["balance-bot", "aws.s3", None, ["aws.events"]])
def test_any_other_bus_event_is_refused(source: object) -> None:
    with pytest.raises(QuestionError):
        read_request({**RULE_EVENT, "source": source}, KNOWN, ID)


def test_an_unknown_provider_is_refused_and_not_repeated() -> None:
    with pytest.raises(QuestionError) as caught:
        read_request({"providers": ["alpha", "delta"]}, KNOWN, ID)
    assert (caught.value.field, caught.value.problem) == ("providers", "must each be one of alpha, beta, gamma")


@pytest.mark.parametrize("key", ["pending", "sign"])
def test_only_a_providers_own_function_uses_a_pending_key(key: str) -> None:
    with pytest.raises(QuestionError) as caught:
        read_request({"key": key}, KNOWN, ID)
    assert caught.value.field == "key"


@pytest.mark.parametrize("event", [{"correlation_id": ID, "currencies": "wrong"}, RULE_EVENT, SCHEDULER_EVENT])
def test_a_request_is_followed_by_its_own_id_or_the_id_of_its_event(event: object) -> None:
    assert request_correlation_id(event) == ID


@pytest.mark.parametrize("event", [None, {}, {"id": ID}, {**RULE_EVENT, "id": "not an id"}, {**RULE_EVENT, "id": None}])
def test_a_request_without_a_usable_id_gets_a_new_one(event: object) -> None:
    first, second = request_correlation_id(event), request_correlation_id(event)
    assert first != second
    assert len(first) == len(second) == 16


def test_settings_keep_the_order_of_the_providers_and_have_defaults_in_seconds() -> None:
    settings = Settings.from_environment(ENVIRONMENT)
    assert list(settings.functions.items()) == [("beta", "arn:aws:beta"), ("alpha", "arn:aws:alpha")]
    assert (settings.deadline_seconds, settings.freshness) == (12, timedelta(0))
    assert settings.event_bus_name == "balance-bot"
    assert (settings.balances_table, settings.zone.key, settings.history.days) == ("balances", "UTC", 400)
    settings = Settings.from_environment(ENVIRONMENT | {"DEADLINE_SECONDS": "19", "FRESHNESS_SECONDS": "60"})
    assert (settings.deadline_seconds, settings.freshness) == (19, timedelta(minutes=1))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PROVIDERS", ""),
        ("PROVIDERS", "alpha,alpha"),
        ("PROVIDER_FUNCTION", ""),
        *(("DEADLINE_SECONDS", value) for value in ("0", "20", "1.5")),
        *(("FRESHNESS_SECONDS", value) for value in ("-1", "61")),
        ("EVENT_BUS_NAME", ""),
        ("BALANCES_TABLE", ""),
        ("SNAPSHOT_TIMEZONE", "Mars/Olympus"),
        ("HISTORY_DAYS", "1"),
    ],
)
def test_a_wrong_setting_is_a_configuration_error_that_names_the_variable(variable: str, value: str) -> None:
    with pytest.raises(ProviderError, match=f"environment variable {variable} ") as caught:
        Settings.from_environment(ENVIRONMENT | {variable: value})
    assert caught.value.kind is ErrorKind.CONFIGURATION
