"""What `make deploy` finds before it builds: a wrong environment, no credentials, a stuck stack, left-over secrets."""

import json
import re
from pathlib import Path

import boto3
import pytest

from tests.deployment.aws import Aws
from tests.deployment.check import CheckError
from tests.deployment.preflight import check, main, table_properties, wanted_secrets
from tests.deployment.target import Target, target_of
from tests.deployment.target import main as environment
from tests.integration.doctor.deployed_stack import Canned, Deployment
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.http_server import Response

NEW, DEPLOYED = Target("another", REGION), Target(STACK_NAME, REGION)


def ways(target: Target) -> str:
    return check(Aws(REGION), target, wanted_secrets(target.stack, {}), table_properties({}), "dev")


def own(stack: Deployment) -> None:
    """Let the stack own every secret that exists."""
    secrets = boto3.client("secretsmanager").list_secrets()["SecretList"]
    stack.api.resources.update({each["Name"]: each["ARN"] for each in secrets})


def test_an_environment_that_samconfig_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert environment(["dev"]) == 0
    assert (environment(["staging"]), main(["--env", "staging"])) == (2, 2)
    assert "ENV must be one of dev, prod, as in samconfig.toml\n" in capsys.readouterr().err


def test_a_region_that_samconfig_does_not_name(tmp_path: Path) -> None:
    samconfig = tmp_path / "samconfig.toml"
    samconfig.write_text('[dev.global.parameters]\nstack_name = "balance-bot-dev"\n[dev.deploy.parameters]\n')
    with pytest.raises(ValueError, match=r"there is no region in samconfig.toml under \[dev.deploy.parameters\]"):
        target_of("dev", samconfig=samconfig)


def test_a_deployment_without_credentials(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--env", "dev"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("credentials: could not call AWS (NoCredentialsError). sign in")


def test_credentials_that_may_not_list_secrets_do_not_stop_a_deployment(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Canned(Response(400, b'{"__type": "AccessDeniedException"}')) as secrets:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.url)
        assert main(["--env", "dev"]) == 0
    assert "your credentials may not use secretsmanager:ListSecrets" in capsys.readouterr().err


def test_nothing_is_in_the_way(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--env", "dev"]) == 0
    own(stack)
    assert ways(DEPLOYED) == ""
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("ROLLBACK_COMPLETE", "aws cloudformation delete-stack"),
        ("DELETE_FAILED", "aws cloudformation delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback"),
        ("UPDATE_IN_PROGRESS", "wait"),
    ],
)
def test_a_stack_that_cannot_be_updated(stack: Deployment, status: str, remedy: str) -> None:
    stack.api.status = status
    with pytest.raises(CheckError) as caught:
        ways(DEPLOYED)
    assert caught.value.check.finding.startswith(f"{STACK_NAME} is {status}")
    assert caught.value.check.remedy.startswith((remedy, f"delete it and deploy again: {remedy}"))


def test_credentials_that_may_not_list_tables_still_see_the_secrets(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("secretsmanager").create_secret(Name=f"{NEW.stack}/payby")
    with Canned(Response(400, b'{"__type": "AccessDeniedException"}')) as dynamodb:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.url)
        assert "another/payby" in ways(NEW)


def test_secrets_of_a_deleted_stack_are_imported_or_deleted(stack: Deployment) -> None:
    secrets = boto3.client("secretsmanager")
    kept, deleted = (secrets.create_secret(Name=f"{NEW.stack}/{name}")["ARN"] for name in ("payby", "slack-signing"))
    secrets.create_secret(Name=f"{NEW.stack}/somebody-elses")
    secrets.delete_secret(SecretId=deleted, RecoveryWindowInDays=7)
    text = ways(NEW)
    keep, _, delete = text.partition("To delete them for good instead:")
    assert "another/slack-signing (deleted, can be restored)\n" in keep
    assert "restore-secret --region eu-central-1 --secret-id another/slack-signing &&\n" in keep
    assert "restore-secret --region eu-central-1 --secret-id another/payby" not in keep
    (template,) = re.findall("--template-body '(.+?)'", keep)
    (imported,) = re.findall("--resources-to-import '(.+?)'", keep)
    logical_ids = {name: logical_id for logical_id, name in wanted_secrets(NEW.stack, {}).items()}
    for name, arn in {"another/payby": kept, "another/slack-signing": deleted}.items():
        assert f'"{logical_ids[name]}":{{' in template
        assert f'"LogicalResourceId":"{logical_ids[name]}","ResourceIdentifier":{{"Id":"{arn}"}}' in imported
        assert f"--secret-id {name} --force-delete-without-recovery" in delete
    assert text.count("make deploy ENV=dev") == 2
    assert "somebody-elses" not in text


def test_the_history_of_a_deleted_stack_is_imported_or_deleted_before_a_new_one_begins(stack: Deployment) -> None:
    dynamodb = boto3.client("dynamodb")
    properties = table_properties({})

    def left(table: str) -> str:
        keys = {
            name: properties["BalancesTable"][name] for name in ("AttributeDefinitions", "KeySchema", "BillingMode")
        }
        dynamodb.create_table(TableName=table, **keys)
        return ways(NEW)

    keep, _, delete = left("another-BalancesTable-1A2B").partition("To delete them for good instead:")
    (template,) = re.findall("--template-body '(.+?)'", keep)
    (imported,) = re.findall("--resources-to-import '(.+?)'", keep)
    resource = json.loads(template)["Resources"]["BalancesTable"]
    assert (resource["DeletionPolicy"], resource["Properties"]) == ("RetainExceptOnCreate", properties["BalancesTable"])
    assert [each["ResourceIdentifier"] for each in json.loads(imported)] == [
        {"TableName": "another-BalancesTable-1A2B"}
    ]
    assert "delete-table --region eu-central-1 --table-name another-BalancesTable-1A2B" in delete
    assert '"LogicalResourceId":"WatchTable"' in left("another-WatchTable-1A2B")
    # Of several, a person has to choose.
    assert '{"TableName":"TABLE_NAME"}' in left("another-BalancesTable-3C4D")
    # An existing stack has its own.
    own(stack)
    assert ways(DEPLOYED) == ""


def test_the_secret_of_a_provider_that_is_added_again_moves_through_a_file(stack: Deployment) -> None:
    own(stack)
    del stack.api.resources[f"{STACK_NAME}/payby"]
    keep = ways(DEPLOYED).partition("To delete them for good instead:")[0]
    steps = ("get-secret-value", "delete-secret", "make deploy", "put-secret-value", "rm payby.json")
    assert [keep.index(step) for step in steps] == sorted(keep.index(step) for step in steps)
    assert "slack-signing" not in keep
    assert "--template-body" not in keep
