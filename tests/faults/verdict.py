"""Judges what came of a case: the right kind, understandable messages, the other providers' balances, valid answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from tests.faults.fault_class import ALL, RIGHT_ANSWER, Outcome
from tests.faults.house import Observation
from tests.faults.matrix import Case
from tests.schemas import problems

_MAX_LENGTH = 300
# Words of Python, its libraries, AWS and stack traces, which mean nothing to a finance person.
_TECHNICAL_WORDS = {
    "an exception's class": r"[A-Za-z]*(Error|Exception|Warning|Timeout)\b",
    "a stack trace": r"Traceback|\bline [0-9]+|\.py\b",
    "an ARN": r"\barn:",
    "an error number": r"\[Errno|\[SSL|_ssl\.c|\bE[A-Z]{4,}\b",
    "a Python value": r"\b(None|True|False|NoneType|NotImplemented)\b|<[a-z]+ |\bobject at\b|0x[0-9a-f]+",
    "a Python type": r"\b(str|int|dict|tuple|bool|float|bytes|Decimal)\b",
    "a library": r"\b(httpx|httpcore|h11|anyio|asyncio|boto|botocore|ssl|urllib|json\.|codec|getaddrinfo|idna)",
    "code": r"[{}\\\n\r\t`]|\(\)|::|==|__",
    "an amount": r"[0-9]+\.[0-9]{2}\b",
    "a bare dollar sign": r"\$(?!\.[A-Za-z])",
}


@dataclass(frozen=True)
class Verdict:
    """What is wrong, in four parts that are counted separately; all are empty when nothing is."""

    wrong_kinds: tuple[str, ...]
    bad_words: tuple[str, ...]
    lost_balances: tuple[str, ...]
    invalid_answers: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        return [*self.wrong_kinds, *self.bad_words, *self.lost_balances, *self.invalid_answers]


def judge(case: Case, seen: Observation) -> Verdict:
    """The verdict on what came of `case`."""
    rights = {name: fault.right_for(name) for name, fault in case.items()}
    return Verdict(
        wrong_kinds=tuple(_wrong_kinds(rights, seen)),
        bad_words=(
            *(each for failure in seen.answer["failures"] for each in _objections(failure["message"])),
            *(each for notice in seen.answer["notices"] for each in objections_to_notice(notice["message"])),
        ),
        lost_balances=tuple(_lost_balances(rights, seen)),
        invalid_answers=tuple(_invalid_answers(seen)),
    )


def _outcome(provider: str, answer: dict[str, Any], *, with_zeros: bool = True) -> object:
    """What `answer`, a function's or the aggregator's, says about one provider: a kind, or the available amounts."""
    failures = [each["kind"] for each in answer["failures"] if each["provider"] == provider]
    notices = [NoticeKind(each["kind"]) for each in answer["notices"] if each["provider"] == provider]
    alarming = [kind for kind in notices if kind.hides_money]
    reports = [report for report in answer["reports"] if report["provider"] == provider]
    held = tuple(
        f"{balance['currency']} {balance['available']}"
        for report in reports
        for balance in report["balances"]
        if balance["available"] is not None and (with_zeros or Decimal(balance["available"]))
    )
    if alarming and not failures:
        return alarming[0] if len(alarming) == 1 and not held else (alarming, held)
    if not failures:
        return held
    return ErrorKind(failures[0]) if len(failures) == 1 and not reports else (failures, held)


def _wrong_kinds(rights: dict[str, Outcome], seen: Observation) -> Iterator[str]:
    for name, right in rights.items():
        # The aggregator asks for zeros, which it sums, and leaves them out of its own answer.
        found = _outcome(name, seen.provider_answers[name], with_zeros=False), _outcome(name, seen.answer)
        if found != (right, right):
            yield f"{name}'s function and the aggregator answer {found}, right is {right}"
    is_partial = any(_hides_money(right) for right in rights.values())
    if seen.answer["is_partial"] is not is_partial:
        yield f"is_partial is {seen.answer['is_partial']}"


def _hides_money(right: Outcome) -> bool:
    if isinstance(right, ErrorKind):
        return right.is_outage
    return isinstance(right, NoticeKind) and right.hides_money


def _lost_balances(rights: dict[str, Outcome], seen: Observation) -> Iterator[str]:
    for name in set(ALL) - set(rights):
        found = _outcome(name, seen.answer)
        if found != RIGHT_ANSWER:
            yield f"{name}, which is honest, has {found}"
    shown = [right for name in ALL if isinstance(right := rights.get(name, RIGHT_ANSWER), tuple)]
    sums: dict[str, Decimal] = {}
    for currency, amount in (text.split() for right in shown for text in right):
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    totals = {total["currency"]: Decimal(total["available"]) for total in seen.answer["totals"] if total["available"]}
    if totals != sums:
        yield f"the totals are {totals}"


def _invalid_answers(seen: Observation) -> Iterator[str]:
    for name, answer in seen.provider_answers.items():
        yield from (f"{name}'s answer: {each}" for each in problems("provider-answer", answer))
    yield from (f"the aggregator's answer: {each}" for each in problems("aggregator-answer", seen.answer))


def _objections(message: str) -> list[str]:
    """What `message`, a failure's, contains that it should not, or lacks; nothing when it may be shown."""
    found = _unsuitable(message)
    # "PayBy " goes in front, so it continues a sentence; after the colon or semicolon it says why, or what to do.
    if not re.fullmatch(r"[a-z][^:;]+[:;] \S.+", message):
        found.append(f"does not say what happened and what to do: {message}")
    return found


def objections_to_notice(message: str) -> list[str]:
    """What a notice contains that it should not. It may show amounts, and must not advise to try again."""
    found = [each for each in _unsuitable(message) if not each.startswith("holds an amount")]
    if "again" in message:
        found.append(f"advises to try again: {message}")
    return found


def _unsuitable(message: str) -> list[str]:
    found = [f"holds {what}: {message}" for what, pattern in _TECHNICAL_WORDS.items() if re.search(pattern, message)]
    if len(message) > _MAX_LENGTH:
        found.append(f"is longer than {_MAX_LENGTH} characters: {message}")
    if not message.isascii() or not message.isprintable():
        found.append(f"holds characters that are not plain text: {message!r}")
    return found
