"""The settings of the front and the reporter."""

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_slack.access import AccessPolicy
from balance_slack.settings import FrontSettings, ReporterSettings

SHARED = {"PROVIDERS": "payby=PayBy, wise = Wise Business", "ADMIN_CONTACT": "U0123ABCD", "ALLOWED_TEAM_IDS": "T1"}
FRONT = {**SHARED, "SIGNING_SECRET_NAME": "stack/signing", "REPORTER_FUNCTION": "arn:reporter"}
REPORTER = {
    **SHARED,
    "BOT_TOKEN_SECRET_NAME": "stack/token",
    "AGGREGATOR_FUNCTION": "arn:aggregator",
    "REQUESTS_TABLE": "requests",
}


def test_the_front_reads_its_settings() -> None:
    assert FrontSettings.from_environment(FRONT) == FrontSettings(
        signing_secret_name="stack/signing",
        reporter_function="arn:reporter",
        policy=AccessPolicy(team_ids=frozenset({"T1"})),
        names={"payby": "PayBy", "wise": "Wise Business"},
        contact="<@U0123ABCD>",
    )


def test_the_reporter_reads_its_settings_and_talks_to_slack_itself_by_default() -> None:
    settings = ReporterSettings.from_environment(REPORTER)
    assert (settings.bot_token_secret_name, settings.aggregator_function) == ("stack/token", "arn:aggregator")
    assert (settings.requests_table, settings.digest_channels) == ("requests", "")
    assert (settings.slack_api_url, settings.response_url_origin) == (
        "https://slack.com/api/",
        "https://hooks.slack.com",
    )
    shared = FrontSettings.from_environment(FRONT)
    assert (settings.policy, settings.names, settings.contact) == (shared.policy, shared.names, shared.contact)


def test_a_stand_in_can_replace_slack() -> None:
    addresses = {"SLACK_API_URL": "https://localhost:1/api/", "SLACK_RESPONSE_URL_ORIGIN": "https://localhost:1"}
    settings = ReporterSettings.from_environment({**REPORTER, **addresses, "DIGEST_CHANNELS": "C1:USD"})
    assert (settings.slack_api_url, settings.response_url_origin) == tuple(addresses.values())
    assert settings.digest_channels == "C1:USD"


@pytest.mark.parametrize(
    ("settings", "variable"),
    [(FrontSettings, name) for name in ("SIGNING_SECRET_NAME", "REPORTER_FUNCTION", "PROVIDERS")]
    + [(ReporterSettings, name) for name in REPORTER if name not in ("ADMIN_CONTACT", "ALLOWED_TEAM_IDS")],
)
def test_a_missing_setting_is_a_configuration_error_that_names_the_variable(
    settings: type[FrontSettings | ReporterSettings], variable: str
) -> None:
    with pytest.raises(ProviderError, match=variable) as caught:
        settings.from_environment({name: value for name, value in (FRONT | REPORTER).items() if name != variable})
    assert caught.value.kind is ErrorKind.CONFIGURATION
