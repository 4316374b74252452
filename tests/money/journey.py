"""The way of every amount: read, sent to the aggregator, summed, sent on, and shown in Slack."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from balance_aggregator.summary import summarise
from balance_core.contract import provider_answer_json, read_provider_answer, read_summary, summary_json
from balance_core.question import Question
from balance_slack.access import AccessPolicy
from balance_slack.view.answer import Answer
from tests.money.documents import AS_OF
from tests.money.world import NAMES, Holding, World
from tests.money.written import units_of
from tests.rendering.judge import wrong_figures
from tests.rendering.surfaces import surfaces

_QUESTION = Question(correlation_id="9f2c4e1ab07d3c55")


def mistakes(world: World) -> list[str]:
    """Where an amount differs from what it is worth, between functions or in Slack; empty when every digit is right.

    Raises ContractError when one of our own readers refuses what another of our functions wrote.
    """
    answers = [msgspec.json.encode(provider_answer_json(answer)) for answer in world.answers]
    read = [read_provider_answer(answer) for answer in answers]
    summary = summarise(read, _QUESTION.correlation_id, AS_OF, include_zero=world.include_zero)
    sent = msgspec.json.encode(summary_json(summary, _QUESTION))
    answer = read_summary(sent)
    document = json.loads(sent)
    held, totals = world.shown, world.totals
    wrong = [
        *_compared(
            "providers' answers", world.holdings, [row for each in answers for row in _rows(json.loads(each))], _sent
        ),
        *_compared("aggregator's answer", held, _rows(document), _sent),
        *_compared("aggregator's totals", totals, document["totals"], _sent),
    ]
    asked = replace(_QUESTION, currencies=tuple({each.currency for each in totals}) if len(totals) == 1 else None)
    for surface in surfaces(Answer(answer, asked, {"payby": "PayBy"}), AccessPolicy()):
        wrong += [f"{surface.name}: {each}" for each in wrong_figures(answer, surface)]
    return wrong


def _compared(place: str, wanted: Sequence[Holding], found: Sequence[Any], read: Callable[[Any], Holding]) -> list[str]:
    if len(wanted) != len(found):
        return [f"{place}: {len(found)} instead of {len(wanted)}"]
    wrong = []
    for each, text in zip(wanted, found, strict=True):
        try:
            if read(text) == each:
                continue
        except ValueError as exc:
            wrong.append(f"{place}: {text} ({exc})")
        else:
            wrong.append(f"{place}: {text} instead of {each}")
    return wrong


def _rows(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for report in document["reports"] for row in report["balances"]]


def _sent(row: Mapping[str, Any]) -> Holding:
    """A balance or a total between functions: decimal strings, None for what is not known."""
    currency = row["currency"]
    return Holding(currency, {name: units_of(row[name], currency) for name in NAMES if row.get(name) is not None})
