"""The made-up company that local runs ask about: its merchants at every provider, its keys, its Slack workspace.

The balances are those of the providers' own documentation. The keys are made on this machine and used nowhere else.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.local.aws.stack import STACK_NAME
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.server import LocalProvider, SimulatorServer
from tests.local.simulators.slack import SlackSimulator

# Sets up a provider with one merchant, whose keys are in the given folder.
ProviderSetUp = Callable[[Path], LocalProvider]
# The one place where the local system lists its providers, by the names of their folders in functions/.
PROVIDERS: Mapping[str, ProviderSetUp] = MappingProxyType(
    {
        "pagsmile": pagsmile.set_up,
        "payby": payby.set_up,
        "payermax": payermax.set_up,
    }
)

SIGNING_SECRET = "local-signing-secret-of-no-value"
BOT_TOKEN = "xoxb-local-token-of-no-value"
DIGEST_CHANNEL = "C0123456789"
BRANCH_CHANNEL = "C0BRANCH001"

# The template's parameters for this company: one workspace, one channel and one person who may ask, and another channel
# that gets a digest of its own currency.
PARAMETERS: Mapping[str, str] = {
    "SlackAllowedTeamIds": "T0123456789",
    "SlackAllowedChannelIds": "C0123456789",
    "SlackAllowedUserIds": "U0123456789",
    "SlackShareChannelIds": "C0123456789",
    "AdminContact": "U0ADMIN0001",
    "DigestChannels": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}:AED",
    "AlertChannel": DIGEST_CHANNEL,
    "SlackAdminUserIds": "U0123456789",
}


def choose_providers(names: str) -> Mapping[str, ProviderSetUp]:
    """The providers with these names, separated by commas, or all. Raises ValueError for an unknown name."""
    chosen = [name.strip() for name in names.split(",") if name.strip()] or list(PROVIDERS)
    if unknown := sorted({*chosen} - PROVIDERS.keys()):
        raise ValueError(f"no provider is called {', '.join(unknown)}")
    return {name: PROVIDERS[name] for name in chosen}


@dataclass(frozen=True)
class Company:
    """The simulators of the providers, by name, and of Slack. `secrets` maps the name of a secret to its JSON."""

    providers: Mapping[str, SimulatorServer]
    slack: SlackSimulator
    secrets: Mapping[str, str] = field(repr=False)


def create_company(
    keys: Path,
    providers: Mapping[str, ProviderSetUp] = PROVIDERS,
    channels: Collection[str] = (DIGEST_CHANNEL, BRANCH_CHANNEL),
    people: Collection[str] = ("U0123456789",),
) -> Company:
    """A company with one merchant account at each provider, and a bot that was invited to `channels`.

    `people` can get a direct message of the bot.

    The simulators serve at once; a LocalSystem stops them. `keys` is the folder where the key pairs are kept.
    """
    local = {name: set_up(keys) for name, set_up in providers.items()}
    secrets: dict[str, object] = {
        name: {"accounts": {"main": each.account, **each.others}} for name, each in local.items()
    }
    secrets |= {"slack-signing": {"signing_secret": SIGNING_SECRET}, "slack-bot-token": {"bot_token": BOT_TOKEN}}
    return Company(
        providers={name: each.simulator for name, each in local.items()},
        slack=SlackSimulator(BOT_TOKEN, channels, people=people),
        secrets={f"{STACK_NAME}/{name}": json.dumps(value) for name, value in secrets.items()},
    )
