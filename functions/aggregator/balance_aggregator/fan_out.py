"""Asks every provider function at once and waits for all of them, but never past the deadline."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from balance_aggregator.invoker import Invoke
from balance_core.contract import read_provider_answer
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import ProviderAnswer
from balance_core.question import Question
from balance_core.wire import WireError, dumps, loads


@dataclass(frozen=True, slots=True)
class Leg:
    """How asking one provider went, and how long it took."""

    provider: str
    outcome: ProviderAnswer | ProviderError
    latency_ms: int


def ask_all(
    functions: Mapping[str, str],
    question: Question,
    timeout_seconds: float,
    invoke: Invoke,
    clock_seconds: Callable[[], float] = time.monotonic,
) -> list[Leg]:
    """One leg for each provider in `functions` (at least one), in order, at the latest after `timeout_seconds`.

    `invoke` is called once for each, from threads of its own. Anything but a ProviderError is a bug and propagates.
    """
    payload = dumps(question.to_wire())
    started_seconds = clock_seconds()

    def latency_ms() -> int:
        return round((clock_seconds() - started_seconds) * 1000)

    def ask(provider: str, function_arn: str) -> Leg:
        try:
            return Leg(provider, _read(provider, invoke(function_arn, payload)), latency_ms())
        except ProviderError as exc:
            return Leg(provider, exc, latency_ms())

    executor = ThreadPoolExecutor(max_workers=len(functions), thread_name_prefix="leg")
    pending = {provider: executor.submit(ask, provider, arn) for provider, arn in functions.items()}
    done, _ = wait(pending.values(), timeout=max(0, timeout_seconds))
    # Not waiting: a leg that is late still holds its thread until its connection's own timeout, and is not read again.
    executor.shutdown(wait=False)
    late = ProviderError(ErrorKind.TIMEOUT, "did not answer before the deadline: try again in a minute")
    return [leg.result() if leg in done else Leg(provider, late, latency_ms()) for provider, leg in pending.items()]


def _read(provider: str, payload: bytes) -> ProviderAnswer:
    try:
        answer = read_provider_answer(loads(payload))
    except WireError as exc:
        raise _not_understood(str(exc)) from exc
    names = [report.provider for report in answer.reports] + [failure.provider for failure in answer.failures]
    if any(name != provider for name in [answer.provider, *names]):
        raise _not_understood("it speaks for another provider")
    return answer


def _not_understood(problem: str) -> ProviderError:
    advice = "try again in a minute, then deploy all functions together"
    return ProviderError(ErrorKind.BAD_RESPONSE, f"gave an answer that cannot be understood ({problem}): {advice}")
