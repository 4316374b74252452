"""What a provider implements: a conversation, and a declaration of its credentials.

A conversation is a generator, like httpx's `Auth.auth_flow`: it yields requests, receives replies, returns a Reading.

    def ask_balance(account, context):
        body = dumps({"requestTime": millis(context.now())})
        reply = yield HttpRequest("POST", account.url, {}, body, signer=account.signer)
        ...verify, then parse...
        return Reading(balances, notices)

It may yield as often as it needs: cursor pages, a login at another host, one new login after a 401. It raises
ProviderError for every answer that is not a balance; a JsonError counts as bad_response. It does no I/O; all that
varies comes from the `Context`. The layer (`calls.py`) signs the requests that have a signer and sends all of them
within one deadline, limits parallel calls, and retries by starting the conversation again, so that every try has a
fresh timestamp and signature.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from balance_core.models import Reading
from balance_core.provider.credentials import Credentials, Field
from balance_core.provider.http import HttpReply, HttpRequest
from balance_core.question import Question

Conversation = Generator[HttpRequest, HttpReply, Reading]

# A token that is about to expire could be refused on its way.
_TOKEN_MARGIN = timedelta(seconds=30)


@dataclass(slots=True)
class TokenCache:
    """One account's access token between questions. It lives as long as the process, or until the secret changes."""

    _token: str | None = field(default=None, repr=False)
    _expires_at: datetime | None = None

    def get(self, now: datetime) -> str | None:
        """The token, or None when there is none or it expires within 30 seconds."""
        if self._expires_at is None or now + _TOKEN_MARGIN >= self._expires_at:
            return None
        return self._token

    def put(self, token: str, expires_at: datetime) -> None:
        """Keep `token` until `expires_at` (aware)."""
        self._token, self._expires_at = token, expires_at

    def forget(self) -> None:
        """Drop the token, because the provider refused it."""
        self._token = self._expires_at = None


@dataclass(frozen=True, slots=True)
class Context:
    """What may differ from try to try: the clock (aware UTC), random bytes, our correlation id, the account's token."""

    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    correlation_id: str
    tokens: TokenCache = field(default_factory=TokenCache)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One conversation to hold. `start` begins it, and begins it again for each retry.

    `currency` is set when the whole conversation is about one currency: a failure then names it. Without it no failure
    may be `currency_not_supported`, because the account's other currencies would go missing silently.
    """

    start: Callable[[Context], Conversation]
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything the layer needs to know about a provider.

    `name` is its id in every contract. `fields` declares what an account's entry in the secret holds. `identity` names
    the fields that identify a merchant: of two entries that agree in all of them, only the first is asked. `row_owner`
    names the fields that identify who owns a row, where two entries may report the same account: rows with the same
    owner, account number and currency count once. `hosts` gives the base URL by `environment`; it is empty when every
    account sets `base_url`. `plan` lays out the conversations for one account, usually one, or one per currency; it
    raises ProviderError (configuration). `signs_answers` says that a balance is only taken from an answer with a
    signature that was verified.
    """

    name: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    plan: Callable[[Credentials, Question], Sequence[Inquiry]]
    hosts: Mapping[str, str] = field(default_factory=dict)
    row_owner: tuple[str, ...] = ()
    signs_answers: bool = False

    def merchant(self, account: Credentials, names: Sequence[str]) -> tuple[str | None, ...]:
        """The values of the identifying fields `names`; `base_url` stands for the host, however it is configured.

        Raises ProviderError (configuration).
        """
        return tuple(
            _host_and_path(account.base_url(self.hosts))
            if name == "base_url"
            else (None if account.is_empty(name) else account.text(name).strip())
            for name in names
        )


def _host_and_path(url: str) -> str:
    """The same text for every way to write an address, such as with a capital or with the port 443."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').rstrip('.')}:{parts.port or 443}{parts.path.lower()}"
