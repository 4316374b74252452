"""Whether the clocks agree. The functions run by Amazon's, so only this machine's can be off without notice. Pure."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tests.deployment.check import Check, ok, unknown, warning

# PayerMax refuses a question that is two minutes off, Slack's requests are refused when five minutes old.
_MOST = timedelta(seconds=60)


def clock_check(whose: str, now: datetime, theirs: datetime | None) -> Check:
    """Compare this machine's time `now` with the time `theirs` in an answer that came at that moment."""
    if theirs is None:
        return unknown("clock", f"{whose}'s answer states no time", "compare yourself: date -u, and https://time.is")
    seconds = round(abs(now - theirs).total_seconds())
    if abs(now - theirs) > _MOST:
        return warning(
            "clock",
            f"this machine and {whose} are {seconds} s apart. Lambda's clock is Amazon's: the bot is not affected",
            "set this machine's clock (timedatectl set-ntp true): at five minutes AWS refuses its signatures",
        )
    return ok("clock", f"this machine and {whose} agree within {max(seconds, 1)} s")


def http_date(value: str | None) -> datetime | None:
    """The time in an HTTP header `Date`, aware; None when there is none that can be read."""
    try:
        return parsedate_to_datetime(value or "").astimezone(UTC)
    except ValueError:
        return None
