"""One HTTP call as the layer makes it, for tests that look at what becomes of it."""

import asyncio
from collections.abc import Mapping

import pytest

from balance_core.deadline import Deadline
from balance_core.errors import ProviderError
from balance_core.provider.http import HttpReply, HttpRequest, new_client, send

# Long enough for a loaded machine where the call must succeed; short where the test waits for the deadline.
AMPLE_SECONDS = 20.0
SHORT_SECONDS = 0.3
# Longer than any host name may be, so every resolver rejects it at once, without asking a DNS server.
UNKNOWN_HOST = f"{'balance-bot.' * 22}invalid"


def calls(
    url: str, times: int, seconds: float = AMPLE_SECONDS, headers: Mapping[str, str] | None = None
) -> list[HttpReply]:
    """POST an empty JSON object `times` times, one after another, with one new client."""

    async def run() -> list[HttpReply]:
        request = HttpRequest("POST", url, headers or {}, b"{}")
        async with new_client() as client:
            return [await send(client, request, Deadline(seconds)) for _ in range(times)]

    return asyncio.run(run())


def call(url: str, seconds: float = AMPLE_SECONDS, headers: Mapping[str, str] | None = None) -> HttpReply:
    """One such call. Raises ProviderError as `send` does."""
    return calls(url, 1, seconds, headers)[0]


def failure(url: str, seconds: float = AMPLE_SECONDS, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that the call raises."""
    with pytest.raises(ProviderError) as caught:
        call(url, seconds, headers)
    return caught.value
