"""Many people who ask at once, each a different question, so that an answer to the wrong person is noticed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path

from balance_core.currencies import DECIMALS
from balance_core.money import Money
from tests.local.company import PARAMETERS, SIGNING_SECRET, Company, ProviderSetUp, create_company
from tests.local.rendering import render_message
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.pagsmile import PagsmileBalance
from tests.local.simulators.payermax import PayerMaxBalance
from tests.local.simulators.slack_commands import SlashCommand, post_command
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.system import LocalSystem

# Each provider holds 1,000 times the number of the currency plus its own digit, so a sum tells which were asked.
_DIGITS = {"Pagsmile": 1, "PayBy": 2, "PayerMax": 4}
_ASKED = (("PayBy",), ("Pagsmile", "PayerMax"), ("PayerMax",), ("Pagsmile", "PayBy", "PayerMax"), ("Pagsmile",))
# `all` asks for zero balances as well, so it cannot name a currency here.
_CURRENCIES = sorted(DECIMALS.keys() - {"ALL"})
# Everybody may ask, no answer is reused, and a busy machine makes no provider late.
_CHANGES = {"SlackAllowedUserIds": "*", "ProviderDeadlineSeconds": "12", "FreshnessSeconds": "0"}
MANY_PEOPLE_PARAMETERS = {**PARAMETERS, **_CHANGES}
# A cold start may have to wait for all the other cold starts.
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class PersonTold:
    """One person's question and the messages to the command's own URL."""

    currency: str
    providers: tuple[str, ...]
    status: int
    messages: tuple[DeliveredMessage, ...]

    @property
    def is_right(self) -> bool:
        """Whether there is one message, with its total, and only the providers it asked."""
        # On a busy machine a line may say that Lambda was slow to take the job, or that the answer takes longer.
        answers = [message for message in self.messages if message.blocks]
        if self.status != 200 or len(answers) != 1:
            return False
        total = Money(sum((_held(self.currency, name) for name in self.providers), Decimal()), self.currency)
        shown = render_message(answers[0].payload)
        named = tuple(name for name in _DIGITS if name in shown)
        return answers[0].text.startswith(f"{total.display()} available") and named == self.providers


def rich_company(keys: Path) -> Company:
    """A company that holds every currency at every provider."""
    held = {name: {currency: _held(currency, name) for currency in _CURRENCIES} for name in _DIGITS}
    at_pagsmile = tuple(
        PagsmileBalance("10419000000401", "Test A", currency, str(amount), str(amount), "0")
        for currency, amount in held["Pagsmile"].items()
    )
    at_payermax = tuple(
        PayerMaxBalance(amount, "DISBURSEMENT", currency) for currency, amount in held["PayerMax"].items()
    )
    providers: dict[str, ProviderSetUp] = {
        "pagsmile": partial(pagsmile.set_up, balances=at_pagsmile),
        "payby": partial(payby.set_up, balances=held["PayBy"]),
        "payermax": partial(payermax.set_up, balances=at_payermax),
    }
    return create_company(keys, providers)


def type_at_once(system: LocalSystem, people: int, at_once: int) -> list[PersonTold]:
    """Let `people` people ask different questions, `at_once` of them at the same time; wait for every answer."""
    questions = list(product(_ASKED, _CURRENCIES))[:: len(_ASKED) * len(_CURRENCIES) // people][:people]
    with ThreadPoolExecutor(at_once) as typing:
        typed = list(typing.map(lambda number: _type(system, number, *questions[number]), range(people)))
    system.settle(_PATIENCE_SECONDS)
    messages = system.company.slack.messages
    return [
        PersonTold(currency, asked, status, _messages_to(command, messages))
        for (asked, currency), (command, status) in zip(questions, typed, strict=True)
    ]


def _type(system: LocalSystem, number: int, asked: tuple[str, ...], currency: str) -> tuple[SlashCommand, int]:
    command = system.company.slack.new_command(f"{currency} {' '.join(asked)}", user_id=f"U{number:010}")
    reply = post_command(system.url, command, SIGNING_SECRET, datetime.now(UTC), _PATIENCE_SECONDS)
    return command, reply.status


def _messages_to(command: SlashCommand, messages: Sequence[DeliveredMessage]) -> tuple[DeliveredMessage, ...]:
    return tuple(message for message in messages if message.destination == command.response_url)


def _held(currency: str, provider: str) -> Decimal:
    return Decimal(1000 * (_CURRENCIES.index(currency) + 1) + _DIGITS[provider])
