"""`make doctor` over a stack of the project's template: what a person reads, and what programs get."""

import json

import pytest

from tests.deployment.doctor import main
from tests.deployment.manifest import main as slack_manifest
from tests.integration.doctor.deployed_stack import Deployment
from tests.integration.doctor.visits import PROVIDERS, Visits
from tests.local.aws.stack import REGION, STACK_NAME


def test_a_sound_stack_has_nothing_wrong(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--stack", STACK_NAME, "--region", REGION])
    first, *lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert first == "balance-bot in eu-central-1"
    heads = [line[:15].strip() for line in lines if line.strip() and not line.startswith(" ")]
    assert set(heads[:-1]) == {"ok", "cannot be known"}
    assert lines[-1].endswith("ok, 5 cannot be known")
    # A finding, and under it what to do.
    (at,) = [number for number, line in enumerate(lines) if "the providers see" in line]
    assert lines[at] == "ok               address: the providers see 203.0.113.7"
    assert lines[at + 1] == " " * 17 + "-> give it to PayBy and PayerMax, for sandbox and production each"


def test_looks_at_everything_that_is_set_up(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", STACK_NAME, "--region", REGION, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["stack"], document["region"], document["is_sound"]) == (STACK_NAME, REGION, True)
    assert {check["subject"] for check in document["checks"]} == {
        *("credentials", "stack", "signing secret", "bot token", "scopes", "request URL", "access", "sharing"),
        *("contact", "address", "schedule", "digest", "alarms", "clock"),
        *PROVIDERS,
    }


def test_public_keys_are_shown_only_when_asked_for(stack: Deployment, visits: Visits) -> None:
    visits.run()
    assert not any(check.detail for check in visits.checks)
    visits.run(shows_public_keys=True)
    shown = {check.subject: check.detail for check in visits.checks if check.detail}
    assert shown.keys() == set(PROVIDERS)
    assert "\n" not in shown["payermax"]
    for provider in ("pagsmile", "payby"):
        assert shown[provider].startswith("-----BEGIN PUBLIC KEY-----\n")
        assert "".join(shown[provider].splitlines()[1:-1]) == shown["payermax"]


def test_an_unknown_stack_is_named_with_its_region(
    stack: Deployment, visits: Visits, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", "elsewhere", "--region", REGION]) == 1
    assert capsys.readouterr().out.endswith("\n1 wrong\n")
    visits.run("elsewhere")
    assert visits.of("stack") == [
        (
            "wrong",
            "there is no stack elsewhere in eu-central-1",
            "deploy it (make deploy ENV=...), or name another one: STACK=... REGION=...",
        )
    ]


def test_an_unknown_environment_is_a_wrong_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--env", "staging"]) == 2
    assert capsys.readouterr().err == "ENV must be one of dev, prod, as in samconfig.toml\n"


def test_secrets_without_a_value(stack: Deployment, visits: Visits) -> None:
    for name in (*PROVIDERS, "slack-signing", "slack-bot-token"):
        stack.empty(name)
    visits.run()
    for provider in PROVIDERS:
        ((status, finding, remedy),) = visits.of(provider)
        assert status == "warning"
        assert "has no value yet" in finding
        assert f"--secret-id balance-bot/{provider} --secret-string file://{provider}.json" in remedy
    assert visits.statuses("signing secret") == visits.statuses("bot token") == ["wrong"]
    assert visits.of("address")[0] == ("ok", "the providers see 203.0.113.7", "")


def test_a_defect_in_one_account_leaves_the_others(stack: Deployment, visits: Visits) -> None:
    secret = json.loads(stack.company.secrets["balance-bot/payby"])
    secret["accounts"]["uae"] = {**secret["accounts"]["main"], "partner_id": ""}
    stack.put("payby", secret)
    visits.run()
    first, second, third, _ = visits.of("payby")
    assert first[0] == "wrong"
    assert "account 'uae', field 'partner_id'" in first[1]
    assert first[2].startswith("mend it as in functions/payby/README.md, then aws secretsmanager put-secret-value")
    assert second[:2] == ("ok", "every field of every account can be read (127.0.0.1: main)")
    assert third[1].startswith("the private key of account main is sound, 2048 bits; SHA-256 of its public key: ")


def test_the_manifest_takes_the_address_from_the_stack(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://abc.lambda-url.eu-central-1.on.aws/"
    stack.api.outputs["SlackRequestUrl"] = url
    assert slack_manifest(["--stack", STACK_NAME, "--region", REGION]) == 0
    assert f"url: {url}\n" in capsys.readouterr().out
    del stack.api.outputs["SlackRequestUrl"]
    assert slack_manifest(["--stack", STACK_NAME, "--region", REGION]) == 2
    assert capsys.readouterr().err == (
        "URL is missing, and the stack balance-bot has no output SlackRequestUrl: deploy it again\n"
    )


@pytest.mark.usefixtures("without_providers")
class TestSchedule:
    def test_disabled_by_hand(self, stack: Deployment, visits: Visits) -> None:
        stack.change_schedule(State="DISABLED")
        visits.run()
        assert visits.of("schedule")[0][:2] == ("wrong", "cron(0 8 ? * MON-FRI *) in UTC is disabled")

    def test_deleted_by_hand(self, stack: Deployment, visits: Visits) -> None:
        stack.api.resources["SnapshotSchedule"] = "gone"
        visits.run()
        assert visits.statuses("schedule") == ["wrong"]
        assert "deleted by hand" in visits.of("schedule")[0][1]
        assert visits.statuses("digest") == ["ok", "cannot be known"]


@pytest.mark.usefixtures("without_providers")
def test_an_address_for_alarms_that_left(stack: Deployment, visits: Visits) -> None:
    stack.api.parameters["AlarmEmail"] = "former@example.com"
    visits.run()
    assert visits.of("alarms")[0][:2] == ("wrong", "former@example.com has unsubscribed: no alarm reaches it")
