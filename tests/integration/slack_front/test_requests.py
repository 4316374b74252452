"""Requests to the front that are no command, no request at all, or not from Slack."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer
from tests.integration.slack_front.cases import TEAM, USER, below_message, form, home_opened, on_home, said, status
from tests.integration.slack_functions import CHANNEL, SIGNING_SECRET, command, invocation, signed_event, url_event
from tests.local.simulators.slack_commands import sign, signed_headers
from tests.schemas import EVENTS, problems


class TestWhatIsNotACommand:
    def test_gets_its_own_status(self, reporter: FaultServer) -> None:
        other = command("USD", command="/other").body()
        response = Front().answer(signed_event(other))
        assert response["statusCode"] == 404
        assert reporter.accepted == 0

    def test_proves_that_the_certificate_is_fine(self) -> None:
        response = Front().answer(signed_event(b"ssl_check=1&token=canary-token"))
        assert (response["statusCode"], response["body"]) == (200, "")

    def test_confirms_the_url(self) -> None:
        body = b'{"type":"url_verification","token":"canary-token","challenge":"3eZbrw1aB"}'
        event = signed_event(body)
        event["headers"]["content-type"] = "application/json"
        response = Front().answer(event)
        assert (response["statusCode"], json.loads(str(response["body"]))) == (200, {"challenge": "3eZbrw1aB"})


MALFORMED_BODIES = [
    b"{",
    b"{}",
    b"[]",
    b"[1",
    b"{" * 50_000,
    b'{"a":' * 10_000,
    b'{"team":5}',
    b'{"enterprise":5}',
    b'{"type":"event_callback","event":[]}',
    b"payload=%7B",
    b"payload=5",
    b"payload=null",
    b"payload=%5B1%5D",
    b"payload=",
    b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D",
    b'{"authorizations":{"a":1}}',
    b"x",
    b"command=%2Fbalance",
    b"command=%2Fbalance&text=USD&team_id=T0123456789&channel_id=C0123456789&user_id=U1",
    b"=&=&&&",
    b"\x00",
    b"text=%ff%fe",
]
KINDS = {
    "command-usd": "answer_command",
    "button-refresh": "refresh_answer",
    "button-share": "share_answer",
    "button-details": "open_details",
    "home-button-refresh": "refresh_home",
    "home-button-details": "open_details",
    "home-button-help": "open_help",
    "home-opened": "show_home",
}
CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", ""]


class TestAForgery:
    def test_is_refused(self, reporter: FaultServer) -> None:
        body = command("USD").body()
        now = datetime.now(UTC)
        forged = [
            signed_event(body, secret="another secret"),
            signed_event(body, now - timedelta(seconds=302)),
            signed_event(body, now + timedelta(minutes=10)),  # and not seconds: they pass while the others are tried
            signed_event(body, datetime(1970, 1, 1, tzinfo=UTC)),
            url_event(signed_headers(SIGNING_SECRET, body, now), body + b"&text=AED"),
            url_event(signed_headers(SIGNING_SECRET, body, now), b"ssl_check=1"),
        ]
        for event in forged:
            assert Front().answer(event)["statusCode"] == 401
        assert reporter.accepted == 0

    def test_with_a_malformed_body_is_not_even_parsed(self) -> None:
        front = Front()
        for body, content_type in product(MALFORMED_BODIES, CONTENT_TYPES):
            event = signed_event(body, secret="another secret")
            event["headers"]["content-type"] = content_type
            assert front.answer(event)["statusCode"] == 401

    def test_is_recognised_when_the_time_is_not_signed(self) -> None:
        body = command("USD").body()
        event = signed_event(body)
        event["headers"]["x-slack-signature"] = sign(SIGNING_SECRET, "", body)
        assert Front().answer(event)["statusCode"] == 401


def test_a_signed_body_that_makes_no_sense_starts_nothing(reporter: FaultServer) -> None:
    front = Front()
    for body, content_type in product(MALFORMED_BODIES, CONTENT_TYPES):
        event = signed_event(body)
        event["headers"]["content-type"] = content_type
        response = front.answer(event)
        assert response["statusCode"] in (400, 404) or "not open to" in said(response), body[:100]
    assert reporter.accepted == 0


JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from([TEAM, USER, CHANNEL, "home", "view"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "team_id", "type"]), inner),
    max_leaves=6,
)
NAMES = sorted({*below_message("x"), *on_home("x"), *home_opened(), "command"})


class TestASignedPayload:
    @settings(suppress_health_check=list(HealthCheck), max_examples=200)
    @given(
        st.sampled_from([below_message("details"), on_home("refresh"), home_opened(), {"type": "view_submission"}]),
        st.dictionaries(st.sampled_from(NAMES), JSON),
        st.booleans(),
    )
    def test_never_fails_whatever_it_holds(
        self, front: Front, reporter: FaultServer, payload: dict[str, Any], changes: dict[str, Any], is_form: bool
    ) -> None:
        reporter.requests.clear()
        whole = {**payload, **changes}
        response = front.answer(signed_event(form(whole) if is_form else json.dumps(whole).encode()))
        assert response["statusCode"] in (200, 400, 404)
        for request in reporter.requests:
            assert problems("slack-job", invocation(request)[1]) == []

    @pytest.mark.parametrize(
        "kind", ["view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"]
    )
    def test_of_another_kind_is_not_ours(self, reporter: FaultServer, kind: str) -> None:
        assert status(form(below_message("refresh", type=kind, callback_id="refresh", view={"type": "modal"}))) == 404
        assert reporter.accepted == 0


@pytest.mark.parametrize("path", sorted(EVENTS.glob("slack/*.json")), ids=lambda path: path.stem)
def test_every_example_is_a_request_that_only_lacks_its_signature(
    reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setenv("ALLOWED_TEAM_IDS", "T0123ABCD")
    monkeypatch.setenv("ALLOWED_CHANNEL_IDS", "C0123ABCD")
    monkeypatch.setenv("SHARE_CHANNEL_IDS", "*")
    event = json.loads(path.read_text(encoding="utf-8"))
    body = b64decode(event["body"], validate=True)
    assert event["headers"]["content-length"] == str(len(body))
    assert Front().answer(event)["statusCode"] == 401
    signed = signed_headers(SIGNING_SECRET, body, datetime.now(UTC))
    event["headers"] |= {name.lower(): value for name, value in signed.items() if name.startswith("X-Slack")}
    assert Front().answer(event)["statusCode"] == 200
    kinds = [invocation(request)[1]["kind"] for request in reporter.requests]
    assert kinds == ([] if path.stem == "url-verification" else [KINDS[path.stem]])


class TestAMalformedRequest:
    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"requestContext": {"http": {"method": "GET"}}}, 405),
            ({"headers": {}}, 401),
            ({"body": None}, 400),
            ({"isBase64Encoded": "yes"}, 400),
            ({"body": b64encode(b"a" * 1_000_001).decode()}, 413),
            ({"requestContext": None}, 400),
        ],
    )
    def test_gets_a_4xx_with_a_reason(self, change: dict[str, object], status: int) -> None:
        response: dict[str, Any] = Front().answer({**signed_event(command("USD").body()), **change})
        assert response["statusCode"] == status
        assert json.loads(response["body"]).keys() == {"error"}
        assert response["headers"].get("allow") == ("POST" if status == 405 else None)

    def test_may_be_no_object_at_all(self) -> None:
        assert Front().answer([])["statusCode"] == 400
