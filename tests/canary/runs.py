"""What is done to the local system with the canaries inside: everything that can go wrong, with all logs on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.canary.company import TYPED_AMOUNT, CanaryCompany
from tests.canary.evidence import Piece, canaries_of, collect
from tests.canary.search import Canary
from tests.canary.witness import Witness
from tests.local.aws.stack import STACK_NAME
from tests.local.company import DIGEST_CHANNEL, PARAMETERS
from tests.local.kms_keys import sign_with_kms
from tests.local.simulators.faults import FAULTS, Fault, FaultName
from tests.local.simulators.slack_actions import post_action
from tests.local.simulators.slack_commands import CommandReply, post, post_command, signed_headers
from tests.local.simulators.slack_events import post_event
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView
from tests.local.system import LocalSystem

_PARAMETERS: Mapping[str, str] = {
    **PARAMETERS,
    "ProviderDeadlineSeconds": "2",
    "FreshnessSeconds": "0",
    "LogLevel": "DEBUG",
}
_ADMIN = "U0123456789"
# Always low.
_RULE: Mapping[str, object] = {
    "id": "usd",
    "target": {"currency": "USD", "provider": "pagsmile", "account": "main"},
    "channel": DIGEST_CHANNEL,
    "owner": _ADMIN,
    # An amount that may be in answers, but in no log.
    "warning": "98765432109.87",
    "in_a_row": 1,
}
# Longer than a provider may take, and than Slack's answers usually take.
_LATE_SECONDS = 3.0


@dataclass(frozen=True)
class Outcome:
    """Everything that left the functions, and everything that must not be in it."""

    pieces: Sequence[Piece] = field(repr=False)
    canaries: Sequence[Canary] = field(repr=False)


class CanarySystem:
    """A running system of the canary company, and what is done to it."""

    def __init__(self, founded: CanaryCompany, system: LocalSystem, witness: Witness) -> None:
        self._founded, self._system, self._witness = founded, system, witness
        self._replies: list[CommandReply] = []

    def type(self, text: str, **who: str) -> None:
        """Type `/balance text` and wait until nothing more happens."""
        command = self._system.company.slack.new_command(text, **who)
        self._replies.append(post_command(self._system.url, command, self._founded.signing_secret, datetime.now(UTC)))
        self._system.settle(120)

    def press(self, surface: DeliveredMessage | ShownView, action_id: str) -> None:
        """Press a button and wait until nothing more happens."""
        pressed = self._system.company.slack.new_press(surface, action_id)
        self._replies.append(post_action(self._system.url, pressed, self._founded.signing_secret, datetime.now(UTC)))
        self._system.settle(120)

    def open_home(self) -> ShownView | None:
        """Open the Home tab and wait until it is filled; None when it stays empty."""
        opened = self._system.company.slack.new_home_opening()
        secret = self._founded.signing_secret
        self._replies.append(post_event(self._system.url, opened.payload(), secret, datetime.now(UTC)))
        self._system.settle(120)
        return self._system.company.slack.home_of(opened.person.user_id)

    def ask(self, request: object, function: str = "aggregator") -> None:
        """Invoke a function as another service does, and ignore the answer."""
        payload = json.dumps(request).encode()
        self._system.functions.invoke(f"{STACK_NAME}-{function}:live", payload)

    def use_as_intended(self) -> None:
        """Questions, every button, the Home tab, the schedules with the digest and an alert, and the past."""
        for text in ("help", "history USD", "why USD", "export USD", "who", "", "USD", "all"):
            self.type(text)
        answer = self._system.company.slack.messages[-1]
        # An answer in which every provider failed cannot be shared.
        for action_id in ("refresh", "details", "share"):
            if f"'{action_id}'" in str(answer.blocks):
                self.press(answer, action_id)
        home = self.open_home()
        if home:
            for action_id in ("refresh", "details", "help"):
                self.press(home, action_id)
        self.ask({"request": "save", "rule": _RULE, "by": _ADMIN}, "watch")
        for name in ("snapshot", "watch", "watch-run"):
            self._system.fire_schedule(name=name)
            self._system.settle(120)
        self.ask({"currencies": ["USD"], "history": "24h"})
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        press = {"kind": "take", "by": _ADMIN, "incident": 1, "until": until}
        self.ask({"request": "press", "rule": "usd", "press": press}, "watch")
        self.ask({"request": "preview", "rule": _RULE}, "watch")
        self.ask({"request": "list"}, "watch")
        self.ask({"request": "states"}, "watch-states")

    def make_mistakes(self) -> None:
        """Tokens and amounts in the wrong places, a person who may not ask, requests that Slack did not sign."""
        token = self._founded.typed_token
        self.type(f"{token} {TYPED_AMOUNT} uds")
        self.type(f"{token} {TYPED_AMOUNT}", user_id="U0000000666")
        wrong: list[object] = [token, [TYPED_AMOUNT], {token: 1}, {TYPED_AMOUNT: 1}]
        wrong += [{name: [word]} for name in ("currencies", "accounts") for word in (token, TYPED_AMOUNT)]
        wrong += [
            {"request": "save", "rule": {"id": word, "owner": word}, "by": word} for word in (token, TYPED_AMOUNT)
        ]
        wrong += [{"request": "states", "rules": [word]} for word in (token, TYPED_AMOUNT)]
        for request in wrong:
            self.ask(request)
            self.ask(request, "payby")
            for function in ("slack-reporter", "watch", "watch-states"):
                self.ask(request, function)
        self._forge()

    def fail_at_providers(self, *names: FaultName) -> None:
        """Each fault at every provider at once."""
        for name in names:
            for simulator in self._system.company.providers.values():
                simulator.set_fault(Fault(name, seconds=_LATE_SECONDS))
            self.ask({})
        for simulator in self._system.company.providers.values():
            simulator.set_fault(None)

    def fail_at_slack(self, *names: FaultName) -> None:
        """Each fault at Slack, for a command and for the digest, and blocks that Slack refuses."""
        slack = self._system.company.slack
        for name in (name for name in names if name in slack.known_faults):
            slack.set_fault(Fault(name, seconds=_LATE_SECONDS))
            self._system.fire_schedule()
            self.type("USD")
        slack.set_fault(None)
        slack.refuses_blocks = True
        self.type("USD")
        slack.refuses_blocks = False

    def outcome(self) -> Outcome:
        """What left so far."""
        runs = list(self._witness.runs)
        pieces = collect(self._system, runs, self._replies)
        return Outcome(pieces, canaries_of(self._founded, runs))

    def _forge(self) -> None:
        now = datetime.now(UTC)
        url, secret = self._system.url, self._founded.signing_secret
        command = self._system.company.slack.new_command("USD")
        body = command.body()
        self._replies += [
            post_command(url, command, "another secret", now),
            post_command(url, command, secret, now - timedelta(minutes=6)),
            *(
                post(url, signed_headers(secret, each, now), each)
                for each in (body[: len(body) // 2], b"payload={", b"\xff")
            ),
        ]
        self._system.settle(120)


@contextmanager
def canary_system(
    founded: CanaryCompany, logs: Path, *, forced: bool = False, kms: bool = False
) -> Iterator[CanarySystem]:
    """Start it with every log at DEBUG; `forced` also undoes the log levels that the functions set for libraries.

    With `kms`, one provider's requests are signed by AWS KMS.
    """
    witness = Witness(forced=forced)
    with LocalSystem(founded.company, parameters=_PARAMETERS, environments=witness, logs=logs) as system:
        if kms:
            sign_with_kms(system, system.variables["AWS_ENDPOINT_URL"], ["payermax"])
        yield CanarySystem(founded, system, witness)


def everything(founded: CanaryCompany, logs: Path) -> Outcome:
    """Use, mistakes, and every fault of every simulator. Each provider's secret has accounts with broken keys."""
    with canary_system(founded, logs, kms=True) as system:
        system.use_as_intended()
        system.make_mistakes()
        system.fail_at_providers(*FAULTS)
        system.fail_at_slack(*FAULTS)
        return system.outcome()


