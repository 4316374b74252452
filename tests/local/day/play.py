"""One day: its script, its clock, and what people see of it."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.day.curves import RULE, Curve, Step
from tests.local.day.functions import Functions
from tests.local.day.people import ANA, MONEY
from tests.local.day.providers import Providers
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.slack_messages import DeliveredMessage

START = datetime(2026, 11, 30, tzinfo=UTC)
TICK = timedelta(minutes=15)
_RULE_ID = "php"
_BY_PEOPLE = ("take", "snooze", "false_alarm", "set", "remove")


@dataclass(frozen=True)
class Happening:
    """Something that a person in Slack did or saw: a message that came, or words about what was done."""

    at: datetime
    message: DeliveredMessage | None = None
    words: str = ""


class Day:
    """One day. Runs within its with block.

    `clock` is the time since midnight of its last quarter of an hour, `now` is everybody's time.
    """

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.clock, self.now = timedelta(0), START
        self.happened: list[Happening] = []
        self.changes: list[Mapping[str, Any]] = []
        self._runs_twice = False
        self._set_back = timedelta(0)
        self._providers = Providers(lambda: self.now)
        self.functions = Functions(lambda: self.now, self._providers, may_look=curve.may_look)
        self._exit = ExitStack()

    def __enter__(self) -> "Day":
        self._exit.enter_context(self.functions)
        self.slack, self.watch, self.dynamodb = self.functions.slack, self.functions.watch, self.functions.dynamodb
        self.environment = self.functions.environment
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def play(self, until: timedelta = timedelta(hours=24), start: timedelta = timedelta(0)) -> None:
        """Play the day between two quarters of an hour. What the steps before `start` set is so from the beginning."""
        self.begin(start)
        while self.clock + TICK <= until:
            self.step()
        self._between()

    def begin(self, start: timedelta = timedelta(0)) -> None:
        """Begin at a quarter of an hour, with its snapshot."""
        self._at(start)
        saved = self.watch.answer({"request": "save", "rule": {**RULE, **self.curve.rule, "id": _RULE_ID}, "by": ANA})
        assert (saved or {}).get("rule"), saved
        for step in [each for each in self.curve.steps if each.at < start]:
            self._do(step)
        self._quarter(start)

    def step(self) -> None:
        """Go on to the next quarter of an hour, and take its snapshot."""
        self._between()
        self._quarter(self.clock + TICK)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, at most until something happens."""
        next_at = min([self.clock + TICK / 2, *(step.at for step in self._steps_between())])
        latest = START + next_at - self._set_back - timedelta(seconds=1)
        self.now = max(self.now, min(self.now + timedelta(seconds=seconds), latest))

    def _quarter(self, clock: timedelta) -> None:
        self.clock = clock
        self._at(clock)
        now = [step for step in self.curve.steps if step.at == clock]
        for step in now:
            if step.action not in _BY_PEOPLE:
                self._do(step)
        self.snapshot()
        for step in now:
            if step.action in _BY_PEOPLE:
                self._do(step)

    def _between(self) -> None:
        """The steps before the next snapshot, and the watch's own schedule in the middle."""
        for step in [*self._steps_between(), Step(self.clock + TICK / 2, "run")]:
            self._at(step.at)
            self._do(step)

    def _steps_between(self) -> list[Step]:
        return [step for step in self.curve.steps if self.clock < step.at < self.clock + TICK]

    def _at(self, clock: timedelta) -> None:
        self.now = START + clock - self._set_back

    def _do(self, step: Step) -> None:
        arguments = step.arguments
        if step.action in _BY_PEOPLE and self._watched() is None:
            return  # somebody at the page has removed the rule
        actions: Mapping[str, Callable[..., None]] = {
            "gap": lambda: self.hold(None),
            "old": self.hold,
            "frozen": self._providers.freeze,
            "take": self._take,
            "snooze": self._snooze,
            "false_alarm": lambda: self._press("false_alarm", {}, "pressed False alarm"),
            "set": self._edit,
            "remove": self._remove,
            "twice": self._run_twice,
            "clock": self._set_clock,
            "slack": self._switch_slack,
            "archive": self._archive,
            "run": lambda: self.run({"request": "run"}),
        }
        if step.action in actions:
            actions[step.action](*arguments)
        else:
            self.hold(step.action)

    def hold(self, thousands: str | None, as_of: str = "") -> None:
        """PayerMax pays out of so many thousands from now on; None: it does not answer."""
        self._providers.hold(thousands, START + _clock(as_of) if as_of else None)

    def _take(self, until: str) -> None:
        if ((self._watched() or {}).get("effect", {}).get("message") or {}).get("promise"):
            return  # somebody at the page is on it already
        self._press("take", {"until": START + _clock(until)}, f"pressed I'm on it, until {until}")

    def _snooze(self, until: str, why: str) -> None:
        words = why.replace("_", " ")
        self._press("snooze", {"until": START + _clock(until), "why": words}, f"pressed Snooze until {until}: {words}")

    def _press(self, kind: str, members: Mapping[str, Any], words: str) -> None:
        incident = (self._watched() or {}).get("effect", {}).get("incident")
        if not incident:
            return  # somebody at the page was faster
        self._say(f"@ana {words}")
        until = {"until": f"{members['until']:%Y-%m-%dT%H:%M:%SZ}"} if "until" in members else {}
        press = {"kind": kind, "by": ANA, "incident": incident, **members, **until}
        self._ask({"request": "press", "rule": _RULE_ID, "press": press})

    def _edit(self, name: str, value: str) -> None:
        self._say(f"@ana set {name} to {int(value):,}")
        watched = self._watched() or {}
        self._ask({"request": "save", "rule": {**watched["rule"], name: value}, "by": ANA})

    def _remove(self) -> None:
        self._say("@ana removed the rule")
        self._ask({"request": "delete", "rule": _RULE_ID, "by": ANA})

    def _watched(self) -> dict[str, Any] | None:
        """The day's rule with its state; None once it is removed."""
        rules = (self.watch.answer({"request": "list"}) or {})["rules"]
        return next((each for each in rules if each["rule"]["id"] == _RULE_ID), None)

    def _run_twice(self) -> None:
        self._say("(from now on two runs at the same time)")
        self._runs_twice = True

    def _set_clock(self, minutes: str) -> None:
        self._say(f"(the clock is set back by {-int(minutes)} minutes)")
        self._set_back -= timedelta(minutes=int(minutes))

    def _switch_slack(self, to: str) -> None:
        self._say(f"(Slack is {to})")
        self.functions.is_excused = to == "down"
        self.slack.set_fault(Fault(FaultName.SYSTEM_ERROR) if self.functions.is_excused else None)

    def _archive(self) -> None:
        self._say("(somebody archives #money)")
        self.slack.archive(MONEY)

    def _say(self, words: str) -> None:
        self._collect()
        self.happened.append(Happening(self.now, words=words))

    def snapshot(self) -> None:
        """The schedule takes a snapshot, and the watch looks at it."""
        # The schedule has AWS's clock, which nobody sets back.
        scheduled = self.now + self._set_back
        key = {"schedule": f"{STACK_NAME}-watch", "scheduled_time": f"{scheduled:%Y-%m-%dT%H:%M:%SZ}"}
        event = {"version": 1, "snapshot": "watch", "firing": key}
        self.functions.ask(event)
        for entry in self.functions.taken_from_bus("BalancesCollected"):
            self.run({"detail-type": "BalancesCollected", "source": "balance-bot", "detail": entry})

    def run(self, event: Mapping[str, Any]) -> None:
        """An invocation of the watch, or two at once."""
        events = [event, event] if self._runs_twice else [event]
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(self._ask, events))
        self._collect()

    def _ask(self, event: Mapping[str, Any]) -> None:
        """One invocation. What fails is tried again by the next run, as in Lambda."""
        try:
            self.watch.answer(dict(event))
        except Exception:
            if not self.functions.is_excused:
                raise
        self.changes += self.functions.taken_from_bus("BalanceWatchChanged")

    def _collect(self) -> None:
        seen = sum(each.message is not None for each in self.happened)
        self.happened += [Happening(each.delivered_at, each) for each in self.slack.messages[seen:]]


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
