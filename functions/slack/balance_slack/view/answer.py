"""The view model: everything that a renderer needs to show one answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from balance_core.currencies import RELATED
from balance_core.models import Balance, BalanceReport, BalanceSummary, Failure
from balance_core.question import Question, accounts_at
from balance_slack.view.change import Change
from balance_slack.view.holdings import Holding, holdings
from balance_slack.view.texts import ANY_ADMIN


@dataclass(frozen=True)
class Answer:
    """What the aggregator answered to `question`.

    `names` are the providers' display names by id. `contact` (mrkdwn) is whom to ask for help. `ignored` are the words
    of the command that were not understood, as typed. `change` is None if that is not known.
    `is_kept`: it can be opened again under its reference.
    """

    summary: BalanceSummary
    question: Question
    names: Mapping[str, str]
    contact: str = ANY_ADMIN
    ignored: tuple[str, ...] = ()
    change: Change | None = None
    is_kept: bool = False

    @property
    def now(self) -> datetime:
        """The time of the answer, by which figures are fresh or old."""
        return self.summary.generated_at

    @property
    def reference(self) -> str | None:
        """Under which reference the buttons find this answer; None if they must ask again."""
        return self.question.correlation_id if self.is_kept else None

    def public(self) -> "Answer":
        """The same answer for a whole channel: a mention would call somebody, and typed words are private."""
        return replace(self, contact=ANY_ADMIN, ignored=())

    @cached_property
    def currency(self) -> str | None:
        """The only currency of the question; None if it names several, or none.

        Several codes for the same money, such as CNY and RMB, are one currency if only one of them is held.
        """
        codes = self.question.currencies or ()
        if len(codes) > 1 and set(codes) <= {codes[0], *RELATED.get(codes[0], ())}:
            codes = tuple(holding.total.currency for holding in self.holdings)
        return codes[0] if len(codes) == 1 else None

    @cached_property
    def accounts(self) -> Mapping[str, int]:
        """How many accounts of each provider are configured, as far as the answer shows."""
        parts: tuple[BalanceReport | Failure, ...] = (*self.summary.reports, *self.summary.failures)
        seen = {(part.provider, part.account) for part in parts if part.account}
        return Counter(provider for provider, _ in seen if provider)

    @cached_property
    def holdings(self) -> Sequence[Holding]:
        """What is held in each currency, by currency code."""
        return holdings(self.summary, self.place, self.change)

    @cached_property
    def balances(self) -> Sequence[Balance]:
        """All balances, in the answer's order."""
        return [balance for report in self.summary.reports for balance in report.balances]

    @cached_property
    def missing(self) -> Sequence[str]:
        """The providers that failed and gave no answer at all, in the answer's order."""
        answered = {report.provider for report in self.summary.reports}
        failed = dict.fromkeys(each.provider for each in self.summary.failures if each.is_outage)
        return [provider for provider in failed if provider and provider not in answered]

    @cached_property
    def asked_places(self) -> Sequence[str]:
        """The providers and merchant accounts that the question names, in words; not escaped."""
        return [
            self.place(provider, account)
            for provider in self.question.providers or ()
            for account in self.asked_accounts(provider) or (None,)
        ]

    def asked_accounts(self, provider: str) -> Sequence[str]:
        """The merchant accounts of this provider that the question names."""
        return accounts_at(self.question, provider) or ()

    def name(self, provider: str) -> str:
        """The provider's display name, not escaped."""
        return self.names.get(provider, provider)

    def place(self, provider: str, account: str | None) -> str:
        """`PayerMax`, or `PayerMax uae` if the provider has several accounts or was asked about some; not escaped."""
        is_named = account and (self.accounts.get(provider, 0) > 1 or self.asked_accounts(provider))
        return f"{self.name(provider)} {account}" if is_named else self.name(provider)
