"""What the watch lists of rules in every state, made by the watch itself."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from balance_core.watch_requests import Listed
from balance_slack.view.watched import Watched
from balance_watch.answers import listing
from tests.rendering.judge import mrkdwn_dangers
from tests.unit.slack_cases import NAMES
from tests.unit.watch_cases import RULE, Watch, at, row

FREEZE = {"id": "freeze", "kind": "freeze", "channel": "C0MONEY", "owner": "U0BEN"}
NOW = "09:00"
# What we put between angle brackets ourselves: times, and mentions of ids.
_TIME = r"<!date\^\d+\^[A-Za-z ]*\{[a-z_]+\}(?: at \{time\})?\|[A-Za-z ]*(?:\d+ \w{3} \d+ at )?\d\d:\d\d UTC>"
_OWN = re.compile(rf"{_TIME}|<[@#][UC]\w+>")


def dangers(text: str) -> list[str]:
    """What foreign words in a mrkdwn text about rules could mention, link, format or reverse."""
    return mrkdwn_dangers(_OWN.sub("", text))


def listed(*watches: Watch, now: str = NOW, undelivered: Mapping[str, int] | None = None) -> Listed:
    """The watch's answer to `list`."""
    rules = {watch.rule["id"]: watch.rule for watch in watches}
    states = {watch.rule["id"]: (watch.state, 1) for watch in watches if watch.state}
    return listing(rules, states, undelivered or {}, datetime.fromisoformat(at(now)))


def watched(*watches: Watch, now: str = NOW, undelivered: Mapping[str, int] | None = None) -> list[Watched]:
    """The same as the views read it."""
    return [Watched.of(each, NAMES) for each in listed(*watches, now=now, undelivered=undelivered).rules]


def rule(name: str, currency: str = "PHP", **members: Any) -> dict[str, Any]:
    return {**RULE, "id": name, "target": {**RULE["target"], "currency": currency}, **members}  # type: ignore[dict-item]


def watch(name: str, *thousands: int | None, currency: str = "PHP", **members: Any) -> Watch:
    """A rule that saw these thousands every 15 minutes from 06:00; None is a gap."""
    made = Watch(rule(name, currency, **members))
    for number, each in enumerate(thousands):
        clock = f"{6 + number // 4:02}:{number % 4 * 15:02}"
        money = row(clock, f"{each}000", currency=currency) if isinstance(each, int) else None
        made.see(clock, money)
    return made


def critical(name: str = "php") -> Watch:
    """Low at 06:45, critical at 07:15, and nobody is on it."""
    return watch(name, 900, 900, 430, 400, 190, 180)


def low(name: str = "brl") -> Watch:
    """Low, and somebody is on it."""
    made = watch(name, 900, 900, 430, 412, currency="BRL")
    made.press("07:00", "take", by="U0ANA1", until="10:00")
    return made


def unseen(name: str = "usd") -> Watch:
    return watch(name, 900, 900, None, None, currency="USD")


def never_seen(name: str = "mxn") -> Watch:
    return watch(name, None, None, currency="MXN")


def fine(name: str = "idr", currency: str = "IDR", **members: Any) -> Watch:
    return watch(name, 900, 900, currency=currency, **members)


def recovering(name: str = "cop") -> Watch:
    return watch(name, 900, 900, 400, 400, 600, currency="COP")


def so_far(name: str = "clp") -> Watch:
    """Fine, but the newest figure is at the level."""
    return watch(name, 900, 900, 500, currency="CLP")


def new(name: str = "pen") -> Watch:
    return watch(name, 900, currency="PEN")


def frozen() -> Watch:
    made = Watch(dict(FREEZE))
    made.see("06:00", row("06:00", None, frozen="0"))
    return made
