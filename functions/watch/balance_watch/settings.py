"""The settings of the watch, from the environment variables that the template sets."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from balance_core.history.zones import time_zone
from balance_core.settings import required_text
from balance_core.watch_rules import RuleKind

_RATE = re.compile(r"rate\(([0-9]{1,4}) (minute|hour)s?\)")
# The rule that exists by itself.
FREEZE_RULE = "freeze"


class Settings(Struct, frozen=True, kw_only=True):
    """`alert_channel` is where frozen money that rises is announced; empty: nowhere.

    `admin` is the first of SlackAdminUserIds, who is told what could not be delivered; empty: nobody. `interval` is the
    time between two snapshots; None where only the digest takes them.
    """

    watch_table: str
    balances_table: str
    zone: ZoneInfo
    reporter_function: str
    event_bus_name: str
    alert_channel: str
    admin: str
    interval: timedelta | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises ProviderError (configuration)."""
        return cls(
            watch_table=required_text(environment, "WATCH_TABLE"),
            balances_table=required_text(environment, "BALANCES_TABLE"),
            zone=time_zone(environment),
            reporter_function=required_text(environment, "REPORTER_FUNCTION"),
            event_bus_name=required_text(environment, "EVENT_BUS_NAME"),
            alert_channel=environment.get("ALERT_CHANNEL", "").strip(),
            admin=environment.get("ADMIN_USER_IDS", "").partition(",")[0].strip(),
            interval=_interval(environment.get("SNAPSHOT_SCHEDULE", "")),
        )

    @property
    def freeze_rule(self) -> dict[str, Any] | None:
        """The rule that exists as soon as there is an alert channel."""
        return freeze_rule(self.alert_channel, self.admin)


def _interval(schedule: str) -> timedelta | None:
    """Of `rate(15 minutes)`. The template takes no other form, or none."""
    match = _RATE.fullmatch(schedule)
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else None


def freeze_rule(channel: str, admin: str = "") -> dict[str, Any] | None:
    """The rule about frozen money, unless somebody has saved another one; None without a channel."""
    if not channel:
        return None
    return {"id": FREEZE_RULE, "kind": RuleKind.FREEZE.value, "channel": channel, "owner": admin or channel}
