"""Exceptions that libraries really raise with a secret in their text: in our log, and as they leave Lambda."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.exceptions import BotoCoreError
from cryptography.hazmat.primitives import serialization
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from balance_core.observability import SCRUBBED, logger
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.printed import captured_log
from tests.integration.throwaway_functions import answer as answered
from tests.integration.throwaway_functions import by_name, failure, function, runtime, site_packages
from tests.local.aws.lambda_service import LambdaService

LAYER = Path(__file__).parents[2] / "layers" / "common"
TOKEN = "xoxb-1234567890-CanaryCanary12345"
BEARER_KEY = "canary-key-0dd5e1f7"
SIGNATURE = "Canary7+" * 43
CANARIES = (TOKEN, BEARER_KEY, SIGNATURE[:64])


def _httpx_url() -> None:
    httpx.get(f"https://example.com:{TOKEN}/")


def _httpx_header(name: str, value: str) -> None:
    with FaultServer(always(answer(200))) as server:
        httpx.get(server.url, headers={name: f"{value}\n"}, trust_env=False)


def _botocore_parameter() -> None:
    secret = {"private_key": SIGNATURE, "token": TOKEN, "api_key": BEARER_KEY, "client_secret": BEARER_KEY}
    boto3.client("secretsmanager").get_secret_value(SecretId=secret)  # type: ignore[arg-type] # the mistake is the point


def _slack_sdk() -> None:
    body = json.dumps({"ok": False, "error": "invalid_auth", "token": TOKEN, "sign": SIGNATURE}).encode()
    with FaultServer(always(answer(200, body, Content_Type="application/json"))) as server:
        WebClient(TOKEN, base_url=server.url).api_call("chat.postMessage", json={})


def _cryptography() -> None:
    try:
        serialization.load_pem_private_key(f"-----BEGIN {TOKEN}-----\n{SIGNATURE}\n".encode(), None)
    except ValueError as error:
        error.add_note(f"while reading -----BEGIN PRIVATE KEY-----\n{SIGNATURE}\nfor {TOKEN}")
        raise


RAISING: dict[str, Callable[[], None]] = {
    "httpx, URL": _httpx_url,
    "httpx, signature": partial(_httpx_header, "sign", SIGNATURE),
    "httpx, bearer key": partial(_httpx_header, "authorization", f"Bearer {BEARER_KEY}"),
    "botocore": _botocore_parameter,
    "slack_sdk": _slack_sdk,
    "cryptography": _cryptography,
}
RAISED = (httpx.HTTPError, httpx.InvalidURL, BotoCoreError, SlackApiError, ValueError)


@pytest.mark.parametrize("raise_", RAISING.values(), ids=RAISING)
def test_an_exception_of_a_library_is_logged_without_the_secret_in_it(raise_: Callable[[], None]) -> None:
    with captured_log() as written:
        try:
            raise_()
        except RAISED as error:
            text = " ".join([str(error), *getattr(error, "__notes__", [])])
            logger.exception(f"it failed: {error}", details={"why": [error, {"text": text}]}, notes=text)
    line = written.getvalue()
    # Otherwise there was nothing to scrub, and the test would prove nothing.
    assert any(canary in text for canary in CANARIES) or "private_key" in text
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
    logger.warning("our logger", token=TOKEN)
    logging.getLogger("some.library").warning("a library's logger %s", TOKEN)
    logging.getLogger().error("the root logger", extra={"token": TOKEN})
    if event.get("raise"):
        try:
            raise KeyError(TOKEN)
        except KeyError as error:
            raise OddError(f"about {SIGNATURE} {TOKEN}") from error
    return "done"
"""


@pytest.mark.parametrize("log_format", ["JSON", "Text"])
def test_no_secret_leaves_a_function_under_lambdas_own_runtime(tmp_path: Path, log_format: str) -> None:
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
    assert [written.count(f"{name} logger") for name in ("our", "a library's", "the root")] == [2, 2, 2]
    assert written.count(SCRUBBED) >= 6
