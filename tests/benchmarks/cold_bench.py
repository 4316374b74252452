"""Everything around a cold start: the functions as the template makes them, and what they talk to, all at once ready.

Each function's event is the one that the function before it really sent, so that no format is repeated here.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.aws_stand_in import AwsStandIn
from tests.benchmarks.process import Start, UnexpectedAnswerError, like, restored_ms, start
from tests.local.aws.cloudformation import load_template
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.function_url import url_event
from tests.local.aws.loopback_http import Request
from tests.local.aws.stack import FunctionSpec
from tests.local.aws.template import stack_of
from tests.local.company import BOT_TOKEN, PARAMETERS, SIGNING_SECRET, Company, found_company
from tests.local.simulators.slack_commands import signed_headers
from tests.local.system import INSTALLED, PROJECT, WORKSPACE, build_paths

_BASELINES = Path(__file__).parent / "baselines"
PROVIDERS = ("pagsmile", "payby", "payermax")


class ColdBench:
    """A with block. `specs` are the functions and baselines by short name, `runtime` is how each is started."""

    def __init__(self, logs: Path) -> None:
        self.company: Company = found_company(WORKSPACE / "keys")
        self._aws = AwsStandIn(self.company.secrets)
        self.runtime = Runtime((INSTALLED / "runtime",), logs, WORKSPACE / "pycache", self._variables())
        functions = stack_of(load_template(PROJECT / "template.yaml", PARAMETERS), build_paths()).functions
        self.specs: dict[str, FunctionSpec] = {
            name.removeprefix("balance-bot-"): spec for name, spec in functions.items()
        }
        self.specs |= self._baselines()

    def __enter__(self) -> Self:
        for simulator in (*self.company.providers.values(), self.company.slack):
            simulator.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._aws.close()
        for simulator in (*self.company.providers.values(), self.company.slack):
            simulator.stop()

    def round(self) -> dict[str, Start]:
        """One cold start of each, in the order in which a question passes them backwards, baselines in between.

        Raises UnexpectedAnswerError when one does not answer as it should.
        """
        starts: dict[str, Start] = {}
        for name in PROVIDERS:
            starts[name] = self._start(name)
            self._keep_answer(name, starts[name])
        starts["baseline_provider"] = self._start("baseline_provider")
        starts["aggregator"] = self._start("aggregator")
        self._keep_answer("aggregator", starts["aggregator"])
        starts["baseline_boto3"] = self._start("baseline_boto3")
        starts["slack"] = self._start("slack", self.command())
        job = self._aws.queued[-1]
        starts["baseline_bolt"] = self._start("baseline_bolt", self.command())
        for name in ("slack", "baseline_bolt"):
            if json.loads(starts[name].payload)["statusCode"] != 200:
                raise UnexpectedAnswerError(f"{name} does not acknowledge: {starts[name].payload!r}")
        told = len(self.company.slack.messages)
        starts["slack-reporter"] = self._start("slack-reporter", job)
        if len(self.company.slack.messages) == told:
            raise UnexpectedAnswerError("slack-reporter delivered nothing")
        starts["baseline_empty"] = self._start("baseline_empty")
        return starts

    def restored_ms(self) -> float:
        """One first answer of the Slack front that starts from a snapshot: see process.restored_ms."""
        return restored_ms(self.specs["slack"], self.runtime, self.command())

    def command(self) -> bytes:
        """The event of a signed `/balance` that is posted now to the front's URL."""
        body = self.company.slack.new_command("").body()
        now = datetime.now(UTC)
        headers = Message()
        for name, value in signed_headers(SIGNING_SECRET, body, now).items():
            headers[name] = value
        return json.dumps(url_event(Request("POST", "/", headers, body, "127.0.0.1"), now)).encode()

    def _start(self, name: str, payload: bytes = b"{}") -> Start:
        return start(self.specs[name], self.runtime, payload)

    def _keep_answer(self, name: str, started: Start) -> None:
        """Let whoever invokes the function in this round get what it has just answered."""
        if not json.loads(started.payload)["reports"]:
            raise UnexpectedAnswerError(f"{name}: {started.payload!r}")
        function = self.specs[name].name
        for qualified in (function, f"{function}:live"):
            self._aws.answers[f"arn:aws:lambda:eu-central-1:123456789012:function:{qualified}"] = started.payload

    def _variables(self) -> Mapping[str, str]:
        slack = self.company.slack
        return {
            "AWS_ENDPOINT_URL": self._aws.url,
            "ALLOW_INSECURE_PROVIDER_URLS": "true",
            "SLACK_API_URL": slack.api_url,
            "SLACK_RESPONSE_URL_ORIGIN": slack.url,
        }

    def _baselines(self) -> dict[str, FunctionSpec]:
        slack = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_BOT_TOKEN": BOT_TOKEN}
        kin = {"baseline_empty": "payby", "baseline_boto3": "aggregator", "baseline_provider": "payby"}
        plain = {name: like(self.specs[function], name, _BASELINES) for name, function in kin.items()}
        return plain | {"baseline_bolt": like(self.specs["slack"], "baseline_bolt", _BASELINES, slack)}
