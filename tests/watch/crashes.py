"""The table and Slack in memory, and crashes before and after each of their operations."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from balance_watch.delivery import Item, PostingError, UndeliverableError, run_once
from tests.unit.watch_cases import RULE, at, row


class CrashError(Exception):
    pass


@dataclass
class Table:
    """The table and Slack in memory, with the conditions of real writes."""

    state: Any = None
    version: int = 0
    items: dict[str, Item] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)
    marked: dict[str, str] = field(default_factory=dict)
    posts: list[Item] = field(default_factory=list)
    refuses: Callable[[Item], bool] = lambda _: False
    may_look: bool = True
    fails: bool = False

    def load(self, rule: str) -> tuple[Any, int]:
        return self.state, self.version

    def store(self, rule: str, version: int, state: Any, items: Sequence[Item]) -> bool:
        if version != self.version:
            return False
        self.state, self.version = state, version + 1
        assert not self.items.keys() & {item["id"] for item in items}
        self.items |= {item["id"]: item for item in items}
        return True

    def outbox(self, rule: str) -> list[Item]:
        return [item for name, item in self.items.items() if name not in self.marked]

    def claim(self, item: Item, now: datetime, until: datetime) -> bool:
        name = item["id"]
        if name in self.marked or (name in self.held and now < self.held[name]):
            return False
        self.held[name] = until
        return True

    def find(self, item: Item) -> str | None:
        found = [str(place) for place, posted in enumerate(self.posts) if posted["id"] == item["id"]]
        return found[0] if found and self.may_look else None

    def post(self, item: Item) -> str:
        if self.fails:
            raise PostingError(item["id"])
        if self.refuses(item):
            raise UndeliverableError(item["id"])
        self.posts.append(item)
        return str(len(self.posts) - 1)

    def mark(self, item: Item, ts: str) -> None:
        self.marked[item["id"]] = ts

    def loud(self) -> list[Item]:
        return [item for item in self.posts if is_loud(item)]

    def kinds(self) -> list[str]:
        return [item["effect"]["kind"] for item in self.posts]


def is_loud(item: Item) -> bool:
    return bool(item["effect"]["loud"])


class Interrupted:
    """Ports that do something before or after the operation with a number."""

    def __init__(self, table: Table, number: int, *, after: bool, interrupt: Callable[[], Any]) -> None:
        self._table, self._left, self._after, self._interrupt = table, number, after, interrupt

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def operation(*args: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                self._interrupt()
            result = getattr(self._table, name)(*args)
            if self._left == 0 and self._after:
                self._interrupt()
            return result

        return operation


def crash() -> None:
    raise CrashError


CLOCKS = [f"{hour:02}:{minute:02}" for hour in range(6, 11) for minute in (0, 15, 30, 45)]
RUNS = len(CLOCKS)


def day(figures: Sequence[int]) -> list[dict[str, Any]]:
    return [row(clock, f"{each}000") for clock, each in zip(CLOCKS, figures, strict=False)]


def crash_everywhere(seed: int) -> tuple[int, int]:
    """Crash in each run of a random day, before and after each operation; how often, and after how many of the crashes
    anything was lost or doubled.
    """
    readings = day(Random(seed).choices([100, 400, 600, 900], k=RUNS))
    undisturbed = _finished(Table(), readings, 0)
    table, crashes, wrong = Table(), 0, 0
    for number, clock in enumerate(CLOCKS):
        for operation in range(1, 100):
            copies = [deepcopy(table) for _ in (False, True)]
            crashed = [_crashes(copy, readings, clock, operation, after=bool(n)) for n, copy in enumerate(copies)]
            if not any(crashed):
                break
            for copy in copies:
                crashes += 1
                wrong += _said(_finished(copy, readings, number)) != _said(undisturbed)
        run_once(table, RULE, readings, [], at(clock))
    return crashes, wrong


def _crashes(table: Table, readings: list[Any], clock: str, operation: int, *, after: bool) -> bool:
    try:
        run_once(Interrupted(table, operation, after=after, interrupt=crash), RULE, readings, [], at(clock))
    except CrashError:
        return True
    return False


def _finished(table: Table, readings: list[Any], start: int) -> Table:
    """The rest of the day, from the run that crashed. It is tried again at once: later, other things may be due."""
    for clock in CLOCKS[start:]:
        run_once(table, RULE, readings, [], at(clock))
    run_once(table, RULE, readings, [], at("10:52"))
    return table


def _said(table: Table) -> tuple[list[str], bool]:
    """What was said in order, and whether it is just what was decided, once."""
    posted = [item["id"] for item in table.posts if is_loud(item)]
    decided = [name for name, item in table.items.items() if is_loud(item)]
    kinds = [item["effect"]["kind"] for item in table.posts if is_loud(item)]
    return kinds, posted == decided and table.marked.keys() == table.items.keys()
