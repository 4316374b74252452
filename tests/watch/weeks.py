"""Random weeks of one rule, and a checker that knows only what is promised, not how it is decided."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from balance_watch.decide import decide
from balance_watch.press import press
from tests.unit.watch_cases import TOTAL, row, spoken

START = datetime(2026, 11, 29, tzinfo=UTC)
TROUBLE = {"low", "critical", "unseen"}
ALWAYS = {"promise_lapsed", "snooze_over", "rule_removed"}
AMOUNTS = ("-50000", "0", "90000", "150000", "260000", "400000", "500000", None)


@dataclass
class Checker:
    """Follows the effects of one rule and fails at the first broken promise."""

    rule: dict[str, Any]
    good: list[bool] = field(default_factory=list)
    status: str = "pending"
    before_unseen: str = "pending"
    last: tuple[datetime, str] | None = None
    told: set[str] = field(default_factory=set)
    open: int | None = None
    ended: set[int] = field(default_factory=set)
    snooze: tuple[datetime, bool] | None = None
    promise: datetime | None = None
    notifications: Counter[str] = field(default_factory=Counter)

    def follow(self, step: str, until: datetime, *, was_critical: bool) -> None:
        """A press that was accepted."""
        if step == "snooze":
            self.snooze = until, was_critical
        else:
            self.promise = until if step == "take" else None

    def check(self, state: dict[str, Any], effects: list[Any], now: datetime) -> None:
        """One run: its state and its effects."""
        kind = spoken(effects)
        if kind:
            self.notifications[kind] += 1
        self._check_transition(state["state"])
        for effect in effects:
            assert effect["incident"] not in self.ended
            if effect["message"] and effect["message"]["transitions"]:
                self._check_message(effect)
        if kind is not None:
            self._check_notification(next(each for each in effects if each["kind"] == kind), now)
        elif self._must_have_spoken(state["state"], now):
            assert self.told, "trouble that nobody was told about"
        if self.snooze and self.snooze[0] <= now and kind:
            self.snooze = None
        over = self.promise is not None and self.promise <= now and self.status not in TROUBLE
        if over or (self.status in ("ok", "pending") and not self.told):
            self.promise = None

    def _check_transition(self, status: str) -> None:
        if status == "unseen" != self.status:
            self.before_unseen = self.status
        back_to_ok = self.status == "unseen" and self.before_unseen == "ok"
        if status == "ok" != self.status and not back_to_ok:
            assert all(self.good[-self.rule["in_a_row"] :])
            assert len(self.good) >= self.rule["in_a_row"]
        self.status = status

    def _check_message(self, effect: dict[str, Any]) -> None:
        """Every transition is listed: each begins where the one before it ended."""
        moves = effect["message"]["transitions"]
        assert [move["before"] for move in moves[1:]] == [move["after"] for move in moves[:-1]]
        assert moves[-1]["after"] == effect["state"]
        assert moves[0]["before"] in ("pending", "ok")

    def _check_notification(self, effect: dict[str, Any], now: datetime) -> None:
        kind, status = effect["kind"], effect["state"]
        assert (effect["where"] == "channel") == (effect["incident"] != self.open)
        if effect["incident"] != self.open:
            self.open, self.told = effect["incident"], set()
        cooldown = timedelta(minutes=self.rule["cooldown"])
        if self.last and now < self.last[0] + cooldown and kind not in ALWAYS:
            assert (kind == "critical" and self.last[1] != "critical") or (kind == "low" and self.told == {"unseen"})
        if self.rule.get("quiet") and 6 <= now.hour < 9:
            assert status == "critical" or kind == "rule_removed"
        if self.snooze and now < self.snooze[0]:
            assert (kind == "critical" and not self.snooze[1]) or kind == "rule_removed"
            self.snooze = None
        if kind == "all_clear":
            assert status in ("ok", "pending")
            assert self.good[-1]
        assert effect["lapsed"] == bool(self.promise and self.promise <= now and status in TROUBLE)
        self.promise = None if effect["lapsed"] else self.promise
        self.last = now, status
        self.told.add(status)
        if status not in TROUBLE | {"recovering"}:
            self.ended.add(effect["incident"])
            self.open, self.promise, self.told = None, None, set()

    def _must_have_spoken(self, status: str, now: datetime) -> bool:
        cooling = self.last and now < self.last[0] + timedelta(minutes=self.rule["cooldown"])
        quiet = self.rule.get("quiet") and 6 <= now.hour < 9
        return status in TROUBLE and not cooling and not quiet and not self.snooze


def instant(moment: datetime) -> str:
    """The instant as JSON."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def random_rule(chance: Random) -> dict[str, Any]:
    """A rule over two accounts."""
    quiet = chance.choice([None, {"from": "06:00", "to": "09:00", "time_zone": "UTC"}])
    minutes = {"cooldown": chance.choice([0, 30, 60, 120]), "stale_after": chance.choice([15, 30, 60])}
    return {**TOTAL, **minutes, "in_a_row": chance.randint(1, 3), "quiet": quiet, "escalate_to": "U0SECOND"}


