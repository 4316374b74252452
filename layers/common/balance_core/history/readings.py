"""A snapshot as it is kept: what was read of every account, and what could not be read. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from balance_core.contract import Amount, Instant
from balance_core.errors import ErrorKind
from balance_core.models import Balance, NoticeKind, ProviderAnswer
from balance_core.money import Money
from balance_core.question import AccountName, CorrelationId, CurrencyCode, ProviderId, SnapshotKind

_ROWS_MISSING = (NoticeKind.UNREAD_ROWS, NoticeKind.MISSING_ROWS)


class Row(Struct, frozen=True, order=True):
    """What makes two readings neighbours: one account at one merchant, in one currency.

    `account` is the merchant account's name in the secret; `account_number` is empty where the provider has none.
    """

    currency: str
    provider: str
    account: str
    account_type: str
    account_number: str


class Reading(Struct, frozen=True, kw_only=True):
    """What one snapshot saw of one account in one currency.

    Amounts are texts in major units; null where the provider does not report them, which is never 0. `received_at` is
    when the provider's answer arrived, `as_of` the time that it states. `is_verified` says whether the provider signed
    it; otherwise only TLS says who answered.
    """

    provider: ProviderId
    account: AccountName
    account_type: Annotated[str, Meta(min_length=1)]
    account_number: str | None
    account_label: str | None
    currency: CurrencyCode
    available: Amount | None
    pending: Amount | None
    frozen: Amount | None
    total: Amount | None
    as_of: Instant
    received_at: Instant
    is_verified: bool

    @property
    def row(self) -> Row:
        """Whose reading this is."""
        return Row(self.currency, self.provider, self.account, self.account_type, self.account_number or "")

    def amount(self, figure: str) -> Money | None:
        """`available`, `pending`, `frozen` or `total`; None where it is not reported."""
        text: str | None = getattr(self, figure)
        return None if text is None else Money.parse(text, self.currency)


class Gap(Struct, frozen=True, kw_only=True):
    """What one snapshot could not see: everything that the fields name, and all of it where a field is null.

    `kind` is the failure's or the notice's. A gap explains; what decides whether a figure is known are the components
    that were seen before (`components.py`).
    """

    provider: ProviderId | None
    account: AccountName | None
    currency: CurrencyCode | None
    kind: str

    def covers(self, row: Row) -> bool:
        """Whether this row may be missing because of the gap."""
        return (
            self.provider in (None, row.provider)
            and self.account in (None, row.account)
            and self.currency in (None, row.currency)
        )


class Snapshot(Struct, frozen=True, kw_only=True):
    """One look at everything. `key` is the same in every attempt of one firing of a schedule."""

    key: str
    kind: SnapshotKind
    taken_at: Instant
    correlation_id: CorrelationId
    readings: tuple[Reading, ...] = ()
    gaps: tuple[Gap, ...] = ()


def readings_of(answers: Iterable[ProviderAnswer]) -> tuple[Reading, ...]:
    """One reading for each balance, zeros included."""
    return tuple(
        _reading(balance, answer.provider, report.account, answer.generated_at, report.is_verified)
        for answer in answers
        for report in answer.reports
        for balance in report.balances
    )


def gaps_of(answers: Iterable[ProviderAnswer]) -> tuple[Gap, ...]:
    """One gap for each failure and each notice about rows that did not come.

    That a provider does not hold a currency is an answer and no gap; neither is a merchant that is configured twice. An
    amount that could not be read is unknown in its reading.
    """
    gaps: dict[Gap, None] = {}
    for answer in answers:
        for failure in answer.failures:
            if failure.is_outage:
                gaps[_gap(failure.provider, failure.account, failure.currency, failure.kind)] = None
        for notice in answer.notices:
            if notice.kind in _ROWS_MISSING:
                gaps[_gap(notice.provider, notice.account, notice.currency, notice.kind)] = None
    return tuple(gaps)


def _gap(provider: str | None, account: str | None, currency: str | None, kind: ErrorKind | StrEnum) -> Gap:
    return Gap(provider=provider, account=account, currency=currency, kind=kind.value)


def _reading(balance: Balance, provider: str, account: str, received_at: datetime, is_verified: bool) -> Reading:
    return Reading(
        provider=provider,
        account=account,
        account_type=balance.account.type,
        account_number=balance.account.number,
        account_label=balance.account.label,
        currency=balance.currency,
        available=_text(balance.available),
        pending=_text(balance.pending),
        frozen=_text(balance.frozen),
        total=_text(balance.total),
        as_of=balance.as_of,
        received_at=received_at,
        is_verified=is_verified,
    )


def _text(money: Money | None) -> str | None:
    return None if money is None else money.to_wire()
