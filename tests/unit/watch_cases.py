"""A watch in a test: it hands over every snapshot so far, and each step returns what was posted."""

from dataclasses import dataclass, field
from typing import Any

from balance_watch.decide import decide
from balance_watch.press import press

RULE = {
    "id": "php",
    "channel": "C0MONEY",
    "owner": "U0BEN",
    "target": {"currency": "PHP", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"},
    "warning": "500000",
    "critical": "200000",
}
TOTAL = {**RULE, "target": {"currency": "PHP"}}
SILENT = ("edit", "escalation", "refused")


def at(clock: str) -> str:
    """An instant on 29 November, or on the day before the slash: `28/23:00`."""
    day, _, time = clock.rpartition("/")
    return f"2026-11-{day or 29}T{time}{':00' if time.count(':') == 1 else ''}Z"


def row(clock: str, available: str | None, **members: Any) -> dict[str, Any]:
    """A reading of PayerMax's DISBURSEMENT account."""
    account = {"provider": "payermax", "account": "main", "type": "DISBURSEMENT", "currency": "PHP"}
    times = {"snapshot": clock, "taken_at": at(clock), "as_of": at(clock)}
    return {**account, **times, "available": available, "pending": None, "frozen": None, **members}


def gap(clock: str, **members: Any) -> dict[str, Any]:
    """PayerMax did not answer."""
    return {"snapshot": clock, "taken_at": at(clock), "provider": "payermax", "kind": "timeout", **members}


@dataclass
class Watch:
    """One rule, its state, and all snapshots so far. Every step returns its effects."""

    rule: dict[str, Any] = field(default_factory=lambda: dict(RULE))
    state: Any = None
    readings: list[Any] = field(default_factory=list)
    gaps: list[Any] = field(default_factory=list)

    def see(self, clock: str, *rows: Any, now: str | None = None) -> list[Any]:
        """A snapshot of thousands, of None for a gap, or of finished readings and gaps."""
        for each in rows:
            reading = row(clock, f"{each}000") if isinstance(each, int) else each or gap(clock)
            (self.gaps if "kind" in reading else self.readings).append(reading)
        return self.run(now or clock)

    def run(self, clock: str) -> list[Any]:
        """A run of the schedule, over the snapshots that are there."""
        self.state, effects = decide(self.rule, self.state, self.readings, self.gaps, at(clock))
        return effects

    def edit(self, clock: str, **changes: Any) -> list[Any]:
        self.rule = {**self.rule, **changes, "revision": self.rule.get("revision", 1) + 1, "changed_by": "ana"}
        return self.run(clock)

    def press(self, clock: str, kind: str, **members: Any) -> list[Any]:
        members = {name: at(value) if name == "until" else value for name, value in members.items()}
        self.state, effects = press(self.rule, self.state, {"kind": kind, "by": "ana"} | members, at(clock))
        return effects

    @property
    def status(self) -> str:
        return str(self.state["state"])


def spoken(effects: list[Any]) -> str | None:
    """The kind of the one notification among the effects."""
    kinds = [effect["kind"] for effect in effects if effect["kind"] not in SILENT]
    assert len(kinds) <= 1
    return kinds[0] if kinds else None


def kinds(effects: list[Any]) -> list[str]:
    return [effect["kind"] for effect in effects]
