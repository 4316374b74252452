"""What a class of faults is, as data: how it is produced, and what each provider's function must make of it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from tests.faults.certificates import Certificates
from tests.faults.dialects import HOLDING, Dialect

ALL = ("payby", "payermax", "pagsmile")
SIGNED = ("payby", "payermax")
SEALED = ("pagsmile",)

# The kind of the only failure; the notice that says which money is missing, where nothing is left to show; or the
# available amounts that are shown because nothing is wrong with them.
Outcome = ErrorKind | NoticeKind | tuple[str, ...]
RIGHT_ANSWER: Outcome = (HOLDING,)

# Produces the fault for as long as the block lasts, and gives the base_url of the provider that has it.
Place = Callable[[Dialect, Certificates], AbstractContextManager[str]]


@dataclass(frozen=True)
class FaultClass:
    """One class. `right` holds for every provider in `providers` that `exceptions` does not name."""

    name: str
    place: Place
    right: Outcome
    providers: tuple[str, ...] = ALL
    exceptions: Mapping[str, Outcome] = field(default_factory=dict)
    currencies: tuple[str, ...] = ()

    def right_for(self, provider: str) -> Outcome:
        """What `provider`'s function must answer."""
        return self.exceptions.get(provider, self.right)


def classes(right: Outcome, places: Mapping[str, Place], providers: tuple[str, ...] = ALL) -> list[FaultClass]:
    """Classes by name, with one right outcome."""
    return [FaultClass(name, place, right, providers) for name, place in places.items()]
