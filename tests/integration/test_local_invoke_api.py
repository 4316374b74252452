"""The local Invoke API, called by the real boto3 client."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.integration.throwaway_functions import AMPLE_SECONDS, by_name, function, runtime
from tests.local.aws.invoke_api import InvokeApi
from tests.local.aws.lambda_service import LambdaService

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import InvocationTypeType
    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef

ECHO = (
    "def handler(event, context):\n"
    "    if event == 'fail':\n"
    "        raise ValueError('no')\n"
    "    print('echoing')\n"
    "    custom = context.client_context.custom if context.client_context else None\n"
    "    return {'event': event, 'arn': context.invoked_function_arn, 'id': context.aws_request_id, 'custom': custom}\n"
)
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:echo"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaService]:
    folder = tmp_path_factory.mktemp("invoke_api")
    with LambdaService(by_name(function(folder, ECHO, async_retries=0)), runtime(folder)) as local:
        yield local


@pytest.fixture(scope="module")
def api(service: LambdaService) -> Iterator[InvokeApi]:
    with InvokeApi(service) as served:
        yield served


@pytest.fixture(scope="module")
def client(api: InvokeApi) -> Iterator["LambdaClient"]:
    made = boto3.client(
        "lambda",
        region_name="eu-central-1",
        endpoint_url=api.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with closing(made):
        yield made


def status(answer: "InvocationResponseTypeDef") -> int:
    """The status of an answer without a body; it is read all the same, so that its connection goes back."""
    assert answer["Payload"].read() == b""
    return answer["StatusCode"]


@pytest.mark.parametrize(
    ("name", "version", "arn"),
    [
        ("echo", "$LATEST", ARN),
        ("echo:live", "1", f"{ARN}:live"),
        ("123456789012:function:echo", "$LATEST", ARN),
        (ARN, "$LATEST", ARN),
        (f"{ARN}:live", "1", f"{ARN}:live"),
        (f"{ARN}:1", "1", f"{ARN}:1"),
    ],
)
def test_a_function_answers_to_every_kind_of_name(client: "LambdaClient", name: str, version: str, arn: str) -> None:
    answer = client.invoke(FunctionName=name, Payload=b'{"a": [1]}')
    seen = json.loads(answer["Payload"].read())
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, version)
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    assert seen == {
        "event": {"a": [1]},
        "arn": arn,
        "id": answer["ResponseMetadata"]["RequestId"],
        "custom": None,
    }


def test_the_qualifier_may_come_beside_the_name(client: "LambdaClient") -> None:
    answer = client.invoke(FunctionName="echo", Qualifier="live")
    seen = json.loads(answer["Payload"].read())
    assert (seen["arn"], seen["event"]) == (f"{ARN}:live", {})


def test_the_client_context_reaches_the_function(client: "LambdaClient") -> None:
    context = base64.b64encode(b'{"custom": {"who": "me"}}').decode()
    answer = client.invoke(FunctionName="echo", ClientContext=context)
    assert json.loads(answer["Payload"].read())["custom"] == {"who": "me"}


def test_a_function_error_is_marked_and_the_log_tail_comes_when_asked_for(client: "LambdaClient") -> None:
    answer = client.invoke(FunctionName="echo", Payload=b'"fail"', LogType="Tail")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"].read())["errorType"] == "ValueError"
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"END RequestId: {answer['ResponseMetadata']['RequestId']}" in log
    assert "[ERROR] ValueError: no" in log


def test_an_event_is_accepted_at_once_and_runs_later(client: "LambdaClient", service: LambdaService) -> None:
    runs = len(service.timeline)
    answer = client.invoke(FunctionName="echo:live", InvocationType="Event", Payload=b'"later"')
    assert status(answer) == 202
    service.drain(AMPLE_SECONDS)
    (entry,) = service.timeline[runs:]
    assert (entry.is_async, entry.error) == (True, None)


def test_a_dry_run_runs_nothing(client: "LambdaClient", service: LambdaService) -> None:
    runs = len(service.timeline)
    assert status(client.invoke(FunctionName="echo", InvocationType="DryRun")) == 204
    service.drain(AMPLE_SECONDS)
    assert len(service.timeline) == runs


@pytest.mark.parametrize("name", ["nobody", "echo:dead", f"{ARN}:dead"])
def test_an_unknown_function_or_alias_is_not_found(client: "LambdaClient", name: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.invoke(FunctionName=name)
    error = caught.value.response["Error"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert re.fullmatch(r"Function not found: arn:aws:lambda:.*:(nobody|echo:dead)", error["Message"])


def test_two_different_qualifiers_are_invalid(client: "LambdaClient") -> None:
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="does not match"):
        client.invoke(FunctionName="echo:live", Qualifier="$LATEST")


@pytest.mark.parametrize("payload", [b"{", b"NaN", b"{'a': 1}", b"\xff"])
def test_a_payload_that_is_no_json_is_refused(client: "LambdaClient", payload: bytes) -> None:
    with pytest.raises(client.exceptions.InvalidRequestContentException, match="Could not parse") as caught:
        client.invoke(FunctionName="echo", Payload=payload)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_a_payload_has_a_largest_size(
    client: "LambdaClient", service: LambdaService, kind: "InvocationTypeType", limit: int
) -> None:
    largest = b'"' + b"x" * (limit - 2) + b'"'
    with pytest.raises(client.exceptions.RequestTooLargeException) as caught:
        client.invoke(FunctionName="echo", InvocationType=kind, Payload=largest + b" ")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert status(client.invoke(FunctionName="echo", InvocationType="DryRun", Payload=largest)) == 204
    if kind == "Event":
        assert status(client.invoke(FunctionName="echo", InvocationType="Event", Payload=largest)) == 202
        service.drain(AMPLE_SECONDS)


def test_another_operation_is_refused(client: "LambdaClient") -> None:
    with pytest.raises(ClientError, match="Only Invoke"):
        client.get_function(FunctionName="echo")


def test_an_unknown_invocation_type_is_refused(api: InvokeApi) -> None:
    url = f"{api.url}/2015-03-31/functions/echo/invocations"
    reply = httpx.post(url, content=b"{}", headers={"X-Amz-Invocation-Type": "Sometime"})
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (400, "InvalidParameterValueException")


def test_after_the_services_stop_the_answer_is_a_service_error(service: LambdaService, tmp_path: Path) -> None:
    with LambdaService({"echo": service.find("echo").spec}, runtime(tmp_path)) as local, InvokeApi(local) as api:
        local.stop()
        reply = httpx.post(f"{api.url}/2015-03-31/functions/echo/invocations", content=b"{}")
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (500, "ServiceException")
