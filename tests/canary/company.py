"""A company whose every key, token and amount is a canary: it appears nowhere else."""

import json
import secrets as entropy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.canary.search import Canary, Kind
from tests.local.aws.stack import STACK_NAME
from tests.local.company import BRANCH_CHANNEL, DIGEST_CHANNEL, Company, ProviderSetUp, create_company
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.keys import KeyPair, key_pair
from tests.local.simulators.slack import SlackSimulator

# What a person types in the wrong place.
TYPED_AMOUNT = "4817263950.26"
_HELD = ("7391846205.17", "6284917350.93", "5173928461.58", "3918274650.42")
_PROVIDERS: Mapping[str, ProviderSetUp] = {
    "pagsmile": partial(
        pagsmile.set_up,
        balances=(pagsmile.PagsmileBalance("10419000000401", "Test A", "USD", _HELD[0], _HELD[0], "0.00"),),
    ),
    "payby": partial(payby.set_up, balances={"AED": Decimal(_HELD[1])}),
    "payermax": partial(
        payermax.set_up,
        balances=(
            payermax.PayerMaxBalance(Decimal(_HELD[2]), "DISBURSEMENT", "USD"),
            payermax.PayerMaxBalance(Decimal(_HELD[3]), "FREEZE", "IDR"),
        ),
    ),
}


@dataclass(frozen=True)
class CanaryCompany:
    """`company` is what the local system asks about; `canaries` are those that are known before anything runs."""

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
    """Make one; `keys` is the folder of its keys. Besides `main`, each provider has accounts with broken keys."""
    signing_secret = entropy.token_hex(16)
    bot_token = f"xoxb-{entropy.token_hex(6)}-{entropy.token_urlsafe(18)}"
    typed_token = f"xoxp-{entropy.token_hex(6)}-{entropy.token_hex(12)}"
    company = create_company(keys, _PROVIDERS)
    company.slack.stop()
    elliptic = _elliptic_pem()
    canaries = (
        *(key_canary(name, key_pair(keys, name), key_pair(keys, "decoy")) for name in ("merchant", *_PROVIDERS)),
        Canary("elliptic", Kind.KEY, (_body(elliptic),), (_body(_elliptic_pem()),)),
        Canary("signing secret", Kind.TOKEN, (signing_secret.encode(),)),
        Canary("bot token", Kind.TOKEN, (bot_token.encode(),)),
        Canary("typed token", Kind.TYPED_TOKEN, (typed_token.encode(),)),
        Canary("typed amount", Kind.TYPED_AMOUNT, _amount_forms(TYPED_AMOUNT)),
        *(amount_canary(amount) for amount in _HELD),
    )
    company = replace(company, slack=SlackSimulator(bot_token, [DIGEST_CHANNEL, BRANCH_CHANNEL]))
    founded = CanaryCompany(company, signing_secret, typed_token, canaries)
    merchant = key_pair(keys, "merchant")
    return founded.with_secrets(
        {
            **{name: _with_broken_accounts(founded.secret(name), merchant, elliptic) for name in _PROVIDERS},
            "slack-signing": json.dumps({"signing_secret": signing_secret}),
            "slack-bot-token": json.dumps({"bot_token": bot_token}),
        }
    )


def amount_canary(amount: str) -> Canary:
    """An amount as providers, our contracts and people write it."""
    return Canary(f"amount {amount}", Kind.AMOUNT, _amount_forms(amount))


def key_canary(name: str, pair: KeyPair, decoy: KeyPair) -> Canary:
    """A private key, without what it has in common with another one."""
    forms = _key_forms(pair)
    return Canary(f"key {name}", Kind.KEY, forms, (*_key_forms(decoy), *_headers(forms)))


def _headers(forms: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """How the key's PEM, Base64 and DER begin, before its modulus. Many keys begin alike."""
    body, base64, der, *_ = forms
    return body[:48], base64[:48], der[:36]


def _amount_forms(amount: str) -> tuple[bytes, ...]:
    return tuple({amount.encode(), f"{Decimal(amount):,}".encode(), amount.replace(".", "").encode()})


def _with_broken_accounts(secret: str, merchant: KeyPair, elliptic: str) -> str:
    """Keys as people store them by mistake: cut off, of another type, in an object, twice, in the wrong field."""
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


def _key_forms(pair: KeyPair) -> tuple[bytes, ...]:
    der = pair.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    numbers = pair.private_key.private_numbers()
    decimals = (str(number).encode() for number in (numbers.d, numbers.p, numbers.q))
    return _body(pair.private_pem), pair.private_base64.encode(), der, *decimals


def _body(pem: str) -> bytes:
    """The lines between the header and the footer, which are the same for every key."""
    return "\n".join(pem.splitlines()[1:-1]).encode()


def _elliptic_pem() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
