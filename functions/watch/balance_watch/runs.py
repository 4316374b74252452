"""Runs: every rule over what was seen since its last run, what waits is posted, and changes are announced."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.history.table import BalancesTable
from balance_core.observability import count_watch_run, logger
from balance_core.watch_effects import Status
from balance_watch.delivery import run_once
from balance_watch.evidence import TOLERANCE, Gap, Reading
from balance_watch.ports import RulePorts
from balance_watch.posting import Reporter
from balance_watch.seen import readings_and_gaps
from balance_watch.settings import Settings
from balance_watch.state import cursor_of
from balance_watch.table import Waiting, WatchTable

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "balance-bot"
DETAIL_TYPE = "BalanceWatchChanged"
# A new rule begins with what was seen shortly before. After a long outage of the watch, the last two days are enough:
# only the present is spoken about.
_NEW_RULE_SEES = timedelta(hours=2)
_CATCH_UP = timedelta(days=2)
_EVENTS_IN_CALL = 10

_Rule = Mapping[str, Any]


class WatchError(Exception):
    """A part of a run failed. Lambda tries again, and the next run goes on where this one stopped."""


class Runs:
    """What a run needs. `now` gives aware UTC; `threads` is how many rules are decided at the same time."""

    def __init__(
        self,
        settings: Settings,
        table: WatchTable,
        history: BalancesTable,
        reporter: Reporter,
        events: "EventBridgeClient",
        now: Callable[[], datetime],
        *,
        threads: int,
    ) -> None:
        self._settings = settings
        self._table = table
        self._history = history
        self._reporter = reporter
        self._events = events
        self._now = now
        self._threads = threads

    def rules(self) -> dict[str, dict[str, Any]]:
        """The rules by id, removed ones for a month."""
        return self._table.rules_with(self._settings.freeze_rule)

    def run(self) -> None:
        """Run all rules. Raises WatchError after all of them were tried."""
        waiting, states = self._table.outbox(), self._table.states()
        rules = [rule for rule in self.rules().values() if not _is_over(rule, states, waiting)]
        stored = {str(rule["id"]): states.get(str(rule["id"]), (None, 0)) for rule in rules}
        seen = self._seen(state for state, _ in stored.values())

        def run_rule(rule: _Rule) -> None:
            ours = [each for each in waiting if each.item["rule"] == rule["id"]]
            run_once(self.ports(rule, stored=stored[rule["id"]], waiting=ours), rule, *seen, self._now())

        with ThreadPoolExecutor(self._threads) as threads:
            runs = [threads.submit(run_rule, rule) for rule in rules]
        failed = {rule["id"]: exc for rule, each in zip(rules, runs, strict=True) if (exc := each.exception())}
        for name, exc in failed.items():
            logger.error("a rule could not be run", rule=name, exc_info=exc)
        self.announce()
        logger.info("run done", rules=len(rules), failed=len(failed))
        if failed:
            raise WatchError(f"{len(failed)} of {len(rules)} rules could not be run") from next(iter(failed.values()))
        count_watch_run()

    def run_one(self, rule: _Rule) -> None:
        """Run one rule that was just saved. Raises what `run_once` raises, and WatchError."""
        stored = self._table.state(str(rule["id"]))
        run_once(self.ports(rule, stored=stored), rule, *self._seen([stored[0]]), self._now())
        self.announce()

    def ports(self, rule: _Rule, **known: Any) -> RulePorts:
        """The ports of one rule; `known` is what was read for it already."""
        return RulePorts(self._table, self._reporter, rule, self._settings.admin, **known)

    def announce(self) -> None:
        """Put what changed on the bus. Raises WatchError; what was not taken stays for the next run."""
        changes = self._table.changes()
        for begin in range(0, len(changes), _EVENTS_IN_CALL):
            some = changes[begin : begin + _EVENTS_IN_CALL]
            self._put([msgspec.json.encode(each.detail).decode() for each in some])
            for each in some:
                self._table.forget_change(each.entry)

    def _put(self, details: Iterable[str]) -> None:
        bus = self._settings.event_bus_name
        try:
            answer = self._events.put_events(
                Entries=[
                    {"EventBusName": bus, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": each}
                    for each in details
                ]
            )
        except ClientError as exc:
            raise WatchError(f"event bus '{bus}' did not take a change of state: {error_code(exc)}") from exc
        except BotoCoreError as exc:
            raise WatchError(f"event bus '{bus}' did not take a change of state: {type(exc).__name__}") from exc
        if answer["FailedEntryCount"]:
            raise WatchError(f"event bus '{bus}' did not take a change of state")

    def _seen(self, states: Iterable[object]) -> tuple[list[Reading], list[Gap]]:
        """Every reading and gap that one of the states has not taken into account."""
        now = self._now()
        cursors = [cursor_of(state) or now - _NEW_RULE_SEES for state in states]
        # The clock may have been set back.
        start = max(min([*cursors, now - TOLERANCE]), now - _CATCH_UP)
        return readings_and_gaps(self._history.taken_after(start, now + TOLERANCE))


def _is_over(rule: _Rule, states: Mapping[str, tuple[Any, int]], waiting: Sequence[Waiting]) -> bool:
    """A removed rule about which everything was said."""
    state, _ = states.get(str(rule["id"]), (None, 0))
    is_removed = bool(rule.get("deleted")) and (state is None or state["state"] == Status.REMOVED)
    return is_removed and all(each.item["rule"] != rule["id"] for each in waiting)
