"""Delivery: store what was decided, then post it, so that a crash at any point loses nothing and doubles nothing.

The state and its effects are one conditional write. Effects wait in the outbox and are posted one at a time, in order:
claim, look, post, mark. Slack has no idempotency key, so a message that may have been posted before is looked for by
the item's id in its metadata. Where nobody may look (`find` always returns None), it may come twice after a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypedDict

from balance_core.watch_effects import Kind
from balance_watch.decide import decide, read_instant
from balance_watch.press import press as apply_press

# Longer than a run may last: the timeout of the function must be shorter.
LEASE: Final = timedelta(minutes=5)
_MAX_TRIES: Final = 10

_Json = Mapping[str, Any]
_Decided = tuple[Any, list[Any]]


class Item(TypedDict):
    """One effect in the outbox. The id is also the key by which the posted message is found."""

    id: str
    rule: str
    effect: dict[str, Any]


class UndeliverableError(Exception):
    """Slack refuses an item for good: the channel is archived, the bot was removed, the reader is gone."""


class PostingError(Exception):
    """Nobody knows whether an item was posted. The next run looks for it."""


class ContentionError(Exception):
    """Other runs were faster every time. The next run decides."""


class Ports(Protocol):
    """The table and Slack, for one rule at a time. Each call may fail; then the run ends, and the next one goes on."""

    def load(self, rule: str) -> tuple[Any, int]:
        """The stored state and its version; None and 0 at first. The read must be consistent."""
        ...

    def store(self, rule: str, version: int, state: Any, items: Sequence[Item]) -> bool:
        """In one write: `state` as version + 1, and `items` behind those in the outbox. False if `version` is old."""
        ...

    def outbox(self, rule: str) -> Sequence[Item]:
        """The items that are not marked, in order."""
        ...

    def claim(self, item: Item, now: datetime, until: datetime) -> bool:
        """Hold the item until `until`. False if it is marked, or held by another run at `now`. A new id is added."""
        ...

    def find(self, item: Item) -> str | None:
        """The `ts` of the message that carries the item's id, if there is one. Raises PostingError."""
        ...

    def post(self, item: Item) -> str:
        """Post the item and return the message's `ts`. An edit of a deleted message is done.

        Raises UndeliverableError, and PostingError where a later try may help. The kind `undeliverable` goes to the
        first of SlackAdminUserIds.
        """
        ...

    def mark(self, item: Item, ts: str) -> None:
        """The item is posted. The `ts` of a new message in the channel is the thread of its incident."""
        ...


def is_undelivered(item: Item, now: datetime) -> bool:
    """Whether people miss something: not a silent edit, and not what a run may be posting just now."""
    decided_at: datetime = read_instant(item["effect"]["at"])
    return item["effect"]["kind"] != Kind.EDIT and decided_at + LEASE < now


def run_once(ports: Ports, rule: _Json, readings: Any, gaps: Any, now: Any) -> Any:
    """One run of one rule: empty the outbox, decide, store, empty the outbox. Returns the new state.

    The state follows the figures even while nothing can be posted. Raises PostingError after it is stored,
    ContentionError, and what `decide` and the ports raise.
    """
    refused: set[str] = set()
    failed: PostingError | None = None
    try:
        _empty(ports, rule, read_instant(now), refused)
    except PostingError as exc:
        failed = exc
    state, _ = _commit(ports, rule, lambda state: decide(rule, state, readings, gaps, now))
    if failed:
        raise failed
    _empty(ports, rule, read_instant(now), refused)
    return state


def press_once(ports: Ports, rule: _Json, press: _Json, now: Any) -> list[Any]:
    """Apply and store one press, and post its edit. Returns the effects: a refusal is the caller's to show.

    Raises ContentionError, and what `press` and the ports raise.
    """
    _, effects = _commit(ports, rule, lambda state: apply_press(rule, state, press, now))
    _empty(ports, rule, read_instant(now), set())
    return effects


def _commit(ports: Ports, rule: _Json, step: Callable[[Any], _Decided]) -> _Decided:
    """Decide and store. The loser of two runs reads again and decides again."""
    for _ in range(_MAX_TRIES):
        stored, version = ports.load(rule["id"])
        state, effects = step(stored)
        posted = [effect for effect in effects if effect["kind"] != Kind.REFUSED]
        items = [_item(rule["id"], f"{version + 1}-{count}", effect) for count, effect in enumerate(posted)]
        if ports.store(rule["id"], version, state, items):
            return state, effects
    raise ContentionError(rule["id"])


def _item(rule: str, name: str, effect: dict[str, Any]) -> Item:
    return Item(id=f"{rule}-{name}", rule=rule, effect=effect)


def _empty(ports: Ports, rule: _Json, now: datetime, refused: set[str]) -> None:
    """Post what waits, in order. An item that another run holds stops the later ones, and so does a refused channel.

    `refused` are the items that Slack has refused in this run. They stay in the outbox. A refused direct message does
    not stop what goes to the channel.
    """
    for item in ports.outbox(rule["id"]):
        is_direct = item["effect"]["where"] == "direct"
        if item["id"] in refused and is_direct:
            continue
        if item["id"] in refused or not ports.claim(item, now, now + LEASE):
            return
        try:
            ports.mark(item, _post(ports, item))
        except UndeliverableError:
            refused.add(item["id"])
            _tell_admin(ports, item, now)
            if not is_direct:
                return


def _post(ports: Ports, item: Item) -> str:
    """Post the item unless a run that died has posted it. An edit is simply made again."""
    found = None if item["effect"]["kind"] == Kind.EDIT else ports.find(item)
    return ports.post(item) if found is None else found


def _tell_admin(ports: Ports, refused: Item, now: datetime) -> None:
    """Tell the first admin, once a day for all rules, that something could not be delivered."""
    day = f"{now:%Y-%m-%d}"
    effect = {
        "kind": Kind.UNDELIVERABLE.value,
        "loud": True,
        "where": "direct",
        "item": refused["id"],
        "at": refused["effect"]["at"],
    }
    notice = Item(id=f"undeliverable-{day}", rule=refused["rule"], effect=effect)
    if not ports.claim(notice, now, now + LEASE):
        return
    with suppress(UndeliverableError):
        ports.mark(notice, _post(ports, notice))
