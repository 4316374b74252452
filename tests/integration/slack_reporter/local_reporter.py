"""The reporter in this process with a simulated Slack, and the jobs and events that it gets."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.contract import convert, summary_json
from balance_core.history.items import Items
from balance_core.history.readings import Snapshot, gaps_of, readings_of
from balance_core.history.table import BalancesTable
from balance_core.models import BalanceSummary, ProviderAnswer
from balance_core.question import Question, SnapshotKind
from balance_core.secrets import SecretStore
from balance_slack.front.payloads import ButtonPress
from balance_slack.job import JobKind
from balance_slack.reporter.background import wait_until_done
from balance_slack.reporter.digest import SnapshotEvent
from balance_slack.reporter.handler import Reporter
from balance_slack.settings import ReporterSettings
from tests.clock import Clock
from tests.integration.fault_server import Behaviour, Connection, FaultServer, answer, once
from tests.integration.invoke_api import returned
from tests.integration.slack_functions import ENVIRONMENT, InvokeApi, LocalWatch, WithWatch
from tests.local.certificates import local_authority
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView
from tests.memory.table import never
from tests.schemas import EVENTS
from tests.unit.slack_cases import PAGSMILE, failure, summary, total

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient

CHANNEL, OTHER_CHANNEL = "C0123456789", "C0456456456"
CORRELATION_ID = "9f2c4e1ab07d3c55"
QUESTION = Question(currencies=("USD",), correlation_id=CORRELATION_ID)
SUMMARY = summary(total("1008.29", None, None), PAGSMILE, failure(message="did not answer in time"))
ANSWERS = once(returned(json.dumps(summary_json(SUMMARY, QUESTION)).encode()))
PATIENCE_SECONDS = 4.0
_numbers = count(1)


class InvocationContext(LambdaContext):
    """The context of an invocation with so much time left."""

    def __init__(self, remaining_ms: int) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]  # static in Powertools
        return self._remaining_ms


@dataclass
class LocalReporter:
    """The reporter, and everything that it talks to. `clock` is its time and Slack's.

    `is_patient` is False where the aggregator takes longer than the reporter waits before it says so, `is_table_fast`
    where DynamoDB and the watch take longer than an answer waits for them.
    """

    slack: SlackSimulator
    aggregator: InvokeApi
    secrets: SecretStore
    lambda_client: "LambdaClient"
    dynamodb: "DynamoDBClient"
    clock: Clock
    is_patient: bool = True
    is_table_fast: bool = True
    watch: LocalWatch = field(default_factory=LocalWatch)
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {
            **ENVIRONMENT,
            "ALLOWED_CHANNEL_IDS": CHANNEL,
            "SHARE_CHANNEL_IDS": CHANNEL,
            "DIGEST_CHANNELS": CHANNEL,
            "SLACK_DOMAIN": self.slack.domain,
        }

    def report(self, event: object, remaining_ms: int = 60_000) -> None:
        """Handle an event in a cold process, which Lambda ends after `remaining_ms`."""
        settings = ReporterSettings.from_environment(self.environment)
        lambda_: Any = WithWatch(self.lambda_client, self.watch)
        reporter = Reporter(settings, self.secrets, lambda_, self.dynamodb, self.clock, self._wait)
        reporter.report(event, InvocationContext(remaining_ms))

    def _wait(self, future: Future[Any], timeout_seconds: float) -> bool:
        if timeout_seconds != PATIENCE_SECONDS:
            return self.is_table_fast and wait_until_done(future, 60)
        return self.is_patient

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The questions that the aggregator was asked, without the members that have their defaults."""
        defaults = msgspec.to_builtins(Question())
        return [
            {name: value for name, value in each.items() if value != defaults[name]}
            for each in self.aggregator.payloads
        ]

    @contextmanager
    def slack_that(self, behaviour: Behaviour) -> Iterator[FaultServer]:
        """Another server instead of the simulator, also for later events."""
        with FaultServer(behaviour, local_authority().server_context()) as server:
            self.environment["SLACK_DOMAIN"] = urlsplit(server.url).netloc
            yield server

    def command(self, user_id: str = "U0123456789") -> dict[str, Any]:
        """A job for `/balance USD`."""
        command = self.slack.new_command("USD", user_id=user_id)
        return job(JobKind.ANSWER, user_id=user_id, channel_id=command.channel_id, response_url=command.response_url)

    def press(self, kind: JobKind, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> dict[str, Any]:
        """A job for a button that the person sees."""
        press = self.slack.new_press(surface, action_id, **who)
        channel_id = surface.channel_id if isinstance(surface, DeliveredMessage) else None
        payload = msgspec.convert(press.payload(), ButtonPress)
        return job(
            kind,
            reference=payload.reference,
            user_id=press.person.user_id,
            channel_id=channel_id,
            response_url=press.response_url or None,
            trigger_id=press.trigger_id,
        )

    @property
    def balances(self) -> BalancesTable:
        """The table of what snapshots have seen; a day begins at midnight in UTC."""
        return BalancesTable(Items(self.dynamodb, ENVIRONMENT["BALANCES_TABLE"], never), UTC)

    def snapshot(self, seen: BalanceSummary = SUMMARY, **detail: object) -> dict[str, Any]:
        """The event of a snapshot that is in the table, with `detail` as in `collected`."""
        event = collected(**detail)
        announced = convert(event, SnapshotEvent).detail
        if announced.stored:
            self.store(seen, announced.collected_at, announced.day, announced.repeat_key, announced.kind)
        return event

    def store(
        self,
        seen: BalanceSummary,
        taken_at: datetime,
        day: date | None = None,
        key: str = "",
        kind: SnapshotKind = SnapshotKind.WATCH,
    ) -> None:
        """Store a snapshot, which the reporter may only read."""
        answers = [ProviderAnswer(each.provider, taken_at, reports=(each,)) for each in seen.reports]
        failed = [ProviderAnswer("any", taken_at, failures=seen.failures)]
        snapshot = Snapshot(
            key=key or taken_at.isoformat(),
            kind=kind,
            taken_at=taken_at,
            correlation_id=CORRELATION_ID,
            readings=readings_of(answers),
            gaps=gaps_of(failed),
        )
        stored = json.dumps(summary_json(seen, Question(correlation_id=CORRELATION_ID))).encode()
        expires_at = taken_at + timedelta(days=400)
        self.balances.store(day or taken_at.date(), snapshot, stored, expires_at)
        self.balances.write_summaries(taken_at.date(), lambda _: expires_at)

    def answered(self) -> DeliveredMessage:
        """An answer with its buttons."""
        self.report(self.command())
        return self.slack.messages[-1]

    def home(self) -> ShownView:
        """An opened Home tab."""
        self.report(job(JobKind.HOME))
        return self.slack.views[-1]


def job(kind: JobKind, **fields: str | None) -> dict[str, Any]:
    """A job that no other test has."""
    question = msgspec.structs.replace(QUESTION, refresh=kind in (JobKind.REFRESH, JobKind.HOME_REFRESH))
    return {
        "version": 1,
        "kind": kind.value,
        "request_key": f"{next(_numbers):064x}",
        "request": msgspec.to_builtins(question),
        "team_id": "T0123456789",
        "user_id": "U0123456789",
        **fields,
    }


def collected(**detail: object) -> dict[str, Any]:
    """The example of BalancesCollected with another id and `detail`, by default of a firing that no other test has."""
    text = (EVENTS / "slack-reporter" / "balances-collected.json").read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text)
    number = next(_numbers)
    firing = {"schedule": f"schedule-{number}", "scheduled_time": "2026-11-21T08:00:00Z"}
    return {**event, "id": f"event {number}", "detail": {**event["detail"], "firing": firing, **detail}}


def refusing(refusal: bytes, status: int = 200, amount: bytes = b"1,008.29") -> Behaviour:
    """Slack that answers with `refusal` to everything that holds the amount, and accepts the rest."""

    def behave(connection: Connection) -> None:
        is_refused = amount in (connection.read_request() or b"")
        accepted = b'{"ok":true,"ts":"1795242363.000001","view":{"id":"V0000000001"}}'
        connection.send(answer(*((status, refusal) if is_refused else (200, accepted)), Connection="close"))

    return behave
