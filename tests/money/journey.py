"""The way of every amount: read, through our wire to the aggregator, summed, through it again, shown in Slack."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from balance_aggregator.summary import summarise
from balance_core.contract import provider_answer_to_wire, read_provider_answer, read_summary, summary_to_wire
from balance_core.wire import dumps, loads
from balance_slack.blocks import render
from tests.money.documents import AS_OF
from tests.money.faces import displayed, faces
from tests.money.world import NAMES, Holding, World
from tests.money.written import shown_units, units_of

_PROVIDERS = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
_CORRELATION_ID = "9f2c4e1ab07d3c55"
_SUMMED = ("available", "pending", "frozen")
_TOTAL = re.compile(r"Total ([A-Z]{3}): ")
_SHOWN = re.compile(r"\b(available|pending|frozen) (?:—|([A-Z]{3}) (\S+))(?= ·|$)")


def mistakes(world: World) -> list[str]:
    """Where an amount differs from what it is worth, on the wire or in Slack; empty when every digit is right.

    Raises WireError when one of our own readers refuses what another part of us wrote.
    """
    answers = [dumps(provider_answer_to_wire(answer)) for answer in world.answers]
    read = [read_provider_answer(loads(answer)) for answer in answers]
    summary = summarise(read, _CORRELATION_ID, AS_OF, include_zero=world.include_zero)
    sent = dumps(summary_to_wire(summary, {}))
    answer = read_summary(loads(sent))
    notification = render(answer, _PROVIDERS, _CORRELATION_ID).text.split("\n")
    document = json.loads(sent)
    held, totals = world.shown, world.totals
    wrong = [
        *_compared(
            "providers' answers", world.holdings, [row for each in answers for row in _rows(json.loads(each))], _sent
        ),
        *_compared("aggregator's answer", held, _rows(document), _sent),
        *_compared("aggregator's totals", totals, document["totals"], _sent),
        *_compared("text for notifications", totals, _starting("Total ", notification), _displayed),
    ]
    for face in faces(answer):
        seen = held if face.shows_totals_of_accounts else [_visible(each) for each in held]
        wrong += _compared(f"accounts in {face.place}", seen, face.accounts, displayed)
        wrong += _compared(f"totals in {face.place}", totals, face.totals, displayed)
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
    """A balance or a total on our wire: only decimal strings, None for what is not known."""
    currency = row["currency"]
    return Holding(currency, {name: units_of(row[name], currency) for name in NAMES if row.get(name) is not None})


def _displayed(line: str) -> Holding:
    """A notification's line: every amount with its currency, a dash for what is not known."""
    amounts = _SHOWN.findall(line)
    if [name for name, *_ in amounts] != list(_SUMMED):
        raise ValueError("not the three amounts")
    currency, *others = {*_TOTAL.findall(line), *(code for _, code, _ in amounts if code)}
    if others:
        raise ValueError("two currencies")
    return Holding(currency, {name: shown_units(text, currency) for name, code, text in amounts if code})


def _visible(holding: Holding) -> Holding:
    """What Slack shows of a balance: a total only where nothing else is known."""
    parts = {name: units for name, units in holding.units.items() if name != "total"}
    return Holding(holding.currency, parts or holding.units)


def _starting(start: str, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.startswith(start)]
