"""Comparing an answer with yesterday's last snapshot. The table is read beside the question to the aggregator."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime

from msgspec.structs import replace as replace_fields

from balance_core.history.change import Place, changes
from balance_core.history.queries import last_snapshot_of_yesterday
from balance_core.history.readings import Gap, Reading, Row, Snapshot, readings_of
from balance_core.history.table import BalancesTable
from balance_core.models import BalanceSummary, Failure, Notice, NoticeKind, ProviderAnswer
from balance_core.question import Question, accounts_at
from balance_slack.reporter.background import start
from balance_slack.view.change import Change, Obstacle


class Yesterday:
    """Reads the last snapshot of the day before."""

    def __init__(self, table: BalancesTable) -> None:
        self._table = table

    def begin(self, question: Question, now: datetime) -> "Future[Snapshot | None]":
        """Begin to read what the snapshot saw in the question's currencies; None if there is none.

        The future raises HistoryError.
        """
        return start(lambda: last_snapshot_of_yesterday(self._table, now, question.currencies))


def compare(summary: BalanceSummary, question: Question, then: Snapshot | None) -> Change:
    """What changed in an answer that has its zeros; without a snapshot, only that there is none."""
    if then is None:
        return Change(None, {}, {})
    answers = [ProviderAnswer(each.provider, summary.generated_at, reports=(each,)) for each in summary.reports]
    found = changes(_asked(readings_of(answers), question), _asked(then.readings, question))
    hidden = _hidden(summary)
    return Change(then.taken_at, found.places, {place: _obstacle(place, hidden, then) for place in found.not_compared})


def without_zeros(summary: BalanceSummary) -> BalanceSummary:
    """What the aggregator answers to the same question without `include_zero`: zeros are summed, but not shown."""
    reports = tuple(
        replace(report, balances=tuple(balance for balance in report.balances if not balance.is_zero))
        for report in summary.reports
    )
    held = {balance.currency for report in reports for balance in report.balances}
    return replace(
        summary,
        totals=tuple(total for total in summary.totals if total.currency in held),
        reports=reports,
        notices=tuple(
            notice
            for notice in summary.notices
            if notice.kind is not NoticeKind.NOT_ISO_4217 or notice.provider or notice.currency in held
        ),
    )


def with_zeros(question: Question) -> Question:
    """The same question, about zeros too: what is zero now may not have been yesterday."""
    return replace_fields(question, include_zero=True)


def _asked(readings: Collection[Reading], question: Question) -> Iterator[Reading]:
    """The readings that the question is about."""
    for reading in readings:
        accounts = {name.casefold() for name in accounts_at(question, reading.provider) or ()}
        is_asked = question.currencies is None or reading.currency in question.currencies
        is_asked &= question.providers is None or reading.provider in question.providers
        if is_asked and (not accounts or reading.account.casefold() in accounts):
            yield reading


def _obstacle(place: Place, hidden: Sequence[Gap], then: Snapshot) -> Obstacle:
    row = Row(*place, "", "")
    if any(gap.covers(row) for gap in hidden):
        return Obstacle.NOT_READ_NOW
    return Obstacle.NOT_READ_THEN if any(gap.covers(row) for gap in then.gaps) else Obstacle.OTHER_ACCOUNTS


def _hidden(summary: BalanceSummary) -> list[Gap]:
    """What the answer could not read."""
    parts: list[Failure | Notice] = [failure for failure in summary.failures if failure.is_outage]
    parts += [notice for notice in summary.notices if notice.kind.hides_money]
    return [Gap(provider=part.provider, account=part.account, currency=part.currency, kind=part.kind) for part in parts]
