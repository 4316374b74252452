"""What functions answer and announce, as msgspec structs: the one place where each contract is defined.

The JSON Schemas in events/schema are generated from these structs (`make schemas`). Amounts are strings with a strict
pattern, because msgspec would read "NaN", "1_000" and full-width digits as a Decimal. The structs are only for the
wire: functions work with the types in `models.py`.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

import msgspec
from msgspec import Meta, Struct

from balance_core.errors import ErrorKind
from balance_core.models import (
    Account,
    Balance,
    BalanceReport,
    BalanceSummary,
    BalanceTotal,
    Failure,
    KeyUse,
    Notice,
    NoticeKind,
    ProviderAnswer,
)
from balance_core.money import Money
from balance_core.question import (
    END,
    VERSION,
    AccountName,
    CorrelationId,
    CurrencyCode,
    Firing,
    ProviderId,
    Question,
    SnapshotKind,
)

Amount = Annotated[
    str,
    Meta(
        pattern=rf"^-?[0-9]{{1,30}}(?:\.[0-9]{{1,18}})?{END}",
        description="A decimal in major units, as text; null where the provider does not report it, which is never 0",
    ),
]
Instant = Annotated[datetime, Meta(tz=True)]
Text = Annotated[str, Meta(min_length=1, max_length=10_000)]

_T = TypeVar("_T")


class ContractError(ValueError):
    """A message from another of our functions does not follow its contract. It quotes no amount."""


class BalanceItem(Struct, frozen=True, kw_only=True):
    """One account in one currency. `total` is the provider's own available + frozen."""

    account_type: Annotated[str, Meta(min_length=1, description="The provider's own word for the kind of account")]
    account_number: Text | None
    account_name: Text | None
    account_label: Annotated[str, Meta(min_length=1, description="What the account is for, in plain words")] | None
    currency: CurrencyCode
    available: Amount | None
    pending: Amount | None
    frozen: Amount | None
    total: Amount | None
    as_of: Instant

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """The wire form of `balance`."""
        account = balance.account
        return cls(
            account_type=account.type,
            account_number=account.number,
            account_name=account.name,
            account_label=account.label,
            currency=balance.currency,
            available=_text(balance.available),
            pending=_text(balance.pending),
            frozen=_text(balance.frozen),
            total=_text(balance.total),
            as_of=balance.as_of,
        )

    def balance(self) -> Balance:
        """The domain form. The contract's patterns let nothing through that Money refuses."""
        return Balance(
            account=Account(self.account_type, self.account_number, self.account_name, self.account_label),
            currency=self.currency,
            as_of=self.as_of,
            available=_money(self.available, self.currency),
            pending=_money(self.pending, self.currency),
            frozen=_money(self.frozen, self.currency),
            total=_money(self.total, self.currency),
        )


class ReportItem(Struct, frozen=True, kw_only=True):
    """What one provider said about one merchant account of its secret."""

    provider: ProviderId
    account: AccountName
    balances: tuple[BalanceItem, ...]
    is_verified: Annotated[bool, Meta(description="Whether the provider signed the answer")]

    @classmethod
    def of(cls, report: BalanceReport) -> Self:
        """The wire form of `report`."""
        balances = tuple(map(BalanceItem.of, report.balances))
        return cls(provider=report.provider, account=report.account, balances=balances, is_verified=report.is_verified)

    def report(self) -> BalanceReport:
        """The domain form. The contract's patterns let nothing through that Money refuses."""
        balances = tuple(item.balance() for item in self.balances)
        return BalanceReport(self.provider, self.account, balances, self.is_verified)


