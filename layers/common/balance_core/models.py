"""The domain's nouns: what a provider holds, what it could not say, and the sum of it. No I/O, no provider names.

`None` for an amount means that the provider does not report it. It is never 0 and never guessed.
"""

from dataclasses import dataclass
from datetime import datetime

from balance_core.errors import ErrorKind, ProviderError
from balance_core.money import Money, MoneyError


@dataclass(frozen=True, slots=True)
class Account:
    """One account at a provider: its type in the provider's own word, and its number and name where there are any.

    `label` says in plain words what the account is for, to people who do not know the provider; None: not known.
    """

    type: str
    number: str | None = None
    name: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """One account in one currency.

    `available` can be used now, `pending` is on its way, `frozen` is held back; `total` is the provider's own figure
    for available + frozen, pending stays outside. `as_of` is the aware time at which the figures held. Raises
    MoneyError when an amount is in another currency.
    """

    account: Account
    currency: str
    as_of: datetime
    available: Money | None = None
    pending: Money | None = None
    frozen: Money | None = None
    total: Money | None = None

    def __post_init__(self) -> None:
        if any(money.currency != self.currency for money in self.known):
            raise MoneyError(f"a balance in {self.currency} holds an amount in another currency")

    @property
    def known(self) -> tuple[Money, ...]:
        """The amounts that the provider reports."""
        amounts = (self.available, self.pending, self.frozen, self.total)
        return tuple(money for money in amounts if money is not None)

    @property
    def is_zero(self) -> bool:
        """Whether everything that is known here is zero; where nothing is known, nobody can say so."""
        return bool(self.known) and all(money.is_zero for money in self.known)


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """What one provider said about one configured account (the name in its secret)."""

    provider: str
    account: str
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be answered and why, as data. `message` is safe to show; `field` names a bad request's part.

    `provider_code` and `trace_id` are the provider's own, `correlation_id` is ours: a support ticket needs all three.
    """

    kind: ErrorKind
    message: str
    correlation_id: str
    provider: str | None = None
    account: str | None = None
    currency: str | None = None
    field: str | None = None
    provider_code: str | None = None
    trace_id: str | None = None

    @property
    def is_unasked(self) -> bool:
        """Whether our settings alone ruled the currency out: a provider that says no says it with a code."""
        return self.kind is ErrorKind.CURRENCY_NOT_SUPPORTED and self.provider_code is None

    @classmethod
    def of(
        cls,
        error: ProviderError,
        *,
        correlation_id: str,
        provider: str,
        account: str | None = None,
        currency: str | None = None,
    ) -> "Failure":
        """The failure that `error` means for one question to `provider`."""
        return cls(
            kind=error.kind,
            message=error.message,
            correlation_id=correlation_id,
            provider=provider,
            account=account,
            currency=currency,
            provider_code=error.provider_code,
            trace_id=error.trace_id,
        )


@dataclass(frozen=True, slots=True)
class BalanceTotal:
    """The sums over all providers in one currency, of what is known; None where no account reports it."""

    currency: str
    available: Money | None
    pending: Money | None
    frozen: Money | None


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """One provider's whole answer. `accounts` are all names that its secret configures, asked about or not."""

    provider: str
    generated_at: datetime
    accounts: tuple[str, ...] = ()
    reports: tuple[BalanceReport, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceSummary:
    """The answer to one question over all providers."""

    generated_at: datetime
    totals: tuple[BalanceTotal, ...] = ()
    reports: tuple[BalanceReport, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether money may be missing: some failure is more than "does not hold that currency"."""
        return any(failure.kind.is_outage for failure in self.failures)
