"""The accounts of an answer, one line each, grouped by provider."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from balance_core.models import Balance, BalanceReport, BalanceSummary, Failure
from balance_slack.amounts import amounts_line
from balance_slack.mrkdwn import code, date, escape

_FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """One provider's accounts: a title and a line for each, in mrkdwn."""

    title: str
    lines: tuple[str, ...]


def several_accounts(summary: BalanceSummary) -> frozenset[str]:
    """The providers at which more than one account is configured, as far as the answer shows: those need its name."""
    parts: tuple[BalanceReport | Failure, ...] = (*summary.reports, *summary.failures)
    seen = {(part.provider, part.account) for part in parts if part.account}
    owners = Counter(provider for provider, _ in seen if provider)
    return frozenset(provider for provider, accounts in owners.items() if accounts > 1)


def account_groups(summary: BalanceSummary, names: Mapping[str, str]) -> list[AccountGroup]:
    """The groups of all providers that hold something, in the answer's order."""
    several = several_accounts(summary)
    by_provider: dict[str, list[BalanceReport]] = {}
    for report in summary.reports:
        if report.balances:
            by_provider.setdefault(report.provider, []).append(report)
    return [
        _group(escape(names.get(provider, provider), 60), reports, summary.generated_at, named=provider in several)
        for provider, reports in by_provider.items()
    ]


def has_total_only(balance: Balance) -> bool:
    """Whether nothing but its total is known, as of an account of a type that nobody here knows: it is in no sum."""
    return balance.known == (balance.total,)


def empty_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """A line for everyone who answered and has nothing to show, so that silence never has to be interpreted."""
    several = several_accounts(summary)
    lines = []
    for report in summary.reports:
        if not report.balances:
            account = f", account {escape(report.account, 60)}" if report.provider in several else ""
            name = escape(names.get(report.provider, report.provider), 60)
            lines.append(f"{name}{account}: no balance other than zero.")
    return lines


def _group(name: str, reports: Sequence[BalanceReport], now: datetime, named: bool) -> AccountGroup:
    # Slack shows minutes. One time for the whole provider stands in its title and not in every line.
    minutes = {int(balance.as_of.timestamp()) // 60 for report in reports for balance in report.balances}
    shared = _as_of(reports[0].balances[0], now) if len(minutes) == 1 else ""
    lines = tuple(
        _line(balance, report.account if named else None, "" if shared else _as_of(balance, now))
        for report in reports
        for balance in report.balances
    )
    return AccountGroup(f"*{name}*{shared}", lines)


def _line(balance: Balance, account: str | None, as_of: str) -> str:
    own_words = [code(balance.account.type)]
    if distinct := balance.account.name or balance.account.number:
        own_words.append(code(distinct))
    owner = f"{escape(account, 60)} " if account else ""
    return f"• {owner}{' '.join(own_words)} {_amounts(balance)}{as_of}"


def _as_of(balance: Balance, now: datetime) -> str:
    """When the figures held. Old ones say how old they are: they may be a provider's trouble, or a replayed answer."""
    age = now - balance.as_of
    hours, minutes = divmod(age // timedelta(minutes=1), 60)
    old = f" · :warning: {f'{hours:,} h' if hours else f'{minutes} min'} old" if age > _FRESH else ""
    return f" · as of {date(balance.as_of)}{old}"


def _amounts(balance: Balance) -> str:
    if balance.total is not None and has_total_only(balance):
        return f"total {balance.total.display()} (in no sum: ask the provider whether it can be used)"
    return amounts_line(balance)
