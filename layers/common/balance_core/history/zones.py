"""The time zone in which a day of the history begins."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from balance_core.errors import ErrorKind, ProviderError


def time_zone(environment: Mapping[str, str], variable: str = "SNAPSHOT_TIMEZONE") -> ZoneInfo:
    """The zone in `variable`, such as Asia/Dubai; UTC if it is not set. Raises ProviderError (configuration)."""
    try:
        return ZoneInfo(environment.get(variable) or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as exc:
        problem = f"environment variable {variable} must hold a time zone such as Asia/Dubai"
        raise ProviderError(ErrorKind.CONFIGURATION, f"{problem}: deploy with the project's template") from exc
