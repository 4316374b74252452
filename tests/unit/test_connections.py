"""Which client a call gets. What becomes of the connections themselves is in the tests of the caller."""

import asyncio
import ssl

import pytest

from balance_core.connections import Connections


@pytest.fixture
def connections() -> Connections:
    return Connections(ssl.create_default_context())


def test_calls_at_once_have_a_client_each_and_the_next_one_has_the_last_of_them(connections: Connections) -> None:
    async def calls() -> None:
        async with connections.client() as first, connections.client() as second:
            assert second is not first
        async with connections.client() as next_one:
            assert next_one is first
            async with connections.client() as another:
                assert another is second

    asyncio.run(calls())


def test_after_a_failed_call_nothing_is_used_again(connections: Connections) -> None:
    async def calls() -> None:
        async with connections.client() as first, connections.client() as second:
            pass
        with pytest.raises(ConnectionError):
            async with connections.client() as used:
                raise ConnectionError
        assert used is first
        assert first.is_closed
        assert second.is_closed
        async with connections.client() as fresh:
            assert not fresh.is_closed

    asyncio.run(calls())


def test_closing_closes_every_client_that_is_not_in_use(connections: Connections) -> None:
    async def calls() -> None:
        async with connections.client() as first, connections.client() as second:
            pass
        await connections.aclose()
        assert first.is_closed
        assert second.is_closed

    asyncio.run(calls())
