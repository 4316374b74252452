"""The digest: what is posted in which channel, and what Lambda's retry still posts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from balance_core.aws import dynamodb_client
from balance_core.contract import convert
from balance_core.errors import ProviderError
from balance_core.history.items import HistoryError
from balance_core.history.readings import Snapshot
from balance_slack.job import JobKind
from balance_slack.reporter.digest import SnapshotEvent
from balance_slack.reporter.slack import DeliveryError
from tests.integration.fault_server import Connection, FaultServer, answer
from tests.integration.printed import captured_log
from tests.integration.slack_functions import BOT_TOKEN
from tests.integration.slack_reporter.local_reporter import (
    CHANNEL,
    OTHER_CHANNEL,
    LocalReporter,
    collected,
)
from tests.local.rendering import render_message
from tests.local.simulators.slack_actions import find_button
from tests.unit.slack_cases import PAGSMILE, balance, report, summary

# The bot is not a member there.
NOT_INVITED = "C0000000000"
SIX_CURRENCIES = ["AED", "BHD", "EUR", "GBP", "JPY", "KWD"]


def test_the_digest_shows_its_snapshot_and_asks_nobody(reporter: LocalReporter) -> None:
    reporter.report(reporter.snapshot())
    (post,) = reporter.slack.messages
    assert (post.destination, post.thread_ts) == (CHANNEL, None)
    assert post.text.startswith("USD 1,008.29 available, PayBy missing. ")
    assert render_message(post.payload).startswith("All balances, PayBy missing\n")
    assert "value" not in find_button(post.blocks, "details")
    assert {request.headers["authorization"] for request in reporter.slack.requests} == {f"Bearer {BOT_TOKEN}"}
    assert reporter.aggregator.accepted == 0


def test_each_channel_gets_its_currencies_of_one_snapshot(reporter: LocalReporter) -> None:
    reporter.environment["DIGEST_CHANNELS"] = f"{CHANNEL}:USD+AED,{OTHER_CHANNEL}:{'+'.join(SIX_CURRENCIES)}"
    reporter.report(reporter.snapshot())
    usd, other = reporter.slack.messages
    assert [message.destination for message in (usd, other)] == [CHANNEL, OTHER_CHANNEL]
    assert render_message(usd.payload).startswith("Balances in AED and USD, PayBy missing\n")
    assert find_button(usd.blocks, "details")["value"] == "AED USD"
    assert other.text.startswith("Balances in 6 currencies, PayBy missing. PayBy did not answer in time.")
    assert "1,008.29" not in json.dumps(other.payload)
    with pytest.raises(ValueError, match="not exactly one button"):
        find_button(other.blocks, "details")  # nobody may ask there, so every press would be refused


def test_everybody_in_the_channel_can_open_the_details_of_a_digest_as_it_was_posted(reporter: LocalReporter) -> None:
    reporter.environment["DIGEST_CHANNELS"] = f"{CHANNEL}:AED,{OTHER_CHANNEL}"
    reporter.environment["ALLOWED_CHANNEL_IDS"] = f"{CHANNEL},{OTHER_CHANNEL}"
    reporter.report(reporter.snapshot(summary(PAGSMILE, report("payby", balance("0", currency="AED")))))
    aed, everything = reporter.slack.messages
    for post, user_id in ((aed, "U1"), (everything, "U2")):
        reporter.report(reporter.press(JobKind.DETAILS, post, "details", user_id=user_id))
    _, in_aed, _, in_everything = (render_message(view.payload) for view in reporter.slack.views)
    assert in_aed.startswith("AED, as you saw it. Nothing was asked again.\n")
    assert "DISBURSEMENT: 0.00 available" in in_aed
    assert "1,008.29" not in in_aed
    assert "Card issuing account: USD 1,008.29 available" in in_everything
    assert reporter.aggregator.accepted == 0


def test_a_digest_whose_figures_were_not_stored_says_so_and_shows_no_older_ones(reporter: LocalReporter) -> None:
    reporter.snapshot()
    reporter.report(reporter.snapshot(stored=False))
    (post,) = reporter.slack.messages
    assert "The figures of this digest could not be stored, so they are missing." in post.text
    assert "1,008.29" not in json.dumps(post.payload)


def test_a_snapshot_for_the_history_posts_no_digest(reporter: LocalReporter) -> None:
    reporter.report(reporter.snapshot(kind="watch"))
    assert reporter.slack.requests == []


def test_a_snapshot_that_cannot_be_read_is_left_to_lambdas_retry(reporter: LocalReporter) -> None:
    detail: dict[str, Any] = {"firing": DAILY, "correlation_id": "first"}
    with pytest.raises(HistoryError, match="not in the table"):
        reporter.report(collected(**detail))
    reporter.snapshot(**detail)
    for _ in range(2):
        reporter.report(collected(**detail))
    assert len(reporter.slack.messages) == 1


def test_a_stored_answer_of_another_version_is_never_shown(reporter: LocalReporter) -> None:
    event = collected()
    announced = convert(event, SnapshotEvent).detail
    snapshot = Snapshot(
        key=announced.repeat_key,
        kind=announced.kind,
        taken_at=announced.collected_at,
        correlation_id=announced.correlation_id,
        readings=(),
        gaps=(),
    )
    expires_at = announced.collected_at + timedelta(days=400)
    reporter.balances.store(announced.day, snapshot, b'{"version":9,"totals":[]}', expires_at)
    with pytest.raises(HistoryError, match="the snapshot of the digest cannot be read"):
        reporter.report(event)
    assert reporter.slack.messages == []


DAILY = {"schedule": "daily", "scheduled_time": "2026-11-23T08:00:00Z"}


@pytest.mark.parametrize(
    ("first", "second", "digests"),
    [
        ({"firing": DAILY}, {"firing": {**DAILY, "scheduled_time": "2026-11-23T09:00:00+01:00"}}, 1),
        ({"firing": DAILY}, {"firing": {**DAILY, "scheduled_time": "2026-11-24T08:00:00Z"}}, 2),
        ({"firing": DAILY}, {"firing": {**DAILY, "schedule": "hourly"}}, 2),
        # Somebody's own snapshot, announced twice under two event ids, and another one.
        ({"firing": None}, {"firing": None}, 1),
        ({"firing": None}, {"firing": None, "correlation_id": "another"}, 2),
    ],
)
def test_one_firing_posts_one_digest_however_often_it_is_announced(
    reporter: LocalReporter, first: dict[str, Any], second: dict[str, Any], digests: int
) -> None:
    # The aggregator was asked twice, so the announcements differ in everything else.
    if second["firing"]:
        second = {**second, "correlation_id": "second", "collected_at": "2026-11-23T08:01:07Z"}
    for detail in (first, second, second):
        reporter.report(reporter.snapshot(**detail))
    assert len(reporter.slack.messages) == digests


def test_lambdas_retry_posts_only_what_is_missing(reporter: LocalReporter) -> None:
    reporter.environment["DIGEST_CHANNELS"] = f"{CHANNEL},{OTHER_CHANNEL}"
    is_refused = [True]

    def slack(connection: Connection) -> None:
        is_other = OTHER_CHANNEL.encode() in (connection.read_request() or b"")
        accepted, refused = b'{"ok":true,"ts":"1795242363.000007"}', b'{"ok":false,"error":"internal_error"}'
        connection.send(answer(200, refused if is_other and is_refused[0] else accepted, Connection="close"))

    event = reporter.snapshot()
    with reporter.slack_that(slack) as server:
        with pytest.raises(DeliveryError, match=rf"{OTHER_CHANNEL}: .*internal_error"):
            reporter.report(event)
        is_refused[0] = False
        for _ in range(2):
            reporter.report(event)
        assert [OTHER_CHANNEL.encode() in request for request in server.requests] == [False, True, True]


def test_a_channel_that_fails_keeps_nothing_from_the_others(reporter: LocalReporter) -> None:
    reporter.environment["DIGEST_CHANNELS"] = f"{NOT_INVITED},{CHANNEL},C1,{OTHER_CHANNEL}"
    event = reporter.snapshot()
    for _ in range(2):
        with pytest.raises(DeliveryError, match=rf"{NOT_INVITED}: .*invite the bot.*; C1: ") as caught:
            reporter.report(event)
        assert CHANNEL not in str(caught.value)
        posted = [message.destination for message in reporter.slack.messages]
        assert posted == [CHANNEL, OTHER_CHANNEL]


def test_a_mark_that_cannot_be_stored_does_not_make_lambda_post_again(
    reporter: LocalReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dynamodb(connection: Connection) -> None:
        is_mark = b"DynamoDB_20120810.UpdateItem" in (connection.read_request() or b"")
        refusal = b'{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}'
        connection.send(answer(*((400, refusal) if is_mark else (200, b"{}")), Connection="close"))

    with FaultServer(dynamodb) as server, captured_log() as log:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        reporter.dynamodb = dynamodb_client()
        reporter.report(collected(stored=False))
        reporter.dynamodb.close()
    assert len(reporter.slack.messages) == 1
    assert log.getvalue().count("is done, but could not be marked") == 1


def test_nothing_is_posted_without_a_channel(reporter: LocalReporter) -> None:
    reporter.environment["DIGEST_CHANNELS"] = ""
    reporter.report(collected())
    assert len(reporter.slack.requests) == reporter.aggregator.accepted == 0


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [("C1:UDS", "unknown currency codes: UDS"), (CHANNEL, "a second time"), ("finance", "is neither")],
)
def test_nothing_is_posted_until_the_channels_are_right(reporter: LocalReporter, wrong: str, problem: str) -> None:
    event = reporter.snapshot()
    reporter.environment["DIGEST_CHANNELS"] = f"{CHANNEL},{wrong}"
    with pytest.raises(ProviderError, match=f"DigestChannels, entry '{wrong}' .*{problem}"):
        reporter.report(event)
    assert reporter.slack.requests == []
    reporter.environment["DIGEST_CHANNELS"] = CHANNEL
    reporter.report(event)
    assert len(reporter.slack.messages) == 1
