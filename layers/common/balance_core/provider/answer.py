"""From a provider's readings to its answer: every account counted once, and what a reader must know. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Balance, Notice, NoticeKind, Reading
from balance_core.provider.credentials import Credentials, FieldKind
from balance_core.provider.protocol import Provider

# Clocks differ; a figure dated later than this is wrong.
_CLOCK_TOLERANCE = timedelta(minutes=5)


def merchants_once(
    provider: Provider, accounts: Iterable[Credentials]
) -> tuple[list[Credentials], dict[str, ProviderError]]:
    """The accounts to ask, and an error for each one that is the same merchant as an account before it.

    An account whose identifying fields cannot be read is asked, so that its own error is reported.
    """
    first: dict[tuple[str | None, ...], str] = {}
    asked: list[Credentials] = []
    repeated: dict[str, ProviderError] = {}
    for account in accounts:
        try:
            merchant = provider.merchant(account, provider.identity)
        except ProviderError:
            asked.append(account)
            continue
        if merchant in first:
            repeated[account.account] = _same_merchant(provider, account.account, first[merchant])
        else:
            first[merchant] = account.account
            asked.append(account)
    return asked, repeated


def _same_merchant(provider: Provider, account: str, first: str) -> ProviderError:
    fields = ", ".join(provider.identity)
    problem = (
        f"has the accounts '{first}' and '{account}' in the secret, which are the same merchant (same {fields}): "
        f"'{first}' was asked, and the totals count it once; remove one of the two"
    )
    error = ProviderError(ErrorKind.CONFIGURATION, problem)
    error.hides_money = False
    return error


def rows_once(
    provider: Provider, accounts: Iterable[Credentials], readings: Mapping[str, Reading]
) -> dict[str, Reading]:
    """`readings` by account, without rows that an account before has reported already, and a notice where that is so.

    Only for a provider whose accounts can overlap (`row_owner`).
    """
    if not provider.row_owner:
        return dict(readings)
    first: dict[tuple[object, ...], str] = {}
    result: dict[str, Reading] = {}
    for account in accounts:
        reading = readings.get(account.account)
        if reading is None:
            continue
        owner = provider.merchant(account, provider.row_owner)
        kept, others = [], set()
        for balance in reading.balances:
            key = (owner, balance.account.type, balance.account.number, balance.currency)
            if first.setdefault(key, account.account) == account.account:
                kept.append(balance)
            else:
                others.add(first[key])
        notices = [*reading.notices, *([_counted_once(len(reading.balances) - len(kept), others)] if others else [])]
        result[account.account] = replace(reading, balances=tuple(kept), notices=tuple(notices))
    return result


def _counted_once(number: int, others: Iterable[str]) -> Notice:
    names = " and ".join(f"'{name}'" for name in sorted(others))
    balances = "1 balance" if number == 1 else f"{number:,} balances"
    return Notice(
        NoticeKind.COUNTED_ONCE,
        f"{balances} also reported by account {names}, counted once",
    )


def notices_about(balances: Sequence[Balance], received_at: datetime) -> list[Notice]:
    """Totals that differ from available + frozen, by currency, and figures dated in the future."""
    wrong: dict[str, list[Balance]] = {}
    for balance in balances:
        if not balance.adds_up:
            wrong.setdefault(balance.currency, []).append(balance)
    notices = [_total_differs(currency, held) for currency, held in wrong.items()]
    latest = max((balance.as_of for balance in balances), default=received_at)
    if latest > received_at + _CLOCK_TOLERANCE:
        message = f"figures are dated {latest:%Y-%m-%d %H:%M} UTC, which is in the future"
        notices.append(Notice(NoticeKind.IMPOSSIBLE_TIME, message))
    return notices


def _total_differs(currency: str, balances: Sequence[Balance]) -> Notice:
    first = balances[0]
    parts = [
        f"{money.display()} {word}"
        for money, word in ((first.available, "available"), (first.frozen, "frozen"))
        if money is not None
    ]
    total = first.total.display() if first.total else ""
    difference = first.difference.display() if first.difference else ""
    others = len(balances) - 1
    more = f" (and {others:,} more {'account' if others == 1 else 'accounts'})" if others else ""
    return Notice(
        NoticeKind.TOTAL_DIFFERS,
        f"its own total is {total}, but {' and '.join(parts)}: a difference of {difference}{more}",
        currency=currency,
    )


def with_counts(provider: Provider, outcomes: Sequence[Reading | ProviderError]) -> list[Reading | ProviderError]:
    """`outcomes` with how many questions were answered in each rate_limited error.

    A refusal with a code is an answer; a question that our own settings ruled out was never asked.
    """
    limited = [each for each in outcomes if isinstance(each, ProviderError) and each.kind is ErrorKind.RATE_LIMITED]
    if not limited:
        return list(outcomes)
    asked = [each for each in outcomes if not _is_unasked(each)]
    answered = sum(isinstance(each, Reading) or bool(each.provider_code) for each in asked if each not in limited)
    has_currencies = any(field.kind is FieldKind.CURRENCIES for field in provider.fields)
    advice = "list fewer currencies in the secret, or try again in a minute" if has_currencies else None
    problem = f"limited our request rate: {answered} of {len(asked)} questions were answered"
    return [_limited(each, problem, advice) if each in limited else each for each in outcomes]


def _is_unasked(outcome: Reading | ProviderError) -> bool:
    return (
        isinstance(outcome, ProviderError)
        and outcome.kind is ErrorKind.CURRENCY_NOT_SUPPORTED
        and outcome.provider_code is None
    )


def _limited(error: Reading | ProviderError, problem: str, advice: str | None) -> ProviderError:
    code = error.provider_code if isinstance(error, ProviderError) else None
    trace_id = error.trace_id if isinstance(error, ProviderError) else None
    return ProviderError(ErrorKind.RATE_LIMITED, problem, provider_code=code, trace_id=trace_id, advice=advice)


def merged(readings: Sequence[Reading]) -> Reading:
    """One account's readings, such as one per currency, as one."""
    balances = tuple(balance for reading in readings for balance in reading.balances)
    notices = tuple(notice for reading in readings for notice in reading.notices)
    return Reading(balances, notices, readings[-1].verified_by)


def placed(notice: Notice, provider: str, account: str) -> Notice:
    """`notice` with whose it is."""
    return replace(notice, provider=provider, account=account)