def broken_secrets(founded: CanaryCompany, logs: Path) -> Outcome:
    """Secrets with canaries in them that are not JSON, cut off, empty, or of another shape."""
    broken = founded.with_secrets(
        {
            "pagsmile": founded.secret("pagsmile")[:-2],
            "payby": " ",
            "payermax": json.dumps([founded.secret("payermax")]),
            "slack-bot-token": founded.secret("slack-bot-token").replace('"}', '": "}'),
        }
    )
    with canary_system(broken, logs) as system:
        system.use_as_intended()
        return system.outcome()


def unreadable_signing_secret(founded: CanaryCompany, logs: Path) -> Outcome:
    """The signing secret stored as plain text instead of JSON."""
    with canary_system(founded.with_secrets({"slack-signing": founded.signing_secret}), logs) as system:
        system.type("USD")
        return system.outcome()


def forced(founded: CanaryCompany, logs: Path) -> Outcome:
    """The libraries' own logs turned on, so that only the scrubbing is left."""
    with canary_system(founded, logs, forced=True, kms=True) as system:
        system.use_as_intended()
        system.make_mistakes()
        system.fail_at_providers(FaultName.LIE, FaultName.RESET, FaultName.GARBAGE)
        system.fail_at_slack(FaultName.FAIL, FaultName.RESET)
        return system.outcome()
