"""What one merchant account may use at its provider: the fields of its entry in the provider's secret.

    {"accounts": {"main": {...}, "uae": {...}}, "private_key": "..."}

Fields at the top level are defaults for every account, so one key can serve many merchant numbers. Every reader raises
ProviderError (configuration) that names secret, account and field, never the value.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.currencies import DECIMALS
from balance_core.errors import ProviderError
from balance_core.question import ACCOUNT_NAME
from balance_core.secrets import Secret
from balance_core.signing import KeyFormatError, load_private_key, load_public_key
from balance_core.wire import Node, WireError

# What can stand in an HTTP header and a JSON string alike, and no more than any provider hands out.
_VISIBLE = re.compile(r"[\x21-\x7e]+")


class Credentials:
    """Typed access to one account's fields. Printing shows secret and account names only."""

    def __init__(self, secret: Secret, account: str, fields: Mapping[str, Node], *, allow_insecure_urls: bool) -> None:
        self.account = account
        self._secret = secret
        self._fields = fields
        self._allow_insecure_urls = allow_insecure_urls

    def __repr__(self) -> str:
        return f"Credentials({self._secret.name!r}, account={self.account!r})"

    def error(self, field: str, problem: str) -> ProviderError:
        """A configuration error about `field`; `problem` continues the sentence "field 'x' ..."."""
        return self._secret.error(field, problem, self.account)

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return field in self._fields and self._fields[field].value is not None

    def text(self, field: str) -> str:
        """The text in `field`, not empty."""
        if not self.has(field):
            raise self.error(field, "is missing")
        try:
            return self._fields[field].text()
        except WireError as exc:
            raise self.error(field, exc.problem) from exc

    def identifier(self, field: str) -> str:
        """An id such as app_id or merchant_no: 1 to 64 visible ASCII characters."""
        value = self.text(field)
        if len(value) > 64 or not _VISIBLE.fullmatch(value):
            raise self.error(field, "must be 1 to 64 visible ASCII characters without spaces")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """The texts in the list `field`; at least one."""
        if not self.has(field):
            raise self.error(field, "is missing")
        try:
            values = tuple(item.text() for item in self._fields[field].items())
        except WireError as exc:
            raise self.error(exc.path.rpartition(".")[2], exc.problem) from exc
        if not values:
            raise self.error(field, "must hold at least one item")
        return values

    def currencies(self, field: str = "currencies") -> tuple[str, ...]:
        """The ISO 4217 codes in the list `field`."""
        codes = self.texts(field)
        if any(code not in DECIMALS for code in codes):
            raise self.error(field, "must hold ISO 4217 currency codes such as USD")
        return tuple(dict.fromkeys(codes))

    def private_key(self, field: str = "private_key") -> RSAPrivateKey:
        """Our own key, proven to work."""
        try:
            return load_private_key(self.text(field))
        except KeyFormatError as exc:
            raise self.error(field, str(exc)) from exc

    def public_key(self, field: str = "provider_public_key") -> RSAPublicKey:
        """The provider's key, where only one can be in use."""
        try:
            return load_public_key(self.text(field))
        except KeyFormatError as exc:
            raise self.error(field, str(exc)) from exc

    def public_keys(self, field: str = "provider_public_keys") -> tuple[RSAPublicKey, ...]:
        """The provider's keys: a list, so that the provider can roll its own."""
        try:
            return tuple(load_public_key(text) for text in self.texts(field))
        except KeyFormatError as exc:
            raise self.error(field, str(exc)) from exc

    def base_url(self, hosts: Mapping[str, str]) -> str:
        """`base_url` if set, else the one in `hosts` that `environment` names; without a trailing slash."""
        if self.has("base_url"):
            return self._checked_url(self.text("base_url"))
        if not hosts:
            raise self.error("base_url", "is missing: the provider tells you the address of its API")
        environment = self.text("environment")
        if environment not in hosts:
            raise self.error("environment", f"must be one of {', '.join(sorted(hosts))}")
        return hosts[environment]

    def _checked_url(self, url: str) -> str:
        schemes = ("https", "http") if self._allow_insecure_urls else ("https",)
        try:
            parts = urlsplit(url)
            plain = parts.scheme in schemes and parts.hostname and parts.port != 0 and not set("?#@") & set(url)
        except ValueError as exc:
            raise self.error("base_url", "is not a URL") from exc
        if not plain or not _VISIBLE.fullmatch(url):
            raise self.error("base_url", "must be an https:// address without user, query or fragment")
        return url.rstrip("/")


def read_credentials(secret: Secret, *, allow_insecure_urls: bool = False) -> tuple[Credentials, ...]:
    """One Credentials per entry of the secret's `accounts`, in order. Raises ProviderError (configuration)."""
    try:
        defaults = {name: node for name, node in secret.root.members().items() if name != "accounts"}
        accounts = secret.root.get("accounts").members()
        if not accounts:
            raise secret.error("accounts", "must hold at least one account")
        for name in accounts:
            if not ACCOUNT_NAME.fullmatch(name):
                raise secret.error("accounts", "holds a name that is not 1 to 64 letters, digits, '_', '.' or '-'")
        return tuple(
            Credentials(secret, name, {**defaults, **node.members()}, allow_insecure_urls=allow_insecure_urls)
            for name, node in accounts.items()
        )
    except WireError as exc:
        raise secret.error(exc.path.removeprefix("$."), exc.problem) from exc
