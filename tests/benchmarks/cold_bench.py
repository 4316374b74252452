"""Cold starts of every function and of the baselines, with everything they talk to already running.

Each function's event is what the function before it really sent. Each start is checked by its effect, so that a
baseline that skips its work cannot be fast.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.benchmarks.aws_stand_in import AwsStandIn
from tests.benchmarks.process import Start, start
from tests.local.aws.cloudformation import load_template
from tests.local.aws.function_names import function_arn
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.http_api import http_event
from tests.local.aws.stack import STACK_NAME, FunctionSpec
from tests.local.aws.template import stack_of
from tests.local.certificates import local_authority
from tests.local.company import PARAMETERS, SIGNING_SECRET, create_company
from tests.local.http_server import Request
from tests.local.paths import INSTALLED, PROJECT, WORKSPACE
from tests.local.simulators.slack_commands import signed_headers

PROVIDERS = ("pagsmile", "payby", "payermax")
# The baseline of the providers asks PayerMax. PayBy makes one call per currency, so it is asked about one.
_QUESTIONS = {"payby": b'{"currencies": ["AED"]}'}
_BASELINES = Path(__file__).parent / "baselines"
# Each runs with the environment, packages and settings of the function that it is compared with.
_BASELINE_OF = {"baseline_front": "slack", "baseline_aggregator": "aggregator", "baseline_provider": "payermax"}


def function_specs() -> dict[str, FunctionSpec]:
    """Every function of the template by its name without the stack's."""
    stack = stack_of(load_template(PROJECT / "template.yaml", PARAMETERS))
    return {name.removeprefix(f"{STACK_NAME}-"): spec for name, spec in stack.functions.items()}


class ColdBench:
    """A with block; `folder` takes logs and compiled modules.

    Functions and baselines share the folder of compiled modules, which is empty at first. The first round compiles
    every module that runs; later rounds load its .pyc file.
    """

    def __init__(self, folder: Path) -> None:
        self._company = create_company(WORKSPACE / "keys")
        self._aws = AwsStandIn(self._company.secrets)
        self._pycache = folder / "pycache"
        self._runtime = Runtime((INSTALLED / "runtime",), folder / "logs", self._pycache, self._variables())
        self._specs = function_specs()
        for name, function in _BASELINE_OF.items():
            self._specs[name] = replace(
                self._specs[function], name=name, handler=f"{name}.handler", code=_BASELINES, snap_start=False
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._aws.close()
        for simulator in (*self._company.providers.values(), self._company.slack):
            simulator.stop()

    def compiled_modules(self) -> int:
        """How many .pyc files there are."""
        return sum(1 for _ in self._pycache.rglob("*.pyc"))

    def round(self) -> dict[str, Start]:
        """One cold start of each. Raises FunctionFailedError, or AssertionError when one did not do its work."""
        starts = {name: self._start_provider(name) for name in PROVIDERS}
        starts["baseline_provider"] = self._start_baseline_provider(starts["payermax"])
        starts["aggregator"] = self._start_aggregator("aggregator")
        starts["baseline_aggregator"] = self._start_aggregator("baseline_aggregator")
        self._check_totals(starts["aggregator"], starts["baseline_aggregator"])
        starts["slack"] = self._start_front("slack")
        job = self._aws.queued[-1]
        starts["baseline_front"] = self._start_front("baseline_front")
        starts["slack-reporter"] = self._start_reporter(job)
        return starts

    def _start(self, name: str, payload: bytes = b"{}") -> Start:
        return start(self._specs[name], self._runtime, payload)

    def _start_provider(self, name: str) -> Start:
        simulator = self._company.providers[name]
        before = len(simulator.requests)
        started = self._start(name, _QUESTIONS.get(name, b"{}"))
        answer = json.loads(started.payload)
        assert answer["reports"], f"{name}: {answer}"
        assert len(simulator.requests) == before + 1, f"{name} did not send exactly one request"
        self._keep_answer(name, started)
        return started

    def _start_baseline_provider(self, ours: Start) -> Start:
        simulator = self._company.providers["payermax"]
        before = len(simulator.requests)
        started = self._start("baseline_provider")
        assert len(simulator.requests) == before + 1, "the baseline did not send exactly one request"
        rows = json.loads(started.payload)["balances"]
        amounts = {(row["accountType"], row["currency"]): Decimal(row["balance"]) for row in rows}
        assert amounts == _amounts(ours), f"the baseline read other balances: {amounts}"
        return started

    def _start_aggregator(self, name: str) -> Start:
        self._aws.invoked.clear()
        started = self._start(name)
        wanted = sorted(function_arn(self._specs[provider].name, "live") for provider in PROVIDERS)
        assert sorted(self._aws.invoked) == wanted, f"{name} did not ask every provider once: {self._aws.invoked}"
        if name == "aggregator":
            self._keep_answer(name, started)
        return started

    def _check_totals(self, ours: Start, baseline: Start) -> None:
        totals = json.loads(baseline.payload)["totals"]
        for total in json.loads(ours.payload)["totals"]:
            if total["available"] is not None:
                available = Decimal(totals[total["currency"]])
                assert available == Decimal(total["available"]), f"the baseline has other totals: {totals}"

    def _start_front(self, name: str) -> Start:
        command = self._company.slack.new_command("")
        self._aws.queued.clear()
        body = command.body()
        now = datetime.now(UTC)
        headers = {name.lower(): value for name, value in signed_headers(SIGNING_SECRET, body, now).items()}
        started = self._start(name, json.dumps(http_event(Request("POST", "/slack", headers, body), now)).encode())
        assert json.loads(started.payload)["statusCode"] == 200, f"{name}: {started.payload!r}"
        assert len(self._aws.queued) == 1, f"{name} did not queue exactly one job"
        assert command.response_url.encode() in self._aws.queued[0], f"{name} queued another job"
        return started

    def _start_reporter(self, job: bytes) -> Start:
        before = len(self._company.slack.messages)
        started = self._start("slack-reporter", job)
        assert len(self._company.slack.messages) == before + 1, "the reporter did not deliver exactly one answer"
        return started

    def _keep_answer(self, name: str, started: Start) -> None:
        """What callers of the function get for the rest of the round, whether they use its alias or not."""
        for alias in (None, "live"):
            self._aws.answers[function_arn(self._specs[name].name, alias)] = started.payload

    def _variables(self) -> Mapping[str, str]:
        return {
            "AWS_ENDPOINT_URL": self._aws.url,
            "SLACK_DOMAIN": self._company.slack.domain,
            "SSL_CERT_FILE": str(local_authority().ca_file),
        }


def _amounts(started: Start) -> dict[tuple[str, str], Decimal]:
    """Each balance of a PayerMax answer, of which every row has one amount."""
    found: dict[tuple[str, str], Decimal] = {}
    answer: Any = json.loads(started.payload)
    for balance in (balance for report in answer["reports"] for balance in report["balances"]):
        (amount,) = (balance[name] for name in ("available", "pending", "frozen") if balance[name] is not None)
        found[balance["account_type"], balance["currency"]] = Decimal(amount)
    return found
