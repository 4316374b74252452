"""The rules of the watch in Slack: their list, the details of an alert, and a rule that is removed."""

from dataclasses import dataclass

from balance_core.contract import ContractError
from balance_core.observability import report_unavailable
from balance_core.watch_requests import Delete, Saved
from balance_slack.job import Job
from balance_slack.reporter.answers import Answers
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.modals import Modals
from balance_slack.reporter.watch import WatchError, WatchFunction
from balance_slack.reporter.watched import WatchedRules
from balance_slack.settings import ReporterSettings
from balance_slack.view.blocks import View
from balance_slack.view.message import Message
from balance_slack.view.modals import text_modal
from balance_slack.view.texts import OPENING_ALERT, alert_not_shown_text, maybe_removed_text, rules_not_read_text
from balance_slack.view.watch_details import TITLE, alert_details
from balance_slack.view.watch_list import Reader, not_removed_note, removed_note, render_rules
from balance_slack.view.watched import target_words


@dataclass(frozen=True, slots=True)
class Rules:
    """Every method raises DeliveryError."""

    settings: ReporterSettings
    watch: WatchFunction
    watched: WatchedRules
    audit: Audit
    answers: Answers
    modals: Modals

    def show(self, job: Job) -> None:
        """Show the person the rules that the question is about."""
        self.answers.show(job, self._list(job))

    def remove(self, job: Job) -> None:
        """Remove a rule, and show the others in place of the list whose button was pressed."""
        try:
            saved = self.watch.delete(Delete(rule=job.work.rule or "", by=job.user_id))
            note = self._removed_note(saved)
        except (WatchError, ContractError) as exc:
            report_unavailable(str(exc))
            self.audit.add_change(job, "")
            self.answers.tell(job, maybe_removed_text(job.correlation_id, self.settings.contact))
            return
        if saved.rule is not None:
            self.audit.add_change(job, target_words(saved.rule))
        self.answers.replace(job, self._list(job, note))

    def show_details(self, job: Job) -> None:
        """Open a modal with everything about a rule and its incident."""
        not_shown = alert_not_shown_text(job.correlation_id, self.settings.contact)
        self.modals.open_and_fill(job, text_modal(TITLE, OPENING_ALERT), lambda: self._details(job), not_shown)

    def _removed_note(self, saved: Saved) -> str:
        return not_removed_note(saved.problem) if saved.rule is None else removed_note(saved.rule, self.settings.names)

    def _list(self, job: Job, note: str = "") -> Message:
        try:
            rules = self.watched.read()
        except WatchError as exc:
            report_unavailable(str(exc))
            text = rules_not_read_text(job.correlation_id, self.settings.contact)
            return Message(f"{note}\n{text}".strip())
        is_admin = self.settings.policy.is_admin(job.user_id)
        reader = Reader(is_admin, self.settings.contact, list(self.settings.names)[-1])
        return render_rules(rules, job.request, reader, job.ignored, note)

    def _details(self, job: Job) -> View:
        work = job.work
        try:
            rules = self.watched.read()
        except WatchError as exc:
            report_unavailable(str(exc))
            return text_modal(TITLE, rules_not_read_text(job.correlation_id, self.settings.contact))
        rule = next((each for each in rules if each.alert.rule.id == work.rule), None)
        return alert_details(rule, work.incident)
