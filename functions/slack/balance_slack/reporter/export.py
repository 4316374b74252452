"""The export of a month: a CSV in a direct message to the person who asked."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from slack_sdk import WebClient

from balance_core.history.items import HistoryError
from balance_core.history.queries import closings
from balance_core.history.table import BalancesTable
from balance_core.observability import report_unavailable
from balance_slack.job import Job
from balance_slack.reporter.answers import Answers
from balance_slack.reporter.slack import DeliveryError, delivery_errors
from balance_slack.settings import ReporterSettings
from balance_slack.view.export import render_csv
from balance_slack.view.texts import (
    exported_text,
    future_month_text,
    no_history_text,
    not_exported_text,
    nothing_to_export_text,
    unknown_zone_text,
)


@dataclass(frozen=True, slots=True)
class Exports:
    """`web_client` reads the bot token; `answers` reaches the person in the conversation. `now` gives aware UTC."""

    settings: ReporterSettings
    table: BalancesTable
    answers: Answers
    web_client: Callable[[], WebClient]
    now: Callable[[], datetime]

    def export(self, job: Job) -> None:
        """Send the closing balances of the month, and say where they are, or why there is no file.

        Raises DeliveryError, and ProviderError for a missing bot token.
        """
        zone = self.settings.zone if job.zone is None else _zone(job.zone)
        if zone is None:
            self.answers.tell(job, unknown_zone_text(job.zone or ""))
            return
        today = self.now().astimezone(zone).date()
        first = date.fromisoformat(f"{job.month}-01") if job.month else today.replace(day=1)
        if first > today:
            self.answers.tell(job, future_month_text(f"{first:%Y-%m}"))
            return
        try:
            content, rows = self._content(job, first, today, zone)
        except HistoryError as exc:
            report_unavailable(f"no export: {exc}")
            self.answers.tell(job, no_history_text(job.correlation_id, self.settings.contact))
            return
        self._send(job, first, zone, content, rows)

    def _content(self, job: Job, first: date, today: date, zone: tzinfo) -> tuple[bytes, int]:
        (currency,) = job.request.currencies or ()
        last = min(today, first.replace(day=monthrange(first.year, first.month)[1]))
        days = closings(self.table, currency, first, last, zone)
        asked = job.request.providers
        return render_csv((each for each in days if not asked or each[1].row.provider in asked), zone, self.now())

    def _send(self, job: Job, first: date, zone: tzinfo, content: bytes, rows: int) -> None:
        (currency,) = job.request.currencies or ()
        month = f"{first:%Y-%m}"
        if not rows:
            self.answers.tell(job, nothing_to_export_text(currency, month))
            return
        try:
            self._upload(
                job.user_id, f"balances-{currency}-{month}.csv", content, f"{currency}, {month}, days in {zone}"
            )
        except DeliveryError as exc:
            if not exc.is_refusal:
                raise
            report_unavailable(f"no export: {exc}")
            self.answers.tell(job, not_exported_text(exc.code, job.correlation_id, self.settings.contact))
            return
        self.answers.tell(job, exported_text(currency, month, rows))

    def _upload(self, user_id: str, filename: str, content: bytes, title: str) -> None:
        client = self.web_client()
        with delivery_errors():
            channel = client.conversations_open(users=user_id)["channel"]["id"]
            client.files_upload_v2(filename=filename, content=content, title=title, channel=channel)


def _zone(typed: str) -> tzinfo | None:
    """The time zone that the person typed, in any case; None for an unknown one."""
    try:
        return ZoneInfo(typed)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = {name.casefold(): name for name in available_timezones()}
        name = known.get(typed.casefold())
        return ZoneInfo(name) if name else None
