"""What a provider has to know to take part: how to ask, and how to read the answer. Both are pure.

    plan(credentials, question) -> the exchanges that answer the question for one account
    exchange.request(stamp)     -> the signed bytes to send; called again for every try, so each is stamped afresh
    exchange.read(reply, ...)   -> balances, after verifying; or a ProviderError from the provider's table of codes

Sending, deadlines, retries, parallelism, logs and metrics are `balance_core.provider`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from balance_core.credentials import Credentials
from balance_core.http import HttpReply, HttpRequest
from balance_core.models import Balance
from balance_core.question import Question


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes from try to try: the aware UTC time, and a source of `n` random bytes."""

    now: datetime
    correlation_id: str
    random_bytes: Callable[[int], bytes]


class Exchange(Protocol):
    """One question to one endpoint; `currency` is set where a call asks about one currency only."""

    @property
    def currency(self) -> str | None:
        """The currency that a failure of this exchange is about, or None when it is about the whole account.

        With None no failure may be `currency_not_supported`: the account's other money would be missed in silence.
        """
        ...

    def request(self, stamp: Stamp) -> HttpRequest:
        """The complete request. Raises ProviderError, without a code, when the answer is known without a call."""
        ...

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        """The balances in `reply`; `received_at` (aware UTC) is their as-of time unless the provider states one.

        Raises ProviderError for a reply that is an error, cannot be trusted or cannot be understood.
        """
        ...


Plan = Callable[[Credentials, Question], Sequence[Exchange]]
