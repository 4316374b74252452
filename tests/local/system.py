"""The whole system on this machine: the template's functions under Lambda's own runtime, and everything they talk to.

Slack simulator -> HTTP API -> functions (awslambdaric) -> Invoke API, moto, event bus -> provider simulators
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import boto3

from tests.local.aws.cloudformation import load_template
from tests.local.aws.event_bus import EventBus
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import AWSLAMBDARIC, Runtime
from tests.local.aws.http_api import HttpApi
from tests.local.aws.invoke_api import InvokeApi
from tests.local.aws.lambda_service import EnvironmentFactory, LambdaService
from tests.local.aws.moto_server import empty_moto
from tests.local.aws.resources import create_resources
from tests.local.aws.stack import REGION, STACK_NAME, Stack
from tests.local.aws.template import stack_of
from tests.local.certificates import local_authority
from tests.local.company import PARAMETERS, SIGNING_SECRET, Company, create_company
from tests.local.paths import INSTALLED, PROJECT, WORKSPACE
from tests.local.requests_table import RequestsTable
from tests.local.simulators.slack_actions import post_action
from tests.local.simulators.slack_commands import CommandReply, post_command
from tests.local.simulators.slack_events import post_event
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

# Lambda allows ten. Here a cold start may have to wait for the cold starts of all the other functions.
_INIT_SECONDS = 60.0


class LocalSystem:
    """Runs within its with block, and leaves no process and no socket behind.

    `company` is what it asks about and has the deployed providers, `logs` the folder of the functions' logs,
    `environments` how functions run (at most `most_environments` of each at a time), `runtime_client` what Python runs
    in them, and `retry_delay_seconds` how long Lambda waits before it retries a failed event. While the system runs,
    `variables` are added to the environment of every function: where AWS and Slack are, and whom to trust.
    """

    def __init__(
        self,
        company: Company | None = None,
        *,
        parameters: Mapping[str, str] = PARAMETERS,
        environments: EnvironmentFactory = ExecutionEnvironment,
        logs: Path,
        most_environments: int | None = None,
        runtime_client: tuple[str, ...] = AWSLAMBDARIC,
        retry_delay_seconds: float = 0.2,
    ) -> None:
        self.company = company or create_company(WORKSPACE / "keys")
        self.logs = logs
        self._parameters = {"Providers": ",".join(self.company.providers), **parameters}
        self._environments = environments
        self._most_environments = most_environments
        self._runtime_client = runtime_client
        self._retry_delay_seconds = retry_delay_seconds
        # Filled once the servers listen, which need the service that reads it.
        self.variables: dict[str, str] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with self._exit:
            self._start()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def command(self, text: str, **changes: str) -> CommandReply:
        """Type `/balance text` as a person of the company and return the reply; `changes` are SlashCommand's fields."""
        command = self.company.slack.new_command(text, **changes)
        reply = post_command(self.url, command, SIGNING_SECRET, datetime.now(UTC))
        self.company.slack.show_reply(command, reply)
        return reply

    def press(self, surface: DeliveredMessage | ShownView, action_id: str, **which: str) -> CommandReply:
        """Press a button of a message, a modal or a Home tab as it is shown now; `which` is as for `new_press`.

        Raises ValueError when the person does not see exactly one such button.
        """
        press = self.company.slack.new_press(surface, action_id, **which)
        return post_action(self.url, press, SIGNING_SECRET, datetime.now(UTC))

    def submit(self, view: ShownView, values: Mapping[str, Any], **who: str) -> CommandReply:
        """Fill in the modal that a person sees, by block id, submit it, and show what the front answers.

        Raises ValueError when Slack would not send the form, or not take the answer.
        """
        submission = self.company.slack.new_submission(view, values, **who)
        reply = post_action(self.url, submission, SIGNING_SECRET, datetime.now(UTC))
        self.company.slack.show_submitted(submission, reply)
        return reply

    def open_home(self, tab: str = "home", **who: str) -> CommandReply:
        """Open a tab of the app's Home; `who` are fields of Person."""
        opened = self.company.slack.new_home_opening(tab, **who)
        return post_event(self.url, opened.payload(), SIGNING_SECRET, datetime.now(UTC))

    def fire_schedule(self, scheduled_at: datetime | None = None, *, name: str = "snapshot") -> None:
        """Do what EventBridge Scheduler does when the schedule `snapshot` or `watch` is due, now by default.

        It invokes the target asynchronously, and may do so twice for the same time.
        """
        time = (scheduled_at or datetime.now(UTC)).isoformat()
        (schedule,) = [each for each in self.stack.schedules if each.name == f"{STACK_NAME}-{name}"]
        payload = schedule.payload.replace("<aws.scheduler.scheduled-time>", time)
        self.functions.invoke_async(schedule.target_arn, payload.encode())

    def settle(self, timeout_seconds: float = 120) -> None:
        """Wait until no function runs and no event is queued. Raises TimeoutError."""
        self.functions.drain(timeout_seconds)

    def failed_events(self) -> list[Mapping[str, object]]:
        """Receive what is in the failure queue: the records that went to Lambda's on-failure destinations."""
        url = self._sqs.get_queue_url(QueueName="balance-bot-FailureQueue")["QueueUrl"]
        messages = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def _start(self) -> None:
        for simulator in (*self.company.providers.values(), self.company.slack):
            self._exit.enter_context(simulator)
        self._moto_url = self._exit.enter_context(empty_moto())
        session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        self.dynamodb = session.client("dynamodb", endpoint_url=self._moto_url)
        self.requests_table = RequestsTable(self.dynamodb)
        # Made here because threads may share a client, but may not make one at the same time.
        self._sqs = session.client("sqs", endpoint_url=self._moto_url)
        template = load_template(PROJECT / "template.yaml", self._parameters)
        create_resources(template, self._moto_url, self.company.secrets)
        self.stack: Stack = stack_of(template)
        self._start_functions()

    def _start_functions(self) -> None:
        runtime = Runtime(
            (INSTALLED / "runtime",),
            self.logs,
            WORKSPACE / "pycache",
            self.variables,
            runtime_client=self._runtime_client,
            init_timeout_seconds=_INIT_SECONDS,
        )
        self.functions = LambdaService(
            self.stack.functions,
            runtime,
            environments=self._environments,
            on_failure=self._send_to_queue,
            retry_delay_seconds=self._retry_delay_seconds,
            most_environments=self._most_environments,
        )
        self._invoke_api = self._exit.enter_context(InvokeApi(self.functions))
        self.bus = self._exit.enter_context(EventBus(self.functions, self.stack.rules))
        route = self.stack.http_route
        api = self._exit.enter_context(HttpApi(self.functions, route, self.stack.http_target))
        self.url = api.url + route.partition(" ")[2]
        # Entered last and so stopped first, so that no server waits for a running invocation.
        self._exit.enter_context(self.functions)
        self.variables |= {
            "AWS_ENDPOINT_URL": self._moto_url,
            "AWS_ENDPOINT_URL_LAMBDA": self._invoke_api.url,
            "AWS_ENDPOINT_URL_EVENTBRIDGE": self.bus.url,
            "SLACK_DOMAIN": self.company.slack.domain,
            "SSL_CERT_FILE": str(local_authority().ca_file),
        }

    def _send_to_queue(self, arn: str, record: Mapping[str, object]) -> None:
        url = self._sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(record))
