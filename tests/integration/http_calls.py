"""One call with a client of its own, for tests about what becomes of it."""

import asyncio
from collections.abc import Mapping

import pytest

from balance_core.errors import ProviderError
from balance_core.http import Deadline, HttpReply, HttpRequest, new_client, send

# Long enough that a loaded machine keeps it where it should hold, short enough where a test waits for it.
AMPLE_SECONDS = 20.0
SHORT_SECONDS = 0.3
# A host that nobody knows: no name may be so long, so every resolver says it at once, and asks no DNS server, which
# may be far away, mute, or know every name.
UNKNOWN_HOST = f"{'balance-bot.' * 22}invalid"


def call(url: str, seconds: float = AMPLE_SECONDS, headers: Mapping[str, str] | None = None) -> HttpReply:
    """POST an empty JSON object. Raises ProviderError as `send` does."""

    async def run() -> HttpReply:
        async with new_client() as client:
            return await send(client, HttpRequest(url, headers or {}, b"{}"), Deadline(seconds))

    return asyncio.run(run())


def failure(url: str, seconds: float = AMPLE_SECONDS, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that the same call raises."""
    with pytest.raises(ProviderError) as caught:
        call(url, seconds, headers)
    return caught.value
