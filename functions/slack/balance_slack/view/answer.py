"""The view model: everything that a renderer needs to show one answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from balance_core.models import Balance, BalanceReport, BalanceSummary, Failure
from balance_core.question import Question
from balance_slack.view.mrkdwn import escape


@dataclass(frozen=True)
class Answer:
    """What the aggregator answered to `question`.

    `names` are the providers' display names by id. `contact` (mrkdwn) is whom to tell of a failure that will not pass
    by itself; empty where nobody is named.
    """

    summary: BalanceSummary
    question: Question
    names: Mapping[str, str]
    contact: str = ""

    @property
    def now(self) -> datetime:
        """The time of the answer, by which figures are fresh or old."""
        return self.summary.generated_at

    @cached_property
    def with_several_accounts(self) -> frozenset[str]:
        """The providers with more than one configured account, as far as the answer shows. They need account names."""
        parts: tuple[BalanceReport | Failure, ...] = (*self.summary.reports, *self.summary.failures)
        seen = {(part.provider, part.account) for part in parts if part.account}
        accounts = Counter(provider for provider, _ in seen if provider)
        return frozenset(provider for provider, count in accounts.items() if count > 1)

    @cached_property
    def reports_by_provider(self) -> Mapping[str, list[BalanceReport]]:
        """The reports that hold balances, in the answer's order."""
        reports: dict[str, list[BalanceReport]] = {}
        for report in self.summary.reports:
            if report.balances:
                reports.setdefault(report.provider, []).append(report)
        return reports

    @cached_property
    def balances(self) -> Sequence[Balance]:
        """All balances, in the answer's order."""
        return [balance for report in self.summary.reports for balance in report.balances]

    def name(self, provider: str) -> str:
        """The provider's display name, escaped."""
        return escape(self.names.get(provider, provider))
