"""The settings of the front and the reporter."""

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_slack.access import AccessPolicy
from balance_slack.settings import FrontSettings, ReporterSettings, SlackAddresses

SHARED = {
    "PROVIDERS": "payby,wise",
    "PROVIDER_NAMES": "payby=PayBy, wise = Wise Business",
    "ADMIN_CONTACT": "U0123ABCD",
    "ALLOWED_TEAM_IDS": "T1",
}
FRONT = {**SHARED, "SIGNING_SECRET_NAME": "stack/signing", "REPORTER_FUNCTION": "arn:reporter"}
REPORTER = {
    **SHARED,
    "BOT_TOKEN_SECRET_NAME": "stack/token",
    "AGGREGATOR_FUNCTION": "arn:aggregator",
    "REQUESTS_TABLE": "requests",
    "BALANCES_TABLE": "balances",
    "ANSWERS_TABLE": "answers",
    "WATCH_FUNCTION": "watch",
}


def test_the_front_reads_its_settings() -> None:
    assert FrontSettings.from_environment(FRONT) == FrontSettings(
        signing_secret_name="stack/signing",
        reporter_function="arn:reporter",
        policy=AccessPolicy(team_ids=frozenset({"T1"})),
        names={"payby": "PayBy", "wise": "Wise Business"},
        contact="<@U0123ABCD>",
        slack=SlackAddresses.of("slack.com"),
    )


def test_the_reporter_reads_its_settings() -> None:
    environment = {**REPORTER, "DIGEST_CHANNELS": "C1:USD", "SNAPSHOT_TIMEZONE": "Asia/Dubai"}
    settings = ReporterSettings.from_environment(environment)
    assert (settings.bot_token_secret_name, settings.aggregator_function) == ("stack/token", "arn:aggregator")
    assert (settings.requests_table, settings.digest_channels) == ("requests", "C1:USD")
    assert (settings.balances_table, settings.answers_table) == ("balances", "answers")
    assert str(settings.zone) == "Asia/Dubai"
    shared = FrontSettings.from_environment(FRONT)
    assert (settings.policy, settings.names, settings.contact) == (shared.policy, shared.names, shared.contact)
    assert settings.slack == shared.slack


@pytest.mark.parametrize(
    ("domain", "api_url", "response_url_origin"),
    [
        ("slack.com", "https://slack.com/api/", "https://hooks.slack.com"),
        ("slack-gov.com", "https://slack-gov.com/api/", "https://hooks.slack-gov.com"),
        ("localhost:8443", "https://localhost:8443/api/", "https://localhost:8443"),
    ],
)
def test_one_setting_says_where_slack_is(domain: str, api_url: str, response_url_origin: str) -> None:
    environment = {**FRONT, **REPORTER, "SLACK_DOMAIN": domain}
    for settings in (FrontSettings, ReporterSettings):
        slack = settings.from_environment(environment).slack
        assert (slack.api_url, slack.response_url_origin) == (api_url, response_url_origin)


@pytest.mark.parametrize("domain", ["", "https://slack.com", "slack.com/", "slack.com@evil.example", "slack.com\n"])
def test_a_wrong_domain_is_a_configuration_error(domain: str) -> None:
    with pytest.raises(ProviderError, match="SLACK_DOMAIN") as caught:
        SlackAddresses.from_environment({"SLACK_DOMAIN": domain})
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.parametrize(
    ("settings", "variable"),
    [(FrontSettings, name) for name in ("SIGNING_SECRET_NAME", "REPORTER_FUNCTION", "PROVIDERS")]
    + [
        (ReporterSettings, name)
        for name in REPORTER
        if name not in ("PROVIDER_NAMES", "ADMIN_CONTACT", "ALLOWED_TEAM_IDS")
    ],
)
def test_a_missing_setting_is_a_configuration_error_that_names_the_variable(
    settings: type[FrontSettings | ReporterSettings], variable: str
) -> None:
    with pytest.raises(ProviderError, match=variable) as caught:
        settings.from_environment({name: value for name, value in (FRONT | REPORTER).items() if name != variable})
    assert caught.value.kind is ErrorKind.CONFIGURATION
