"""All classes of faults, and which of them meet in one question."""

from collections.abc import Mapping
from itertools import combinations, product

from tests.faults.authenticity import AUTHENTICITY
from tests.faults.documents import DOCUMENTS
from tests.faults.fault_class import ALL, FaultClass
from tests.faults.statuses import STATUSES
from tests.faults.transport import TRANSPORT

CLASSES: tuple[FaultClass, ...] = (*TRANSPORT, *STATUSES, *DOCUMENTS, *AUTHENTICITY)
_WORST_NAMES = (
    "connection never accepted",
    "reset in the body",
    "certificate of an unknown authority",
    "one byte of the body every 300 ms",
    "endless chunks",
    "gzip bomb",
    "JSON nested 100,000 deep",
    "made with another merchant's key",
)
WORST = tuple(each for each in CLASSES if each.name in _WORST_NAMES)

# The fault of each faulty provider; the others are honest.
Case = Mapping[str, FaultClass]


def single_cases() -> list[Case]:
    """Every class at every provider that it applies to."""
    return [{provider: fault} for fault in CLASSES for provider in fault.providers]


def some_single_cases() -> list[Case]:
    """Every class at one provider that it applies to; the providers take turns."""
    return [{fault.providers[turn % len(fault.providers)]: fault} for turn, fault in enumerate(CLASSES)]


def pairs_of_worst() -> list[Case]:
    """Every pair of the eight worst, both ways round, at every two providers."""
    return [
        {first: one, second: other} for first, second in combinations(ALL, 2) for one, other in product(WORST, repeat=2)
    ]


def some_all_down() -> list[Case]:
    """All three providers down at once, each with another of the eight worst."""
    return [dict(zip(ALL, (*WORST, *WORST)[place:], strict=False)) for place in range(len(WORST))]


def all_down() -> list[Case]:
    """The same, and each of the eight worst at all three providers."""
    return [*some_all_down(), *(dict.fromkeys(ALL, fault) for fault in WORST)]


def title(case: Case) -> str:
    """`payby: connection refused, payermax: NaN`."""
    return ", ".join(f"{provider}: {fault.name}" for provider, fault in case.items())
