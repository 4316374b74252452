"""What changed of the available money since yesterday's last snapshot, as an answer shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from balance_core.history.change import Place
from balance_core.money import Money, MoneyError, sum_known


class Obstacle(StrEnum):
    """Why a place cannot be compared."""

    NOT_READ_THEN = "not_read_then"
    NOT_READ_NOW = "not_read_now"
    OTHER_ACCOUNTS = "other_accounts"


@dataclass(frozen=True)
class Change:
    """The changes since `since`, which is None if nothing was read yesterday.

    A place is in `amounts` if both sides are known, and among `obstacles` otherwise. A sum with an obstacle is unknown.
    """

    since: datetime | None
    amounts: Mapping[Place, Money]
    obstacles: Mapping[Place, Obstacle]

    def of(self, currency: str, provider: str | None = None, account: str | None = None) -> Money | None:
        """The change in a currency, everywhere or at one provider or account; None where it is not known."""
        return self._sums.get((currency, provider, account))

    @cached_property
    def _sums(self) -> Mapping[tuple[str, str | None, str | None], Money | None]:
        """Computed once, because an answer may have thousands of rows."""
        known: dict[tuple[str, str | None, str | None], list[Money]] = {}
        for (currency, provider, account), amount in self.amounts.items():
            for key in ((currency, None, None), (currency, provider, None), (currency, provider, account)):
                known.setdefault(key, []).append(amount)
        sums = {key: _sum(amounts) for key, amounts in known.items()}
        for currency, provider, account in self.obstacles:
            sums |= dict.fromkeys(((currency, None, None), (currency, provider, None), (currency, provider, account)))
        return sums


def _sum(amounts: Sequence[Money]) -> Money | None:
    """The sum, unknown if it is impossibly large."""
    try:
        return sum_known(amounts)
    except MoneyError:
        return None
