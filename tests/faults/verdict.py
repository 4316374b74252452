"""Judges what came of a case: the right kind, good words, the others' balances, in time, in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from balance_core.errors import ErrorKind
from tests.faults.fault_class import ALL, RIGHT_ANSWER, Outcome
from tests.faults.house import Observation
from tests.faults.matrix import Case
from tests.faults.sentences import objections
from tests.schemas import problems

# A busy machine stretches what its processors have to do, and not what is waited for.
GRACE_SECONDS = 1.0
MOST_STRETCHED = 20
MOST_BYTES = 32_000_000


@dataclass(frozen=True)
class Verdict:
    """What is wrong, in four parts that are counted apart; all empty when the case is passed."""

    wrong_kinds: tuple[str, ...]
    bad_words: tuple[str, ...]
    lost_balances: tuple[str, ...]
    broken_limits: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        return [*self.wrong_kinds, *self.bad_words, *self.lost_balances, *self.broken_limits]


def judge(case: Case, seen: Observation) -> Verdict:
    """The verdict on what came of `case`."""
    rights = {name: fault.right_for(name) for name, fault in case.items()}
    return Verdict(
        wrong_kinds=tuple(_wrong_kinds(rights, seen)),
        bad_words=tuple(each for failure in seen.answer["failures"] for each in objections(failure["message"])),
        lost_balances=tuple(_lost_balances(rights, seen)),
        broken_limits=tuple(_broken_limits(seen)),
    )


def outcome(provider: str, answer: dict[str, Any], *, with_zeros: bool = True) -> object:
    """What `answer`, a function's or the aggregator's, says of one provider: a kind, or the amounts to hand."""
    failures = [each["kind"] for each in answer["failures"] if each["provider"] == provider]
    reports = [report for report in answer["reports"] if report["provider"] == provider]
    held = tuple(
        f"{balance['currency']} {balance['available']}"
        for report in reports
        for balance in report["balances"]
        if balance["available"] is not None and (with_zeros or Decimal(balance["available"]))
    )
    if not failures:
        return held
    return ErrorKind(failures[0]) if len(failures) == 1 and not reports else (failures, held)


def _wrong_kinds(rights: dict[str, Outcome], seen: Observation) -> Iterator[str]:
    for name, right in rights.items():
        # The aggregator asks for zeros, which it sums, and leaves them out of its own answer.
        by_place = {
            "function": outcome(name, seen.provider_answers[name], with_zeros=False),
            "aggregator": outcome(name, seen.answer),
        }
        for place, found in by_place.items():
            if found != right:
                yield f"{name}'s {place} answers {found}, right is {right}"
    failed = any(isinstance(right, ErrorKind) and right.is_outage for right in rights.values())
    if seen.answer["is_partial"] is not failed:
        yield f"is_partial is {seen.answer['is_partial']}"


def _lost_balances(rights: dict[str, Outcome], seen: Observation) -> Iterator[str]:
    for name in set(ALL) - set(rights):
        found = outcome(name, seen.answer)
        if found != RIGHT_ANSWER:
            yield f"{name}, which is honest, has {found}"
    amounts = [Decimal(text.split()[1]) for text in _held(rights)]
    totals = [(total["currency"], Decimal(total["available"])) for total in seen.answer["totals"] if total["available"]]
    if totals != ([("USD", sum(amounts))] if amounts else []):
        yield f"the totals are {totals}"


def _held(rights: dict[str, Outcome]) -> Iterable[str]:
    for name in ALL:
        right = rights.get(name, RIGHT_ANSWER)
        if isinstance(right, tuple):
            yield from right


def _broken_limits(seen: Observation) -> Iterator[str]:
    for name, answer in seen.provider_answers.items():
        yield from (f"{name}'s answer: {each}" for each in problems("provider-answer", answer))
    yield from (f"the aggregator's answer: {each}" for each in problems("aggregator-answer", seen.answer))
    if seen.late_seconds > GRACE_SECONDS + MOST_STRETCHED * seen.processor_seconds:
        yield f"it came {seen.late_seconds:.2f} s after the deadline"
    if seen.peak_bytes >= MOST_BYTES:
        yield f"it needed {seen.peak_bytes:,} bytes"
