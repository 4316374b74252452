"""What the doctor says when AWS does not tell, and that it asks for nothing but what it reads."""

import json
import os
import re
from urllib.parse import parse_qs

import pytest

from tests.deployment import aws
from tests.deployment.aws import Aws
from tests.integration.doctor.deployed_stack import Deployment
from tests.integration.doctor.visits import Visits
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.invoke_api import failed, refused
from tests.local.aws.call_recorder import CallRecorder, calls_in
from tests.local.aws.loopback_http import Request, Response
from tests.local.aws.stack import REGION


def test_without_credentials_it_says_how_to_sign_in(
    stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    visits.run(aws=Aws(REGION))
    ((status, finding, remedy),) = visits.of("credentials")
    assert (status, finding) == ("wrong", "AWS could not be asked (NoCredentialsError)")
    assert "aws sso login" in remedy


def test_an_unknown_profile_is_no_traceback(stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    visits.run(aws=Aws(REGION))
    assert visits.of("credentials")[0][:2] == ("wrong", "AWS could not be asked (ProfileNotFound)")


@pytest.mark.parametrize(
    ("code", "status", "finding"),
    [
        ("AccessDeniedException", "cannot be known", "your credentials may not use secretsmanager:GetSecretValue"),
        ("DecryptionFailure", "wrong", "secret 'balance-bot/payby' cannot be decrypted"),
        ("InternalServiceError", "cannot be known", "secret 'balance-bot/payby' could not be read"),
    ],
)
def test_secrets_that_may_not_be_read(
    stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch, code: str, status: str, finding: str
) -> None:
    with FaultServer(always(answer(400, json.dumps({"__type": code}).encode()))) as refusing:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", refusing.url)
        visits.run(aws=Aws(REGION))
    ((told, text, _),) = visits.of("payby")
    assert told == status
    assert text.startswith(finding)
    assert visits.statuses("bot token") == [status]


@pytest.mark.parametrize(
    ("answered", "status", "finding"),
    [
        (failed(b'{"errorMessage": "897993.88"}'), "wrong", "the function balance-bot-payby failed"),
        (
            refused(404, "ResourceNotFoundException"),
            "wrong",
            "AWS refused lambda:InvokeFunction (ResourceNotFoundException)",
        ),
        (
            refused(403, "AccessDeniedException"),
            "cannot be known",
            "your credentials may not use lambda:InvokeFunction",
        ),
        # Each try would ask the provider.
        (refused(500, "ServiceException"), "wrong", "AWS refused lambda:InvokeFunction (ServiceException)"),
    ],
)
@pytest.mark.usefixtures("without_providers")
def test_a_function_that_gives_no_answer(
    stack: Deployment,
    visits: Visits,
    monkeypatch: pytest.MonkeyPatch,
    answered: bytes,
    status: str,
    finding: str,
) -> None:
    stack.put("payby", stack.company.secrets["balance-bot/payby"])
    with FaultServer(always(answered)) as functions:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.url)
        visits.run(aws=Aws(REGION), asks=True)
    assert visits.of("payby")[-1][:2] == (status, finding)
    assert b"/functions/balance-bot-payby/invocations?Qualifier=live " in functions.requests[0]
    assert len(functions.requests) == 1


@pytest.mark.parametrize(
    ("code", "status", "hint"),
    [
        ("ExpiredToken", "wrong", "sign in again"),
        ("SignatureDoesNotMatch", "wrong", "clock"),
        ("AccessDenied", "cannot be known", "ask with a role that allows sts:GetCallerIdentity"),
    ],
)
def test_credentials_that_aws_refuses(
    stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch, code: str, status: str, hint: str
) -> None:
    error = f"<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
    with FaultServer(always(answer(403, error.encode()))) as refusing:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", refusing.url)
        visits.run(aws=Aws(REGION))
    ((told, _, remedy),) = visits.of("credentials")
    assert (told, len(visits.checks)) == (status, 1)
    assert hint in remedy


@pytest.mark.usefixtures("without_providers")
def test_a_clock_that_is_off(stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = b"<R><GetCallerIdentityResult><Account>1</Account><Arn>a</Arn></GetCallerIdentityResult></R>"
    team = b'{"ok": true, "team_id": "T0123456789"}'
    date = "Sat, 21 Nov 2020 08:00:00 GMT"
    with (
        FaultServer(always(answer(200, caller, Date=date))) as sts,
        FaultServer(always(answer(200, team, Date=date))) as slack,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        visits.run(aws=Aws(REGION), slack_api_url=slack.url)
    assert visits.statuses("clock") == ["warning", "warning"]
    told = [finding.partition(" are ")[0] for _, finding, _ in visits.of("clock")]
    assert told == ["this machine and AWS", "this machine and Slack"]


class Witness(CallRecorder):
    """Stands before moto and notes what is asked of it."""

    def __init__(self, upstream_url: str) -> None:
        self.actions: set[str] = set()
        super().__init__(upstream_url, set())

    def answer(self, request: Request) -> Response:
        (call,) = calls_in(request)
        # SNS and STS name the action in a form.
        named = parse_qs(request.body.decode()).get("Action")
        self.actions.add(f"{call.action.partition(':')[0]}:{named[0]}" if named else call.action)
        return super().answer(request)


@pytest.mark.usefixtures("without_providers")
def test_does_nothing_but_read(stack: Deployment, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    with Witness(os.environ["AWS_ENDPOINT_URL"]) as witness:
        monkeypatch.setenv("AWS_ENDPOINT_URL", witness.url)
        visits.run(aws=Aws(REGION))
    schedule = "scheduler:GET /schedules/balance-bot-SnapshotSchedule?"
    assert witness.actions - {schedule, schedule.rstrip("?")} == {
        "sts:GetCallerIdentity",
        "secretsmanager:GetSecretValue",
        "sns:ListSubscriptionsByTopic",
    }
    assert witness.actions <= {schedule, schedule.rstrip("?")} | set(re.findall(r"[a-z]+:[A-Z]\w+", aws.__doc__ or ""))
    assert {request.route for request in stack.company.slack.requests} == {"/api/auth.test"}
    assert stack.company.slack.messages == []
