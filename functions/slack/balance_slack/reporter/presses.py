"""The buttons of an alert: their forms, and presses, which the watch decides on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from balance_core.observability import report_unavailable
from balance_core.watch_requests import PressButton
from balance_slack.alert_form import AlertOf
from balance_slack.job import Job, WatchWork
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.modals import Modals
from balance_slack.reporter.waiting_modal import WaitingModal
from balance_slack.reporter.watch import WatchError, WatchFunction
from balance_slack.settings import ReporterSettings
from balance_slack.view.alert_forms import pressed_text, pressed_view, snooze_form, take_form
from balance_slack.view.blocks import View
from balance_slack.view.modals import text_modal
from balance_slack.view.texts import no_watch_text, press_again_text


@dataclass(frozen=True, slots=True)
class Presses:
    """Every method raises DeliveryError. `now` gives aware UTC."""

    settings: ReporterSettings
    watch: WatchFunction
    modals: Modals
    waiting: WaitingModal
    audit: Audit
    now: Callable[[], datetime]

    def open_take_form(self, job: Job) -> None:
        """Ask for how long the person is on it."""
        self._open(job, take_form(_alert(job)))

    def open_snooze_form(self, job: Job) -> None:
        """Ask until when the rule is to be silent, and why."""
        self._open(job, snooze_form(_alert(job), self.now()))

    def press(self, job: Job) -> None:
        """Have the watch decide, and tell the person: in the modal that waits, or if it was refused."""
        work = job.work
        if work.press is None:
            return
        try:
            refused = self.watch.press(PressButton(rule=work.rule or "", press=work.press)).refused
        except WatchError as exc:
            report_unavailable(f"a press was not taken: {exc}")
            self.audit.add_change(job, "")
            problem = no_watch_text(job.correlation_id, self.settings.contact)
            self._tell(job, work, text_modal("Not done", problem), problem)
            return
        if not refused:
            self.audit.add_change(job, "")
        text = pressed_text(work.press, refused)
        self._tell(job, work, pressed_view(work.press, refused), text)

    def _tell(self, job: Job, work: WatchWork, view: View, text: str) -> None:
        if work.view:
            self.waiting.fill(work.view, view)
        else:
            self.modals.tell(job, text)

    def _open(self, job: Job, view: View) -> None:
        if self.modals.open(job, view) is None:
            self.modals.tell(job, press_again_text(job.correlation_id, self.settings.contact))


def _alert(job: Job) -> AlertOf:
    work = job.work
    return AlertOf(work.rule or "", work.incident)
