"""What one merchant account may use at its provider: the fields of its entry in the provider's secret.

    {"accounts": {"main": {...}, "uae": {...}}, "private_key": "..."}

Fields at the top level are defaults for every account, so one key can serve many merchant numbers. A provider declares
its fields (`Field`); the doctor, the scrubber and the tests follow that declaration. Every reader raises ProviderError
(configuration) that names secret, account and field, never the value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from balance_core.currencies import may_be_asked
from balance_core.errors import ProviderError
from balance_core.provider.signer import LocalKey, Signer, is_kms, kms_key
from balance_core.provider.signing import KeyFormatError, load_private_key, load_public_key
from balance_core.question import ACCOUNT_NAME
from balance_core.secrets import Secret
from balance_core.strict_json import JsonError, Node

# Safe in an HTTP header and in a JSON string, and enough for every id and key that providers hand out.
_VISIBLE = re.compile(r"[\x21-\x7e]+")


class FieldKind(Enum):
    """What a field holds."""

    IDENTIFIER = "an id that is not secret, such as app_id or client_id"
    RSA_PRIVATE_KEY = "our RSA private key"
    SIGNING_KEY = "our RSA private key, or a key in AWS KMS, which only signs: kms:alias/..."
    RSA_PUBLIC_KEY = "the provider's RSA public key"
    RSA_PUBLIC_KEYS = "the provider's RSA public keys, so that it can roll its key"
    SHARED_SECRET = "a key that both sides know: HMAC key, bearer key, OAuth client secret"  # noqa: S105 - a description
    CURRENCIES = "the currencies that the account holds"
    SETTING = "a setting such as environment or base_url"


_SECRET_KINDS = frozenset({FieldKind.RSA_PRIVATE_KEY, FieldKind.SIGNING_KEY, FieldKind.SHARED_SECRET})
# The field of our own key, whether it signs or decrypts: the one that `make keys` rotates.
OUR_KEY = "private_key"
_CREDENTIAL_KINDS = _SECRET_KINDS | {FieldKind.IDENTIFIER}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an account's entry in the secret."""

    name: str
    kind: FieldKind
    is_required: bool = True

    @property
    def is_secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.kind in _SECRET_KINDS


# Where the provider is asked: `environment` names one of its hosts, `base_url` overrides it.
ADDRESS = (Field("environment", FieldKind.SETTING, is_required=False), Field("base_url", FieldKind.SETTING, False))
# We sign with our key and verify with the provider's.
RSA_PAIR = (Field(OUR_KEY, FieldKind.SIGNING_KEY), Field("provider_public_keys", FieldKind.RSA_PUBLIC_KEYS))
BEARER_KEY = (Field("api_key", FieldKind.SHARED_SECRET),)
HMAC_KEY = (Field("signing_key", FieldKind.SHARED_SECRET),)
OAUTH_CLIENT = (Field("client_id", FieldKind.IDENTIFIER), Field("client_secret", FieldKind.SHARED_SECRET))


def credential_names(fields: Sequence[Field]) -> str:
    """The fields by which the provider recognises us, for a message: `app_id, merchant_no and private_key`."""
    *rest, last = [each.name for each in fields if each.kind in _CREDENTIAL_KINDS and each.is_required] or ["the keys"]
    return f"{', '.join(rest)} and {last}" if rest else last


def secret_names(fields: Sequence[Field]) -> tuple[str, ...]:
    """The names of the fields whose values must never be shown."""
    return tuple(each.name for each in fields if each.is_secret)


def address_names(fields: Sequence[Field]) -> str:
    """The fields that say where the provider is asked, for a message: `environment or base_url`."""
    return " or ".join(each.name for each in fields if each in ADDRESS or each.name == "base_url") or "the address"


