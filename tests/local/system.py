"""The whole system on this machine: the template's functions under Lambda's own runtime, and all that they talk to.

Slack simulator -> function URL -> functions (awslambdaric) -> Invoke API, moto, event bus -> provider simulators
"""

import json
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import boto3

from tests.local.aws.cloudformation import load_template
from tests.local.aws.event_bus import EventBus
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.function_url import FunctionUrl
from tests.local.aws.invoke_api import InvokeApi
from tests.local.aws.lambda_service import EnvironmentFactory, LambdaService
from tests.local.aws.moto_server import empty_moto
from tests.local.aws.resources import create_resources
from tests.local.aws.schedules import fire
from tests.local.aws.stack import REGION, Stack
from tests.local.aws.template import BuildPaths, stack_of
from tests.local.claims import Claims
from tests.local.company import PARAMETERS, SIGNING_SECRET, Company, found_company
from tests.local.simulators.slack_actions import post_action
from tests.local.simulators.slack_commands import CommandReply, post_command
from tests.local.simulators.slack_events import post_event
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

PROJECT = Path(__file__).parents[2]
WORKSPACE = PROJECT / ".local"
# `make` installs there what Lambda, the layer and the Slack package bring; see the Makefile.
INSTALLED = WORKSPACE / f"{sys.version_info.major}.{sys.version_info.minor}"

# Lambda gives ten. Here a cold start may have to wait for those of all the other functions.
_INIT_SECONDS = 60.0


def build_paths(project: Path = PROJECT) -> BuildPaths:
    """The source folders of `project`, beside the folders of installed packages, in place of a `sam build`."""
    return BuildPaths(
        layers={"CommonLayer": (project / "layers" / "common", INSTALLED / "layer")},
        dependencies={
            "SlackFunction": (INSTALLED / "slack",),
            "SlackReporterFunction": (INSTALLED / "slack",),
        },
    )


class LocalSystem:
    """Runs from the start of its with block to the end of it, and leaves no process and no socket behind.

    `company` is who it asks about; `project` where template and functions lie; `environments` how a function is run.
    At most `most_environments` of each function run at once. While it runs, `variables` is what every function's
    environment gets beside the template's: where AWS and Slack are.
    """

    def __init__(
        self,
        company: Company | None = None,
        *,
        project: Path = PROJECT,
        parameters: Mapping[str, str] = PARAMETERS,
        environments: EnvironmentFactory = ExecutionEnvironment,
        logs: Path = WORKSPACE / "logs",
        most_environments: int | None = None,
    ) -> None:
        self.company = company or found_company(WORKSPACE / "keys")
        self.logs = logs
        self._project = project
        self._parameters = parameters
        self._environments = environments
        self._most_environments = most_environments
        # The servers' addresses are known once they listen, and they need the service: so this fills up afterwards.
        self.variables: dict[str, str] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with self._exit:
            self._start()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def command(self, text: str, **changes: str) -> CommandReply:
        """Type `/balance text` as a person of the company, and return what comes back; `changes` are SlashCommand's."""
        command = self.company.slack.new_command(text, **changes)
        reply = post_command(self.url, command, SIGNING_SECRET, datetime.now(UTC))
        self.company.slack.show_reply(command, reply)
        return reply

    def press(self, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> CommandReply:
        """Press a button of a message, a modal or a Home tab as it is shown now; `who` is Person's.

        Raises ValueError when the person sees no such button.
        """
        press = self.company.slack.new_press(surface, action_id, **who)
        return post_action(self.url, press, SIGNING_SECRET, datetime.now(UTC))

    def open_home(self, tab: str = "home", **who: str) -> CommandReply:
        """Open a tab of the app's page; `who` is Person's."""
        opened = self.company.slack.new_home_opening(tab, **who)
        return post_event(self.url, opened.payload(), SIGNING_SECRET, datetime.now(UTC))

    def fire_schedule(self) -> None:
        """Let every schedule of the template fire now."""
        for schedule in self.stack.schedules:
            fire(self.functions, schedule)

    def settle(self, timeout_seconds: float = 120) -> None:
        """Wait until no function runs and none is to run. Raises TimeoutError."""
        self.functions.drain(timeout_seconds)

    def failed_events(self) -> list[Mapping[str, object]]:
        """Take what waits in the failure queue: the records that Lambda's failure destinations got."""
        url = self._sqs.get_queue_url(QueueName="balance-bot-FailureQueue")["QueueUrl"]
        messages = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def _start(self) -> None:
        for simulator in (*self.company.providers.values(), self.company.slack):
            self._exit.enter_context(simulator)
        self._moto_url = self._exit.enter_context(empty_moto())
        session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        self.claims = Claims(session.client("dynamodb", endpoint_url=self._moto_url))
        # Made once: several threads may use a client, but not make one.
        self._sqs = session.client("sqs", endpoint_url=self._moto_url)
        template = load_template(self._project / "template.yaml", self._parameters)
        create_resources(template, self._moto_url, self.company.secrets)
        self.stack: Stack = stack_of(template, build_paths(self._project))
        self._start_functions({resource.properties["Name"] for resource in template.of_type("AWS::Events::EventBus")})

    def _start_functions(self, bus_names: set[str]) -> None:
        shutil.rmtree(self.logs, ignore_errors=True)
        runtime = Runtime(
            (INSTALLED / "runtime",),
            self.logs,
            WORKSPACE / "pycache",
            self.variables,
            init_timeout_seconds=_INIT_SECONDS,
        )
        self.functions = LambdaService(
            self.stack.functions,
            runtime,
            environments=self._environments,
            on_failure=self._send_to_queue,
            most_environments=self._most_environments,
        )
        self._invoke_api = self._exit.enter_context(InvokeApi(self.functions))
        self.bus = self._exit.enter_context(EventBus(self.functions, self.stack.rules, bus_names))
        (target,) = self.stack.url_targets.values()
        self.url = self._exit.enter_context(FunctionUrl(self.functions, target)).url
        # Entered last and so stopped first: no server then waits for a running invocation.
        self._exit.enter_context(self.functions)
        self.variables |= {
            "AWS_ENDPOINT_URL": self._moto_url,
            "AWS_ENDPOINT_URL_LAMBDA": self._invoke_api.url,
            "AWS_ENDPOINT_URL_EVENTBRIDGE": self.bus.url,
            "ALLOW_INSECURE_PROVIDER_URLS": "true",
            "SLACK_API_URL": self.company.slack.api_url,
            "SLACK_RESPONSE_URL_ORIGIN": self.company.slack.url,
        }

    def _send_to_queue(self, arn: str, record: Mapping[str, object]) -> None:
        url = self._sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(record))
