"""Many people typing at once, each with a question of their own, so that an answer in the wrong place is noticed."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

from balance_core.currencies import DECIMALS
from balance_core.money import Money
from tests.local.company import PARAMETERS, SIGNING_SECRET, Company, Holdings, found_company
from tests.local.rendering import render_message
from tests.local.simulators.pagsmile import PagsmileBalance
from tests.local.simulators.payermax import PayerMaxBalance
from tests.local.simulators.slack_commands import SlashCommand, post_command
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.system import LocalSystem

# Each provider holds 1,000 times the currency's number and its own digit: a sum tells who was asked about what.
_DIGITS = {"Pagsmile": 1, "PayBy": 2, "PayerMax": 4}
_ASKED = (("PayBy",), ("Pagsmile", "PayerMax"), ("PayerMax",), ("Pagsmile", "PayBy", "PayerMax"), ("Pagsmile",))
# `all` asks for zero balances, too, and is therefore no good name for a currency here.
_CURRENCIES = sorted(DECIMALS.keys() - {"ALL"})
# Everybody may ask; how fast the providers are is not the question.
# Nothing is shared: everybody's question is to go all the way.
CROWD_PARAMETERS = {
    **PARAMETERS,
    "SlackAllowedUserIds": "*",
    "ProviderDeadlineSeconds": "12",
    "FreshnessSeconds": "0",
}
# A cold start may have to wait for those of all the others.
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Told:
    """One person's command and what came of it: the acknowledgement, and the messages to that command's own URL."""

    currency: str
    providers: tuple[str, ...]
    status: int
    at_once: str
    messages: tuple[DeliveredMessage, ...]

    @property
    def is_right(self) -> bool:
        """Whether the one message has this command's reference, its total, and the providers it asked, no other."""
        if self.status != 200 or len(self.messages) != 1:
            return False
        reference = self.at_once.partition("(reference `")[2].partition("`")[0]
        total = sum(_held(self.currency, provider) for provider in self.providers)
        shown = render_message(self.messages[0].payload)
        named = tuple(name for name in _DIGITS if name in shown)
        return bool(reference) and (
            f"Reference {reference}" in shown
            and self.messages[0].text.startswith(f"Total {self.currency}: available {_display(total, self.currency)} ·")
            and named == self.providers
        )


def rich_company(keys: Path) -> Company:
    """A company that holds every currency at every provider."""
    held = {name: {currency: _held(currency, name) for currency in _CURRENCIES} for name in _DIGITS}
    pagsmile = tuple(
        PagsmileBalance("10419000000401", "Test A", currency, str(amount), str(amount), "0")
        for currency, amount in held["Pagsmile"].items()
    )
    payermax = tuple(PayerMaxBalance(amount, "DISBURSEMENT", currency) for currency, amount in held["PayerMax"].items())
    return found_company(keys, Holdings(pagsmile, held["PayBy"], payermax))


def type_at_once(system: LocalSystem, commands: int, at_once: int) -> list[Told]:
    """Let `commands` people ask, each something else, `at_once` of them at the same time; wait for every answer."""
    questions = list(product(_ASKED, _CURRENCIES))[:: len(_ASKED) * len(_CURRENCIES) // commands][:commands]
    with ThreadPoolExecutor(at_once) as people:
        typed = list(people.map(lambda number: _type(system, number, *questions[number]), range(commands)))
    system.settle(_PATIENCE_SECONDS)
    messages = system.company.slack.messages
    return [
        Told(currency, asked, status, at_once_text, _messages_to(command, messages))
        for (asked, currency), (command, status, at_once_text) in zip(questions, typed, strict=True)
    ]


def _type(system: LocalSystem, number: int, asked: tuple[str, ...], currency: str) -> tuple[SlashCommand, int, str]:
    command = system.company.slack.new_command(f"{currency} {' '.join(asked)}", user_id=f"U{number:010}")
    reply = post_command(system.url, command, SIGNING_SECRET, datetime.now(UTC), _PATIENCE_SECONDS)
    return command, reply.status, str(json.loads(reply.body).get("text"))


def _messages_to(command: SlashCommand, messages: Sequence[DeliveredMessage]) -> tuple[DeliveredMessage, ...]:
    return tuple(message for message in messages if message.destination == command.response_url)


def _held(currency: str, provider: str) -> Decimal:
    return Decimal(1000 * (_CURRENCIES.index(currency) + 1) + _DIGITS[provider])


def _display(amount: Decimal | int, currency: str) -> str:
    return Money(Decimal(amount), currency).display()
