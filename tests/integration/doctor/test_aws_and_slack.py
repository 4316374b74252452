"""What the doctor says when AWS, Slack or the bot's own functions do not answer as they should."""

import json

import boto3
import pytest

from tests.deployment.check import Status
from tests.integration.doctor.deployed_stack import SCHEDULE, Canned, Deployment
from tests.integration.fault_server import closed_port
from tests.local.http_server import Response
from tests.local.simulators.faults import Fault, FaultName


@pytest.mark.parametrize(("profile", "error"), [("", "NoCredentialsError"), ("nobody", "ProfileNotFound")])
def test_without_credentials_it_says_how_to_sign_in(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch, profile: str, error: str
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    (check,) = stack.checks("credentials")
    assert (check.status, check.finding) == (Status.WRONG, f"could not call AWS ({error})")
    assert "aws sso login" in check.remedy


@pytest.mark.parametrize(
    ("subject", "code", "status", "words"),
    [
        ("credentials", "ExpiredToken", Status.WRONG, "sign in again"),
        ("credentials", "SignatureDoesNotMatch", Status.WRONG, "clock"),
        ("credentials", "AccessDenied", Status.UNKNOWN, "use a role that allows sts:GetCallerIdentity"),
        ("payby", "AccessDeniedException", Status.UNKNOWN, "may not use secretsmanager:GetSecretValue"),
        ("payby", "DecryptionFailure", Status.WRONG, "secret 'balance-bot/payby' cannot be decrypted"),
        ("payby", "InternalServiceError", Status.UNKNOWN, "secret 'balance-bot/payby' could not be read"),
    ],
)
def test_credentials_and_a_secret_that_aws_refuses(
    stack: Deployment, monkeypatch: pytest.MonkeyPatch, subject: str, code: str, status: Status, words: str
) -> None:
    if subject == "credentials":
        service, body = "STS", f"<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
    else:
        service, body = "SECRETS_MANAGER", json.dumps({"__type": code})
    with Canned(Response(400, body.encode())) as aws:
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", aws.url)
        (check,) = stack.checks(subject)
    assert check.status is status
    assert words in f"{check.finding} {check.remedy}"


@pytest.mark.parametrize(
    ("response", "status", "finding"),
    [
        (
            Response(200, b"{}", {"X-Amz-Function-Error": "Unhandled"}),
            Status.WRONG,
            "function balance-bot-payby failed",
        ),
        (Response(403, b"{}", {"x-amzn-ErrorType": "AccessDeniedException"}), Status.UNKNOWN, "lambda:InvokeFunction"),
        (Response(500, b"{}", {"x-amzn-ErrorType": "ServiceException"}), Status.WRONG, "(ServiceException)"),
    ],
)
def test_a_function_that_gives_no_answer_is_invoked_once(
    stack: Deployment, response: Response, status: Status, finding: str
) -> None:
    invoked: list[str] = []

    def invoke(arn: str, payload: bytes) -> Response:
        invoked.append(arn)
        return response

    stack.api.invoke = invoke
    stack.api.providers = "payby"
    check = stack.checks("payby", asks=True)[-1]
    assert check.status is status
    assert finding in check.finding
    assert invoked == ["arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-payby:live"]


def test_a_schedule_that_somebody_disabled_or_deleted(stack: Deployment) -> None:
    name = stack.api.resources["SnapshotSchedule"]
    boto3.client("scheduler").update_schedule(Name=name, **{**SCHEDULE, "State": "DISABLED"})
    found = stack.checks("schedules")
    assert [check.status for check in found] == [Status.WRONG, Status.OK, Status.OK]
    assert found[0].finding == "the digest's, cron(0 8 ? * MON-FRI *) in UTC, is disabled"
    boto3.client("scheduler").delete_schedule(Name=name)
    found = stack.checks("schedules")
    assert (found[0].status, "deleted" in found[0].finding) == (Status.WRONG, True)
    assert stack.checks("digest")[0].status is Status.OK
    stack.api.parameters["WatchScheduleExpression"] = ""
    assert stack.checks("schedules")[1].finding == "none for the history (WatchScheduleExpression is empty)"


def test_tables_that_somebody_deleted_or_whose_settings_somebody_changed(stack: Deployment) -> None:
    assert [check.status for check in stack.checks("tables")] == [Status.OK] * 4
    dynamodb, names = boto3.client("dynamodb"), stack.api.resources
    dynamodb.update_continuous_backups(
        TableName=names["BalancesTable"], PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    dynamodb.delete_table(TableName=names["AnswersTable"])
    del names["RequestsTable"]
    assert [(check.status, check.finding) for check in stack.checks("tables")] == [
        (Status.WRONG, "BalancesTable has no point-in-time recovery: a mistake would lose the history"),
        (Status.OK, "WatchTable is there, and deletes what has expired"),
        (Status.WRONG, "somebody deleted the table balance-bot-AnswersTable by hand"),
        (Status.WRONG, "the stack has no RequestsTable"),
    ]


def test_a_bot_token_that_slack_refuses(stack: Deployment) -> None:
    stack.put("slack-bot-token", {"bot_token": "xoxb-another"})
    (check,) = stack.checks("bot token")
    assert (check.status, check.finding) == (Status.WRONG, "Slack refuses it (invalid_auth)")


def test_a_text_that_is_not_a_bot_token_is_not_sent_to_slack(stack: Deployment) -> None:
    sent = len(stack.company.slack.requests)
    stack.put("slack-bot-token", {"bot_token": "xoxp-1-2"})
    assert [check.status for check in stack.checks("bot token")] == [Status.WRONG]
    assert len(stack.company.slack.requests) == sent


def test_slack_that_is_down_or_out_of_reach(stack: Deployment) -> None:
    stack.company.slack.set_fault(Fault(FaultName.FAIL, times=1))
    (check,) = stack.checks("bot token")
    assert (check.status, check.finding) == (Status.UNKNOWN, "Slack's answer cannot be read (HTTP 503)")
    stack.api.parameters["SlackDomain"] = f"127.0.0.1:{closed_port()}"
    (check,) = stack.checks("bot token")
    assert (check.status, check.finding) == (Status.UNKNOWN, "could not reach Slack (URLError)")


@pytest.mark.parametrize(
    ("status", "remedy"), [(404, "SlackRequestUrl"), (429, "SlackRequestsPerSecond"), (503, "secret"), (200, "log")]
)
def test_a_front_that_does_not_refuse_an_unsigned_request_or_cannot_be_reached(
    stack: Deployment, status: int, remedy: str
) -> None:
    stack.front.response = Response(status)
    (check,) = stack.checks("request URL")
    assert check.finding == f"answers an unsigned request with HTTP {status} instead of 401"
    assert remedy in check.remedy
    stack.api.outputs["SlackRequestUrl"] = f"http://127.0.0.1:{closed_port()}/"
    (check,) = stack.checks("request URL")
    assert check.finding == "cannot be reached (ConnectError)"
