"""`make doctor ASK=1` against the local system: the real functions ask the simulated providers."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deployment.doctor import main
from tests.integration.doctor.deployed_stack import clients_of, create_schedule_and_alarms, new_stack_api
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import Company, found_company
from tests.local.system import WORKSPACE, LocalSystem
from tests.provider_fixtures import MERCHANT

PAYERMAX = f"{STACK_NAME}/payermax"


def company_with_a_key_that_was_never_uploaded() -> Company:
    """At PayerMax; everything else is as it should be."""
    company = found_company(WORKSPACE / "keys")
    secret = json.loads(company.secrets[PAYERMAX])
    secret["accounts"]["main"]["private_key"] = MERCHANT.private_pem
    return replace(company, secrets={**company.secrets, PAYERMAX: json.dumps(secret)})


def test_each_providers_own_answer_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        LocalSystem(company_with_a_key_that_was_never_uploaded(), logs=tmp_path) as system,
        new_stack_api() as stack_api,
    ):
        stack_api.outputs["SlackRequestUrl"] = system.url
        create_schedule_and_alarms(clients_of(system.variables["AWS_ENDPOINT_URL"]), stack_api.resources)
        for name, value in {**system.variables, "AWS_ENDPOINT_URL_CLOUDFORMATION": stack_api.url}.items():
            monkeypatch.setenv(name, value)
        code = main(["--stack", STACK_NAME, "--region", REGION, "--ask", "--format", "json"])

        document = json.loads(capsys.readouterr().out)
    assert code == 1
    wrong = [check for check in document["checks"] if check["status"] == "wrong"]
    assert [check["subject"] for check in wrong] == ["payermax"]
    assert "SIGN_VERIFY_FAILED" in wrong[0]["finding"]
    assert "compare the SHA-256 above with what was uploaded" in wrong[0]["remedy"]
    told = {(check["subject"], check["status"], check["finding"].partition(":")[0]) for check in document["checks"]}
    assert ("payby", "ok", "payby answered for main") in told
    assert ("pagsmile", "ok", "pagsmile answered for main") in told
    # The front of the real system refuses what nobody signed.
    assert ("request URL", "ok", "is reachable, and refuses what Slack did not sign") in told
    # The digits of PayBy's and Pagsmile's balances: 897993.88 AED and 1008.29 USD. A key's SHA-256 has any by chance.
    text = re.sub("[0-9a-f]{64}", "", json.dumps(document))
    assert not any(digits in text for digits in ("897993", "897,993", "1008", "1,008"))
