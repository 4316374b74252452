"""What the doctor says of the Slack app: signing secret, token, workspace and scopes."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balance_core.secrets import Secret
from balance_core.wire import loads
from tests.deployment.check import Check, NotGatheredError, Status
from tests.deployment.facts import Stack
from tests.deployment.manifest import MANIFEST
from tests.deployment.slack_api import AuthTest
from tests.deployment.slack_app import (
    bot_token,
    request_url_check,
    signing_secret_checks,
    token_checks,
    wanted_scopes,
)

WANTED = frozenset({"commands", "chat:write"})
ANSWER = AuthTest(None, "T0123456789", "", WANTED, datetime(2026, 11, 21, tzinfo=UTC), None)
REGION = "eu-central-1"


def secret(**fields: object) -> Secret:
    return Secret("balance-bot-dev/slack", loads(json.dumps(fields).encode()))


def stack(teams: str) -> Stack:
    return Stack("balance-bot-dev", REGION, "CREATE_COMPLETE", {"SlackAllowedTeamIds": teams}, {}, {})


def not_gathered(value: object, field: str = "bot_token") -> Check:
    with pytest.raises(NotGatheredError) as caught:
        bot_token(secret(**{field: value}), REGION)
    return caught.value.check


def test_the_scopes_are_those_of_the_manifest() -> None:
    assert wanted_scopes(MANIFEST) >= WANTED


@pytest.mark.parametrize("value", ["8f742231b10e8888abcd99111222585a", " 8f742231b10e8888abcd99111222585a\n"])
def test_a_signing_secret_of_slacks_form_is_not_proven_by_it(value: str) -> None:
    (check,) = signing_secret_checks(secret(signing_secret=value), REGION)
    assert check.status is Status.UNKNOWN
    assert "/balance help" in check.remedy


@pytest.mark.parametrize("value", ["8F742231B10E8888ABCD99111222585A", "8f74", "xoxb-1-2", "g" * 32, "8" * 33])
def test_a_signing_secret_of_another_form(value: str) -> None:
    (check,) = signing_secret_checks(secret(signing_secret=value), REGION)
    assert check.status is Status.WARNING
    assert "Basic Information, Signing Secret" in check.remedy
    assert value not in repr(check)


@pytest.mark.parametrize("fields", [{}, {"signing_secret": " "}, {"signing_secret": 7}, {"SigningSecret": "8" * 32}])
def test_a_signing_secret_that_is_not_there(fields: dict[str, object]) -> None:
    with pytest.raises(NotGatheredError) as caught:
        signing_secret_checks(secret(**fields), REGION)
    assert caught.value.check.status is Status.WRONG
    assert "field 'signing_secret'" in caught.value.check.finding


def test_a_bot_token_is_read_without_white_space() -> None:
    assert bot_token(secret(bot_token=" xoxb-1-2-abc\n"), REGION) == "xoxb-1-2-abc"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("xoxp-1-2", "a user's token"),
        ("xapp-1-A", "an app-level token"),
        ("xoxe.xoxb-1-2", "a token that expires (token rotation)"),
        ("xoxe-1-2", "a token that expires (token rotation)"),
        ("xoxc-1", "a browser's token"),
        ("xoxb-", "no token"),
        ("xoxb-1 2", "no token"),
        ("xoxb-1\r\nX-Header: 1", "no token"),
        ("xoxb-ä", "no token"),
        ("Bearer xoxb-1", "no token"),
    ],
)
def test_what_is_no_bot_token_is_named_without_being_quoted(value: str, what: str) -> None:
    check = not_gathered(value)
    assert check.status is Status.WRONG
    assert check.finding == f"is {what}: the bot's starts with xoxb-"
    assert "Bot User OAuth Token" in check.remedy
    assert value not in check.remedy


def test_a_secret_without_a_token() -> None:
    assert not_gathered("xoxb-1", "token").finding == "secret 'balance-bot-dev/slack', field 'bot_token' is missing"


@pytest.mark.parametrize("teams", ["T0123456789", "T1,T0123456789", "*"])
def test_a_workspace_that_may_ask(teams: str) -> None:
    assert [check.status for check in token_checks(ANSWER, stack(teams), WANTED)] == [Status.OK, Status.OK]


def test_an_organisation_that_may_ask() -> None:
    answer = replace(ANSWER, enterprise_id="E0123")
    assert token_checks(answer, stack("E0123"), WANTED)[0].status is Status.OK


@pytest.mark.parametrize("teams", ["", "T1", "E0123"])
def test_a_workspace_that_may_not_ask(teams: str) -> None:
    check = token_checks(ANSWER, stack(teams), WANTED)[0]
    assert check.status is Status.WRONG
    assert check.remedy == "add T0123456789 to SlackAllowedTeamIds in samconfig.toml, then make deploy"


def test_a_token_that_slack_refuses() -> None:
    (check,) = token_checks(replace(ANSWER, error="token_revoked"), stack("*"), WANTED)
    assert (check.status, check.finding) == (Status.WRONG, "Slack refuses it (token_revoked)")


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (WANTED, [(Status.OK, "exactly those of the manifest: chat:write, commands")]),
        ({"commands"}, [(Status.WRONG, "the app lacks chat:write")]),
        (WANTED | {"users:read"}, [(Status.WARNING, "the app may do more than it needs: users:read")]),
        (
            {"users:read"},
            [
                (Status.WRONG, "the app lacks chat:write, commands"),
                (Status.WARNING, "the app may do more than it needs: users:read"),
            ],
        ),
        (None, [(Status.UNKNOWN, "Slack did not say which scopes the token has")]),
    ],
)
def test_scopes(scopes: set[str] | None, expected: list[tuple[Status, str]]) -> None:
    answer = replace(ANSWER, scopes=None if scopes is None else frozenset(scopes))
    _, *found = token_checks(answer, stack("*"), WANTED)
    assert [(check.status, check.finding) for check in found] == expected
    assert all(check.remedy for check in found if check.status is not Status.OK)
    # The file itself leads nowhere: with it, the app would lose the stack's address.
    assert all("make slack-manifest" in check.remedy for check in found if check.status is Status.WRONG)


def test_a_front_that_refuses_what_nobody_signed() -> None:
    assert request_url_check(401).status is Status.OK


@pytest.mark.parametrize("status", [200, 302, 403, 404, 429, 500, 502, 503])
def test_a_front_that_does_anything_else(status: int) -> None:
    check = request_url_check(status)
    assert check.status is Status.WRONG
    assert str(status) in check.finding
    assert check.remedy
