"""The domain types: balances, failures, totals and answers. No I/O, no provider names.

An amount of `None` means that the provider does not report it. It is never 0 and never guessed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from balance_core.errors import ErrorKind, ProviderError
from balance_core.money import Money, MoneyError


@dataclass(frozen=True, slots=True)
class Account:
    """One account at a provider: its type in the provider's own word, and its number and name if it has them.

    `label` says in plain words what the account is for; None if that is not known.
    """

    type: str
    number: str | None = None
    name: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """One account in one currency.

    `available` can be used now, `pending` is on its way, `frozen` is held back. `total` is the provider's own figure
    for available + frozen, without pending. `as_of` is the aware time of the figures. Raises MoneyError when an amount
    is in another currency.
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
        """Whether every reported amount is zero; False when nothing is reported."""
        return bool(self.known) and all(money.is_zero for money in self.known)

    @property
    def adds_up(self) -> bool:
        """Whether the provider's total equals available + frozen; True when one of the three is not reported."""
        return self.difference is None or self.difference.is_zero

    @property
    def difference(self) -> Money | None:
        """The provider's total minus available and frozen; None when one of the three is not reported."""
        if self.available is None or self.frozen is None or self.total is None:
            return None
        return self.total - (self.available + self.frozen)


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """What one provider said about one configured account (the name in its secret).

    `is_verified` says that the provider signed it; otherwise only TLS says who answered.
    """

    provider: str
    account: str
    balances: tuple[Balance, ...]
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be answered and why. `message` is safe to show; `field` names the bad part of a request.

    `provider_code` and `trace_id` are the provider's, `correlation_id` is ours: a support ticket needs all three.
    `hides_money` is False for a merchant account that is configured twice: its money is in the totals once.
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
    hides_money: bool = True

    @property
    def is_outage(self) -> bool:
        """Whether money may be missing from the answer because of it."""
        return self.kind.is_outage and self.hides_money

    @property
    def is_unasked(self) -> bool:
        """Whether our own settings ruled the currency out; a provider that says no sends a code."""
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
        """The failure that `error` caused in one question to `provider`."""
        return cls(
            kind=error.kind,
            message=error.message,
            correlation_id=correlation_id,
            provider=provider,
            account=account,
            currency=currency,
            provider_code=error.provider_code,
            trace_id=error.trace_id,
            hides_money=error.hides_money,
        )

    @classmethod
    def of_request(cls, field: str, problem: str, *, correlation_id: str, provider: str | None = None) -> "Failure":
        """The failure of a request whose `field` is wrong; `problem` says what is expected there."""
        return cls(
            kind=ErrorKind.INVALID_REQUEST,
            message=f"{field}: {problem}",
            correlation_id=correlation_id,
            provider=provider,
            field=field,
        )


class NoticeKind(StrEnum):
    """What a reader must know about figures that did come."""

    UNREAD_ROWS = "unread_rows"
    UNREAD_AMOUNT = "unread_amount"
    MISSING_ROWS = "missing_rows"
    TOTAL_DIFFERS = "total_differs"
    IMPOSSIBLE_TIME = "impossible_time"
    UNKNOWN_TIME = "unknown_time"
    OTHER_ACCOUNTS = "other_accounts"
    COUNTED_ONCE = "counted_once"
    RELATED_CURRENCY = "related_currency"
    NO_BALANCES = "no_balances"
    NOT_ISO_4217 = "not_iso_4217"
    PENDING_KEY = "pending_key"

    @property
    def hides_money(self) -> bool:
        """Whether money may be missing from the totals because of it."""
        return self in _HIDES_MONEY


_HIDES_MONEY = frozenset({NoticeKind.UNREAD_ROWS, NoticeKind.UNREAD_AMOUNT, NoticeKind.MISSING_ROWS})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to know about figures that did come.

    `message` follows the provider's name and a colon: "1 of 8 rows could not be read: its currency is missing". It may
    hold an amount, so it is shown but never logged. `place` is where in the provider's answer, for support.
    """

    kind: NoticeKind
    message: str
    provider: str | None = None
    account: str | None = None
    currency: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one conversation with a provider brought: balances, and notices about them.

    `verified_by` is the SHA-256 of the provider's public key that verified its answer; None if it does not sign.
    """

    balances: tuple[Balance, ...] = ()
    notices: tuple[Notice, ...] = ()
    verified_by: str | None = None


@dataclass(frozen=True, slots=True)
class KeyUse:
    """Which keys one account's answer came with: our current or pending one, and the provider's by its SHA-256."""

    account: str
    ours: Literal["current", "pending"]
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class BalanceTotal:
    """The sums of what is known in one currency over all providers; None where no account reports it."""

    currency: str
    available: Money | None
    pending: Money | None
    frozen: Money | None


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """One provider's whole answer. `accounts` are all accounts in its secret, whether they were asked or not."""

    provider: str
    generated_at: datetime
    accounts: tuple[str, ...] = ()
    reports: tuple[BalanceReport, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()
    keys: tuple[KeyUse, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceSummary:
    """The answer to one question over all providers."""

    generated_at: datetime
    totals: tuple[BalanceTotal, ...] = ()
    reports: tuple[BalanceReport, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether money may be missing from the totals."""
        return any(each.is_outage for each in self.failures) or any(each.kind.hides_money for each in self.notices)
