"""The functions' own classes in one process, moto for DynamoDB and the secrets, and the simulator of Slack."""

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import datetime
from queue import Queue
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from balance_aggregator.aggregator import Aggregator
from balance_core.observability import logger
from balance_core.secrets import SecretStore
from balance_slack.settings import ReporterSettings
from balance_watch.settings import Settings
from balance_watch.watch import Watch
from tests.local.aws.cloudformation import load_template
from tests.local.aws.conditional_writes import atomic_writes
from tests.local.aws.resources import create_tables
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.certificates import local_authority
from tests.local.company import BOT_TOKEN, SIGNING_SECRET
from tests.local.day.people import ALERTS, ANA, BEN, CARL, MONEY, PEOPLE
from tests.local.day.providers import Providers
from tests.local.paths import PROJECT
from tests.local.simulators.slack import SlackSimulator

SECRETS: Mapping[str, str] = {
    f"{STACK_NAME}/slack-bot-token": json.dumps({"bot_token": BOT_TOKEN}),
    f"{STACK_NAME}/slack-signing": json.dumps({"signing_secret": SIGNING_SECRET}),
}
_PARAMETERS = {
    "AdminContact": ANA,
    "AlertChannel": ALERTS,
    "ProviderNames": "pagsmile=Pagsmile,payby=PayBy,payermax=PayerMax",
    "SlackAdminUserIds": ANA,
    "SlackAllowedChannelIds": f"{ALERTS},{MONEY}",
    "SlackAllowedTeamIds": "*",
    "SlackAllowedUserIds": f"{ANA},{BEN},{CARL}",
}
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
    "SSL_CERT_FILE": str(local_authority().ca_file),
}


class Functions:
    """Runs within its with block. `clock` is the time of all of them, and of Slack.

    `jobs` are the events of asynchronous invocations of the reporter, for `do_job` to handle. While `is_excused`, a
    reporter that raises has failed as in Lambda; otherwise the exception is a bug.
    """

    def __init__(self, clock: Callable[[], datetime], providers: Providers, *, may_look: bool) -> None:
        self._clock, self._providers, self._may_look = clock, providers, may_look
        self.jobs: Queue[bytes] = Queue()
        self.published: list[Mapping[str, Any]] = []
        self.is_excused = False
        self._exit = ExitStack()

    def __enter__(self) -> "Functions":
        with self._exit:
            self._start()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def environment(self, function: str) -> Mapping[str, str]:
        """The environment variables of a function, by its logical id."""
        variables = self._template.resources[function].properties["Environment"]["Variables"]
        return {name: str(value) for name, value in variables.items()} | {"SLACK_DOMAIN": self.slack.domain}

    def taken_from_bus(self, kind: str) -> list[Mapping[str, Any]]:
        """What was published with this detail type since the last call."""
        found = [json.loads(each["Detail"]) for each in self.published if each["DetailType"] == kind]
        self.published = [each for each in self.published if each["DetailType"] != kind]
        return found

    def do_job(self, payload: bytes) -> None:
        """An asynchronous invocation of the reporter."""
        self._answering_reporter.report(json.loads(payload), _context())

    def report(self, event: object) -> object:
        """A synchronous invocation of the reporter, perhaps while it handles a job: in AWS that is another process."""
        return self._posting_reporter.report(event, _context())

    def ask(self, event: object) -> dict[str, Any]:
        """An invocation of the aggregator."""
        return self._aggregator.answer(event, self.environment("AggregatorFunction"), 30_000)

    def _start(self) -> None:
        for each in (mock_aws(), atomic_writes(), patch.dict(os.environ, _ENVIRONMENT), _quiet_logs()):
            self._exit.enter_context(each)
        self._template = load_template(PROJECT / "template.yaml", _PARAMETERS)
        self.dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_tables(self._template, self.dynamodb)
        secrets = boto3.client("secretsmanager", region_name=REGION)
        for name, text in SECRETS.items():
            secrets.create_secret(Name=name, SecretString=text)
        self.slack = SlackSimulator(BOT_TOKEN, (ALERTS, MONEY), self._clock, people=PEOPLE, may_look=self._may_look)
        self._exit.enter_context(self.slack)
        store = SecretStore(secrets, self._clock)
        lambda_: Any = Lambda(self)
        bus: Any = Bus(self)
        self._aggregator = Aggregator(self._providers.answer, bus, self.dynamodb, self._clock)
        settings = Settings.from_environment(self.environment("WatchFunction"))
        self.watch = Watch(settings, self.dynamodb, lambda_, bus, self._clock, threads=1)
        # The handlers' modules make clients for the region in the environment.
        from balance_slack.front.handler import Front  # noqa: PLC0415
        from balance_slack.reporter.handler import Reporter  # noqa: PLC0415

        self.front = Front(store, lambda_, now=self._clock)
        reporter = ReporterSettings.from_environment(self.environment("SlackReporterFunction"))
        self._answering_reporter, self._posting_reporter = (
            Reporter(reporter, store, lambda_, self.dynamodb, self._clock) for _ in range(2)
        )


class Lambda:
    """Lambda's Invoke, in this process."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def invoke(self, *, FunctionName: str, Payload: bytes, InvocationType: str = "RequestResponse") -> Any:  # noqa: N803 - boto3's names
        targets: Mapping[str, Callable[[object], object]] = {
            "slack-reporter": self._functions.report,
            "watch": self._functions.watch.answer,
            "aggregator": self._functions.ask,
        }
        name = FunctionName.rpartition(f"{STACK_NAME}-")[2].removesuffix(":live")
        if InvocationType == "Event":
            assert name == "slack-reporter"
            self._functions.jobs.put(Payload)
            return {"StatusCode": 202, "Payload": io.BytesIO()}
        try:
            answer = targets[name](json.loads(Payload))
        except Exception as exc:
            # The watch raises for a request that it refuses.
            if name != "watch" and not self._functions.is_excused:
                raise
            error = {"errorType": type(exc).__name__, "errorMessage": str(exc)}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(error).encode())}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


class Bus:
    """EventBridge's PutEvents: what was put is kept."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def put_events(self, *, Entries: list[Mapping[str, Any]]) -> Any:  # noqa: N803 - boto3's name
        self._functions.published += Entries
        return {"FailedEntryCount": 0, "Entries": []}


def _context() -> Any:
    from tests.integration.slack_reporter.local_reporter import InvocationContext  # noqa: PLC0415

    return InvocationContext(60_000)


@contextmanager
def _quiet_logs() -> Iterator[None]:
    """Neither log lines nor metrics, which are lines on standard output."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
