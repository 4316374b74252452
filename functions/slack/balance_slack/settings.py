"""The settings of the two functions, from the environment variables that the template sets.

`from_environment` raises ProviderError (configuration) that names the variable.
"""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from balance_core.settings import provider_names, required_text
from balance_slack.access import AccessPolicy
from balance_slack.view.texts import contact_mention

_SLACK_API_URL = "https://slack.com/api/"
_RESPONSE_URL_ORIGIN = "https://hooks.slack.com"


class FrontSettings(Struct, frozen=True):
    """`names` are the providers' display names by id; `contact` says whom people ask for help, as mrkdwn."""

    signing_secret_name: str
    reporter_function: str
    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Also reads PROVIDERS, ADMIN_CONTACT and the lists of `AccessPolicy`."""
        return cls(
            signing_secret_name=required_text(environment, "SIGNING_SECRET_NAME"),
            reporter_function=required_text(environment, "REPORTER_FUNCTION"),
            policy=AccessPolicy.from_environment(environment),
            names=provider_names(environment),
            contact=contact_mention(environment.get("ADMIN_CONTACT", "")),
        )


class ReporterSettings(Struct, frozen=True):
    """`names`, `policy` and `contact` as in FrontSettings.

    `digest_channels` is still the setting's text: a mistake in it concerns the digest only. A response_url must start
    with `response_url_origin`.
    """

    bot_token_secret_name: str
    aggregator_function: str
    requests_table: str
    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str
    digest_channels: str
    slack_api_url: str = _SLACK_API_URL
    response_url_origin: str = _RESPONSE_URL_ORIGIN

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Also reads PROVIDERS, ADMIN_CONTACT, DIGEST_CHANNELS and, where a stand-in replaces Slack, its addresses."""
        return cls(
            bot_token_secret_name=required_text(environment, "BOT_TOKEN_SECRET_NAME"),
            aggregator_function=required_text(environment, "AGGREGATOR_FUNCTION"),
            requests_table=required_text(environment, "REQUESTS_TABLE"),
            policy=AccessPolicy.from_environment(environment),
            names=provider_names(environment),
            contact=contact_mention(environment.get("ADMIN_CONTACT", "")),
            digest_channels=environment.get("DIGEST_CHANNELS", ""),
            slack_api_url=environment.get("SLACK_API_URL", _SLACK_API_URL),
            response_url_origin=environment.get("SLACK_RESPONSE_URL_ORIGIN", _RESPONSE_URL_ORIGIN),
        )