class Credentials:
    """Typed access to one account's fields. Printing shows secret and account names only.

    `key_owner` is the account under whose name our key is rotated: of the accounts that share the key at the top level
    of the secret, the first.
    """

    def __init__(self, secret: Secret, account: str, fields: Mapping[str, Node], key_owner: str | None = None) -> None:
        self.account = account
        self.key_owner = key_owner or account
        self._secret = secret
        self._fields = fields

    def __repr__(self) -> str:
        return f"Credentials({self._secret.name!r}, account={self.account!r})"

    def with_key(self, text: str) -> "Credentials":
        """The same account with another key of ours."""
        fields = {**self._fields, OUR_KEY: Node(text, f"$.{OUR_KEY}")}
        return Credentials(self._secret, self.account, fields, self.key_owner)

    def error(self, field: str, problem: str) -> ProviderError:
        """A configuration error about `field`; `problem` continues the sentence "field 'x' ..."."""
        return self._secret.error(field, problem, self.account)

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return field in self._fields and self._fields[field].value is not None

    def is_empty(self, field: str) -> bool:
        """Whether the field is absent, null or an empty text."""
        return not self.has(field) or self._fields[field].value == ""

    def text(self, field: str) -> str:
        """The text in `field`, not empty."""
        if not self.has(field):
            raise self.error(field, "is missing")
        try:
            return self._fields[field].text()
        except JsonError as exc:
            raise self.error(field, exc.problem) from exc

    def identifier(self, field: str) -> str:
        """An id such as app_id or merchant_no: 1 to 64 visible ASCII characters."""
        value = self.text(field)
        if len(value) > 64 or not _VISIBLE.fullmatch(value):
            raise self.error(field, "must be 1 to 64 visible ASCII characters without spaces")
        return value

    def optional_identifier(self, field: str) -> str | None:
        """The id, or None when the field is absent, null or empty."""
        return None if self.is_empty(field) else self.identifier(field)

    def shared_secret(self, field: str) -> str:
        """A bearer key, HMAC key or client secret: visible ASCII characters."""
        value = self.text(field)
        if not _VISIBLE.fullmatch(value):
            raise self.error(field, "must be visible ASCII characters without spaces: copy it again")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """The texts in the list `field`; at least one."""
        if not self.has(field):
            raise self.error(field, "is missing")
        try:
            values = tuple(item.text() for item in self._fields[field].items())
        except JsonError as exc:
            raise self.error(exc.path.rpartition(".")[2], exc.problem) from exc
        if not values:
            raise self.error(field, "must hold at least one item")
        return values

    def currencies(self, field: str = "currencies") -> tuple[str, ...]:
        """The currency codes in the list `field`: ISO 4217 or well-known ones such as CNH."""
        codes = self.texts(field)
        if not all(map(may_be_asked, codes)):
            raise self.error(field, "must hold currency codes such as USD")
        return tuple(dict.fromkeys(codes))

    def signer(self, field: str = OUR_KEY) -> Signer:
        """Our own key, which signs: checked to work, or the name of a key in AWS KMS."""
        text = self.text(field)
        if not is_kms(text):
            return LocalKey(self.private_key(field))
        key = kms_key(text.strip())
        if key is None:
            raise self.error(field, "must name a KMS key like kms:alias/balance-bot/payby/main/1")
        return key

    def private_key(self, field: str = OUR_KEY) -> RSAPrivateKey:
        """Our own key itself, checked to work."""
        text = self.text(field)
        if is_kms(text):
            raise self.error(field, "must be the key itself: AWS KMS cannot decrypt this provider's answers")
        try:
            return load_private_key(text)
        except KeyFormatError as exc:
            raise self.error(field, str(exc)) from exc

    def public_key(self, field: str = "provider_public_key") -> RSAPublicKey:
        """The provider's key, for a provider that uses only one at a time."""
        try:
            return load_public_key(self.text(field))
        except KeyFormatError as exc:
            raise self.error(field, str(exc)) from exc

    def public_keys(self, field: str = "provider_public_keys") -> tuple[RSAPublicKey, ...]:
        """The provider's keys: a list, so that the provider can roll its own."""
        keys = []
        for number, text in enumerate(self.texts(field), start=1):
            try:
                keys.append(load_public_key(text))
            except KeyFormatError as exc:
                raise self.error(field, f"has a broken key, number {number} of the list: it {exc}") from exc
        return tuple(keys)

    def url(self, field: str) -> str:
        """The https address in `field`, without a trailing slash."""
        url = self.text(field)
        try:
            parts = urlsplit(url)
            is_plain = parts.scheme == "https" and parts.hostname and parts.port != 0 and not set("?#@") & set(url)
        except ValueError as exc:
            raise self.error(field, "is not a URL") from exc
        if not is_plain or not _VISIBLE.fullmatch(url):
            raise self.error(field, "must be an https:// address without user, query or fragment")
        return url.rstrip("/")

    def base_url(self, hosts: Mapping[str, str]) -> str:
        """`base_url` if set, else the one in `hosts` that `environment` names; without a trailing slash."""
        if self.has("base_url"):
            return self.url("base_url")
        if not hosts:
            raise self.error("base_url", "is missing: the provider tells you the address of its API")
        environment = self.text("environment")
        if environment not in hosts:
            raise self.error("environment", f"must be one of {', '.join(sorted(hosts))}")
        return hosts[environment]


def read_credentials(secret: Secret) -> tuple[Credentials, ...]:
    """One Credentials per entry of the secret's `accounts`, in order. Raises ProviderError (configuration)."""
    try:
        defaults = {name: node for name, node in secret.root.members().items() if name != "accounts"}
        accounts = secret.root.get("accounts").members()
        if not accounts:
            raise secret.error("accounts", "must hold at least one account")
        for name in accounts:
            if not ACCOUNT_NAME.fullmatch(name):
                raise secret.error("accounts", "holds a name that is not 1 to 64 letters, digits, '_', '.' or '-'")
        fields = {name: node.members() for name, node in accounts.items()}
        sharing = [name for name, own in fields.items() if OUR_KEY not in own]
        return tuple(
            Credentials(secret, name, {**defaults, **own}, sharing[0] if name in sharing else name)
            for name, own in fields.items()
        )
    except JsonError as exc:
        raise secret.error(exc.path.removeprefix("$."), exc.problem) from exc
