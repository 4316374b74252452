"""The aggregator's settings, from the environment variables that the template sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from zoneinfo import ZoneInfo

from balance_core.history.zones import time_zone
from balance_core.settings import provider_functions, required_text, whole_number


@dataclass(frozen=True, slots=True)
class Settings:
    """`functions` are the provider functions' ARNs by provider id, in the order in which people see the providers.

    `deadline_seconds` is the longest wait for the providers, shorter than the read timeout of the Lambda client in
    `handler.py`. Equal questions share answers that are younger than `freshness`; zero shares nothing. Snapshots are
    kept for `history` in the table `balances_table`, by the days of `zone`.
    """

    functions: Mapping[str, str]
    deadline_seconds: int
    freshness: timedelta
    event_bus_name: str
    balances_table: str
    zone: ZoneInfo
    history: timedelta

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Also reads PROVIDERS, PROVIDER_FUNCTION and SNAPSHOT_TIMEZONE. Raises ProviderError (configuration)."""
        return cls(
            functions=provider_functions(environment),
            deadline_seconds=whole_number(environment, "DEADLINE_SECONDS", default=12, least=1, most=19),
            freshness=timedelta(seconds=whole_number(environment, "FRESHNESS_SECONDS", default=0, least=0, most=60)),
            event_bus_name=required_text(environment, "EVENT_BUS_NAME"),
            balances_table=required_text(environment, "BALANCES_TABLE"),
            zone=time_zone(environment, "SNAPSHOT_TIMEZONE"),
            history=timedelta(days=whole_number(environment, "HISTORY_DAYS", default=400, least=2, most=3650)),
        )
