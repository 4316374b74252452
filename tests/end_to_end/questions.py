"""Asking the running system as a person or another service does, and reading what comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import DIGEST_CHANNEL
from tests.local.rendering import render_message
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.system import LocalSystem

# Who may ask; the first one types where nobody else is named.
PEOPLE = ("U0123456789", "U0000000001", "U0000000002", "U0000000003", "U0000000004", "U0000000005")
STRANGER = "U0000000666"


@dataclass(frozen=True)
class Told:
    """What one command led to: what the person reads at once (empty for a question), and the messages that followed."""

    status: int
    at_once: str
    then: list[DeliveredMessage]

    @property
    def shown(self) -> str:
        """The one answer as a person reads it."""
        (message,) = self.then
        return render_message(message.payload)

    @property
    def lines(self) -> list[str]:
        """The lines of the one answer, with single spaces between the columns of its table."""
        return [" ".join(line.split()) for line in self.shown.split("\n")]


def type_command(system: LocalSystem, text: str, **who: str) -> Told:
    """Type `/balance text` and wait until nothing more happens."""
    before = len(system.company.slack.messages)
    reply = system.command(text, **who)
    system.settle()
    at_once = json.loads(reply.body)["text"] if reply.body else ""
    return Told(reply.status, at_once, system.company.slack.messages[before:])


def seen(system: LocalSystem, user_id: str) -> list[str]:
    """What a person reads in the channel now, message by message."""
    return [render_message(message.payload) for message in system.company.slack.seen_by(user_id, DIGEST_CHANNEL)]


def runs(system: LocalSystem, function: str) -> int:
    """How often a function was invoked so far."""
    return sum(run.function_name == f"{STACK_NAME}-{function}" for run in system.functions.timeline)


def requests(system: LocalSystem) -> Mapping[str, int]:
    """How many requests each provider got so far."""
    return {name: len(simulator.requests) for name, simulator in system.company.providers.items()}


def since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """What was added to each provider's count."""
    return {name: now[name] - before[name] for name in before}


def ask(system: LocalSystem, question: object, function: str = "aggregator") -> Any:
    """Invoke a function's alias as another service does, and return its answer."""
    result = system.functions.invoke(f"{STACK_NAME}-{function}:live", json.dumps(question).encode())
    assert result.function_error is None, result.payload
    return json.loads(result.payload)


def available(answer: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What is available at every provider, by (provider, currency)."""
    return {
        (report["provider"], balance["currency"]): balance["available"]
        for report in answer["reports"]
        for balance in report["balances"]
        if balance["available"] is not None
    }


def kinds(answer: dict[str, Any]) -> dict[str, str]:
    """The kind of each provider's failure; the last one where there are several."""
    return {failure["provider"]: failure["kind"] for failure in answer["failures"]}
