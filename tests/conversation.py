"""Holds a provider's conversation by hand, without an event loop or a network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count

import httpx
import pytest

from balance_core.errors import ProviderError
from balance_core.models import Balance, Reading
from balance_core.provider.http import HttpReply, HttpRequest
from balance_core.provider.protocol import Context, Inquiry
from balance_core.provider.signer import LocalKey
from balance_core.provider.signing import sign
from tests.clock import NOW

CORRELATION_ID = "9f2c4e1ab07d3c55"


def counting_bytes() -> Callable[[int], bytes]:
    """A source of "random" bytes that continues 0, 1, 2, ... from call to call."""
    numbers = count()
    return lambda length: bytes(next(numbers) % 256 for _ in range(length))


def new_context(now: datetime = NOW, correlation_id: str = CORRELATION_ID) -> Context:
    """A context in which time stands still and the random bytes are 0, 1, 2, ..."""
    return Context(lambda: now, counting_bytes(), correlation_id)


def first_request(inquiry: Inquiry, context: Context | None = None) -> HttpRequest:
    """What the conversation sends first, signed. Raises ProviderError when it ends before it asks."""
    request = next(inquiry.start(context or new_context()))
    if isinstance(request.signer, LocalKey):
        return request.signed(sign(request.signer.private_key, request.body))
    return request


def reading_of(inquiry: Inquiry, *replies: HttpReply, context: Context | None = None) -> Reading:
    """The balances and notices that the conversation returns after exactly these replies. Raises its ProviderError."""
    conversation = inquiry.start(context or new_context())
    next(conversation)
    try:
        for reply in replies:
            conversation.send(reply)
    except StopIteration as finished:
        reading: Reading = finished.value
        return reading
    raise AssertionError("the conversation goes on after the last reply")


def converse(inquiry: Inquiry, *replies: HttpReply, context: Context | None = None) -> Sequence[Balance]:
    """The balances of that reading."""
    return reading_of(inquiry, *replies, context=context).balances


def refusal(inquiry: Inquiry, *replies: HttpReply, context: Context | None = None) -> ProviderError:
    """The error that the conversation raises after these replies."""
    with pytest.raises(ProviderError) as caught:
        converse(inquiry, *replies, context=context)
    return caught.value


def http_response(body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """A response for `httpx.MockTransport` whose body is still to be read, as it is on a real connection."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))
