"""Connections to a provider that outlive a question: a client for each call under way, of one connection each.

One client for all calls would be httpx's way. But httpcore's pool looks at each of its idle connections, with system
calls, whenever a request comes or goes: with twenty of them, that is more work than signing and verifying.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from balance_core.http import new_client


class Connections:
    """As many clients as there were calls at once, kept for the life of the process.

    `trusted` says whose certificates are believed; without it, the public authorities'.
    """

    def __init__(self, trusted: ssl.SSLContext | None = None) -> None:
        # Read once, while Lambda initialises the function, and not for each client: it takes 30 ms.
        self._trusted = trusted or httpx.create_ssl_context(trust_env=False)
        self._idle: list[httpx.AsyncClient] = []

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client for one call, the one that was used last: its connection is the likeliest to be alive still.

        After a call that raised nothing is used again: nobody knows in what state its connection was left, and those
        that are idle are older than it was, so whoever closed it has closed them as well.
        """
        client = self._idle.pop() if self._idle else new_client(self._trusted)
        try:
            yield client
        except BaseException:
            await client.aclose()
            await self.aclose()
            raise
        self._idle.append(client)

    async def aclose(self) -> None:
        """Close every connection that no call is using."""
        while self._idle:
            await self._idle.pop().aclose()
