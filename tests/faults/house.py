"""The house in one process: three warm provider functions and the aggregator, with real sockets to every provider.

Only Lambda's Invoke API is left out: the aggregator calls the functions directly, through JSON both ways.
"""

import io
import json
import os
import time
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from balance_aggregator.aggregator import Aggregator
from balance_core.connections import Connections
from balance_core.provider import ProviderFunction
from balance_core.secrets import SecretStore
from tests.contract.provider_worlds import FakeSecretsManager
from tests.faults.certificates import Certificates, make_certificates
from tests.faults.dialects import Dialect, all_dialects
from tests.faults.matrix import Case
from tests.faults.places import answering
from tests.integration.fault_server import FaultServer
from tests.integration.printed import captured_log

_ENVIRONMENT = {
    "DEADLINE_SECONDS": "12",
    "SECRET_NAME": "balance-bot/provider",
    "PROVIDER_FUNCTIONS": "pagsmile=pagsmile,payby=payby,payermax=payermax",
    "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
    "POWERTOOLS_SERVICE_NAME": "test",
}
# A function keeps a second of its own time for its answer, so its provider has what is left.
_MARGIN_MS = 1_000
_AGGREGATOR_MS = 13_000
# What no answer takes that is not waited for, its retry included; the deadline is longer, for a machine that is busy.
_PROMPT_SECONDS = 2.0


@dataclass(frozen=True)
class Observation:
    """What came of one case: the functions' answers by provider, the aggregator's, its time, the memory it needed.

    `late_seconds` is the time after the slowest provider at fault should have been done, negative when it was sooner.
    `processor_seconds` is what all of it took of a processor, the providers' side included.
    """

    provider_answers: Mapping[str, dict[str, Any]]
    answer: dict[str, Any]
    late_seconds: float
    processor_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Household:
    """One provider's dialect and function, and the honest server that answers when nothing is wrong."""

    dialect: Dialect
    function: ProviderFunction
    secrets: FakeSecretsManager
    honest_url: str

    def move(self, base_url: str) -> None:
        """Let the provider be met at `base_url` from now on."""
        provider = self.dialect.provider
        accounts = {"main": {provider.merchant: "main"}}
        secret = {**provider.shared, "base_url": base_url, "accounts": accounts}
        if "currencies" in secret:
            secret["currencies"] = ["USD"]
        self.secrets.text = json.dumps(secret)


class House:
    """Asks everybody, while some providers are at fault."""

    def __init__(self, households: Mapping[str, Household], certificates: Certificates) -> None:
        self._households = households
        self._certificates = certificates
        self._remaining_ms: dict[str, int] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._aggregator = Aggregator(self._invoke)

    def ask(self, case: Case) -> Observation:
        """One question through the aggregator, while the providers in `case` are at fault."""
        self._answers = {}
        deadlines_seconds = {name: fault.deadline_seconds_for(name) for name, fault in case.items()}
        currencies = {code for fault in case.values() for code in fault.currencies}
        event = {"currencies": sorted(currencies) or None}
        with ExitStack() as faults:
            for name, household in self._households.items():
                fault = case.get(name)
                self._remaining_ms[name] = round(deadlines_seconds.get(name, 8.0) * 1000) + _MARGIN_MS
                place = fault.place(household.dialect, self._certificates) if fault else None
                household.move(faults.enter_context(place) if place else household.honest_url)
            tracemalloc.reset_peak()
            before_bytes, _ = tracemalloc.get_traced_memory()
            started_seconds, used_seconds = time.monotonic(), time.process_time()
            answer = self._aggregator.answer(event, _AGGREGATOR_MS)
            took_seconds = time.monotonic() - started_seconds
            processor_seconds = time.process_time() - used_seconds
            _, peak_bytes = tracemalloc.get_traced_memory()
        late_seconds = took_seconds - min(max(deadlines_seconds.values(), default=8.0), _PROMPT_SECONDS)
        through_json = json.loads(json.dumps(answer))
        return Observation(
            dict(self._answers), through_json, late_seconds, processor_seconds, peak_bytes - before_bytes
        )

    def _invoke(self, function_arn: str, payload: bytes) -> bytes:
        """What Lambda does: JSON in, JSON out, and the name of the function for its ARN."""
        function = self._households[function_arn].function
        returned = json.dumps(function.answer(json.loads(payload), self._remaining_ms[function_arn]))
        self._answers[function_arn] = json.loads(returned)
        return returned.encode()


@contextmanager
def open_house() -> Iterator[House]:
    """A house with its own environment, which keeps what its functions print to itself and counts memory."""
    with ExitStack() as stack:
        stack.enter_context(_environment())
        stack.enter_context(redirect_stdout(io.StringIO()))
        stack.enter_context(captured_log())
        certificates = make_certificates(Path(stack.enter_context(TemporaryDirectory())))
        households = {each.name: _household(each, certificates, stack) for each in all_dialects()}
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        house = House(households, certificates)
        house.ask({})  # what is made once is not what a fault costs
        yield house


def _household(dialect: Dialect, certificates: Certificates, stack: ExitStack) -> Household:
    stack.callback(dialect.simulator.stop)
    secrets = FakeSecretsManager("{}")
    store = SecretStore(secrets.fetch, ttl_seconds=0)
    connections = Connections(certificates.trusted)
    function = ProviderFunction(dialect.name, dialect.provider.plan, store, connections=connections)
    stack.callback(function.close)
    server = stack.enter_context(FaultServer(answering(dialect), certificates.valid))
    return Household(dialect, function, secrets, server.url)


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
