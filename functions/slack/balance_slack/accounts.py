"""The accounts of an answer, one line each, grouped by provider."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from balance_core.models import Balance, BalanceReport, BalanceSummary, Failure
from balance_slack.amounts import amounts_line
from balance_slack.mrkdwn import code, date, escape


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
        _group(escape(names.get(provider, provider), 60), reports, named=provider in several)
        for provider, reports in by_provider.items()
    ]


def empty_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """A line for everyone who answered and has nothing to show, so that silence never has to be interpreted."""
    several = several_accounts(summary)
    lines = []
    for report in summary.reports:
        if not report.balances:
            account = f", account {escape(report.account, 60)}" if report.provider in several else ""
            lines.append(f"{escape(names.get(report.provider, report.provider), 60)}{account}: nothing but zero.")
    return lines


def _group(name: str, reports: Sequence[BalanceReport], named: bool) -> AccountGroup:
    # Slack shows minutes. One time for the whole provider stands in its title and not in every line.
    minutes = {int(balance.as_of.timestamp()) // 60 for report in reports for balance in report.balances}
    shared = f" · as of {date(reports[0].balances[0].as_of)}" if len(minutes) == 1 else ""
    lines = tuple(
        _line(balance, report.account if named else None, with_time=not shared)
        for report in reports
        for balance in report.balances
    )
    return AccountGroup(f"*{name}*{shared}", lines)


def _line(balance: Balance, account: str | None, with_time: bool) -> str:
    own_words = [code(balance.account.type)]
    if distinct := balance.account.name or balance.account.number:
        own_words.append(code(distinct))
    owner = f"{escape(account, 60)} " if account else ""
    time = f" · as of {date(balance.as_of)}" if with_time else ""
    return f"• {owner}{' '.join(own_words)} {_amounts(balance)}{time}"


def _amounts(balance: Balance) -> str:
    """An account of a type that nobody here knows has a total only: shown, but part of no sum."""
    if balance.total is not None and balance.known == (balance.total,):
        return f"total {balance.total.display()} (in no sum: ask the provider whether it can be used)"
    return amounts_line(balance)
