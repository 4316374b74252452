"""Asking the running system as a person and as a service, and reading what comes back."""

import json
from dataclasses import dataclass
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import DIGEST_CHANNEL
from tests.local.rendering import render_message
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.system import LocalSystem

# Who may ask; the first one types where nobody else is named.
PEOPLE = ("U0123456789", "U0000000001", "U0000000002", "U0000000003", "U0000000004", "U0000000005")


@dataclass(frozen=True)
class Told:
    """What one command led to: the acknowledgement as Slack shows it, and the messages after it."""

    status: int
    elapsed_ms: float
    at_once: dict[str, Any]
    then: list[DeliveredMessage]

    @property
    def shown(self) -> str:
        """The one answer, as a person reads it."""
        (message,) = self.then
        return render_message(message.payload)

    @property
    def lines(self) -> list[str]:
        """The lines of the one answer, the columns of its table a single space apart."""
        return [" ".join(line.split()) for line in self.shown.split("\n")]


def start_functions(system: LocalSystem) -> None:
    """Ask once and look at nothing: a first answer, for which every function starts, takes what the machine takes."""
    type_command(system, "")


def type_command(system: LocalSystem, text: str, **who: str) -> Told:
    """Type `/balance text` and wait until nothing more happens."""
    before = len(system.company.slack.messages)
    reply = system.command(text, **who)
    system.settle()
    return Told(reply.status, reply.elapsed_ms, json.loads(reply.body), system.company.slack.messages[before:])


def seen(system: LocalSystem, user_id: str) -> list[str]:
    """What a person reads in the channel now, message by message."""
    return [render_message(message.payload) for message in system.company.slack.seen_by(user_id, DIGEST_CHANNEL)]


def runs(system: LocalSystem, function: str) -> int:
    """How often a function was invoked so far."""
    return sum(run.function_name == f"{STACK_NAME}-{function}" for run in system.functions.timeline)


def provider_requests(system: LocalSystem) -> int:
    """How many requests all providers got so far."""
    return sum(len(simulator.requests) for simulator in system.company.providers.values())


def ask(system: LocalSystem, request: object, function: str = "aggregator") -> Any:
    """Invoke a function's alias as another service does."""
    result = system.functions.invoke(f"{STACK_NAME}-{function}", json.dumps(request).encode(), qualifier="live")
    assert result.function_error is None, result.payload
    return json.loads(result.payload)


def available(answer: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What every provider has available, by (provider, currency)."""
    return {
        (report["provider"], balance["currency"]): balance["available"]
        for report in answer["reports"]
        for balance in report["balances"]
        if balance["available"] is not None
    }


def kinds(answer: dict[str, Any]) -> dict[str, str]:
    """The kind of each provider's failure; the last one where there are several."""
    return {failure["provider"]: failure["kind"] for failure in answer["failures"]}
