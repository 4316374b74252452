"""The watch: it runs the rules, and answers what the reporter and other services ask about them."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from balance_core.contract import to_json
from balance_core.history.items import HistoryError, Items
from balance_core.history.table import BalancesTable
from balance_core.observability import logger
from balance_core.watch_contract import WatchStates
from balance_core.watch_requests import (
    AskPreview,
    Delete,
    Listed,
    ListRules,
    PressButton,
    Pressed,
    Previewed,
    Problem,
    Run,
    Save,
    Saved,
    States,
    read_request,
)
from balance_core.watch_rules import STALE_AFTER, Rule, RuleError, RuleKind, read_rule
from balance_watch.answers import listing, states_of
from balance_watch.delivery import ContentionError, is_undelivered, press_once
from balance_watch.posting import Reporter, ReporterError
from balance_watch.preview import preview
from balance_watch.runs import Runs, WatchError
from balance_watch.settings import FREEZE_RULE, Settings
from balance_watch.table import WatchTable, WatchTableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient

_COLLECTED = "BalancesCollected"
_THREADS = 8
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# A preview needs none of these.
_NOT_DECIDED_YET = {"id": "preview", "channel": "none", "owner": "none"}
_CHANGED = "is not the present one: somebody else has changed this rule, open it again"
# What the next run tries again.
_FAILURES = (WatchTableError, WatchError, ReporterError, HistoryError, ContentionError)


class Watch:
    """The function. `now` gives aware UTC; `threads` is how many rules are decided at the same time."""

    def __init__(
        self,
        settings: Settings,
        dynamodb: "DynamoDBClient",
        lambda_: "LambdaClient",
        events: "EventBridgeClient",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        threads: int = _THREADS,
    ) -> None:
        self._settings = settings
        self._now = now
        self._threads = threads
        self._table = WatchTable(dynamodb, settings.watch_table)
        self._history = BalancesTable(Items(dynamodb, settings.balances_table, time.sleep), settings.zone)
        reporter = Reporter(lambda_, settings.reporter_function)
        self._runs = Runs(settings, self._table, self._history, reporter, events, now, threads=threads)

    def answer(self, event: object) -> dict[str, Any] | None:
        """Handle the event of a stored snapshot or a request (`watch_requests.py` in the layer).

        Raises RequestError, WatchError, and what a press raises.
        """
        if isinstance(event, dict) and event.get("detail-type") == _COLLECTED:
            self._runs.run()
            return None
        answer = self._answer(read_request(event))
        return None if answer is None else to_json(answer)

    def states(self, wanted: Collection[str] | None = None) -> WatchStates:
        """The states of the rules, without amounts."""
        return states_of(self._runs.rules(), self._table.states(), wanted, self._now())

    def _answer(self, request: Struct) -> Struct | None:
        answers: Mapping[type[Struct], Callable[[Any], Struct | None]] = {
            Run: lambda _: self._runs.run(),
            States: lambda asked: self.states(asked.rules),
            ListRules: self._list,
            Save: self._save,
            Delete: self._delete,
            PressButton: self._press,
            AskPreview: self._preview,
        }
        return answers[type(request)](request)

    def _list(self, _: ListRules) -> Listed:
        now = self._now()
        undelivered = Counter(each.item["rule"] for each in self._table.outbox() if is_undelivered(each.item, now))
        return listing(self._runs.rules(), self._table.states(), undelivered, now)

    def _save(self, request: Save) -> Saved:
        name = request.rule.get("id") or f"rule-{secrets.token_hex(4)}"
        stored = self._runs.rules().get(name)
        try:
            if stored and _is_same(request.rule, stored):
                return Saved(rule=stored)
            rule = _new_revision(request.rule | {"id": name}, stored, request.by)
            _check_interval(rule, self._settings.interval)
            return self._write(msgspec.to_builtins(rule))
        except RuleError as exc:
            return _refused(exc)

    def _delete(self, request: Delete) -> Saved:
        stored = self._table.rules().get(request.rule)
        if stored and stored["deleted"] == request.by:
            return Saved(rule=stored)
        if stored is None or stored["deleted"] or request.rule == FREEZE_RULE:
            return _refused(RuleError("id", _no_rule(request.rule)))
        revision = stored["revision"] + 1
        try:
            return self._write(stored | {"deleted": request.by, "changed_by": request.by, "revision": revision})
        except RuleError as exc:
            return _refused(exc)

    def _write(self, rule: dict[str, Any]) -> Saved:
        """Store a rule and evaluate it at once. What fails then is left to the next run. Raises RuleError."""
        if not self._table.put_rule(rule, rule["revision"] - 1, self._now()):
            raise RuleError("revision", _CHANGED)
        logger.info("rule saved", rule=rule["id"], revision=rule["revision"], by=rule["changed_by"])
        try:
            self._runs.run_one(rule)
        except _FAILURES:
            logger.exception("the rule was saved, but could not be run yet", rule=rule["id"])
        return Saved(rule=rule)

    def _press(self, request: PressButton) -> Pressed:
        rule = self._runs.rules().get(request.rule)
        if rule is None:
            return Pressed(refused="removed")
        effects = press_once(self._runs.ports(rule), rule, msgspec.to_builtins(request.press), self._now())
        logger.info("button pressed", rule=request.rule, kind=request.press.kind.value, by=request.press.by)
        return Pressed(refused=next((each["why"] for each in effects if each["kind"] == "refused"), None))

    def _preview(self, request: AskPreview) -> Previewed:
        try:
            rule = read_rule(_NOT_DECIDED_YET | {name: each for name, each in request.rule.items() if each is not None})
            _check_interval(rule, self._settings.interval)
        except RuleError as exc:
            return Previewed(problem=_problem(exc))
        now = self._now()
        since = now - timedelta(days=request.days)
        first, last = self._history.day_of(since), self._history.day_of(now)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        read = partial(self._history.snapshots, currency=rule.target.currency if rule.target else None)
        with ThreadPoolExecutor(self._threads) as threads:
            found = [each for day in threads.map(read, days) for each in day if since < each.taken_at <= now]
        return Previewed(preview=preview(rule, found, since, now))


def _refused(error: RuleError) -> Saved:
    return Saved(problem=_problem(error))


def _problem(error: RuleError) -> Problem:
    return Problem(field=error.field, problem=error.problem)


def _no_rule(name: str) -> str:
    if name == FREEZE_RULE:
        return "is that of the rule about frozen money: it exists while AlertChannel is set"
    return "is not that of a rule: somebody else may have removed it"


def _new_revision(rule: dict[str, Any], stored: Mapping[str, Any] | None, by: str) -> Rule:
    """The rule to store, checked. Raises RuleError."""
    if not _ID.fullmatch(str(rule["id"])):
        raise RuleError("id", "must be up to 40 small letters, digits, hyphens and underscores")
    revision = stored.get("revision", 0) if stored else 0
    new = read_rule(rule | {"revision": revision + 1, "changed_by": by, "deleted": None})
    if (new.kind is RuleKind.FREEZE) != (new.id == FREEZE_RULE):
        raise RuleError("kind", f"must be level: the rule about frozen money is called {FREEZE_RULE}, and exists once")
    if stored:
        _check_change(rule, new, stored)
    return new


def _check_interval(rule: Rule, interval: timedelta | None) -> None:
    """With less than two intervals, one snapshot that is late would make every figure too old. Raises RuleError."""
    if rule.kind is RuleKind.LEVEL and interval and rule.stale < 2 * interval:
        least = 2 * interval // timedelta(minutes=1)
        if least not in STALE_AFTER:
            raise RuleError("stale_after", "cannot be long enough: snapshots must come at least every 12 hours")
        raise RuleError("stale_after", f"must be at least {least}: twice the minutes between two snapshots")


def _is_same(rule: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether the stored rule says all that a rule says already. So a request may come again."""
    ours = {name: stored.get(name) for name in ("id", "revision", "changed_by", "deleted")}
    return not stored.get("deleted") and read_rule({**rule, **ours}) == read_rule(stored)


def _check_change(rule: Mapping[str, Any], new: Rule, stored: Mapping[str, Any]) -> None:
    if stored.get("deleted"):
        raise RuleError("id", "belonged to a rule that was removed: add this one under another id")
    if rule.get("revision", 0) != stored.get("revision", 0):
        raise RuleError("revision", _CHANGED)
    if not new.watches_the_same(read_rule(stored)):
        raise RuleError("target", "and figure cannot be changed: remove this rule and add a new one")
