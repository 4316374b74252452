"""The made-up company that local runs ask about: its merchants at every provider, its keys, its Slack workspace.

The balances are those of the providers' own documentation. The keys are made on this machine and used nowhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tests.local.aws.stack import STACK_NAME
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.keys import KeyPair, key_pair
from tests.local.simulators.pagsmile import DOCUMENTED_ID, PagsmileBalance, PagsmileMerchant, PagsmileSimulator
from tests.local.simulators.payby import DOCUMENTED_PARTNER_ID, PayByMerchant, PayBySimulator
from tests.local.simulators.payermax import (
    DOCUMENTED_APP_ID,
    DOCUMENTED_MERCHANT_NO,
    PayerMaxBalance,
    PayerMaxMerchant,
    PayerMaxSimulator,
)
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack import SlackSimulator

SIGNING_SECRET = "local-signing-secret-of-no-value"
BOT_TOKEN = "xoxb-local-token-of-no-value"
DIGEST_CHANNEL = "C0123456789"
BRANCH_CHANNEL = "C0BRANCH001"

# What the template's parameters are for this company: one workspace, one channel and one person who may ask, and one
# more channel that has a digest about its own currency.
PARAMETERS: Mapping[str, str] = {
    "SlackAllowedTeamIds": "T0123456789",
    "SlackAllowedChannelIds": "C0123456789",
    "SlackAllowedUserIds": "U0123456789",
    "SlackShareChannelIds": "C0123456789",
    "AdminContact": "U0ADMIN0001",
    "DigestChannels": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}:AED",
}


@dataclass(frozen=True)
class Company:
    """The providers by name, and Slack, each on an address of its own; `secrets` maps a secret's name to its JSON."""

    providers: Mapping[str, SimulatorServer]
    slack: SlackSimulator
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Holdings:
    """What the one merchant account holds at each provider; by default what the documentation's examples show."""

    pagsmile: tuple[PagsmileBalance, ...] = pagsmile.DOCUMENTED_BALANCES
    payby: Mapping[str, Decimal] = field(default_factory=lambda: payby.DOCUMENTED_BALANCES)
    payermax: tuple[PayerMaxBalance, ...] = payermax.DOCUMENTED_BALANCES


def found_company(keys: Path, holdings: Holdings | None = None) -> Company:
    """The company with one merchant account at each provider; nothing is started. `keys` is where keys are kept."""
    holds = holdings or Holdings()
    merchant = key_pair(keys, "merchant")
    own = {name: key_pair(keys, name) for name in ("pagsmile", "payby", "payermax")}
    public = merchant.public_pem
    merchants = {DOCUMENTED_MERCHANT_NO: PayerMaxMerchant(public, holds.payermax)}
    providers: dict[str, SimulatorServer] = {
        "pagsmile": PagsmileSimulator(own["pagsmile"], {DOCUMENTED_ID: PagsmileMerchant(public, holds.pagsmile)}),
        "payby": PayBySimulator(own["payby"], {DOCUMENTED_PARTNER_ID: PayByMerchant(public, holds.payby)}),
        "payermax": PayerMaxSimulator(own["payermax"], merchants),
    }
    accounts = {name: _account(name, merchant, own[name], simulator.url) for name, simulator in providers.items()}
    # USD is listed without being held: what PayBy says then is an answer that people should know.
    accounts["payby"]["currencies"] = sorted({*holds.payby, "USD"})
    secrets: dict[str, object] = {name: {"accounts": {"main": account}} for name, account in accounts.items()}
    secrets |= {"slack-signing": {"signing_secret": SIGNING_SECRET}, "slack-bot-token": {"bot_token": BOT_TOKEN}}
    return Company(
        providers=providers,
        slack=SlackSimulator(BOT_TOKEN, [DIGEST_CHANNEL, BRANCH_CHANNEL]),
        secrets={f"{STACK_NAME}/{name}": json.dumps(value) for name, value in secrets.items()},
    )


def _account(provider: str, merchant: KeyPair, own: KeyPair, url: str) -> dict[str, object]:
    """The account's entry in the provider's secret, its keys in the form in which that provider hands them out."""
    if provider == "pagsmile":
        ids: dict[str, object] = {"app_id": DOCUMENTED_ID, "partner_id": DOCUMENTED_ID}
        return {"base_url": url, **ids, "private_key": merchant.private_pem, "provider_public_key": own.public_pem}
    keys = {"private_key": merchant.private_base64, "provider_public_keys": [own.public_base64]}
    if provider == "payby":
        return {"base_url": url, "partner_id": DOCUMENTED_PARTNER_ID, **keys}
    return {"base_url": url, "app_id": DOCUMENTED_APP_ID, "merchant_no": DOCUMENTED_MERCHANT_NO, **keys}
