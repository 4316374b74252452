"""All classes of faults, and which of them are asked together."""

from collections.abc import Mapping
from itertools import combinations, combinations_with_replacement, product

from tests.faults.authenticity import ENCRYPTION, IDENTITY, SIGNATURES
from tests.faults.documents import CONTENT, JSON
from tests.faults.fault_class import ALL, FaultClass, Layer
from tests.faults.statuses import OTHER_JSON, REFUSALS, STATUSES
from tests.faults.transport import CUT, NETWORK, SLOW, TLS, WRONG_HTTP

CLASSES: tuple[FaultClass, ...] = (
    *NETWORK,
    *TLS,
    *SLOW,
    *CUT,
    *WRONG_HTTP,
    *STATUSES,
    *OTHER_JSON,
    *REFUSALS,
    *JSON,
    *CONTENT,
    *SIGNATURES,
    *ENCRYPTION,
    *IDENTITY,
)
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

_BELOW = (Layer.NETWORK, Layer.TLS, Layer.HTTP)

# Which provider meets which fault; the providers that are not named are honest.
Case = Mapping[str, FaultClass]


def single_cases() -> list[Case]:
    """Every class at every provider that it applies to."""
    return [{provider: fault} for fault in CLASSES for provider in fault.providers]


def some_single_cases() -> list[Case]:
    """Every class, but those below HTTP's meaning, which know no provider, at one provider each, taking turns."""
    return [
        {provider: fault}
        for turn, fault in enumerate(CLASSES)
        for provider in (fault.providers if fault.layer not in _BELOW else (ALL[turn % len(ALL)],))
    ]


def pairs_of_worst() -> list[Case]:
    """Every pair of the eight worst, both ways round, over every two providers."""
    return [
        {first: one, second: other} for first, second in combinations(ALL, 2) for one, other in product(WORST, repeat=2)
    ]


def some_pairs_of_worst() -> list[Case]:
    """Every pair of the eight worst once, over PayBy and PayerMax."""
    return [{"payby": one, "payermax": other} for one, other in combinations_with_replacement(WORST, 2)]


def all_down() -> list[Case]:
    """All three providers down at once: each of the eight worst everywhere, and three different ones."""
    alike: list[Case] = [dict.fromkeys(ALL, fault) for fault in WORST]
    mixed: list[Case] = [dict(zip(ALL, (*WORST, *WORST)[place:], strict=False)) for place in range(len(WORST))]
    return alike + mixed


def title(case: Case) -> str:
    """`payby: refused, payermax: NaN`."""
    return ", ".join(f"{provider}: {fault.name}" for provider, fault in case.items())
