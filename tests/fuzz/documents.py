"""Targets: JSON from outside, and our own contracts, which another service or a broken function may get wrong."""

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from balance_aggregator.aggregator import read_request, request_correlation_id
from balance_core.contract import (
    ContractError,
    provider_answer_json,
    read_provider_answer,
    read_summary,
    summary_json,
    to_json,
)
from balance_core.models import Failure, ProviderAnswer
from balance_core.question import Question, QuestionError, correlation_id_of, read_question
from balance_core.strict_json import JsonError, Node, Unreadable, dumps, loads, to_rfc3339
from tests.clock import NOW
from tests.fuzz.finding import require

_PROVIDERS = ("pagsmile", "payby", "payermax")


def strict_json(data: bytes) -> None:
    """The strict reader refuses with JsonError, or reads exactly what the standard parser reads."""
    try:
        root = loads(data)
    except JsonError as error:
        require(error.path.startswith("$"))
        return
    require(_same(root.value, json.loads(data.decode("utf-8-sig"), parse_float=_number, parse_int=_number)))
    _walk(root)


def contract(data: bytes) -> None:
    """Answers of our own functions are refused with ContractError, or survive being written and read again."""
    with suppress(ContractError):
        answer = provider_answer_json(read_provider_answer(data))
        require(provider_answer_json(read_provider_answer(dumps(answer))) == answer)
    with suppress(ContractError):
        summary = summary_json(read_summary(data), Question(correlation_id="1"))
        require(summary_json(read_summary(dumps(summary)), Question(correlation_id="1")) == summary)


def question(data: bytes) -> None:
    """An event is refused with a QuestionError that can be answered, or is a question that can be sent on."""
    _check_question(data, read_question, correlation_id_of)


def request(data: bytes) -> None:
    """The same for the aggregator, which also reads scheduled events and knows the providers."""

    def read(event: object) -> Question:
        asked = read_request(event, _PROVIDERS, request_correlation_id(event))
        require(asked.providers == tuple(name for name in _PROVIDERS if name in (asked.providers or ())))
        return asked

    _check_question(data, read, request_correlation_id)


def _check_question(data: bytes, read: Callable[[object], Question], id_of: Callable[[object], str]) -> None:
    try:
        event = json.loads(data)  # Lambda's runtime reads the event with the standard parser
    except (ValueError, RecursionError):
        return
    try:
        asked = read(event)
    except QuestionError as error:
        failure = Failure.of_request(error.field, error.problem, correlation_id=id_of(event), provider="fuzzed")
        require(failure.message.isprintable())
        answer = ProviderAnswer("fuzzed", NOW, failures=(failure,))
        require(read_provider_answer(dumps(provider_answer_json(answer))).failures == (failure,))
    else:
        # A snapshot covers every provider, so nobody names them.
        again = replace(asked, providers=None) if asked.snapshot else asked
        require(read_question(json.loads(dumps(to_json(again)))) == again)


def _number(text: str) -> int | Decimal | None:
    """The number as the standard library reads it; None where it refuses."""
    try:
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)
    except (ValueError, InvalidOperation):
        return None


def _same(ours: object, standard: object) -> bool:
    """Whether both read the same where ours reads. Numbers must agree in their digits, not only in their values."""
    pairs = [(ours, standard)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, Unreadable):
            continue
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            pairs += [(one[name], other[name]) for name in one]
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            pairs += zip(one, other, strict=True)
        elif isinstance(one, dict | list) or type(one) is not type(other) or str(one) != str(other):
            return False
    return True


def _walk(root: Node) -> None:
    """Call every reader on every node. Each returns a value or raises JsonError with the node's path."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        _read(node, lambda here: here.text().encode("utf-8"))
        _read(node, lambda here: here.boolean())
        _read(node, lambda here: to_rfc3339(here.instant()))
        _read(node, lambda here: nodes.extend(here.items()))
        _read(node, lambda here: nodes.extend(here.members().values()))


def _read(node: Node, reader: Callable[[Node], object]) -> None:
    try:
        reader(node)
    except JsonError as error:
        require(error.path.startswith(node.path), "an error names its path")
