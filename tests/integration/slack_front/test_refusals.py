"""What is refused: requests that Slack never sends, and people who may not ask."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from balance_slack.front.handler import Refusals
from tests.clock import Clock
from tests.intake.cases import CASES
from tests.integration.fault_server import once
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_front.local_front import LocalFront, as_example, signed
from tests.integration.slack_functions import ADMIN, SIGNING_SECRET, SIGNING_SECRET_NAME, put_secret
from tests.local import company
from tests.local.aws.http_api import http_event
from tests.local.http_server import Request
from tests.schemas import problems
from tests.slack_examples import CHANNEL, USER, example


def test_every_request_that_slack_never_sends_gets_a_4xx_with_a_reason_and_starts_nothing(front: LocalFront) -> None:
    put_secret(SIGNING_SECRET_NAME, {"signing_secret": company.SIGNING_SECRET})
    front.environment |= dict.fromkeys(("ALLOWED_TEAM_IDS", "ALLOWED_CHANNEL_IDS", "ALLOWED_USER_IDS"), "*")
    for case in CASES:
        now = datetime.now(UTC)
        sent = case.request(example("command-usd").encode(), now)
        headers: dict[str, str] = {}
        for name, value in sent.headers:  # a header that is sent twice arrives as one
            headers[name.lower()] = ",".join(filter(None, [headers.get(name.lower()), value]))
        response = front.answer(http_event(Request(sent.method, sent.target, headers, sent.body), now))
        assert response["statusCode"] in case.statuses, case.name
        assert json.loads(response["body"]).keys() == {"error"}, case.name
        assert response["headers"].get("allow") == ("POST" if response["statusCode"] == 405 else None)
    assert front.invoke_api.accepted == 0


def test_a_rotated_signing_secret_is_read_again_and_junk_does_not_make_that_happen_more_often(
    front: LocalFront, clock: Clock, reads: list[str]
) -> None:
    def status(secret: str) -> object:
        return front.answer(signed(example("command-usd", text="help"), secret))["statusCode"]

    assert status(SIGNING_SECRET) == 200
    put_secret(SIGNING_SECRET_NAME, {"signing_secret": "rotated"})
    clock.now += timedelta(seconds=9)
    assert status("rotated") == 401
    clock.now += timedelta(seconds=1)
    assert status("rotated") == 200
    assert status(SIGNING_SECRET) == 401
    assert len(reads) == 2
    for _ in range(40):
        clock.now += timedelta(seconds=1)
        assert status("junk") == 401
    assert status("rotated") == 200
    assert len(reads) == 6


def test_a_blank_signing_secret_is_read_again_once_it_is_corrected(front: LocalFront, clock: Clock) -> None:
    put_secret(SIGNING_SECRET_NAME, {"signing_secret": " "})
    request = signed(example("command-usd", text="help"))
    assert front.answer(request)["statusCode"] == 503
    put_secret(SIGNING_SECRET_NAME, {"signing_secret": SIGNING_SECRET})
    clock.now += timedelta(seconds=10)
    assert front.answer(request)["statusCode"] == 200


def test_a_person_who_may_not_ask_reads_at_once_what_to_ask_for(front: LocalFront) -> None:
    refusal = f"Ask in <#{CHANNEL}>, or ask <@{ADMIN}> to allow this channel (its Slack ID is `C1`)."
    with captured_log() as log:
        assert refusal in front.reply(channel_id="C1")
        assert refusal in front.reply(channel_id="C1", text="help")
    assert log.getvalue().count('"message":"command refused"') == 2
    # The reporter keeps a record, of each person once a minute.
    got, expected = as_example(front.job, "record-refusal")
    assert got == expected


def test_a_refusal_is_told_even_if_its_record_is_lost(front: LocalFront, capsys: pytest.CaptureFixture[str]) -> None:
    front.invoke_api.behaviour = once(refused(429, "TooManyRequestsException"))
    assert "to allow this channel" in front.reply(channel_id="C1")
    assert [metric["kind"] for metric in metrics(capsys.readouterr().out, "ProviderFailure")] == ["unavailable"]


def test_a_person_is_recorded_again_after_a_minute_and_others_at_once() -> None:
    refusals = Refusals()
    seconds = [("U1", 0.0), ("U1", 59.9), ("U2", 59.9), ("U1", 60.0), ("U1", 61.0)]
    assert [refusals.is_new(*each) for each in seconds] == [True, False, True, True, False]


def test_a_refused_button_becomes_the_example_notice(front: LocalFront) -> None:
    front.environment |= {"ALLOWED_USER_IDS": "U1", "ADMIN_CONTACT": ""}
    front.acknowledge(example("button-refresh", trigger_id=...))
    got, expected = as_example(front.job, "deliver-notice")
    assert got == expected


@pytest.mark.parametrize(
    ("setting", "body", "notice"),
    [
        ("SHARE_CHANNEL_IDS", example("button-share"), f"to allow it (its Slack ID is `{CHANNEL}`)"),
        ("ALLOWED_USER_IDS", example("home-opened"), f"to add you (your Slack ID is `{USER}`)"),
        (
            "",
            example("button-refresh", actions=[{"action_id": "refresh", "value": "old"}]),
            "I do not know `old` any more",
        ),
    ],
)
def test_what_a_person_may_not_press_or_open_becomes_a_notice(
    front: LocalFront, setting: str, body: str, notice: str
) -> None:
    front.environment[setting] = ""
    front.acknowledge(body)
    assert problems("slack-job", front.job) == []
    assert front.job["kind"] == "deliver_notice"
    assert notice in front.job["notice"]
