"""`make doctor` on a stack of the project's template: what people read, what programs get, and what it never prints."""

import json
import re
from typing import Any

import boto3
import pytest

from tests.deployment import aws
from tests.deployment.check import Status
from tests.deployment.doctor import main
from tests.deployment.manifest import main as slack_manifest
from tests.integration.doctor.deployed_stack import SIGNING_SECRET, Deployment
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import BOT_TOKEN
from tests.openssl import KEYS
from tests.provider_fixtures import MERCHANT, PROVIDER

PROVIDERS = ("pagsmile", "payby", "payermax")
THIS = ["--stack", STACK_NAME, "--region", REGION]
TOKEN = "xoxb-7402-canary-5d1e9af0b3c8"
PRIVATE = MERCHANT.private_pem
DAMAGED = PRIVATE[:700] + ("B" if PRIVATE[700] == "A" else "A") + PRIVATE[701:]
# Every field, with a secret in the wrong place or form.
BAD_FIELDS: list[tuple[str, object]] = [
    ("private_key", PRIVATE),
    ("private_key", DAMAGED),
    ("private_key", "".join(PRIVATE.splitlines(keepends=True)[:-3])),
    ("private_key", PRIVATE.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
    ("private_key", {"pem": PRIVATE}),
    ("private_key", (KEYS / "refused" / "ec_private.pem").read_text()),
    ("base_url", f"https://user:{TOKEN}@example.com"),
    *((name, PRIVATE) for name in ("provider_public_key", "provider_public_keys", "base_url", "environment")),
    *((name, PRIVATE) for name in ("partner_id", "app_id", "merchant_no")),
    *((name, [PRIVATE]) for name in ("provider_public_keys", "currencies")),
]
BAD_SECRETS: list[object] = [
    PRIVATE,
    json.dumps([PRIVATE]),
    '{"accounts": {"main": {"private_key": "' + PRIVATE,
    {"accounts": {PRIVATE: {}}},
    {"accounts": {"main": PRIVATE}},
    {"signing_secret": [TOKEN], "bot_token": f"{TOKEN}\r\nX: y"},
    {"signing_secret": TOKEN, "bot_token": TOKEN.replace("xoxb", "xoxp")},
]


# The subjects of all checks.
AREAS = {
    *("credentials", "clock", "stack", "signing secret", "bot token", "scopes", "request URL", "access", "sharing"),
    *("contact", "providers", *PROVIDERS, "address", "tables", "schedules", "digest", "watch", "alarms"),
}


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main([*THIS, *options])
    return code, capsys.readouterr().out


def test_a_sound_stack_has_nothing_wrong(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys)
    lines = text.splitlines()
    assert code == 0
    assert lines[0] == "balance-bot in eu-central-1"
    assert re.fullmatch(r"\d+ ok, 1 warning, 5 unknown", lines[-1])
    at = lines.index(
        "warning  address: the providers see 203.0.113.7, which a new stack or a new VPC would not use again"
    )
    assert "give it to those of pagsmile, payby, payermax that keep an allow-list" in lines[at + 1]

    document = json.loads(run(capsys, "--format", "json")[1])
    assert (document["stack"], document["region"], document["is_sound"]) == (STACK_NAME, REGION, True)
    assert {check["subject"] for check in document["checks"]} == AREAS


def test_public_keys_are_printed_only_on_request(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    assert "BEGIN PUBLIC KEY" not in run(capsys)[1]
    text = run(capsys, "--show-public-keys")[1]
    assert text.count("BEGIN PUBLIC KEY") == len(PROVIDERS)
    assert "PRIVATE" not in text


def test_an_unknown_stack_is_the_only_finding_and_an_unknown_environment_a_wrong_option(
    stack: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", "elsewhere", "--region", REGION]) == 1
    text = capsys.readouterr().out
    assert "wrong    stack: there is no stack elsewhere in eu-central-1" in text
    assert text.endswith("\n1 wrong\n")
    assert main(["--env", "staging"]) == 2
    assert capsys.readouterr().err == "ENV must be one of dev, prod, as in samconfig.toml\n"


def test_the_manifest_takes_its_address_from_the_stack(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    stack.api.outputs["SlackRequestUrl"] = url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/slack"
    assert slack_manifest(THIS) == 0
    assert f"url: {url}\n" in capsys.readouterr().out
    del stack.api.outputs["SlackRequestUrl"]
    assert slack_manifest(THIS) == 2
    assert "the stack balance-bot has no output SlackRequestUrl: deploy it again\n" in capsys.readouterr().err


def test_a_missing_provider_secret_is_a_warning_and_a_missing_slack_secret_is_wrong(stack: Deployment) -> None:
    for name in (*PROVIDERS, "slack-signing"):
        stack.empty(name)
    (check,) = stack.checks("payby")
    assert check.status is Status.WARNING
    assert check.remedy.endswith("--secret-id balance-bot/payby --secret-string file://payby.json")
    assert [check.status for check in stack.checks("signing secret")] == [Status.WRONG]


def test_only_deployed_providers_are_checked(stack: Deployment) -> None:
    stack.api.providers = "payby,other"
    assert stack.checks("pagsmile") == []
    assert stack.checks("payby")[0].status is Status.OK
    assert stack.checks("other")[0].finding == "is deployed, but there is no functions/other here"
    stack.api.providers = ""
    assert stack.checks("providers")[0].status is Status.WRONG


def test_the_doctor_only_reads(stack: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: set[str] = set()

    def record(model: Any, **_: object) -> None:
        calls.add(f"{model.service_model.service_name}:{model.name}")

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
    assert boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION.events.register("before-call", record)
    alias = "alias/balance-bot/payby/main/1"
    key_id = boto3.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    boto3.client("kms").create_alias(AliasName=alias, TargetKeyId=key_id)
    account = json.loads(stack.company.secrets["balance-bot/payby"])["accounts"]["main"]
    entry = {**account, "private_key": f"kms:{alias}", "private_key_public_sha256": "of another key"}
    stack.put("payby", {"accounts": {"main": entry}})
    calls.clear()
    stack.checks("")
    documented = set(re.findall(r"[a-z]+:[A-Z]\w+", aws.__doc__ or ""))
    assert calls == documented - {"lambda:InvokeFunction", "secretsmanager:ListSecrets", "dynamodb:ListTables"}
    assert {request.route for request in stack.company.slack.requests} == {"/api/auth.test"}


@pytest.fixture
def pieces() -> set[str]:
    """Every 16 characters in a row of the secrets, except those that every key begins with or a public key shares."""
    theirs = json.dumps(PROVIDER.private_pem) + json.dumps(MERCHANT.public_pem)
    secrets = [json.dumps(PRIVATE), TOKEN[5:], BOT_TOKEN[5:], SIGNING_SECRET]
    found = {text[start : start + 16] for text in secrets for start in range(len(text) - 15)}
    return {piece for piece in found if piece not in theirs}


def test_no_secret_is_printed_for_a_bad_field(
    stack: Deployment, capsys: pytest.CaptureFixture[str], pieces: set[str]
) -> None:
    for name in PROVIDERS:
        sound = json.loads(stack.company.secrets[f"{STACK_NAME}/{name}"])["accounts"]["main"]
        sound["private_key"] = PRIVATE
        stack.put(name, {"accounts": {f"a{n}": {**sound, field: bad} for n, (field, bad) in enumerate(BAD_FIELDS)}})
    code, text = run(capsys, "--show-public-keys")
    assert code == 1
    for name in PROVIDERS:
        assert f"secret 'balance-bot/{name}', account 'a1', field 'private_key' " in text
    assert not [piece for piece in pieces if piece in text]


@pytest.mark.parametrize("bad", BAD_SECRETS, ids=range(len(BAD_SECRETS)))
def test_no_secret_is_printed_for_a_bad_secret(
    stack: Deployment, capsys: pytest.CaptureFixture[str], pieces: set[str], bad: object
) -> None:
    for name in (*PROVIDERS, "slack-signing", "slack-bot-token"):
        stack.put(name, bad)
    text = run(capsys, "--show-public-keys", "--format", "json")[1]
    assert sum(check["status"] == "wrong" for check in json.loads(text)["checks"]) >= 4
    assert not [piece for piece in pieces if piece in text]
