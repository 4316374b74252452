"""`make doctor ASK=1` against the local system: the real functions ask the simulated providers."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deployment.doctor import main
from tests.integration.doctor.deployed_stack import StackApi, create_schedule_and_alarms
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import create_company
from tests.local.http_server import Response
from tests.local.paths import WORKSPACE
from tests.local.system import LocalSystem
from tests.provider_fixtures import MERCHANT

PAYERMAX = f"{STACK_NAME}/payermax"


def test_each_providers_answer_shows_whether_it_accepts_our_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    company = create_company(WORKSPACE / "keys")
    secret = json.loads(company.secrets[PAYERMAX])
    secret["accounts"]["main"]["private_key"] = MERCHANT.private_pem  # PayerMax has the public half of another key
    company = replace(company, secrets={**company.secrets, PAYERMAX: json.dumps(secret)})

    with LocalSystem(company, logs=tmp_path) as system:

        def invoke(arn: str, payload: bytes) -> Response:
            return Response(200, system.functions.invoke(arn, payload).payload)

        with StackApi(company, invoke) as api:
            api.outputs["SlackRequestUrl"] = system.url
            create_schedule_and_alarms(api.resources, system.variables["AWS_ENDPOINT_URL"])
            addresses = {f"AWS_ENDPOINT_URL_{name}": api.url for name in ("CLOUDFORMATION", "LAMBDA")}
            for name, value in {**system.variables, **addresses}.items():
                monkeypatch.setenv(name, value)
            code = main(["--stack", STACK_NAME, "--region", REGION, "--ask", "--format", "json"])

    document = json.loads(capsys.readouterr().out)
    assert code == 1
    (wrong,) = [check for check in document["checks"] if check["status"] == "wrong"]
    assert wrong["subject"] == "payermax"
    assert "SIGN_VERIFY_FAILED" in wrong["finding"]
    assert "compare the SHA-256 above with the key that you uploaded" in wrong["remedy"]
    told = {(check["subject"], check["status"], check["finding"].partition(":")[0]) for check in document["checks"]}
    assert told >= {
        ("payby", "ok", "payby answered for main"),
        ("pagsmile", "ok", "pagsmile answered for main"),
        ("request URL", "ok", "can be reached, and refuses requests that Slack did not sign"),
    }
    # The balances are AED 897,993.88 and USD 1,008.29. A key's SHA-256 may contain any digits.
    text = re.sub("[0-9a-f]{64}", "", json.dumps(document))
    assert not [digits for digits in ("897993", "897,993", "1008", "1,008") if digits in text]