class FailureItem(Struct, frozen=True, kw_only=True):
    """What could not be answered and why. `provider_code` and `trace_id` are the provider's, for a support ticket."""

    kind: ErrorKind
    message: Text
    retryable: Annotated[bool, Meta(description="Whether the same question may succeed later")]
    provider: ProviderId | None
    account: AccountName | None
    currency: CurrencyCode | None
    field: Annotated[str, Meta(description="The bad part of an invalid request")] | None
    provider_code: Text | None
    trace_id: Text | None
    correlation_id: CorrelationId
    hides_money: Annotated[bool, Meta(description="Whether money may be missing from the totals because of it")]

    @classmethod
    def of(cls, failure: Failure) -> Self:
        """The wire form of `failure`."""
        return cls(
            kind=failure.kind,
            message=failure.message,
            retryable=failure.kind.is_retryable,
            provider=failure.provider,
            account=failure.account,
            currency=failure.currency,
            field=failure.field,
            provider_code=failure.provider_code,
            trace_id=failure.trace_id,
            correlation_id=failure.correlation_id,
            hides_money=failure.is_outage,
        )

    def failure(self) -> Failure:
        """The domain form."""
        return Failure(
            kind=self.kind,
            message=self.message,
            correlation_id=self.correlation_id,
            provider=self.provider,
            account=self.account,
            currency=self.currency,
            field=self.field,
            provider_code=self.provider_code,
            trace_id=self.trace_id,
            hides_money=self.hides_money,
        )


class NoticeItem(Struct, frozen=True, kw_only=True):
    """What a reader must know about figures that did come. `message` may hold an amount: show it, never log it."""

    kind: NoticeKind
    provider: ProviderId | None
    account: AccountName | None
    currency: CurrencyCode | None
    message: Text
    place: Annotated[str, Meta(description="Where in the provider's answer, for a support ticket")] | None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """The wire form of `notice`."""
        return cls(
            kind=notice.kind,
            provider=notice.provider,
            account=notice.account,
            currency=notice.currency,
            message=notice.message,
            place=notice.place,
        )

    def notice(self) -> Notice:
        """The domain form."""
        return Notice(self.kind, self.message, self.provider, self.account, self.currency, self.place)


class TotalItem(Struct, frozen=True, kw_only=True):
    """The sums of what is known in one currency; null where no account reports it."""

    currency: CurrencyCode
    available: Amount | None
    pending: Amount | None
    frozen: Amount | None

    @classmethod
    def of(cls, total: BalanceTotal) -> Self:
        """The wire form of `total`."""
        return cls(
            currency=total.currency,
            available=_text(total.available),
            pending=_text(total.pending),
            frozen=_text(total.frozen),
        )

    def total(self) -> BalanceTotal:
        """The domain form. The contract's patterns let nothing through that Money refuses."""
        amounts = (_money(amount, self.currency) for amount in (self.available, self.pending, self.frozen))
        return BalanceTotal(self.currency, *amounts)


class KeyItem(Struct, frozen=True, kw_only=True):
    """Which keys an account's answer came with."""

    account: AccountName
    ours: Annotated[Literal["current", "pending"], Meta(description="Which key of ours the provider accepted")]
    theirs: (
        Annotated[
            str,
            Meta(
                pattern=rf"^[0-9a-f]{{64}}{END}",
                description="SHA-256 of the provider's public key that verified the answer; null if it does not sign",
            ),
        ]
        | None
    )

    @classmethod
    def of(cls, use: KeyUse) -> Self:
        """The wire form of `use`."""
        return cls(account=use.account, ours=use.ours, theirs=use.theirs)

    def key_use(self) -> KeyUse:
        """The domain form."""
        return KeyUse(self.account, self.ours, self.theirs)


class ProviderAnswerMessage(Struct, frozen=True, kw_only=True):
    """What a provider function returns. `accounts` are all accounts in its secret, whether they were asked or not."""

    version: Literal[1] = VERSION
    provider: ProviderId
    accounts: tuple[AccountName, ...]
    generated_at: Instant
    reports: tuple[ReportItem, ...]
    failures: tuple[FailureItem, ...]
    notices: tuple[NoticeItem, ...]
    keys: tuple[KeyItem, ...] = ()


class AggregatorAnswerMessage(Struct, frozen=True, kw_only=True):
    """What the aggregator returns. `request` is the request as it was understood.

    `is_partial` is true when money may be missing from the totals.
    """

    version: Literal[1] = VERSION
    request: Question
    generated_at: Instant
    is_partial: bool
    totals: tuple[TotalItem, ...]
    reports: tuple[ReportItem, ...]
    failures: tuple[FailureItem, ...]
    notices: tuple[NoticeItem, ...]


class CollectedFailure(Struct, frozen=True, kw_only=True):
    """What a snapshot misses."""

    provider: ProviderId | None
    account: AccountName | None
    currency: CurrencyCode | None
    kind: ErrorKind


