"""What a provider's secret holds: every field that the provider declares, and a full check of its RSA keys. Pure."""

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from balance_core.errors import ProviderError
from balance_core.provider.credentials import Credentials, FieldKind, read_credentials
from balance_core.provider.protocol import Provider
from balance_core.provider.signer import is_kms
from balance_core.provider.signing import fingerprint
from balance_core.question import Question
from balance_core.secrets import Secret
from tests.deployment.check import Check, ok, warning, wrong
from tests.deployment.rsa_keys import is_valid, public_text
from tests.deployment.target import put_secret
from tests.local.paths import PROJECT

# The functions' own reader for each kind of field.
_READERS: Mapping[FieldKind, Callable[[Credentials, str], object]] = {
    FieldKind.IDENTIFIER: Credentials.identifier,
    FieldKind.RSA_PRIVATE_KEY: Credentials.private_key,
    FieldKind.SIGNING_KEY: Credentials.signer,
    FieldKind.RSA_PUBLIC_KEY: Credentials.public_key,
    FieldKind.RSA_PUBLIC_KEYS: Credentials.public_keys,
    FieldKind.SHARED_SECRET: Credentials.shared_secret,
    FieldKind.CURRENCIES: Credentials.currencies,
    FieldKind.SETTING: Credentials.text,
}


def packaged_providers(functions: Path = PROJECT / "functions") -> Mapping[str, Provider]:
    """The declaration of every provider in `functions`, by its id."""
    names = [path.parents[1].name for path in sorted(functions.glob("*/*_balance/client.py"))]
    return {name: importlib.import_module(f"{name}_balance.client").PROVIDER for name in names}


def secret_checks(
    provider: Provider, secret: Secret, region: str, *, shows_public_keys: bool = False
) -> Sequence[Check]:
    """What is wrong with each account; then, for the accounts that can be read, where they ask, and their RSA keys."""
    remedy = f"fix it (functions/{provider.name}/README.md), then store it: {put_secret(secret.name, region)}"
    try:
        accounts = read_credentials(secret)
    except ProviderError as exc:
        return [wrong(provider.name, exc.message, remedy)]
    checks: list[Check] = []
    readable: list[Credentials] = []
    for account in accounts:
        problems = _problems(provider, account)
        checks += [wrong(provider.name, problem, remedy) for problem in problems]
        if not problems:
            readable.append(account)
    if readable:
        checks += [_hosts(provider, readable), *_same_merchants(provider, readable, remedy)]
    return [*checks, *_key_checks(provider, readable, remedy, shows_public_keys)]


def _problems(provider: Provider, account: Credentials) -> Sequence[str]:
    """What the function would say, but about every field that is wrong and not only about the first."""
    problems = []
    for field in provider.fields:
        if field.is_required or not account.is_empty(field.name):
            try:
                _READERS[field.kind](account, field.name)
            except ProviderError as exc:
                problems.append(exc.message)
    if not problems:
        try:
            provider.plan(account, Question())
        except ProviderError as exc:
            problems.append(exc.message)
    return problems


def _hosts(provider: Provider, accounts: Sequence[Credentials]) -> Check:
    hosts: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        hosts[_host(account)].append(account.account)
    named = "; ".join(f"{host}: {', '.join(names)}" for host, names in hosts.items())
    if len(hosts) > 1:
        return warning(
            provider.name,
            f"accounts of different environments would be added up ({named})",
            "keep the sandbox accounts in the secret of another stack",
        )
    return ok(provider.name, f"every field of every account can be read ({named})")


def _host(account: Credentials) -> str:
    """Where the account asks: `base_url` overrides `environment`, as in the functions."""
    if account.has("base_url"):
        return urlsplit(account.text("base_url")).hostname or ""
    return account.text("environment") if account.has("environment") else "one address"


def _same_merchants(provider: Provider, accounts: Sequence[Credentials], remedy: str) -> Iterator[Check]:
    merchants: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for account in accounts:
        merchants[provider.merchant(account, provider.identity)].append(account.account)
    for names in merchants.values():
        if len(names) > 1:
            finding = f"{_named(names)} are the same merchant: they agree in {', '.join(provider.identity)}"
            yield wrong(provider.name, finding, f"keep one of them: the bot asks only the first. {remedy}")


def _key_checks(
    provider: Provider, accounts: Sequence[Credentials], remedy: str, shows_public_keys: bool
) -> Iterator[Check]:
    """One check for each of our RSA keys, and one for each field that holds a key of ours instead of the provider's."""
    keys: dict[str, tuple[RSAPrivateKey, list[str]]] = {}
    ours = [
        *_filled(provider, accounts, FieldKind.RSA_PRIVATE_KEY),
        *_filled(provider, accounts, FieldKind.SIGNING_KEY),
    ]
    for account, field in ours:
        if is_kms(account.text(field)):
            continue  # kms_keys.py
        key = account.private_key(field)
        keys.setdefault(fingerprint(key.public_key()), (key, []))[1].append(account.account)
    for digest, (key, names) in keys.items():
        whose = f"the private key of {_named(names)}"
        if not is_valid(key):
            finding = f"{whose} can sign, but OpenSSL does not accept it"
            yield wrong(provider.name, finding, f"make a new key: {remedy}")
            continue
        yield ok(
            provider.name,
            f"{whose} is valid, {key.key_size} bits; SHA-256 of its public key: {digest}",
            "compare it with what you uploaded: openssl pkey -pubin -in public.pem -outform DER | sha256sum",
            detail=public_text(key.public_key()) if shows_public_keys else "",
        )
    theirs = [
        (one, field, [one.public_key(field)]) for one, field in _filled(provider, accounts, FieldKind.RSA_PUBLIC_KEY)
    ]
    theirs += [
        (one, field, [*one.public_keys(field)]) for one, field in _filled(provider, accounts, FieldKind.RSA_PUBLIC_KEYS)
    ]
    for account, field, public_keys in theirs:
        if any(fingerprint(public_key) in keys for public_key in public_keys):
            finding = f"account '{account.account}', field '{field}' holds our own public key"
            yield wrong(provider.name, finding, f"store the key that {provider.name} shows as its own: {remedy}")


def _filled(provider: Provider, accounts: Sequence[Credentials], kind: FieldKind) -> Iterator[tuple[Credentials, str]]:
    """Each account with each of its fields of one kind that has a value."""
    for account in accounts:
        for field in provider.fields:
            if field.kind is kind and account.has(field.name):
                yield account, field.name


def _named(accounts: Sequence[str]) -> str:
    return f"{'account' if len(accounts) == 1 else 'accounts'} {', '.join(accounts)}"
