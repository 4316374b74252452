"""What a provider's secret is worth: read by the provider's own package, then its keys looked at closely. Pure."""

import importlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.credentials import Credentials, read_credentials
from balance_core.errors import ProviderError
from balance_core.exchange import Plan
from balance_core.question import Question
from balance_core.secrets import Secret
from tests.deployment.check import Check, ok, warning, wrong
from tests.deployment.key_pair import fingerprint, is_sound, public_line, public_pem
from tests.deployment.place import PROJECT, put_secret

# Whose page takes the public key as one line; everybody else takes the PEM file (functions/<provider>/README.md).
_WANTS_ONE_LINE = frozenset({"payermax"})
_QUESTION = Question("doctor")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that this project has a function for."""

    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Manner:
    """How a secret is looked at: `shows_public_keys` prints them whole, `is_local` takes http:// addresses."""

    region: str
    shows_public_keys: bool = False
    is_local: bool = False


def known_providers(functions: Path = PROJECT / "functions") -> Sequence[Provider]:
    """Every provider that has a package `<provider>_balance`, by name."""
    names = [path.parents[1].name for path in sorted(functions.glob("*/*_balance/client.py"))]
    return [Provider(name, importlib.import_module(f"{name}_balance.client").plan) for name in names]


def secret_checks(provider: Provider, secret: Secret, manner: Manner) -> list[Check]:
    """What is wrong with each account, then where the sound ones ask, then each key pair."""
    remedy = f"mend it as in functions/{provider.name}/README.md, then {put_secret(secret.name, manner.region)}"
    try:
        accounts = read_credentials(secret, allow_insecure_urls=manner.is_local)
    except ProviderError as exc:
        return [wrong(provider.name, exc.message, remedy)]
    checks: list[Check] = []
    sound: list[Credentials] = []
    for account in accounts:
        try:
            provider.plan(account, _QUESTION)
        except ProviderError as exc:
            checks.append(wrong(provider.name, exc.message, remedy))
        else:
            sound.append(account)
    if sound:
        checks.append(_environments(provider, sound))
    return checks + list(_key_checks(provider, sound, remedy, manner))


def _environments(provider: Provider, accounts: Sequence[Credentials]) -> Check:
    places: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        places[_environment(account)].append(account.account)
    told = "; ".join(f"{place}: {', '.join(names)}" for place, names in places.items())
    if len(places) > 1:
        return warning(
            provider.name,
            f"accounts of different environments would be added up ({told})",
            "keep the sandbox's accounts in the secret of another stack",
        )
    return ok(provider.name, f"every field of every account can be read ({told})")


def _environment(account: Credentials) -> str:
    """`base_url` wins over `environment`, as in the functions."""
    if account.has("base_url"):
        return urlsplit(account.text("base_url")).hostname or ""
    return account.text("environment")


def _key_checks(provider: Provider, accounts: Sequence[Credentials], remedy: str, manner: Manner) -> Iterator[Check]:
    pairs: dict[str, tuple[RSAPrivateKey, list[str]]] = {}
    for account in accounts:
        key = account.private_key()
        pairs.setdefault(fingerprint(key.public_key()), (key, []))[1].append(account.account)
    for print_, (key, names) in pairs.items():
        of = f"the private key of {_named(names)}"
        if is_sound(key):
            yield _public_key(provider, key, f"{of} is sound, {key.key_size} bits", print_, manner)
        else:
            yield wrong(
                provider.name, f"{of} signs, but is no RSA key that OpenSSL accepts", "make a new key: " + remedy
            )
    for account in accounts:
        for field in _fields_with_our_own(account, pairs):
            finding = f"account '{account.account}', field '{field}' holds our own public key"
            yield wrong(provider.name, finding, f"put the key there that {provider.name} shows as its own: {remedy}")


def _public_key(provider: Provider, key: RSAPrivateKey, finding: str, print_: str, manner: Manner) -> Check:
    public = key.public_key()
    detail = public_line(public) if provider.name in _WANTS_ONE_LINE else public_pem(public)
    return ok(
        provider.name,
        f"{finding}; SHA-256 of its public key: {print_}",
        "compare it with what you uploaded: openssl pkey -pubin -in public.pem -outform DER | sha256sum",
        detail=detail if manner.shows_public_keys else "",
    )


def _fields_with_our_own(account: Credentials, ours: Collection[str]) -> Iterator[str]:
    """The fields for the provider's key in which one of `ours`, given by fingerprints, stands."""
    readers: dict[str, Callable[[], Sequence[RSAPublicKey]]] = {
        "provider_public_key": lambda: (account.public_key(),),
        "provider_public_keys": account.public_keys,
    }
    for field, read in readers.items():
        # What the provider's own package reads was read before; the other field may be there and be anything.
        with suppress(ProviderError):
            if account.has(field) and any(fingerprint(key) in ours for key in read()):
                yield field


def _named(names: Sequence[str]) -> str:
    return ("account " if len(names) == 1 else "accounts ") + ", ".join(names)
