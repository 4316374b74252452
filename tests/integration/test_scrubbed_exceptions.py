"""Exceptions that libraries really raise, with a canary in their text, as they are logged and as they leave Lambda."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives import serialization
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from balance_core.observability import logger
from balance_core.scrubbing import SCRUBBED
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.printed import captured_log
from tests.integration.throwaway_functions import answer as answered
from tests.integration.throwaway_functions import by_name, failure, function, runtime, site_packages
from tests.local.aws.lambda_service import LambdaService

LAYER = Path(__file__).parents[2] / "layers" / "common"
TOKEN = "xoxb-1234567890-CanaryCanary12345"
SIGNATURE = "Canary7+" * 43
CANARIES = (TOKEN, SIGNATURE[:64])


def _httpx_url() -> None:
    httpx.get(f"https://example.com:{TOKEN}/")


def _httpx_header() -> None:
    with FaultServer(always(answer(200, b""))) as server:
        httpx.post(server.url, headers={"sign": f"{SIGNATURE}\n"}, trust_env=False)


def _httpx_async() -> None:
    async def call(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.post(f"{url}{TOKEN}", headers={"sign": SIGNATURE})).raise_for_status()

    with FaultServer(always(answer(500, b""))) as server:
        asyncio.run(call(server.url))


def _botocore_parameter() -> None:
    boto3.client("secretsmanager").get_secret_value(SecretId={"private_key": SIGNATURE, "token": TOKEN})  # type: ignore[arg-type] # the mistake is the point


def _botocore_answer() -> None:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": f"no {SIGNATURE} for {TOKEN}"}}, "Invoke")


def _slack_sdk() -> None:
    body = json.dumps({"ok": False, "error": "invalid_auth", "token": TOKEN, "sign": SIGNATURE}).encode()
    with FaultServer(always(answer(200, body, **{"Content-Type": "application/json"}))) as server:
        WebClient(TOKEN, base_url=server.url).api_call("chat.postMessage", json={})


def _cryptography() -> None:
    try:
        serialization.load_pem_private_key(f"-----BEGIN {TOKEN}-----\n{SIGNATURE}\n".encode(), None)
    except ValueError as error:
        error.add_note(f"while reading -----BEGIN PRIVATE KEY-----\n{SIGNATURE}\nfor {TOKEN}")
        raise


RAISING = [
    _httpx_url,
    _httpx_header,
    _httpx_async,
    _botocore_parameter,
    _botocore_answer,
    _slack_sdk,
    _cryptography,
]
RAISED = (httpx.HTTPError, httpx.InvalidURL, BotoCoreError, ClientError, SlackApiError, ValueError)


@pytest.mark.parametrize("raising", RAISING, ids=lambda raising: raising.__name__)
def test_what_a_library_raises_is_logged_without_the_canary(raising: Callable[[], None]) -> None:
    with captured_log() as written:
        try:
            raising()
        except RAISED as error:
            told = " ".join([str(error), *getattr(error, "__notes__", [])])
            logger.exception(f"it failed: {error}", details={"why": [error, {"text": told}]}, notes=told)
    line = written.getvalue()
    # Otherwise there was nothing to scrub, and the test would show nothing.
    assert any(canary in told for canary in CANARIES) or "private_key" in told
    assert not any(canary in line for canary in CANARIES)
    assert SCRUBBED in line
    fields = json.loads(line)
    assert fields["level"] == "ERROR"
    assert fields["exception_name"] in fields["stack_trace"]["type"]
    assert "Traceback" in fields["exception"]


LEAKY = """
import logging
from balance_core.observability import lambda_handler, logger

# In two parts, because a traceback quotes lines of the source.
TOKEN = "xoxb-1234567890-" + "CanaryCanary12345"
SIGNATURE = "Canary7+" * 43

class OddError(Exception):
    pass

@lambda_handler
def handler(event, context):
    logger.warning("ours", token=TOKEN)
    logging.getLogger("some.library").warning("theirs %s", TOKEN)
    logging.getLogger().error("the root's", extra={"token": TOKEN})
    if event.get("raise"):
        try:
            raise KeyError(TOKEN)
        except KeyError as error:
            raise OddError(f"about {SIGNATURE} {TOKEN}") from error
    return "done"
"""


@pytest.mark.parametrize("log_format", ["JSON", "Text"])
def test_nothing_leaves_a_function_under_lambdas_own_runtime(tmp_path: Path, log_format: str) -> None:
    environment = {"AWS_LAMBDA_LOG_FORMAT": log_format, "POWERTOOLS_SERVICE_NAME": "leaky"}
    spec = function(tmp_path, LEAKY, name="leaky", environment=environment, layers=(LAYER, site_packages()))
    with LambdaService(by_name(spec), runtime(tmp_path)) as service:
        assert answered(service.invoke("leaky", b"{}")) == "done"
        raised = service.invoke("leaky", b'{"raise": true}')
    assert failure(raised)["errorType"] == "ScrubbedError"
    assert failure(raised)["errorMessage"] == f"OddError: about {SCRUBBED} {SCRUBBED}"
    (log,) = (tmp_path / "logs").iterdir()
    written = log.read_text(encoding="utf-8") + raised.payload.decode()
    assert "CanaryCanary" not in written
    assert SIGNATURE[:16] not in written
    assert [written.count(word) for word in ("ours", "theirs", "the root's")] == [2, 2, 2]
    assert written.count(SCRUBBED) >= 6
