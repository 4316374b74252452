"""Who asked, shared, exported, was refused, changed a rule or pressed a button of an alert: for 30 days, in `Answers`.

No amounts and no levels.

| partition key `place` | sort key `entry` | holds |
|---|---|---|
| `audit#2026-11-29` | the job's idempotency key | one deed of a day in UTC; a retry of the job replaces it |
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta

from balance_core.history.items import Items, new_item, packed, unpacked
from balance_core.watch_requests import PressKind
from balance_slack.commands import words_of
from balance_slack.job import Job, JobKind
from balance_slack.reporter.background import Wait, result_in_time, start
from balance_slack.view.who import KEPT_DAYS, Deed, DeedKind

_KEPT = timedelta(days=KEPT_DAYS)
_ONE_DAY = timedelta(days=1)
_PATIENCE_SECONDS = 1.0
# More than a message shows.
_MAX_DEEDS = 300

_DEEDS: Mapping[JobKind, DeedKind] = {
    JobKind.ANSWER: DeedKind.ASKED,
    JobKind.REFRESH: DeedKind.ASKED,
    JobKind.HOME: DeedKind.ASKED,
    JobKind.HOME_REFRESH: DeedKind.ASKED,
    JobKind.HISTORY: DeedKind.ASKED,
    JobKind.HISTORY_REPLACED: DeedKind.ASKED,
    JobKind.WHY: DeedKind.ASKED,
    JobKind.SHARE: DeedKind.SHARED,
    JobKind.EXPORT: DeedKind.EXPORTED,
    JobKind.REFUSED: DeedKind.REFUSED,
    JobKind.RULES: DeedKind.ASKED,
}
_PRESSES: Mapping[PressKind, DeedKind] = {
    PressKind.TAKE: DeedKind.TOOK,
    PressKind.SNOOZE: DeedKind.SNOOZED,
    PressKind.UNSNOOZE: DeedKind.UNSNOOZED,
    PressKind.FALSE_ALARM: DeedKind.FALSE_ALARM,
}
_PREFIXES = {JobKind.WHY: "why ", JobKind.EXPORT: "export ", JobKind.RULES: "watch "}


class Audit:
    """`now` gives aware UTC. Nothing here costs an answer: what cannot be stored is logged and counted."""

    def __init__(self, items: Items, now: Callable[[], datetime], wait: Wait) -> None:
        self._items = items
        self._now = now
        self._wait = wait

    def begin(self, job: Job) -> "Future[None] | None":
        """Begin to store what the person asks with this job; None if it is nothing that anybody must know."""
        kind = DeedKind.REFUSED if job.is_refusal else _DEEDS.get(job.kind)
        return None if kind is None else start(lambda: self._store(job, kind, _words(job)))

    def end(self, stored: "Future[None] | None") -> None:
        """Wait a moment until it is stored."""
        if stored is not None:
            result_in_time(stored, self._wait, _PATIENCE_SECONDS, "storing who asked")

    def add_change(self, job: Job, words: str) -> None:
        """Store that the person changed or removed a rule, or pressed a button of an alert.

        Only once the watch has answered, or when nobody knows: it may refuse. `words` are the rule's money.
        """
        self.end(start(lambda: self._store(job, _change(job), words)))

    def newest(self) -> list[Deed]:
        """The deeds of the last 30 days, newest first, at most some hundred. Raises HistoryError."""
        deeds: list[Deed] = []
        for back in range(KEPT_DAYS + 1):
            deeds += sorted(self._of_day(self._now() - back * _ONE_DAY), key=lambda deed: deed.at, reverse=True)
            if len(deeds) >= _MAX_DEEDS:
                break
        return deeds[:_MAX_DEEDS]

    def _of_day(self, day: datetime) -> Iterator[Deed]:
        """DynamoDB may delete an item days after it expired."""
        for item in self._items.query(_place(day)):
            deed = unpacked(item, Deed)
            if deed.at + _KEPT > self._now():
                yield deed

    def _store(self, job: Job, kind: DeedKind, words: str) -> None:
        now = self._now()
        rule = job.watch.rule if job.watch else None
        deed = Deed(at=now, kind=kind, user_id=job.user_id, channel_id=job.channel_id, words=words, rule=rule)
        self._items.write([new_item(_place(now), job.request_key, now + _KEPT, packed(deed))])


def _change(job: Job) -> DeedKind:
    if job.watch and job.watch.press:
        return _PRESSES[job.watch.press.kind]
    return DeedKind.REMOVED if job.kind is JobKind.RULE_REMOVE else DeedKind.SAVED


def _words(job: Job) -> str:
    return f"{_PREFIXES.get(job.kind, '')}{words_of(job.request)} {job.month or ''}".strip()


def _place(instant: datetime) -> str:
    return f"audit#{instant.date().isoformat()}"
