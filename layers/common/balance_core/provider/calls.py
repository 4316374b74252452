"""Holds a provider's conversations: in parallel up to a limit, within one deadline, with retries.

The event loop and the connections live as long as the process, so a warm invocation does not connect again.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import httpx

from balance_core.deadline import Deadline
from balance_core.errors import RETRIES, ErrorKind, ProviderError
from balance_core.models import Reading
from balance_core.observability import record_latency
from balance_core.provider.http import HttpReply, HttpRequest, new_client, refuse_late, send
from balance_core.provider.kms import Kms
from balance_core.provider.protocol import Context, Conversation, Inquiry, TokenCache
from balance_core.provider.replies import bad_response
from balance_core.provider.signer import KmsKey, Signer
from balance_core.provider.signing import sign
from balance_core.strict_json import JsonError

Outcome = Reading | ProviderError

_MAX_PAUSE_SECONDS = 1.0

# Connections that idle longer are not used again, because a NAT gateway may have dropped them silently. httpx counts on
# the monotonic clock, which stops while Lambda freezes the process.
_MAX_IDLE = timedelta(seconds=60)


class Calls:
    """The I/O of one provider. `now` gives aware UTC, `random_bytes` fresh entropy for every try."""

    def __init__(
        self,
        provider: str,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        client: httpx.AsyncClient | None = None,
        kms: Kms | None = None,
    ) -> None:
        self._kms = kms or Kms(provider)
        self._provider = provider
        self._now = now
        self._random_bytes = random_bytes
        self._runner = asyncio.Runner()
        self._tls = None if client else httpx.create_ssl_context()
        self._client = client or new_client(self._tls)
        self._idle_since = now()

    def close(self) -> None:
        """Close connections and the event loop. Lambda never calls it; tests do."""
        self._runner.run(self._client.aclose())
        self._runner.close()
        self._kms.close()

    def run(
        self,
        inquiries: Sequence[tuple[Inquiry, TokenCache]],
        correlation_id: str,
        deadline: Deadline,
        max_parallel_calls: int,
    ) -> list[Outcome]:
        """The outcome of every inquiry, in their order; each comes with its account's token cache.

        Anything but a ProviderError is a bug: it cancels the other conversations and propagates.
        """
        self._drop_idle_connections()
        contexts = [
            (inquiry, Context(self._now, self._random_bytes, correlation_id, tokens)) for inquiry, tokens in inquiries
        ]
        round_ = Round(self._client, deadline, max_parallel_calls, self._kms)
        try:
            return self._runner.run(_hold_all(round_, contexts))
        finally:
            self._idle_since = self._now()
            record_latency("ProviderLatency", *round_.latencies_ms, provider=self._provider)
            self._kms.report_signatures()

    def try_to_sign(self, signer: Signer, body: bytes, deadline: Deadline) -> None:
        """Make a signature for nobody. Raises ProviderError."""
        try:
            self._runner.run(_signature(self._kms, signer, body, deadline))
        finally:
            self._kms.report_signatures()

    def _drop_idle_connections(self) -> None:
        if self._tls and not timedelta(0) <= self._now() - self._idle_since < _MAX_IDLE:
            self._runner.run(self._client.aclose())
            self._client = new_client(self._tls)


async def _hold_all(round_: "Round", contexts: Sequence[tuple[Inquiry, Context]]) -> list[Outcome]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = []
            for inquiry, context in contexts:
                tasks.append(group.create_task(round_.outcome(inquiry, context)))
                # Let it send its request before the next one signs: otherwise the first waits for the last.
                await asyncio.sleep(0)
    except ExceptionGroup as bugs:
        # Lambda logs type, message and traceback of what is raised, but not the members of a group.
        raise bugs.exceptions[0] from None
    return [task.result() for task in tasks]


class Round:
    """One invocation's conversations with one provider, all before `deadline`.

    A provider that limits our rate counts all our requests together, so its limit pauses all of them.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        deadline: Deadline,
        max_parallel_calls: int,
        kms: Kms,
        clock_seconds: Callable[[], float] = time.monotonic,
        sleep_seconds: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter_seconds: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.latencies_ms: list[int] = []
        self._client = client
        self._deadline = deadline
        self._kms = kms
        self._slots = asyncio.Semaphore(max_parallel_calls)
        self._clock_seconds = clock_seconds
        self._sleep_seconds = sleep_seconds
        self._jitter_seconds = jitter_seconds
        self._resume_at_seconds = clock_seconds()
        self._rate_limit: ProviderError | None = None

    async def outcome(self, inquiry: Inquiry, context: Context) -> Outcome:
        """Hold the conversation, again as often as the error's retries allow and the deadline permits."""
        tries = 0
        while True:
            try:
                async with self._slots:
                    return await self._converse(inquiry, context)
            except ProviderError as error:
                pause_seconds = self._pause_seconds(error, tries)
                if error.kind is ErrorKind.RATE_LIMITED:
                    self._resume_at_seconds = max(self._resume_at_seconds, self._clock_seconds() + pause_seconds)
                    self._rate_limit = error
                if tries >= error.retries or pause_seconds >= self._deadline.remaining_seconds():
                    return error
            await self._sleep_seconds(pause_seconds)
            tries += 1

    async def _converse(self, inquiry: Inquiry, context: Context) -> Reading:
        # Before the conversation starts: it stamps and signs its request when it yields it.
        await self._wait_for_permission()
        conversation = inquiry.start(context)
        step = _advance(conversation, None)
        while isinstance(step, HttpRequest):
            if step.signer is not None:
                step = step.signed(await self._signature(step.signer, step.body))
            await self._wait_for_permission()
            started_seconds = time.monotonic()
            try:
                reply = await send(self._client, step, self._deadline)
            finally:
                self.latencies_ms.append(round((time.monotonic() - started_seconds) * 1000))
            step = _advance(conversation, reply)
        return step

    async def _signature(self, signer: Signer, body: bytes) -> str:
        """Other conversations go on while AWS KMS signs: waiting for it must not take up one of their slots."""
        if not isinstance(signer, KmsKey):
            return await _signature(self._kms, signer, body, self._deadline)
        self._slots.release()
        try:
            return await _signature(self._kms, signer, body, self._deadline)
        finally:
            await self._slots.acquire()

    def _pause_seconds(self, error: ProviderError, tries: int) -> float:
        """As long as the provider asked for, else doubling from the retry table's pause, with up to as much jitter."""
        if error.retry_after_seconds is not None:
            return error.retry_after_seconds
        pause_seconds = min(_MAX_PAUSE_SECONDS, RETRIES[error.kind].pause_seconds * (1 << tries))
        return pause_seconds + self._jitter_seconds(0, pause_seconds)

    async def _wait_for_permission(self) -> None:
        """Wait out the provider's rate limit. Raises ProviderError, unsent, when there is no time left to ask.

        That is rate_limited, as the provider said, when its limit ends after the deadline; else timeout.
        """
        while (pause_seconds := self._resume_at_seconds - self._clock_seconds()) > 0:
            if pause_seconds >= self._deadline.remaining_seconds():
                break
            await self._sleep_seconds(pause_seconds)
        if self._rate_limit and pause_seconds >= self._deadline.remaining_seconds():
            raise self._rate_limit
        refuse_late(self._deadline)


async def _signature(kms: Kms, signer: Signer, body: bytes, deadline: Deadline) -> str:
    if isinstance(signer, KmsKey):
        return await kms.sign(signer.alias, body, deadline)
    return sign(signer.private_key, body)


def _advance(conversation: Conversation, reply: HttpReply | None) -> HttpRequest | Reading:
    """The conversation's next request, or its result. A JsonError that it does not handle becomes bad_response."""
    try:
        return next(conversation) if reply is None else conversation.send(reply)
    except StopIteration as finished:
        reading: Reading = finished.value
        return reading
    except JsonError as exc:
        raise bad_response(exc) from exc
