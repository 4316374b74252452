"""What the providers answer during a day: PayerMax as the script says, the others always the same."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from balance_core.contract import provider_answer_json
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance, BalanceReport, Failure, ProviderAnswer
from balance_core.money import Money
from tests.local.aws.stack import STACK_NAME


class Providers:
    """`clock` is their time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._thousands: str | None = "900"
        self._as_of: datetime | None = None
        self._frozen = "0"

    def hold(self, thousands: str | None, as_of: datetime | None = None) -> None:
        """PayerMax pays out of so many thousands from now on; None: it does not answer."""
        self._thousands, self._as_of = thousands, as_of

    def freeze(self, thousands: str) -> None:
        """PayerMax freezes so many thousands from now on."""
        self._frozen = thousands

    def answer(self, arn: str, question: bytes) -> bytes:
        """The answer of the provider's function with this ARN."""
        name = re.sub(rf".*{STACK_NAME}-(\w+):live", r"\1", arn)
        return json.dumps(provider_answer_json(self._answer(name, json.loads(question).get("currencies")))).encode()

    def _answer(self, name: str, currencies: Collection[str] | None) -> ProviderAnswer:
        now = self._clock()
        answer = ProviderAnswer(name, now, ("main",))
        if name == "payermax" and self._thousands is None:
            error = ProviderError(ErrorKind.TIMEOUT, "did not answer in time")
            return replace(answer, failures=(Failure.of(error, correlation_id="day", provider=name),))
        balances = self._payermax(now) if name == "payermax" else [_balance("member", "AED", now, "897")]
        asked = tuple(each for each in balances if currencies is None or each.currency in currencies)
        return replace(answer, reports=(BalanceReport(name, "main", asked, True),))

    def _payermax(self, now: datetime) -> Iterator[Balance]:
        as_of = self._as_of or now
        yield _balance("ACQUIRING", "PHP", as_of, "5000")
        yield _balance("DISBURSEMENT", "PHP", as_of, self._thousands or "0")
        frozen = Money(Decimal(self._frozen) * 1000, "PHP")
        yield Balance(Account("FREEZE"), "PHP", as_of, frozen=frozen)


def _balance(kind: str, currency: str, as_of: datetime, thousands: str) -> Balance:
    return Balance(Account(kind), currency, as_of, available=Money(Decimal(thousands) * 1000, currency))
