"""A company whose every key, token and amount is a canary: it stands nowhere else in the world."""

import json
import secrets as entropy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.canary.search import Canary, Kind
from tests.local.aws.stack import STACK_NAME
from tests.local.company import BRANCH_CHANNEL, DIGEST_CHANNEL, Company, found_company
from tests.local.simulators.keys import KeyPair, key_pair
from tests.local.simulators.pagsmile import DOCUMENTED_ID, PagsmileBalance, PagsmileMerchant, PagsmileSimulator
from tests.local.simulators.payby import DOCUMENTED_PARTNER_ID, PayByMerchant, PayBySimulator
from tests.local.simulators.payermax import (
    DOCUMENTED_MERCHANT_NO,
    PayerMaxBalance,
    PayerMaxMerchant,
    PayerMaxSimulator,
)
from tests.local.simulators.slack import SlackSimulator

# What a person types in the wrong place.
TYPED_AMOUNT = "4817263950.26"
_HELD = ("7391846205.17", "6284917350.93", "5173928461.58", "3918274650.42")


@dataclass(frozen=True)
class CanaryCompany:
    """`company` is what the local system asks about; `canaries` are what is known before anything runs."""

    company: Company
    signing_secret: str = field(repr=False)
    typed_token: str = field(repr=False)
    canaries: tuple[Canary, ...] = field(repr=False)

    def with_secrets(self, secrets: Mapping[str, str]) -> "CanaryCompany":
        """The same with other texts in some of its secrets, by name without the stack's."""
        named = {f"{STACK_NAME}/{name}": text for name, text in secrets.items()}
        return replace(self, company=replace(self.company, secrets={**self.company.secrets, **named}))

    def secret(self, name: str) -> str:
        """The text of a secret."""
        return self.company.secrets[f"{STACK_NAME}/{name}"]


def found_canary_company(keys: Path) -> CanaryCompany:
    """Make one; `keys` is the folder of its keys. Beside `main`, each provider has accounts whose keys are broken."""
    signing_secret, bot_token, typed_token = (
        entropy.token_hex(16),
        f"xoxb-{entropy.token_hex(6)}-{entropy.token_urlsafe(18)}",
        f"xoxp-{entropy.token_hex(6)}-{entropy.token_hex(12)}",
    )
    merchant, elliptic = key_pair(keys, "merchant"), _elliptic_pem()
    own = {name: key_pair(keys, name) for name in ("pagsmile", "payby", "payermax")}
    simulators = {
        "pagsmile": PagsmileSimulator(own["pagsmile"], {DOCUMENTED_ID: _pagsmile(merchant)}),
        "payby": PayBySimulator(
            own["payby"], {DOCUMENTED_PARTNER_ID: PayByMerchant(merchant.public_pem, {"AED": Decimal(_HELD[1])})}
        ),
        "payermax": PayerMaxSimulator(own["payermax"], {DOCUMENTED_MERCHANT_NO: _payermax(merchant)}),
    }
    usual = found_company(keys)
    secrets = {
        f"{STACK_NAME}/{name}": _with_broken_accounts(
            usual.secrets[f"{STACK_NAME}/{name}"].replace(usual.providers[name].url, simulator.url), merchant, elliptic
        )
        for name, simulator in simulators.items()
    }
    for unused in (*usual.providers.values(), usual.slack):
        unused.stop()
    secrets[f"{STACK_NAME}/slack-signing"] = json.dumps({"signing_secret": signing_secret})
    secrets[f"{STACK_NAME}/slack-bot-token"] = json.dumps({"bot_token": bot_token})
    canaries = (
        *(key_canary(name, pair, key_pair(keys, "decoy")) for name, pair in {"merchant": merchant, **own}.items()),
        Canary("elliptic", Kind.KEY, (_body(elliptic),), (_body(_elliptic_pem()),)),
        Canary("signing secret", Kind.TOKEN, (signing_secret.encode(),)),
        Canary("bot token", Kind.TOKEN, (bot_token.encode(),)),
        Canary("typed token", Kind.TYPED_TOKEN, (typed_token.encode(),)),
        Canary("typed amount", Kind.TYPED_AMOUNT, _amount_forms(TYPED_AMOUNT)),
        *(amount_canary(amount) for amount in _HELD),
    )
    company = Company(simulators, SlackSimulator(bot_token, [DIGEST_CHANNEL, BRANCH_CHANNEL]), secrets)
    return CanaryCompany(company, signing_secret, typed_token, canaries)


def amount_canary(amount: str) -> Canary:
    """An amount as providers, our wire and people write it."""
    return Canary(f"amount {amount}", Kind.AMOUNT, _amount_forms(amount))


def _amount_forms(amount: str) -> tuple[bytes, ...]:
    return tuple({amount.encode(), f"{Decimal(amount):,}".encode(), amount.replace(".", "").encode()})


def _pagsmile(merchant: KeyPair) -> PagsmileMerchant:
    balance = PagsmileBalance("10419000000401", "Test A", "USD", _HELD[0], _HELD[0], "0.00")
    return PagsmileMerchant(merchant.public_pem, (balance,))


def _payermax(merchant: KeyPair) -> PayerMaxMerchant:
    held = (
        PayerMaxBalance(Decimal(_HELD[2]), "DISBURSEMENT", "USD"),
        PayerMaxBalance(Decimal(_HELD[3]), "FREEZE", "IDR"),
    )
    return PayerMaxMerchant(merchant.public_pem, held)


def _with_broken_accounts(secret: str, merchant: KeyPair, elliptic: str) -> str:
    """Keys as they arrive when people copy them: cut off, of another kind, in an object, over two lines, empty."""
    main = json.loads(secret)["accounts"]["main"]
    pem, bare = merchant.private_pem, merchant.private_base64
    broken: dict[str, object] = {
        "cut": pem[: len(pem) * 2 // 3],
        "beheaded": pem[len(pem) // 3 :],
        "short": bare[: len(bare) // 2],
        "escaped": pem.replace("\n", "\\n"),
        "elliptic": elliptic,
        "object": {"pem": pem},
        "list": [pem],
        "twice": pem + pem,
        "empty": "",
    }
    accounts = {name: {**main, "private_key": key} for name, key in broken.items()}
    accounts["swapped"] = {**main, "provider_public_key": pem, "provider_public_keys": [pem]}
    accounts["url"] = {**main, "base_url": pem}
    accounts["id"] = {**main, "app_id": bare, "partner_id": bare}
    return json.dumps({"accounts": {"main": main, **accounts}})


def key_canary(name: str, pair: KeyPair, decoy: KeyPair) -> Canary:
    return Canary(f"key {name}", Kind.KEY, _key_forms(pair), _key_forms(decoy))


def _key_forms(pair: KeyPair) -> tuple[bytes, ...]:
    der = pair.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    numbers = pair.private_key.private_numbers()
    decimals = (str(number).encode() for number in (numbers.d, numbers.p, numbers.q))
    return _body(pair.private_pem), pair.private_base64.encode(), der, *decimals


def _body(pem: str) -> bytes:
    """The lines between the armour, which is the same in every key."""
    return "\n".join(pem.splitlines()[1:-1]).encode()


def _elliptic_pem() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
