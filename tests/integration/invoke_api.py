"""Lambda's Invoke API on a loopback port: every provider function answers with the bytes that a test gives it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote

import msgspec
import pytest

from balance_core.contract import provider_answer_json
from balance_core.models import Account, Balance, BalanceReport, ProviderAnswer
from balance_core.money import Money
from tests.clock import NOW
from tests.integration.fault_server import Behaviour, Connection, FaultServer, answer

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-{}:live"
SILENCE = b"never answers"


@contextmanager
def provider_functions(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, bytes]) -> Iterator[FaultServer]:
    """Let Lambda answer with `answers[provider]`, a whole HTTP answer, and tell the aggregator of these providers."""
    with FaultServer(_invoke_api({ARN.format(name): data for name, data in answers.items()})) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("PROVIDERS", ",".join(answers))
        monkeypatch.setenv("PROVIDER_FUNCTION", ARN.format("{provider}"))
        yield server


def _invoke_api(answers: Mapping[str, bytes]) -> Behaviour:
    def behave(connection: Connection) -> None:
        request = connection.read_request() or b""
        path = request.split(b" ", 2)[1].decode("ascii")  # /2015-03-31/functions/<quoted ARN>/invocations
        data = answers[unquote(path.split("/")[3])]
        if data == SILENCE:
            connection.wait_for_hang_up()
        else:
            connection.send(data)

    return behave


def returned(payload: bytes) -> bytes:
    """What Lambda answers when the function returned `payload`."""
    return answer(200, payload, Connection="close")


def failed(payload: bytes) -> bytes:
    """What Lambda answers when the function raised, crashed or ran out of time."""
    return answer(200, payload, Connection="close", X_Amz_Function_Error="Unhandled")


def refused(status: int, error_type: str) -> bytes:
    """What Lambda answers when it does not run the function."""
    body = json.dumps({"Type": "User", "Message": "told to a person"}).encode()
    return answer(status, body, Connection="close", x_amzn_ErrorType=error_type)


def provider_answer(provider: str, available: str) -> bytes:
    """A provider function's payload: one account with so much USD."""
    held = Balance(Account("DISBURSEMENT", label="Payouts"), "USD", NOW, available=Money.parse(available, "USD"))
    message = ProviderAnswer(provider, NOW, ("main",), (BalanceReport(provider, "main", (held,)),))
    return msgspec.json.encode(provider_answer_json(message))
