"""What the doctor says about the stack's parameters, its schedule, the clock and the Slack app, and how it reports."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from balance_core.secrets import Secret
from balance_core.strict_json import loads
from tests.deployment import settings, slack_app
from tests.deployment.check import Check, CheckError, Status, ok, unknown, warning, wrong
from tests.deployment.clock import clock_check
from tests.deployment.manifest import MANIFEST
from tests.deployment.report import as_json, as_text, is_sound
from tests.deployment.stack import Schedule, Stack, Table
from tests.deployment.target import Target, target_of

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TEAM, CHANNEL, USER, SHARE = (
    f"Slack{name}Ids" for name in ("AllowedTeam", "AllowedChannel", "AllowedUser", "ShareChannel")
)
SOUND = {TEAM: "T1", CHANNEL: "C1,C2", USER: "U1", SHARE: "C1", "AdminContact": "U1"}
STACK = Stack("balance-bot-dev", "eu-central-1", "CREATE_COMPLETE", SOUND, {}, {})
CRON = "cron(0 8 ? * MON-FRI *)"


def access(**changes: str) -> list[Check]:
    return list(settings.access_checks(replace(STACK, parameters={**SOUND, **changes})))


def slack_secret(**fields: object) -> Secret:
    return Secret("balance-bot-dev/slack", loads(json.dumps(fields).encode()))


ALL_SCOPES = "commands,chat:write,files:write,im:write,channels:history,groups:history"


def auth_test(scopes: str | None = ALL_SCOPES, **data: object) -> SlackResponse:
    headers = {} if scopes is None else {"X-OAuth-Scopes": scopes}
    answer = {"ok": True, "team_id": "T1", **data}
    return SlackResponse(
        client=WebClient(), http_verb="POST", api_url="", req_args={}, data=answer, headers=headers, status_code=200
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("UPDATE_COMPLETE", Status.OK),
        ("UPDATE_ROLLBACK_COMPLETE", Status.WARNING),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Status.WARNING),
        ("ROLLBACK_COMPLETE", Status.WRONG),
        ("CREATE_FAILED", Status.WRONG),
    ],
)
def test_the_state_of_the_last_deployment(state: str, status: Status) -> None:
    assert settings.stack_check(replace(STACK, status=state)).status is status


@pytest.mark.parametrize(
    ("changes", "status", "finding"),
    [
        ({TEAM: ""}, Status.WRONG, f"{TEAM} is empty: nobody may ask"),
        ({USER: ""}, Status.WRONG, f"{USER} is empty: nobody may ask"),
        ({TEAM: "*"}, Status.WARNING, "people from other companies"),
        ({USER: "*"}, Status.WARNING, "guests can ask"),
        ({CHANNEL: "*"}, Status.OK, "every channel and direct message"),
        ({SHARE: ""}, Status.OK, "nobody may share"),
        ({SHARE: "*"}, Status.OK, "every channel in which people may ask"),
        ({SHARE: "C1,C9"}, Status.WARNING, "nobody can share in C9, because nobody may ask there"),
        ({SHARE: "C9", CHANNEL: "*"}, Status.OK, "people may share answers in C9"),
        ({"AdminContact": ""}, Status.WARNING, "the administrator of Balance Bot"),
    ],
)
def test_who_may_do_what(changes: dict[str, str], status: Status, finding: str) -> None:
    assert [check.status for check in access()] == [Status.OK] * 5
    assert [check.status for check in access(**changes) if finding in check.finding] == [status]


def test_deployed_parameters_that_samconfig_does_not_give() -> None:
    lines = {**SOUND, USER: "U1,U2"}
    del lines[TEAM]
    assert [check.finding for check in settings.parameter_checks(STACK, lines)] == [
        f'{TEAM} has no line in samconfig.toml, so its deployed value stays in force: "T1"',
        f'{USER} is "U1" in the stack, but "U1,U2" in samconfig.toml',
    ]
    assert [check.status for check in settings.parameter_checks(STACK, SOUND)] == [Status.OK]
    assert settings.parameter_checks(STACK, {}) == []


def test_the_address_that_providers_see() -> None:
    made = replace(STACK, outputs={"ProviderEgressIp": "203.0.113.7"})
    own = replace(STACK, parameters={"ProviderEipAllocationId": "eipalloc-1"})
    yours = replace(STACK, parameters={"ProviderSubnetIds": "subnet-1"})
    statuses = [settings.address_check(stack, ["payby"]).status for stack in (own, made, yours, STACK)]
    assert statuses == [Status.OK, Status.WARNING, Status.UNKNOWN, Status.WARNING]
    assert "set ProviderEipAllocationId" in settings.address_check(made, ["payby"]).remedy
    assert settings.address_of(made) == "the address 203.0.113.7"
    assert settings.address_of(own) == "the address of eipalloc-1"
    assert settings.address_of(yours) == "the address of your NAT gateway"
    assert "CreateProviderVpc=true" in settings.address_of(STACK)


@pytest.mark.parametrize(
    ("schedule", "status"),
    [
        (Schedule("ENABLED", CRON, "UTC"), Status.OK),
        (Schedule("DISABLED", CRON, "UTC"), Status.WRONG),
        (Schedule("ENABLED", "rate(1 day)", "UTC"), Status.WARNING),
        (Schedule("ENABLED", CRON, "Europe/Berlin"), Status.WARNING),
    ],
)
def test_the_schedule_is_the_stacks_and_enabled(schedule: Schedule, status: Status) -> None:
    parameters = {"SnapshotScheduleExpression": CRON, "SnapshotTimezone": "UTC"}
    assert settings.schedule_check(schedule, "SnapshotScheduleExpression", parameters).status is status


@pytest.mark.parametrize(
    ("channel", "admins", "statuses"),
    [("", "", [Status.OK, Status.WARNING]), ("C1", "U1,U2", [Status.OK, Status.OK])],
)
def test_somebody_is_told_of_alerts_that_cannot_be_delivered(channel: str, admins: str, statuses: list[Status]) -> None:
    found = settings.watch_checks({"AlertChannel": channel, "SlackAdminUserIds": admins})
    assert [check.status for check in found] == statuses
    assert settings.watch_schedule_check(Schedule("DISABLED", "rate(15 minutes)", "UTC")).status is Status.WRONG


@pytest.mark.parametrize(
    ("logical_id", "table", "status"),
    [
        ("BalancesTable", Table(expires=True, is_recoverable=True), Status.OK),
        ("BalancesTable", Table(expires=True, is_recoverable=False), Status.WRONG),
        ("BalancesTable", Table(expires=False, is_recoverable=True), Status.WRONG),
        ("WatchTable", Table(expires=True, is_recoverable=False), Status.WRONG),
        ("AnswersTable", Table(expires=True, is_recoverable=False), Status.OK),
        ("AnswersTable", Table(expires=False, is_recoverable=False), Status.WRONG),
    ],
)
def test_what_is_kept_expires_and_only_the_history_and_the_rules_must_be_recoverable(
    logical_id: str, table: Table, status: Status
) -> None:
    assert settings.table_check(logical_id, table).status is status


@pytest.mark.parametrize(
    ("setting", "findings"),
    [
        ("", ["no digest is posted (DigestChannels is empty)"]),
        ("C1:AED+USD,C2", ["goes to C1 (AED, USD); C2 (every currency)", "the bot has no scope"]),
        ("C1:USX", ["DigestChannels"]),
        ("C1,C1", ["DigestChannels"]),
    ],
)
def test_the_digests_channels_are_read_as_the_bot_reads_them(setting: str, findings: list[str]) -> None:
    found = settings.digest_checks(setting)
    assert all(part in check.finding for part, check in zip(findings, found, strict=True))
    assert (found[0].status is Status.WRONG) == (setting in ("C1:USX", "C1,C1"))


@pytest.mark.parametrize(
    ("address", "subscription", "status"),
    [
        ("ops@example.com", "arn:aws:sns:eu-central-1:1:t:u", Status.OK),
        ("ops@example.com", "PendingConfirmation", Status.WRONG),
        ("ops@example.com", "Deleted", Status.WRONG),
        ("", "arn:aws:sns:eu-central-1:1:t:u", Status.WARNING),
    ],
)
def test_whether_the_alarms_reach_their_address(address: str, subscription: str, status: Status) -> None:
    assert settings.alarm_check(address, {"ops@example.com": subscription}).status is status


@pytest.mark.parametrize(("seconds", "status"), [(0, Status.OK), (-60, Status.OK), (61, Status.WARNING)])
def test_clocks_may_differ_by_a_minute(seconds: int, status: Status) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert clock_check("AWS", date, NOW).status is status
    assert clock_check("AWS", "yesterday", NOW).status is clock_check("AWS", None, NOW).status is Status.UNKNOWN


@pytest.mark.parametrize("value", ["8F742231B10E8888ABCD99111222585A", "8f74", "xoxb-1-2", "g" * 32, " "])
def test_a_signing_secret_that_does_not_look_like_slacks_is_a_warning(value: str) -> None:
    check = slack_app.signing_secret_check(slack_secret(signing_secret=value), STACK)
    assert check.status is Status.WARNING
    assert "copy it from https://api.slack.com/apps, your app" in check.remedy
    assert value == " " or value not in repr(check)
    check = slack_app.signing_secret_check(slack_secret(signing_secret=f" {'8f' * 16}\n"), STACK)
    assert check.status is Status.UNKNOWN  # only a request from Slack proves it


@pytest.mark.parametrize("value", ["xoxp-1-2", "xoxe.xoxb-1-2", "xoxb-", "xoxb-1\r\nX: 1", "xoxb-ä", "Bearer xoxb-1"])
def test_only_a_bot_token_is_accepted(value: str) -> None:
    assert slack_app.bot_token(slack_secret(bot_token=" xoxb-1-2-abc\n"), STACK) == "xoxb-1-2-abc"
    with pytest.raises(CheckError) as caught:
        slack_app.bot_token(slack_secret(bot_token=value), replace(STACK, parameters={"SlackDomain": "slack-gov.com"}))
    assert caught.value.check.status is Status.WRONG
    assert "copy it from https://api.slack-gov.com/apps, your app" in caught.value.check.remedy
    assert value not in caught.value.check.remedy


@pytest.mark.parametrize(
    ("answer", "teams", "expected"),
    [
        (auth_test(), "T1", ["ok", "ok"]),
        (auth_test(), "*", ["ok", "ok"]),
        (auth_test(enterprise_id="E1"), "E1", ["ok", "ok"]),
        (auth_test(), "T2", ["wrong", "ok"]),
        (auth_test(), "", ["wrong", "ok"]),
        (auth_test("commands,chat:write,im:write,channels:history,groups:history"), "T1", ["ok", "warning"]),
        (auth_test("commands,im:write,files:write"), "T1", ["ok", "wrong", "warning"]),
        (auth_test("commands,chat:write,files:write,im:write"), "T1", ["ok", "warning"]),
        (auth_test(f"{ALL_SCOPES},users:read"), "T1", ["ok", "warning"]),
        (auth_test("users:read"), "T1", ["ok", "wrong", "warning", "warning", "warning"]),
        (auth_test(None), "T1", ["ok", "unknown"]),
        (auth_test(ok=False, error="token_revoked"), "T1", ["wrong"]),
    ],
)
def test_what_slack_says_about_the_token(answer: SlackResponse, teams: str, expected: list[str]) -> None:
    stack = replace(STACK, parameters={TEAM: teams})
    found = slack_app.token_checks(answer, stack, slack_app.wanted_scopes(MANIFEST))
    assert [check.status for check in found] == expected


def test_the_report_for_people_and_for_programs() -> None:
    target = target_of("dev")
    assert target_of("dev", "other", "me-central-1") == Target("other", "me-central-1")
    checks = [
        ok("stack", "is there"),
        warning("contact", "nobody", "name somebody"),
        wrong("payby", "field\x1b[2J 'x'\nis missing", "add it"),
        unknown("digest", "not known", "look"),
        ok("payermax", "has a key", detail="MIIB\nAAAA"),
    ]
    assert as_text(target, checks).splitlines() == [
        *("balance-bot-dev in eu-central-1", ""),
        "ok       stack: is there",
        *("warning  contact: nobody", "         -> name somebody"),
        *("wrong    payby: field?[2J 'x'?is missing", "         -> add it"),
        *("unknown  digest: not known", "         -> look"),
        *("ok       payermax: has a key", "", "MIIB", "AAAA", "", ""),
        "2 ok, 1 warning, 1 wrong, 1 unknown",
    ]
    document = json.loads(as_json(target, checks))
    assert document["checks"][0] == {"status": "ok", "subject": "stack", "finding": "is there"}
    assert document["is_sound"] is is_sound(checks) is False
    assert is_sound(checks[:2])
