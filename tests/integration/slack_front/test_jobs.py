"""Signed requests as Slack sends them: what the person reads at once, and the job that Lambda gets."""

import hashlib
import json

import pytest

from balance_slack.front.decisions import event_key
from tests.integration.slack_front.local_front import LocalFront, as_example, signed
from tests.schemas import problems
from tests.slack_examples import example

# The request in events/slack, and the job in events/slack-reporter that it becomes.
JOBS = {
    "command-usd": "answer-command",
    "button-refresh": "refresh-answer",
    "button-share": "share-answer",
    "button-details": "open-details",
    "home-button-refresh": "refresh-home",
    "home-button-help": "open-help",
    "home-opened": "show-home",
}


@pytest.mark.parametrize(("request_name", "job_name"), JOBS.items())
def test_every_example_request_becomes_its_example_job(front: LocalFront, request_name: str, job_name: str) -> None:
    event = signed(example(request_name))
    response = front.answer(event)
    assert (response["statusCode"], response["body"]) == (200, "")
    assert problems("slack-job", front.job) == []
    got, expected = as_example(front.job, job_name)
    assert got == expected
    key = hashlib.sha256(event["headers"]["x-slack-signature"].encode()).hexdigest()
    if request_name == "home-opened":  # Slack sends an event several times, and signs it each time
        key = event_key("Ev0123ABCD")
    assert (front.job["request_key"], front.job["request"]["correlation_id"]) == (key, key[:16])


def test_a_question_is_acknowledged_without_a_word_and_handed_over_asynchronously(front: LocalFront) -> None:
    front.acknowledge(example("command-usd", text="PayBy usd"))
    (request,) = front.invoke_api.requests
    assert b"balance-bot-slack-reporter%3Alive/invocations " in request
    assert b"X-Amz-Invocation-Type: Event" in request


def test_a_button_on_the_home_tab_needs_no_allowed_channel(front: LocalFront) -> None:
    front.environment["ALLOWED_CHANNEL_IDS"] = ""
    front.acknowledge(example("home-button-details"))
    assert (front.job["kind"], front.job["channel_id"], front.job["response_url"]) == ("open_details", None, None)


def test_slack_may_check_the_url_and_its_certificate(front: LocalFront) -> None:
    response = front.answer(signed(example("url-verification", challenge="3eZbrw1aB")))
    assert (response["statusCode"], json.loads(response["body"])) == (200, {"challenge": "3eZbrw1aB"})
    front.acknowledge("ssl_check=1&token=placeholder")
