"""Targets: our own JSON, which other services, schedules and a broken function can write as well."""

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from balance_aggregator.request import read_request, request_correlation_id
from balance_core.contract import provider_answer_to_wire, read_provider_answer, read_summary, summary_to_wire
from balance_core.models import ProviderAnswer
from balance_core.question import QuestionError, correlation_id_of, read_question
from balance_core.wire import Node, WireError, dumps, loads, to_rfc3339
from tests.fuzz.finding import require
from tests.fuzz.provider_answers import RECEIVED_AT

_NEW_ID = "0000000000000000"
_PROVIDERS = ("pagsmile", "payby", "payermax")


def wire(data: bytes) -> None:
    """Strict JSON: refuses with WireError, and what it takes is what the standard parser reads."""
    try:
        root = loads(data)
    except WireError as error:
        require(error.path.startswith("$"))
        return
    require(_same(root.value, json.loads(data.decode("utf-8"), parse_float=Decimal)))
    _walk(root)


def contract(data: bytes) -> None:
    """Answers of our own functions: refused with WireError, or read so that writing them again changes nothing."""
    try:
        root = loads(data)
    except WireError:
        return
    with suppress(WireError):
        answer = provider_answer_to_wire(read_provider_answer(root))
        require(provider_answer_to_wire(read_provider_answer(loads(dumps(answer)))) == answer)
    with suppress(WireError):
        summary = summary_to_wire(read_summary(root), {})
        require(summary_to_wire(read_summary(loads(dumps(summary))), {}) == summary)


def question(data: bytes) -> None:
    """A request as Lambda hands it over: refused with QuestionError that can be answered, or the same when sent on."""
    try:
        event = json.loads(data)  # Lambda's own runtime reads the event with the standard parser
    except (ValueError, RecursionError):
        return
    correlation_id = correlation_id_of(event, lambda: _NEW_ID)
    try:
        asked = read_question(event, lambda: correlation_id)
    except QuestionError as error:
        _require_answerable(error, correlation_id)
        return
    require(read_question(loads(dumps(asked.to_wire())).value, lambda: "another") == asked)


def request(data: bytes) -> None:
    """The same for the aggregator, which also reads whom to ask and the events of AWS's clocks."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return
    correlation_id = request_correlation_id(event, lambda: _NEW_ID)
    try:
        asked = read_request(event, _PROVIDERS, correlation_id)
    except QuestionError as error:
        _require_answerable(error, correlation_id)
        return
    require(asked.providers, "somebody is always asked")
    require(asked.providers == tuple(name for name in _PROVIDERS if name in asked.providers), "in the template's order")
    require(read_request(loads(dumps(asked.to_wire())).value, _PROVIDERS, "another") == asked)


def _require_answerable(error: QuestionError, correlation_id: str) -> None:
    """What names the wrong part came from the caller, and must still be an answer that the caller can read."""
    require(error.message.isprintable())
    failure = error.failure(correlation_id, "fuzzed")
    answer = ProviderAnswer("fuzzed", RECEIVED_AT, failures=(failure,))
    require(read_provider_answer(loads(dumps(provider_answer_to_wire(answer)))).failures == (failure,))


def _same(ours: object, standard: object) -> bool:
    """Whether both parsers read the same; a number must agree in its digits and not only in its value."""
    pairs = [(ours, standard)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            pairs += [(one[name], other[name]) for name in one]
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            pairs += zip(one, other, strict=True)
        elif isinstance(one, dict | list) or type(one) is not type(other) or str(one) != str(other):
            return False
    return True


def _walk(root: Node) -> None:
    """Call every reader at every place: each gives what it promises or raises WireError with that place."""
    places = [root]
    while places:
        node = places.pop()
        _read(node, lambda here: here.text().encode("utf-8"))
        _read(node, lambda here: here.boolean())
        _read(node, lambda here: to_rfc3339(here.instant()))
        _read(node, lambda here: places.extend(here.items()))
        _read(node, lambda here: places.extend(here.members().values()))


def _read(node: Node, reader: Callable[[Node], object]) -> None:
    try:
        reader(node)
    except WireError as error:
        require(error.path.startswith(node.path), "an error names its place")
