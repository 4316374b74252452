"""All three provider functions and the aggregator in one process, with real sockets to every provider.

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
from typing import Any, cast
from unittest.mock import patch

import msgspec

from balance_aggregator.aggregator import Aggregator
from balance_core.errors import ErrorKind
from balance_core.provider.function import ProviderFunction
from balance_core.provider.http import new_client
from tests.faults.certificates import Certificates, make_certificates
from tests.faults.dialects import Dialect, Pagsmile, PayBy, PayerMax
from tests.faults.fault_class import FaultClass
from tests.faults.matrix import Case
from tests.faults.transport import honest
from tests.integration.printed import captured_log
from tests.provider_fixtures import OneSecret, short_retry_pauses

_AGGREGATOR_ENVIRONMENT = {
    "PROVIDERS": "pagsmile,payby,payermax",
    "PROVIDER_FUNCTION": "{provider}",
    "EVENT_BUS_NAME": "none",
    "BALANCES_TABLE": "none",
    "DEADLINE_SECONDS": "19",
}
_PROVIDER_ENVIRONMENT = {"SECRET_NAME": "balance-bot/provider", "DEADLINE_SECONDS": "60"}
# A function keeps a second of its time for itself, so a provider that is too slow has 0.4 s. No other deadline decides
# a case, so a busy machine changes no outcome.
_SHORT_MS, _AMPLE_MS, _MARGIN_MS = 1_400, 60_000, 1_000
# What an answer that waits for no deadline takes at most on an idle machine.
_PROMPT_SECONDS = 2.0


@dataclass(frozen=True)
class Observation:
    """What came of one case: the functions' answers by provider, the aggregator's answer, time and memory.

    `late_seconds` counts from the longest deadline, or from two seconds if that is sooner. `peak_bytes` is 0 unless
    tracemalloc runs.
    """

    provider_answers: Mapping[str, dict[str, Any]]
    answer: dict[str, Any]
    late_seconds: float
    peak_bytes: int


class _Household:
    """One provider's dialect and function, and the honest server that answers when nothing is wrong."""

    def __init__(self, dialect: Dialect, certificates: Certificates, exits: ExitStack) -> None:
        self.dialect = dialect
        exits.callback(dialect.local.simulator.stop)
        self._secret = OneSecret()
        self.function = ProviderFunction(dialect.provider, self._secret.store, client=new_client(certificates.trusted))
        exits.callback(self.function.close)
        self.honest_url = exits.enter_context(honest()(dialect, certificates))

    def move(self, base_url: str) -> None:
        """Let the function ask the provider at `base_url` from now on."""
        account = {**self.dialect.local.account, "base_url": base_url}
        self._secret.keep(json.dumps({"accounts": {"main": account}}))


class House:
    """Asks everybody while some providers are faulty."""

    def __init__(self, households: Mapping[str, _Household], certificates: Certificates) -> None:
        self._households = households
        self._certificates = certificates
        self._remaining_ms: dict[str, int] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._aggregator = Aggregator(self._invoke, cast(Any, None), cast(Any, None))  # no snapshot is asked for

    def ask(self, case: Case) -> Observation:
        """One question through the aggregator, while the providers in `case` are faulty."""
        self._answers = {}
        event = {"currencies": sorted({code for fault in case.values() for code in fault.currencies}) or None}
        with ExitStack() as faults:
            for name, household in self._households.items():
                fault = case.get(name)
                self._remaining_ms[name] = _remaining_ms(name, fault)
                place = fault.place(household.dialect, self._certificates) if fault else None
                household.move(faults.enter_context(place) if place else household.honest_url)
            tracemalloc.reset_peak()
            before_bytes, started_seconds = tracemalloc.get_traced_memory()[0], time.monotonic()
            answer = self._aggregator.answer(event, _AGGREGATOR_ENVIRONMENT, _AMPLE_MS)
            took_seconds = time.monotonic() - started_seconds
            peak_bytes = tracemalloc.get_traced_memory()[1] - before_bytes
        longest_seconds = max((self._remaining_ms[name] - _MARGIN_MS for name in case), default=_AMPLE_MS) / 1000
        late_seconds = took_seconds - min(longest_seconds, _PROMPT_SECONDS)
        return Observation(dict(self._answers), _through_json(answer), late_seconds, peak_bytes)

    def _invoke(self, function_arn: str, payload: bytes) -> bytes:
        """What Lambda does: JSON in, JSON out. A function's name stands for its ARN."""
        function, remaining_ms = self._households[function_arn].function, self._remaining_ms[function_arn]
        answer = function.answer(json.loads(payload), _PROVIDER_ENVIRONMENT, remaining_ms)
        self._answers[function_arn] = _through_json(answer)
        return msgspec.json.encode(answer)


def _remaining_ms(provider: str, fault: FaultClass | None) -> int:
    return _SHORT_MS if fault and fault.right_for(provider) is ErrorKind.TIMEOUT else _AMPLE_MS


def _through_json(answer: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(msgspec.json.encode(answer))
    return read


@contextmanager
def open_house() -> Iterator[House]:
    """A house that keeps what its functions print to itself. It counts memory while tracemalloc runs."""
    with ExitStack() as exits:
        exits.enter_context(patch.dict(os.environ, POWERTOOLS_METRICS_NAMESPACE="BalanceBot"))
        exits.enter_context(redirect_stdout(io.StringIO()))
        exits.enter_context(captured_log())
        exits.enter_context(short_retry_pauses())
        certificates = make_certificates()
        keys = Path(exits.enter_context(TemporaryDirectory()))
        dialects = (PayBy(keys), PayerMax(keys), Pagsmile(keys))
        house = House({each.provider.name: _Household(each, certificates, exits) for each in dialects}, certificates)
        house.ask({})  # so that what is made once is not counted as a fault's memory
        yield house
