"""Hypothesis strategies for the domain types: everything that a function may answer."""

import string
from dataclasses import replace
from datetime import UTC
from decimal import Decimal

from hypothesis import strategies as st

from balance_core.currencies import DECIMALS, WELL_KNOWN
from balance_core.errors import ErrorKind
from balance_core.models import (
    Account,
    Balance,
    BalanceReport,
    BalanceSummary,
    BalanceTotal,
    Failure,
    Notice,
    NoticeKind,
    ProviderAnswer,
)
from balance_core.money import Money

CURRENCIES = st.sampled_from(sorted(DECIMALS.keys() | WELL_KNOWN))
PROVIDERS = st.sampled_from(["alpha", "beta", "gamma"])
ACCOUNTS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
TEXTS = st.text(min_size=1, max_size=20)
# Milliseconds are enough: providers state no finer time.
INSTANTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=instant.microsecond // 1000 * 1000)
)


def moneys(currency: str) -> st.SearchStrategy[Money]:
    """Amounts of up to 10^24 and 18 decimals: the largest of which a million can still be summed exactly."""
    digits = st.integers(-(10**24), 10**24)
    return st.builds(
        lambda number, places: Money(Decimal(number).scaleb(-places), currency), digits, st.integers(0, 18)
    )


@st.composite
def balances(draw: st.DrawFn, currencies: st.SearchStrategy[str] = CURRENCIES) -> Balance:
    currency = draw(currencies)
    amounts = st.none() | moneys(currency)
    return Balance(
        account=Account(draw(TEXTS), *(draw(st.none() | TEXTS) for _ in range(3))),
        currency=currency,
        as_of=draw(INSTANTS),
        available=draw(amounts),
        pending=draw(amounts),
        frozen=draw(amounts),
        total=draw(amounts),
    )


def failures(providers: st.SearchStrategy[str | None]) -> st.SearchStrategy[Failure]:
    """Failures of one of `providers`; None is a failure of the whole request."""
    return st.builds(
        Failure,
        kind=st.sampled_from(ErrorKind),
        message=TEXTS,
        correlation_id=st.just("9f2c4e1ab07d3c55"),
        provider=providers,
        account=st.none() | ACCOUNTS,
        currency=st.none() | CURRENCIES,
        field=st.none() | TEXTS,
        provider_code=st.none() | TEXTS,
        trace_id=st.none() | TEXTS,
    ).map(_as_it_is_sent)


def _as_it_is_sent(failure: Failure) -> Failure:
    # An unsupported currency hides no money, and its failure says so on the wire.
    return replace(failure, hides_money=failure.is_outage)


def notices(providers: st.SearchStrategy[str | None]) -> st.SearchStrategy[Notice]:
    """Notices about one of `providers`."""
    return st.builds(
        Notice,
        kind=st.sampled_from(NoticeKind),
        message=TEXTS,
        provider=providers,
        account=st.none() | ACCOUNTS,
        currency=st.none() | CURRENCIES,
        place=st.none() | TEXTS,
    )


@st.composite
def provider_answers(
    draw: st.DrawFn,
    providers: st.SearchStrategy[str] = PROVIDERS,
    currencies: st.SearchStrategy[str] = CURRENCIES,
) -> ProviderAnswer:
    provider = draw(providers)
    names = draw(st.lists(ACCOUNTS, max_size=3, unique=True))
    held = st.lists(balances(currencies), max_size=3).map(tuple)
    return ProviderAnswer(
        provider=provider,
        generated_at=draw(INSTANTS),
        accounts=tuple(names),
        reports=tuple(BalanceReport(provider, name, draw(held), draw(st.booleans())) for name in names),
        failures=draw(st.lists(failures(st.just(provider)), max_size=3).map(tuple)),
        notices=draw(st.lists(notices(st.just(provider)), max_size=3).map(tuple)),
    )


@st.composite
def totals(draw: st.DrawFn) -> BalanceTotal:
    currency = draw(CURRENCIES)
    return BalanceTotal(currency, *(draw(st.none() | moneys(currency)) for _ in range(3)))


@st.composite
def summaries(draw: st.DrawFn) -> BalanceSummary:
    """Summaries of every shape; their totals are not the sums of their reports."""
    answers = draw(st.lists(provider_answers(), max_size=2))
    return BalanceSummary(
        generated_at=draw(INSTANTS),
        totals=draw(st.lists(totals(), max_size=3).map(tuple)),
        reports=tuple(report for answer in answers for report in answer.reports),
        failures=draw(st.lists(failures(st.none() | PROVIDERS), max_size=3).map(tuple)),
        notices=draw(st.lists(notices(st.none() | PROVIDERS), max_size=3).map(tuple)),
    )
