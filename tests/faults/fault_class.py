"""What a class of faults is, as data: where it happens, what each provider's function must make of it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum

from balance_core.errors import ErrorKind
from tests.faults.certificates import Certificates
from tests.faults.dialects import HOLDING, Dialect

ALL = ("payby", "payermax", "pagsmile")
SIGNED = ("payby", "payermax")
SEALED = ("pagsmile",)

# Either the kind of the one failure, or the amounts that are shown as available because nothing is wrong with them.
Outcome = ErrorKind | tuple[str, ...]
RIGHT_ANSWER: Outcome = (HOLDING,)

# Produces the fault for as long as the block lasts, and gives the base_url at which it is met.
Place = Callable[[Dialect, Certificates], AbstractContextManager[str]]


class Layer(StrEnum):
    """Where a fault happens."""

    NETWORK = "network"
    TLS = "TLS"
    HTTP = "HTTP"
    STATUS = "HTTP status"
    REFUSAL = "the provider's own refusal"
    JSON = "JSON"
    CONTENT = "content"
    TRUST = "trust"


@dataclass(frozen=True)
class FaultClass:
    """One class. `right` holds for every provider in `providers` that `exceptions` does not name."""

    name: str
    layer: Layer
    place: Place
    right: Outcome
    exceptions: Mapping[str, Outcome] = field(default_factory=dict)
    providers: tuple[str, ...] = ALL
    currencies: tuple[str, ...] = ()

    def right_for(self, provider: str) -> Outcome:
        """What `provider`'s function must answer."""
        return self.exceptions.get(provider, self.right)

    def deadline_seconds_for(self, provider: str) -> float:
        """Short where the right outcome is to wait for it, ample for a loaded machine and a retry where it is not."""
        return 0.4 if self.right_for(provider) is ErrorKind.TIMEOUT else 8.0
