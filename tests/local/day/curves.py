"""The days that can be played, and their notation.

`06:45 430` sets what PayerMax's DISBURSEMENT account holds, in thousands of PHP, until the next step; `gap`: PayerMax
does not answer. Other steps are presses, edits of the rule, and accidents. A snapshot is taken every 15 minutes, after
the steps of that minute, except presses and edits, which come after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

RULE: Mapping[str, Any] = {
    "channel": "C0MONEY001",
    "owner": "U0BEN00001",
    "target": {"currency": "PHP", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"},
    "warning": "500000",
    "critical": "200000",
    "link": "https://merchant.example.com/top-up",
}


@dataclass(frozen=True)
class Step:
    """`at` since midnight, then a word and its arguments."""

    at: timedelta
    action: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """One day. `rule` are changes of RULE; `may_look`: the app has the optional scopes."""

    about: str
    script: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    may_look: bool = True

    @property
    def steps(self) -> list[Step]:
        """The steps in order."""
        found = []
        for line in self.script.split("·"):
            clock, action, *arguments = line.split()
            hours, minutes = clock.split(":")
            found.append(Step(timedelta(hours=int(hours), minutes=int(minutes)), action, tuple(arguments)))
        return found


CURVES: Mapping[str, Curve] = {
    "php-dry": Curve(
        "a morning on which the payout account runs dry",
        """00:00 900 · 06:00 760 · 06:15 700 · 06:30 480 · 06:45 430 · 07:00 gap · 07:00 take 08:00 · 07:15 320 ·
        07:30 190 · 07:45 180 · 08:00 150 · 08:15 1200""",
        {"escalate_to": "U0CARL0001"},
    ),
    "hovering": Curve(
        "money that hovers at the level: two alerts and one all-clear, not ten",
        """00:00 900 · 06:30 490 · 07:00 510 · 07:15 490 · 07:30 520 · 07:45 480 · 08:00 760 · 08:15 740 · 08:30 760 ·
        08:45 765 · 09:00 480 · 12:00 900""",
    ),
    "silent": Curve(
        "a provider that does not answer",
        "00:00 900 · 06:30 gap · 07:15 470 · 07:30 460 · 07:45 gap · 08:45 800 · 09:00 810 · 09:15 820 · 09:30 830",
    ),
    "by-turns": Curve(
        "an error and a figure by turns",
        """00:00 900 · 06:00 700 · 06:30 gap · 06:45 480 · 07:00 gap · 07:15 470 · 07:30 gap · 07:45 790 · 08:00 gap ·
        08:15 800""",
    ),
    "quiet": Curve(
        "quiet hours until 08:30",
        "00:00 900 · 06:30 400 · 07:00 150 · 07:30 900 · 08:15 440 · 08:45 900",
        {"quiet": {"from": "06:00", "to": "08:30", "time_zone": "UTC"}},
    ),
    "snoozed": Curve(
        "a snooze that ends while the money is low",
        """00:00 900 · 06:30 450 · 06:50 snooze 09:00 top-up_comes_at_nine · 07:00 800 · 08:00 430 · 09:00 410 ·
        09:15 180 · 10:15 1200""",
    ),
    "replayed": Curve(
        "a provider that sends an old answer again",
        "00:00 900 · 06:00 600 · 06:30 old 300 05:40 · 07:00 610",
    ),
    "edits": Curve(
        "levels that are changed during the alert, and a rule that is removed",
        "00:00 900 · 06:00 600 · 06:20 set warning 700000 · 06:40 set warning 300000 · 10:00 250 · 10:40 remove",
    ),
    "freeze": Curve(
        "money that is frozen and released; nobody made a rule for it",
        "00:00 900 · 06:10 frozen 0 · 09:05 frozen 400 · 09:05 500 · 11:05 gap · 11:35 700 · 11:35 frozen 200 · "
        "13:05 900 · 13:05 frozen 0 · 15:05 gap · 15:35 880 · 15:35 frozen 20",
        {"warning": "100000", "critical": None},
    ),
    "two-runs": Curve(
        "two runs at the same time, all day long: nothing comes twice",
        "00:00 900 · 00:00 twice · 06:30 480 · 07:00 take 08:00 · 07:30 190 · 08:15 1200",
    ),
    "clock-back": Curve(
        "the clock is set back by an hour while money is low: nothing is lost or doubled",
        "00:00 900 · 06:30 430 · 07:50 clock -60 · 08:15 180 · 09:30 1200",
    ),
    "slack-outage": Curve(
        "Slack is down when it matters, and later the channel is archived",
        "00:00 900 · 06:30 430 · 06:40 slack down · 07:20 slack up · 08:00 1200 · 11:00 archive · 11:30 190",
    ),
}
