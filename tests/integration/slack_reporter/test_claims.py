"""Claims in moto's DynamoDB: who has one, what is noted in it, and when it may be had again."""

import os
from datetime import UTC, datetime, timedelta
from itertools import count

import boto3
import pytest

from balance_slack.claims import ClaimError, Claims
from tests.integration.fault_server import FaultServer, answer, once

NOW = datetime(2026, 11, 21, 8, 0, 0, 900_000, UTC)
PAUSE = timedelta(seconds=10)
_numbers = count()


@pytest.fixture
def key() -> str:
    """A key of the test's own."""
    return f"key {next(_numbers)}"


def expires_at(key: str) -> int:
    """When DynamoDB may delete the claim, in epoch seconds."""
    table = os.environ["REQUESTS_TABLE"]
    item = boto3.client("dynamodb").get_item(TableName=table, Key={"request_key": {"S": key}})["Item"]
    return int(item["expires_at"]["N"])


class TestAClaim:
    def test_belongs_to_who_makes_it_first(self, key: str) -> None:
        claims = Claims()
        assert claims.claim(key, "first", NOW) == {}
        assert claims.claim(key, "second", NOW) is None
        assert claims.claim(key, "first", NOW) == {}

    def test_gives_its_owner_what_was_noted_last(self, key: str) -> None:
        claims = Claims()
        claims.claim(key, "first", NOW)
        claims.note(key, "first", {"C1": "1.000001"}, NOW)
        claims.note(key, "first", {"C1": "1.000001", "C2": "1.000002"}, NOW)
        assert claims.claim(key, "first", NOW) == {"C1": "1.000001", "C2": "1.000002"}
        assert claims.claim(key, "second", NOW) is None

    def test_lasts_a_day_also_after_a_note(self, key: str) -> None:
        """DynamoDB deletes it then: earlier, and a replayed command would be answered again."""
        claims = Claims()
        claims.claim(key, "first", NOW)
        assert expires_at(key) == int(NOW.timestamp()) + 86_400
        claims.note(key, "first", {"C1": "1.000001"}, NOW + timedelta(seconds=5))
        assert expires_at(key) == int(NOW.timestamp()) + 86_405

    @pytest.mark.parametrize(
        ("reply", "said", "tries"),
        [
            (answer(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException"}'), "refused", 1),
            (b"", "could not be reached", 2),
        ],
    )
    def test_that_cannot_be_made_raises(
        self, key: str, monkeypatch: pytest.MonkeyPatch, reply: bytes, said: str, tries: int
    ) -> None:
        with FaultServer(once(reply)) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
            with pytest.raises(ClaimError, match=said):
                Claims().claim(key, "first", NOW)
        assert server.accepted == tries


class TestAPause:
    def test_can_be_had_again_when_it_is_over_and_not_before(self, key: str) -> None:
        claims = Claims()
        assert claims.wait_seconds(key, "first", PAUSE, NOW) == 0
        waits = [claims.wait_seconds(key, "second", PAUSE, NOW + timedelta(seconds=late)) for late in (0, 1, 9, 10)]
        assert waits == [10, 9, 1, 0]
        assert claims.wait_seconds(key, "third", PAUSE, NOW + timedelta(seconds=12)) == 8

    def test_lets_its_owner_go_on(self, key: str) -> None:
        claims = Claims()
        assert [claims.wait_seconds(key, "first", PAUSE, NOW) for _ in range(2)] == [0, 0]

    def test_is_never_longer_than_it_lasts_whatever_the_clocks_say(self, key: str) -> None:
        claims = Claims()
        claims.wait_seconds(key, "first", PAUSE, NOW + timedelta(hours=1))
        assert claims.wait_seconds(key, "second", PAUSE, NOW) == 10
