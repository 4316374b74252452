"""The local Lambda service and HTTP API must behave like AWS's: otherwise product tests would prove nothing."""

from pathlib import Path

import httpx
import pytest

from tests.integration.throwaway_functions import AMPLE_SECONDS, answer, by_name, function, runtime, service_of
from tests.local.aws.http_api import HttpApi
from tests.local.aws.lambda_service import LambdaService
from tests.local.paths import INSTALLED


def test_the_process_gets_neither_the_variables_nor_the_packages_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BALANCE_BOT_TEST_LEAK", "visible")
    source = (
        "import importlib.util, os\n"
        "def handler(event, context):\n"
        "    return [dict(os.environ), os.getcwd(), bool(importlib.util.find_spec('pytest'))]\n"
    )
    spec = function(tmp_path, source, environment={"SERVICE": "a", "MODE": "own", "AWS_REGION": "us-east-1"})
    local = runtime(tmp_path, environment={"MODE": "local"}, runtime_paths=(INSTALLED / "runtime",))
    with LambdaService(by_name(spec), local) as service:
        variables, folder, has_pytest = answer(service.invoke("echo", b"{}"))
    assert folder == str(spec.code) == variables["LAMBDA_TASK_ROOT"]
    assert (variables["SERVICE"], variables["MODE"], variables["AWS_REGION"]) == ("a", "local", "eu-central-1")
    assert "BALANCE_BOT_TEST_LEAK" not in variables
    assert not has_pytest


def test_the_http_api_sends_payload_format_two_on_its_route_only(tmp_path: Path) -> None:
    mirror = (
        "import json\n"
        "def handler(event, context):\n"
        "    mirrored = {'event': event, 'arn': context.invoked_function_arn}\n"
        "    return {'statusCode': 200, 'body': json.dumps(mirrored)}\n"
    )
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Two", "a"), ("x-two", "b")]
    with (
        service_of(tmp_path, mirror) as service,
        HttpApi(service, "POST /slack%20events", "echo:live") as api,
        httpx.Client(timeout=AMPLE_SECONDS, trust_env=False) as http,
    ):
        url = f"{api.url}/slack%20events"
        form = http.post(f"{url}?a=1&b=x%20y", content=b"command=%2Fbalance", headers=headers).json()
        json_headers = {"Content-Type": "application/json"}
        text = http.post(url, content='{"a": "é"}'.encode(), headers=json_headers).json()["event"]
        assert "body" not in http.post(url).json()["event"]
        runs = len(service.timeline)
        assert [http.get(url).status_code, http.post(f"{url}/other").status_code] == [404, 404]
        assert len(service.timeline) == runs
    event = form["event"]
    assert form["arn"] == "arn:aws:lambda:eu-central-1:123456789012:function:echo:live"
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/slack%20events", "a=1&b=x%20y")
    assert (event["body"], event["isBase64Encoded"]) == ("Y29tbWFuZD0lMkZiYWxhbmNl", True)
    assert (event["headers"]["x-two"], event["requestContext"]["http"]["method"]) == ("a,b", "POST")
    assert (text["body"], text["isBase64Encoded"]) == ('{"a": "é"}', False)
