"""Questions about the past, answered from the table `Balances`: nobody is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from balance_core.history.items import HistoryError
from balance_core.history.queries import explanation, history
from balance_core.history.table import BalancesTable
from balance_core.observability import report_unavailable
from balance_core.question import Period
from balance_slack.job import Job, JobKind
from balance_slack.reporter.slack import ResponseUrl, deliver
from balance_slack.settings import ReporterSettings
from balance_slack.view.history import render_history
from balance_slack.view.message import Message
from balance_slack.view.texts import no_history_text, too_few_snapshots_text
from balance_slack.view.why import render_why


@dataclass(frozen=True, slots=True)
class Past:
    """Answers for the person who asked only. `now` gives aware UTC. Every method raises DeliveryError."""

    settings: ReporterSettings
    table: BalancesTable
    now: Callable[[], datetime]

    def show_history(self, job: Job) -> None:
        """Show how one currency changed; a button replaces the message with that of another period."""
        self._deliver(job, self._history)

    def explain(self, job: Job) -> None:
        """Say why one currency changed since yesterday's last snapshot."""
        self._deliver(job, self._explanation)

    def _explanation(self, job: Job) -> Message:
        (currency,) = job.request.currencies or ()
        provider = next(iter(job.request.providers or ()), None)
        found = explanation(self.table, currency, None, self.now())
        if found is None:
            return Message(too_few_snapshots_text(currency))
        return render_why(found, provider, self.settings.names, job.ignored)

    def _history(self, job: Job) -> Message:
        (currency,) = job.request.currencies or ()
        provider = next(iter(job.request.providers or ()), None)
        period = job.request.history or Period.WEEK
        past = history(self.table, currency, provider, period, self.now())
        return render_history(past, job.request, self.settings.names, self.settings.zone, job.ignored)

    def _deliver(self, job: Job, make: Callable[[Job], Message]) -> None:
        url = ResponseUrl(job.response_url or "", self.settings.slack.response_url_origin)
        try:
            message = make(job)
        except HistoryError as exc:
            report_unavailable(f"nothing about the past: {exc}")
            deliver(Message(no_history_text(job.correlation_id, self.settings.contact)).forms(), url.answer)
            return
        deliver(message.forms(), url.replace if job.kind is JobKind.HISTORY_REPLACED else url.answer)