class BalancesCollected(Struct, frozen=True, kw_only=True):
    """The detail of the bus event BalancesCollected: what a snapshot covers. It carries no amounts.

    The same snapshot may be announced more than once, under several event ids. Compare `firing`, or `correlation_id`
    where there is none. `day` is the snapshot's day in the table `Balances`; `stored` is false where its figures could
    not be kept.
    """

    version: Literal[1] = VERSION
    correlation_id: CorrelationId
    kind: SnapshotKind
    firing: Firing | None = None
    day: date
    stored: bool
    collected_at: Instant
    is_partial: bool
    currencies: tuple[CurrencyCode, ...]
    providers: tuple[ProviderId, ...]
    failures: tuple[CollectedFailure, ...]

    @property
    def repeat_key(self) -> str:
        """The same for every announcement of one firing, or, without a schedule, of one request: the snapshot's key."""
        return self.firing.key if self.firing else self.correlation_id


def provider_answer_json(answer: ProviderAnswer) -> dict[str, Any]:
    """`answer` as JSON values, which is what a Lambda handler returns."""
    return to_json(
        ProviderAnswerMessage(
            provider=answer.provider,
            accounts=answer.accounts,
            generated_at=answer.generated_at,
            reports=tuple(map(ReportItem.of, answer.reports)),
            failures=tuple(map(FailureItem.of, answer.failures)),
            notices=tuple(map(NoticeItem.of, answer.notices)),
            keys=tuple(map(KeyItem.of, answer.keys)),
        )
    )


def summary_json(summary: BalanceSummary, question: Question) -> dict[str, Any]:
    """The aggregator's answer to `question` as JSON values."""
    return to_json(
        AggregatorAnswerMessage(
            request=question,
            generated_at=summary.generated_at,
            is_partial=summary.is_partial,
            totals=tuple(map(TotalItem.of, summary.totals)),
            reports=tuple(map(ReportItem.of, summary.reports)),
            failures=tuple(map(FailureItem.of, summary.failures)),
            notices=tuple(map(NoticeItem.of, summary.notices)),
        )
    )


def read_provider_answer(payload: bytes) -> ProviderAnswer:
    """Read what a provider function returned. Raises ContractError."""
    answer = decode(payload, ProviderAnswerMessage)
    return ProviderAnswer(
        provider=answer.provider,
        generated_at=answer.generated_at,
        accounts=answer.accounts,
        reports=tuple(item.report() for item in answer.reports),
        failures=tuple(item.failure() for item in answer.failures),
        notices=tuple(item.notice() for item in answer.notices),
        keys=tuple(item.key_use() for item in answer.keys),
    )


def read_summary(payload: bytes) -> BalanceSummary:
    """Read what the aggregator returned. Raises ContractError."""
    answer = decode(payload, AggregatorAnswerMessage)
    return BalanceSummary(
        generated_at=answer.generated_at,
        totals=tuple(item.total() for item in answer.totals),
        reports=tuple(item.report() for item in answer.reports),
        failures=tuple(item.failure() for item in answer.failures),
        notices=tuple(item.notice() for item in answer.notices),
    )


def to_json(message: Struct) -> dict[str, Any]:
    """A struct as values that `json.dumps` writes: dicts, tuples, strings, numbers, booleans and None."""
    values: dict[str, Any] = msgspec.to_builtins(message)
    return values


def decode(payload: bytes, message_type: type[_T]) -> _T:
    """Read JSON bytes from another of our functions. Raises ContractError."""
    try:
        return msgspec.json.decode(payload, type=message_type)
    except (msgspec.MsgspecError, RecursionError):
        raise _broken(message_type) from None


def convert(value: object, message_type: type[_T]) -> _T:
    """Read an event that Lambda has already parsed. Raises ContractError."""
    try:
        return msgspec.convert(value, message_type)
    except (msgspec.ValidationError, UnicodeEncodeError):  # a half surrogate cannot be encoded
        raise _broken(message_type) from None


def _broken(message_type: type) -> ContractError:
    """Without msgspec's own words: they quote unknown fields and values, which may be an amount or a token."""
    return ContractError(f"{message_type.__name__} does not follow its contract: deploy all functions together")


def _text(money: Money | None) -> str | None:
    return None if money is None else money.to_wire()


def _money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else Money.parse(amount, currency)
