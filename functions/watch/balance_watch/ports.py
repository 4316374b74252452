"""The ports of `run_once` for one rule in one run: the table `Watch`, and Slack through the reporter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from balance_core.observability import logger
from balance_core.watch_contract import BalanceWatchChanged, WatchPost
from balance_core.watch_effects import Kind
from balance_watch.answers import target_of
from balance_watch.delivery import Item, UndeliverableError
from balance_watch.posting import Reporter
from balance_watch.table import Thread, Waiting, WatchTable, thread_entry

_IN_THREAD = ("thread", "both", None)


class RulePorts:
    """`Ports` of one rule. `stored` and `waiting` were read for all rules at once, and save two reads for each rule.

    An old `stored` does no harm: the write is conditional, and then the state is read again.
    """

    def __init__(
        self,
        table: WatchTable,
        reporter: Reporter,
        rule: Mapping[str, Any],
        admin: str,
        *,
        stored: tuple[Any, int] | None = None,
        waiting: Sequence[Waiting] | None = None,
    ) -> None:
        self._table = table
        self._reporter = reporter
        self._rule = rule
        self._admin = admin
        self._stored = stored
        self._waiting = None if waiting is None else list(waiting)
        self._before: Any = None
        self._entries: dict[str, Waiting] = {}
        self._refusals: dict[str, str] = {}
        self._now: datetime | None = None

    def load(self, rule: str) -> tuple[Any, int]:
        """The state and its version."""
        found = self._table.state(rule) if self._stored is None else self._stored
        self._stored = None
        self._before = found[0]
        return found

    def store(self, rule: str, version: int, state: Any, items: Sequence[Item]) -> bool:
        """The state, its effects, and its change for the bus, in one write."""
        effects = [(item, str(self._rule["channel"])) for item in items]
        is_stored = self._table.put_state(rule, version, state, effects, self._change(state))
        if items or not is_stored:
            self._waiting = None
        return is_stored

    def outbox(self, rule: str) -> Sequence[Item]:
        """What waits, without edits that a later edit of the same message makes needless."""
        if self._waiting is None:
            self._waiting = self._table.outbox(rule)
        self._waiting = [each for each in self._waiting if not self._is_needless(each, self._waiting)]
        self._entries |= {each.item["id"]: each for each in self._waiting}
        return [each.item for each in self._waiting]

    def claim(self, item: Item, now: datetime, until: datetime) -> bool:
        """Hold an item, or a notice to the admin if there is one."""
        self._now = now
        waiting = self._entries.get(item["id"])
        if waiting:
            return self._table.claim(waiting.entry, now, until)
        return bool(self._admin) and self._table.claim_notice(item["id"], now, until)

    def find(self, item: Item) -> str | None:
        """The `ts` of the item's message. Only one that a run has claimed before can have been posted."""
        waiting = self._entries.get(item["id"])
        if item["effect"]["where"] == "direct" or waiting is None or not waiting.is_held:
            return None
        return self._reporter.ask(self._request("find", item)).ts

    def post(self, item: Item) -> str:
        """The `ts` of the new or edited message; empty if the message to edit is gone."""
        request = self._request("post", item)
        if item["effect"]["kind"] == Kind.EDIT and request.thread is None:
            return ""
        posted = self._reporter.ask(request)
        if posted.refused:
            self._refusals[item["id"]] = posted.refused
            logger.error("Slack refuses an alert for good", rule=item["rule"], item=item["id"], code=posted.refused)
            raise UndeliverableError(posted.refused)
        return posted.ts or ""

    def mark(self, item: Item, ts: str) -> None:
        """The item is posted."""
        waiting = self._entries.get(item["id"])
        if waiting is None:
            self._table.mark_notice(item["id"], ts)
            return
        incident = item["effect"]["incident"]
        is_new = item["effect"]["where"] == "channel" and incident is not None
        thread = (thread_entry(item["rule"], incident), Thread(channel=waiting.channel, ts=ts)) if is_new else None
        self._table.mark(waiting.entry, thread, self._now or msgspec.convert(item["effect"]["at"], datetime))
        self._waiting = [each for each in self._waiting or () if each.item["id"] != item["id"]]

    def _is_needless(self, waiting: Waiting, every: Sequence[Waiting]) -> bool:
        """An edit that nobody has claimed, and a later edit of the same message shows more."""
        effect = waiting.item["effect"]
        is_covered = effect["kind"] == Kind.EDIT and any(
            each.entry > waiting.entry
            and each.item["effect"]["kind"] == Kind.EDIT
            and each.item["effect"]["incident"] == effect["incident"]
            for each in every
        )
        return is_covered and not waiting.is_held and self._table.drop(waiting.entry)

    def _request(self, action: str, item: Item) -> WatchPost:
        effect, code = item["effect"], None
        waiting = self._entries.get(item["id"])
        channel, thread = (waiting.channel, None) if waiting else (self._admin, None)
        if waiting is None:
            code = self._refusals.get(effect["item"])
        elif effect["where"] == "direct":
            channel = effect["to"]
        elif effect["where"] in _IN_THREAD and (found := self._table.thread(item["rule"], effect["incident"])):
            channel, thread = found.channel, found.ts
        return WatchPost(
            watch="find" if action == "find" else "post",
            item=item["id"],
            channel=channel,
            thread=thread,
            code=code,
            rule=dict(self._rule),
            effect=effect,
        )

    def _change(self, state: Any) -> BalanceWatchChanged | None:
        before: Any = self._before["state"] if self._before else "pending"
        if before == state["state"]:
            return None
        return BalanceWatchChanged(
            rule=str(self._rule["id"]),
            kind=self._rule.get("kind", "level"),
            target=target_of(self._rule),
            before=before,
            after=state["state"],
            since=msgspec.convert(state["since"], datetime),
        )
