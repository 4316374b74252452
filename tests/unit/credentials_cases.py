"""Accounts of a made-up secret, and what is refused about them."""

import json
import re
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from balance_core.credentials import Credentials, read_credentials
from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import Secret
from balance_core.wire import loads

SECRET_NAME = "balance-bot/payby"
CANARY = "canary-0dd5e1f7"


def secret(content: object) -> Secret:
    return Secret(SECRET_NAME, loads(json.dumps(content).encode()))


def credentials(fields: dict[str, object], *, insecure: bool = False) -> Credentials:
    (only,) = read_credentials(secret({"accounts": {"main": fields}}), allow_insecure_urls=insecure)
    return only


def refusal(act: Callable[[], Any]) -> str:
    """The message of the configuration error that `act` raises, after looking for values in all of it."""
    with pytest.raises(ProviderError) as caught:
        act()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    return caught.value.message


def refusal_of(field: str, value: object, read: Callable[[Credentials], Any]) -> str:
    """The same for one field, which the message must name together with secret and account."""
    message = refusal(lambda: read(credentials({field: value})))
    # Of a list, the item is named.
    assert re.match(rf"secret '{SECRET_NAME}', account 'main', field '{field}(\[\d+\])?' ", message)
    return message
