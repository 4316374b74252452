"""The settings of the two functions, from the environment variables that the template sets.

`from_environment` raises ProviderError (configuration) that names the variable.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Self

from msgspec import Struct

from balance_core.errors import ErrorKind, ProviderError
from balance_core.settings import provider_names, required_text
from balance_slack.access import AccessPolicy
from balance_slack.view.texts import contact_mention

SLACK = "slack.com"
# GovSlack, which shares nothing with slack.com (api.slack-gov.com/gov-slack/about).
GOV_SLACK = "slack-gov.com"
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}(:[0-9]{1,5})?")


class SlackAddresses(Struct, frozen=True):
    """Where Slack is. `api_url` ends with a slash; a response_url must start with `response_url_origin` and a slash."""

    api_url: str
    response_url_origin: str
    apps_url: str

    @classmethod
    def of(cls, domain: str) -> Self:
        """The addresses at SLACK, GOV_SLACK, or a stand-in, which has one host for all. Raises ProviderError."""
        if not _HOST.fullmatch(domain):
            message = "environment variable SLACK_DOMAIN must hold a domain such as slack.com: deploy with SlackDomain"
            raise ProviderError(ErrorKind.CONFIGURATION, message)
        is_slack = domain in (SLACK, GOV_SLACK)
        return cls(
            api_url=f"https://{domain}/api/",
            response_url_origin=f"https://hooks.{domain}" if is_slack else f"https://{domain}",
            apps_url=f"https://api.{domain}/apps" if is_slack else f"https://{domain}/apps",
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """At SLACK_DOMAIN, or at slack.com. Raises ProviderError."""
        return cls.of(environment.get("SLACK_DOMAIN", SLACK))


class FrontSettings(Struct, frozen=True):
    """`names` are the providers' display names by id; `contact` says whom people ask for help, as mrkdwn."""

    signing_secret_name: str
    reporter_function: str
    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str
    slack: SlackAddresses

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Also reads PROVIDERS, PROVIDER_NAMES, ADMIN_CONTACT, SLACK_DOMAIN and the lists of `AccessPolicy`."""
        return cls(
            signing_secret_name=required_text(environment, "SIGNING_SECRET_NAME"),
            reporter_function=required_text(environment, "REPORTER_FUNCTION"),
            policy=AccessPolicy.from_environment(environment),
            names=provider_names(environment),
            contact=contact_mention(environment.get("ADMIN_CONTACT", "")),
            slack=SlackAddresses.from_environment(environment),
        )


class ReporterSettings(Struct, frozen=True):
    """`names`, `policy`, `contact` and `slack` as in FrontSettings. A day of the history begins in `zone`.

    `digest_channels` is still the setting's text: a mistake in it concerns the digest only.
    """

    bot_token_secret_name: str
    aggregator_function: str
    requests_table: str
    balances_table: str
    answers_table: str
    watch_function: str
    zone: tzinfo
    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str
    slack: SlackAddresses
    digest_channels: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Also reads SNAPSHOT_TIMEZONE and DIGEST_CHANNELS, and what FrontSettings also reads."""
        # Imported here because the front also imports this module, and its cold start must be short.
        from balance_core.history.zones import time_zone  # noqa: PLC0415 - see above

        return cls(
            bot_token_secret_name=required_text(environment, "BOT_TOKEN_SECRET_NAME"),
            aggregator_function=required_text(environment, "AGGREGATOR_FUNCTION"),
            requests_table=required_text(environment, "REQUESTS_TABLE"),
            balances_table=required_text(environment, "BALANCES_TABLE"),
            answers_table=required_text(environment, "ANSWERS_TABLE"),
            watch_function=required_text(environment, "WATCH_FUNCTION"),
            zone=time_zone(environment),
            policy=AccessPolicy.from_environment(environment),
            names=provider_names(environment),
            contact=contact_mention(environment.get("ADMIN_CONTACT", "")),
            slack=SlackAddresses.from_environment(environment),
            digest_channels=environment.get("DIGEST_CHANNELS", ""),
        )
