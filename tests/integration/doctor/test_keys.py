"""`make doctor` about our keys, and `make keys` from the command line, on a stack of the project's template."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import boto3
import msgspec
import pytest

from balance_core.aws import secrets_client
from balance_core.provider.function import ProviderFunction
from balance_core.provider.http import new_client
from balance_core.provider.signing import fingerprint, load_private_key, load_public_key
from balance_core.secrets import SecretStore
from tests.contract.worlds import declaration
from tests.deployment.check import Check, Status
from tests.deployment.our_keys import policy_problems
from tests.deployment.rotation.__main__ import main
from tests.integration.doctor.deployed_stack import Deployment
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.aws.strict_keys import strict_keys
from tests.local.certificates import local_authority
from tests.local.http_server import Response, json_response
from tests.provider_fixtures import MERCHANT, PROVIDER, short_retry_pauses

SECRET = f"{STACK_NAME}/payby"
THIS = ["--stack", STACK_NAME, "--region", REGION]
ACCOUNT = "123456789012"
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}


@pytest.fixture
def payby(stack: Deployment) -> Iterator[Deployment]:
    """The stack with PayBy's function, which reads the secret at every question."""
    store = SecretStore(secrets_client())
    client = new_client(local_authority().client_context())
    function = ProviderFunction(declaration("payby"), store, client=client)

    def invoke(arn: str, payload: bytes) -> Response:
        assert "-payby" in arn
        store.forget()
        environment = {"SECRET_NAME": SECRET, "DEADLINE_SECONDS": "60"}
        return json_response(200, function.answer(msgspec.json.decode(payload), environment, 60_000))

    stack.api.invoke = invoke
    with strict_keys(), short_retry_pauses():
        yield stack
    function.close()
    own = json.loads(stack.company.secrets[SECRET])["accounts"]["main"]["private_key"]
    cast(Any, stack.company.providers["payby"]).upload(load_private_key(own).public_key())


def keys(*options: str) -> int:
    return main([*THIS, "--provider", "payby", "--account", "main", *options])


def upload(stack: Deployment, printed: str) -> None:
    """What a person copies from the terminal into PayBy's console."""
    line = re.findall(r"^[A-Za-z0-9+/=]{300,}$", printed, re.MULTILINE)[-1]
    cast(Any, stack.company.providers["payby"]).upload(load_public_key(line))


def found(checks: list[Check], word: str) -> Check:
    return next(check for check in checks if word in check.finding)


def test_a_rotation_from_the_command_line_and_what_the_doctor_says_about_it(
    payby: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    own = found(payby.checks("payby"), "our key of main")
    assert own.status is Status.OK
    assert "it was not made by make keys" in own.finding
    assert keys("--step", "begin", "--kind", "kms") == 0
    upload(payby, capsys.readouterr().out)
    pending = found(payby.checks("payby"), "our key of main")
    assert (pending.status, "STEP=test" in pending.remedy) == (Status.WARNING, True)
    assert keys("--step", "test") == 0
    assert keys("--step", "finish", "--keep-days", "3") == 0
    assert keys() == 0
    assert "in AWS KMS, alias/balance-bot/payby/main/1, 0 days old\n  -> finished" in capsys.readouterr().out
    assert {check.status for check in payby.checks("payby")} <= {Status.OK, Status.UNKNOWN}
    assert keys("--step", "begin") == 1
    assert "KEEP_DAYS=0" in capsys.readouterr().err
    assert keys("--step", "finish", "--keep-days", "0") == 0


def test_wrong_options_and_what_aws_refuses_are_one_sentence(
    payby: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*THIS, "--step", "begin", "--provider", "payby"]) == 2
    assert main([*THIS, "--provider", "other"]) == 2
    assert main(["--env", "staging"]) == 2
    assert main([*THIS, "--provider", "payby", "--account", "nobody", "--step", "begin"]) == 1
    payby.put("payby", "{}")
    assert keys("--step", "begin") == 1
    payby.empty("payby")
    assert keys("--step", "begin") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6
    assert "AWS refused GetSecretValue (ResourceNotFoundException)" in lines[-1]


def test_the_doctor_names_a_key_that_is_not_the_one_the_provider_was_given(
    payby: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    keys("--step", "begin", "--kind", "kms")
    upload(payby, capsys.readouterr().out)
    keys("--step", "finish")
    kms = boto3.client("kms")
    other = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/balance-bot/payby/main/1", TargetKeyId=other)
    assert found(payby.checks("payby"), "is not the one that payby was given").status is Status.WRONG
    kms.create_alias(AliasName="alias/balance-bot/payby/main/7", TargetKeyId=other)
    assert found(payby.checks("payby"), "main/7, which costs $1").status is Status.WARNING
    kms.put_key_policy(
        KeyId=other, PolicyName="default", Policy=json.dumps({"Statement": [{**ROOT, "Principal": "*"}]})
    )
    assert found(payby.checks("payby"), "everybody may sign").status is Status.WRONG
    kms.disable_key(KeyId=other)
    assert found(payby.checks("payby"), "is disabled").status is Status.WRONG


def test_the_doctor_says_which_public_key_of_the_provider_verified_last(payby: Deployment) -> None:
    main_account = json.loads(payby.company.secrets[SECRET])["accounts"]["main"]
    (own,) = main_account["provider_public_keys"]
    held = [PROVIDER.public_pem, own]
    payby.put("payby", {"accounts": {"main": {**main_account, "provider_public_keys": held}}})
    check = found(payby.checks("payby", asks=True), "verified the last answer")
    assert "key 2 of 2" in check.finding
    assert fingerprint(load_public_key(own)) in check.finding
    assert MERCHANT.public_base64 not in check.finding


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ([ROOT], ""),
        ([], "does not let the account's IAM policies decide"),
        ([{**ROOT, "Principal": {"AWS": "arn:aws:iam::210987654321:root"}}, ROOT], "lets arn:aws:iam::210987654321"),
        ([{**ROOT, "Principal": {"AWS": ["*"]}, "Action": ["kms:Sign"]}, ROOT], "everybody may sign"),
        ([{**ROOT, "Principal": "*", "Action": "kms:Describe*"}, ROOT], ""),
        ([{**ROOT, "Effect": "Deny", "Principal": "*", "Action": "kms:Sign"}, ROOT], "it denies signatures"),
    ],
)
def test_a_mistake_in_a_keys_policy_is_named(statements: list[object], said: str) -> None:
    problems = "; ".join(policy_problems({"Account": ACCOUNT, "Statement": statements}))
    assert said in problems
    assert bool(problems) is bool(said)
