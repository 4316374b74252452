"""The form of a rule: opened, checked against the stored readings, and saved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from balance_core.history.items import HistoryError
from balance_core.history.readings import Reading
from balance_core.history.table import BalancesTable
from balance_core.observability import report_unavailable
from balance_core.watch_requests import AskPreview, Save
from balance_slack.job import Job
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.modals import Modals
from balance_slack.reporter.waiting_modal import WaitingModal
from balance_slack.reporter.watch import WatchError, WatchFunction
from balance_slack.settings import ReporterSettings
from balance_slack.view.blocks import View
from balance_slack.view.modals import text_modal
from balance_slack.view.rule_form import Places, not_saved_view, preview_view, rule_form, saved_view
from balance_slack.view.texts import OPENING_FORM, form_not_shown_text, no_watch_text, rule_gone_text
from balance_slack.view.watched import target_words

_PREVIEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class RuleForms:
    """Every method raises DeliveryError. `now` gives aware UTC."""

    settings: ReporterSettings
    watch: WatchFunction
    balances: BalancesTable
    modals: Modals
    waiting: WaitingModal
    audit: Audit
    now: Callable[[], datetime]

    def open(self, job: Job) -> None:
        """Open the form at once, since a press opens a modal for three seconds only, and then fill it."""
        loading = text_modal("Watch a balance", OPENING_FORM)
        not_shown = form_not_shown_text(job.correlation_id, self.settings.contact)
        self.modals.open_and_fill(job, loading, lambda: self._form(job), not_shown)

    def preview(self, job: Job) -> None:
        """Say what the rule would have done, before it is saved."""
        self._show(job, self._preview)

    def save(self, job: Job) -> None:
        """Save the rule; the watch evaluates it at once."""
        self._show(job, self._save)

    def _show(self, job: Job, make: Callable[[Job, dict[str, Any]], View]) -> None:
        work = job.work
        try:
            view = make(job, work.draft or {})
        except WatchError as exc:
            view = self._no_watch(job, exc)
        self.waiting.fill(work.view or "", view)

    def _form(self, job: Job) -> View:
        work = job.work
        draft = work.draft or {}
        if work.rule:
            try:
                draft = next((each.rule for each in self.watch.rules().rules if each.rule["id"] == work.rule), {})
            except WatchError as exc:
                return self._no_watch(job, exc)
            if not draft:
                return text_modal("Watch a balance", rule_gone_text())
        places = self._places()
        draft, ignored = _with_type(draft, places, job.ignored)
        return rule_form(draft, places, str(self.settings.zone), ignored)

    def _preview(self, _: Job, rule: dict[str, Any]) -> View:
        answer = self.watch.preview(AskPreview(rule=rule, days=_PREVIEW_DAYS))
        if answer.preview is None:
            return not_saved_view(answer.problem)
        currency = rule["target"]["currency"]
        seen = [] if answer.preview.readings else [self._place(each) for each in self._last_readings(currency)]
        names = self.settings.names
        return preview_view(rule, names, answer.preview, list(dict.fromkeys(seen)), self.now(), _PREVIEW_DAYS)

    def _save(self, job: Job, rule: dict[str, Any]) -> View:
        # The same id in a retry, so that it does not add the rule again.
        new_id = {} if "id" in rule else {"id": f"rule-{job.request_key[:12]}"}
        words = target_words(rule)
        try:
            answer = self.watch.save(Save(rule=rule | new_id, by=job.user_id))
        except WatchError:
            self.audit.add_change(job, words)
            raise
        if answer.rule is None:
            return not_saved_view(answer.problem)
        self.audit.add_change(job, words)
        return saved_view(answer.rule, self.settings.names, is_new="id" not in rule)

    def _no_watch(self, job: Job, error: WatchError) -> View:
        report_unavailable(f"no answer about a rule: {error}")
        return text_modal("Balance Bot", no_watch_text(job.correlation_id, self.settings.contact))

    def _places(self) -> Places:
        readings = self._last_readings()
        accounts = sorted({(each.provider, each.account) for each in readings})
        types = sorted({(each.provider, each.account_type) for each in readings})
        return Places(self.settings.names, accounts, types)

    def _place(self, reading: Reading) -> str:
        name = self.settings.names.get(reading.provider, reading.provider)
        return f"{name}, account {reading.account}, {reading.account_type}"

    def _last_readings(self, currency: str | None = None) -> list[Reading]:
        """Those of the last snapshot of today or yesterday. Without them, the form only offers less."""
        try:
            return list(self._newest(currency))
        except HistoryError as exc:
            report_unavailable(f"no accounts to choose from: {exc}")
            return []

    def _newest(self, currency: str | None) -> Iterator[Reading]:
        day = self.balances.day_of(self.now())
        headers = self.balances.headers(day)
        found = (day, headers[-1]) if headers else self.balances.last_before(day)
        if found:
            yield from self.balances.snapshot(*found, [currency] if currency else None).readings


def _with_type(draft: dict[str, Any], places: Places, ignored: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """A word of the command that is a type of account, such as DISBURSEMENT, and the words that are none."""
    types = {type_.casefold(): type_ for _, type_ in places.types}
    target = draft.get("target") or {}
    found = [types[word.casefold()] for word in ignored if word.casefold() in types]
    if not target.get("account") or len(found) != 1:
        return draft, list(ignored)
    others = [word for word in ignored if word.casefold() not in types]
    return {**draft, "target": {**target, "type": found[0]}}, others
