"""Sends a provider's exchanges: in parallel up to a limit, inside one deadline, on connections that are kept.

The event loop and its connections live as long as the process, so that a warm invocation does not connect anew.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from balance_core.connections import Connections
from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Exchange, Stamp
from balance_core.http import Deadline, send
from balance_core.models import Balance
from balance_core.observability import record_latency
from balance_core.pace import Pace
from balance_core.retries import with_retries

Outcome = Sequence[Balance] | ProviderError


class Caller:
    """The I/O side of one provider: `now` gives aware UTC, `random_bytes` fresh entropy for every try."""

    def __init__(
        self,
        provider: str,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        connections: Connections | None = None,
    ) -> None:
        self._provider = provider
        self._now = now
        self._random_bytes = random_bytes
        self._runner = asyncio.Runner()
        self._connections = connections or Connections()

    def close(self) -> None:
        """Close connections and the event loop. Lambda never calls it; a test that made the object does."""
        self._runner.run(self._connections.aclose())
        self._runner.close()

    def run(
        self, exchanges: Sequence[Exchange], correlation_id: str, deadline: Deadline, most_calls: int
    ) -> list[Outcome]:
        """The outcome of every exchange, in their order; at most `most_calls` of them are under way at once.

        Anything but a ProviderError is a bug: it ends the other exchanges and propagates as itself.
        """
        return self._runner.run(self._run_all(exchanges, correlation_id, deadline, most_calls))

    async def _run_all(
        self, exchanges: Sequence[Exchange], correlation_id: str, deadline: Deadline, most_calls: int
    ) -> list[Outcome]:
        pace = Pace(most_calls, deadline)
        latencies_ms: list[int] = []

        async def outcome(exchange: Exchange) -> Outcome:
            try:
                attempt = partial(self._attempt, exchange, correlation_id, deadline, pace, latencies_ms)
                return await with_retries(attempt, deadline)
            except ProviderError as exc:
                return exc

        try:
            async with asyncio.TaskGroup() as group:
                tasks = []
                for exchange in exchanges:
                    tasks.append(group.create_task(outcome(exchange)))
                    # Begun all at once, the first call would be sent only after the last is signed.
                    await asyncio.sleep(0)
        except ExceptionGroup as bugs:
            # Lambda logs the type, message and traceback of what is raised, and nothing of what a group holds.
            raise bugs.exceptions[0] from None
        finally:
            record_latency("ProviderLatency", *latencies_ms, provider=self._provider)
        return [task.result() for task in tasks]

    async def _attempt(
        self, exchange: Exchange, correlation_id: str, deadline: Deadline, pace: Pace, latencies_ms: list[int]
    ) -> Sequence[Balance]:
        async with pace.turn() as limits_so_far:
            request = exchange.request(Stamp(self._now(), correlation_id, self._random_bytes))
            started_seconds = time.monotonic()
            try:
                async with self._connections.client() as client:
                    reply = await send(client, request, deadline)
            finally:
                latencies_ms.append(round((time.monotonic() - started_seconds) * 1000))
        try:
            return exchange.read(reply, self._now())
        except ProviderError as exc:
            if exc.kind is ErrorKind.RATE_LIMITED:
                pace.slow_down(exc, limits_so_far)
            raise