def _rows(clock: str, amounts: tuple[str | None, str | None], as_of: str) -> list[dict[str, Any]]:
    merchants = [(account, amount) for account, amount in zip(("hk", "sg"), amounts, strict=True) if amount is not None]
    members = {"snapshot": clock, "taken_at": clock, "as_of": as_of}
    return [row("00:00", amount, account=account, **members) for account, amount in merchants]


def play(seed: int, steps: int) -> Counter[str]:
    """Play so many steps of 1 to 45 minutes. Fails at the first broken promise; returns the notifications by kind."""
    chance = Random(seed)
    rule = random_rule(chance)
    checker = Checker(rule)
    state: Any = None
    now = START
    readings: list[Any] = []
    gaps: list[Any] = []
    amounts: tuple[str | None, str | None] = ("400000", "400000")
    for _ in range(steps):
        now += timedelta(minutes=chance.choice([1, 14, 15, 15, 15, 16, 45]))
        clock = instant(now)
        step = chance.choice(["see"] * 8 + ["same"] * 6 + ["old", "run", "take", "snooze", "false_alarm"])
        if step in ("take", "snooze", "false_alarm"):
            until = now + timedelta(minutes=chance.choice([20, 60, 200]))
            before = state
            state, effects = press(
                rule, state, {"kind": step, "by": "ana", "until": instant(until), "why": "payday"}, clock
            )
            assert spoken(effects) is None
            if not any(effect["kind"] == "refused" for effect in effects):
                checker.follow(step, until, was_critical=bool(before) and before["state"] == "critical")
            continue
        if step != "run":
            amounts = (chance.choice(AMOUNTS), chance.choice(AMOUNTS)) if step == "see" else amounts
            as_of = instant(now - timedelta(hours=3)) if step == "old" else clock
            readings += _rows(clock, amounts, as_of)
            gaps.append({"snapshot": clock, "taken_at": clock, "kind": "cut"})
            checker.good.append(_is_good(amounts, readings) and step != "old")
        handed = chance.sample(readings[-6:], len(readings[-6:]))
        state, effects = decide(rule, state, handed + handed[:2], gaps[-3:], clock)
        checker.check(state, effects, now)
        again = decide(rule, state, handed, gaps[-3:], clock)
        assert again == (state, []), "the same snapshots are nothing new, and all that was due was said"
    assert spoken(decide({**rule, "deleted": "ana"}, state, [], [], clock)[1]) in (None, "rule_removed")
    return checker.notifications


def _is_good(amounts: tuple[str | None, str | None], readings: list[Any]) -> bool:
    """Whether what was seen proves more than the warning level; what is missing may be as far below zero as it was."""
    if amounts == (None, None):
        return False
    proven = Decimal(0)
    for account, amount in zip(("hk", "sg"), amounts, strict=True):
        known = [Decimal(reading["available"]) for reading in readings if reading["account"] == account]
        proven += Decimal(amount) if amount is not None else min([*known[-1:], Decimal(0)])
    return proven > 500000
