"""Whether this machine's clock is right. Pure."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from tests.deployment.check import Check, ok, unknown, warning

_TOLERANCE = timedelta(seconds=60)


def clock_check(whose: str, date: str | None, now: datetime) -> Check:
    """Compare this machine's time `now` with `date`, the HTTP date in an answer that arrived then."""
    try:
        apart = abs(now - parsedate_to_datetime(date or ""))
    except ValueError:
        return unknown("clock", f"{whose}'s answer has no time", "compare yourself: date -u, and https://time.is")
    seconds = round(apart.total_seconds())
    if apart > _TOLERANCE:
        return warning(
            "clock",
            f"this machine and {whose} are {seconds} s apart. The bot is not affected: Lambda has its own clock",
            "set this machine's clock (timedatectl set-ntp true): at five minutes AWS refuses its signatures",
        )
    return ok("clock", f"this machine and {whose} agree within {max(seconds, 1)} s")
