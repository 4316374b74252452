"""A provider that does not exist: the least that takes part in everything a real one does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from balance_core.credentials import Credentials
from balance_core.exchange import Stamp
from balance_core.http import HttpReply, HttpRequest, status_error
from balance_core.models import Account, Balance
from balance_core.money import Money
from balance_core.question import Question
from balance_core.wire import loads


@dataclass(frozen=True)
class Ask:
    """POSTs an id of its own for every try; the answer is an object of amounts by currency."""

    url: str
    currency: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    stamps: list[Stamp] = field(default_factory=list)

    def request(self, stamp: Stamp) -> HttpRequest:
        self.stamps.append(stamp)
        identity = f"{stamp.correlation_id}-{stamp.random_bytes(4).hex()}"
        return HttpRequest(self.url, {"request-id": identity, **self.headers}, b"{}")

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        if reply.status != 200:
            raise status_error(reply)
        return [
            Balance(Account("MAIN"), currency, received_at, available=Money.parse(amount.text(), currency))
            for currency, amount in loads(reply.body).members().items()
        ]


def plan(credentials: Credentials, question: Question) -> Sequence[Ask]:
    """One call for each currency that is asked for, or one for all. `app_id` travels as a header."""
    headers = {"app-id": credentials.identifier("app_id")}
    url = credentials.base_url({})
    return [Ask(f"{url}/{currency or ''}", currency, headers) for currency in question.currencies or (None,)]
