"""What comes in at the Request URL: HTTP events and Slack's payloads, and everything else as a 4xx."""

import hashlib
import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_slack.access import Requester, Subject, Workspace
from balance_slack.front.payloads import ButtonPress, Command, HomeOpened, UrlCheck, read_payload
from balance_slack.front.request import RequestRefusedError, read_request
from tests.local.simulators.slack_commands import sign
from tests.slack_examples import CHANNEL, TEAM, USER, example, http_event

SIGNATURE = "v0=" + "a1" * 32
TIMESTAMP_HEADER, SIGNATURE_HEADER = "x-slack-request-timestamp", "x-slack-signature"


def event(headers: dict[str, object] | None = None, **changes: object) -> dict[str, Any]:
    """An HTTP event with a well-formed signature; a change to `...` leaves the member out."""
    signed = {TIMESTAMP_HEADER: "1795248000", SIGNATURE_HEADER: SIGNATURE, **(headers or {})}
    members = {**http_event("command-usd"), "headers": signed, **changes}
    return {name: member for name, member in members.items() if member is not ...}


def status_of(http: object, signing_secret: str | None = None) -> int:
    """200, or the status of the refusal. The signature is verified only with a `signing_secret`."""
    try:
        request = read_request(http)
        if signing_secret:
            request.verify(signing_secret)
    except RequestRefusedError as refused:
        return refused.status
    return 200


def payload_status(body: str) -> int:
    """200 for a payload that can be given to Bolt as JSON, or the status of the refusal."""
    try:
        payload = read_payload(body)
    except RequestRefusedError as refused:
        return refused.status
    assert json.loads(msgspec.json.encode(payload))
    return 200


def workspaces(body: str) -> tuple[Workspace, ...]:
    payload = read_payload(body)
    assert not isinstance(payload, UrlCheck)
    return payload.requester.workspaces


def test_the_body_is_read_to_the_byte() -> None:
    body = "text=%C3%A4 ä"
    request = read_request(event(body=body, isBase64Encoded=False))
    assert (request.body, request.timestamp, request.signature) == (body, "1795248000", SIGNATURE)
    assert request == read_request(event(body=b64encode(body.encode()).decode()))


def test_a_timestamp_may_have_twelve_digits() -> None:
    assert status_of(event({TIMESTAMP_HEADER: "1" * 12})) == 200


def test_the_idempotency_key_is_the_hash_of_the_signature() -> None:
    assert read_request(event()).key == hashlib.sha256(SIGNATURE.encode()).hexdigest()


@pytest.mark.parametrize(
    "http",
    [
        *(None, [], "text", 5, {}, event(requestContext=None), event(requestContext={}), event() | {"\ud800": 1}),
        # What a load balancer and a REST API send.
        {"httpMethod": "POST", "requestContext": {"elb": {}}, "body": "", "isBase64Encoded": False},
    ],
)
def test_anything_but_an_http_event_is_a_bad_request(http: object) -> None:
    assert status_of(http) == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "post", ""])
def test_only_post_is_answered(method: str) -> None:
    with pytest.raises(RequestRefusedError, match="HTTP 405: only POST is answered"):
        read_request(event(requestContext={"http": {"method": method}}))


@pytest.mark.parametrize("value", ["", "now", "-5", "1.5", "1" * 13, "\uff11\uff17", " 5", "5\n", "5,5"])
def test_a_malformed_timestamp_is_refused(value: str) -> None:
    assert status_of(event({TIMESTAMP_HEADER: value})) == 401


@pytest.mark.parametrize(
    "value",
    ["", "v0=", SIGNATURE[3:], SIGNATURE.upper(), SIGNATURE + "0", SIGNATURE + "\n", f"{SIGNATURE},{SIGNATURE}"],
)
def test_a_malformed_signature_is_refused(value: str) -> None:
    assert status_of(event({SIGNATURE_HEADER: value})) == 401


def test_a_request_without_headers_is_refused() -> None:
    without = {name: member for name, member in event().items() if name != "headers"}
    assert status_of(without) == status_of(without | {"headers": {}}) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"body": ..., "isBase64Encoded": False}, {"body": None}, {"body": ""}, {"body": {"text": "USD"}},
        {"isBase64Encoded": ...}, {"isBase64Encoded": "true"}, {"body": "no base 64!"}, {"body": "YQ"},
        {"body": "Y\nQ=="}, {"body": b64encode(b"\xff\xfe").decode()},
        {"body": "half a surrogate pair: \ud800", "isBase64Encoded": False},
    ],
)  # fmt: skip
def test_a_body_that_is_not_text_is_a_bad_request(changes: dict[str, Any]) -> None:
    assert status_of(event(**changes)) == 400


def test_a_body_may_have_a_million_bytes_and_no_more() -> None:
    body = "ä" * 500_000
    assert read_request(event(body=body, isBase64Encoded=False)).body == body
    assert read_request(event(body=b64encode(body.encode()).decode())).body == body
    for too_large in (body + "a", "a" * 2_000_000):
        assert status_of(event(body=too_large, isBase64Encoded=False)) == 413
        assert status_of(event(body=b64encode(too_large.encode()).decode())) == 413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.builds(event, st.dictionaries(st.sampled_from([TIMESTAMP_HEADER]), JSON), body=JSON))
def test_every_event_is_read_or_refused_with_a_4xx(http: object) -> None:
    assert status_of(http) in (200, 400, 401, 405, 413)


@pytest.mark.parametrize(
    ("secret", "age_seconds", "signed_suffix", "status"),
    [
        ("signing secret", 0, "", 200),
        ("another secret", 0, "", 401),
        ("signing secret", 600, "", 401),
        ("signing secret", -600, "", 401),
        ("signing secret", 0, "&text=AED", 401),
    ],
)
def test_only_slacks_own_signature_of_the_last_five_minutes_is_accepted(
    secret: str, age_seconds: int, signed_suffix: str, status: int
) -> None:
    body, timestamp = example("command-usd"), str(int(time.time()) - age_seconds)
    signature = sign(secret, timestamp, (body + signed_suffix).encode())
    http = event({TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}, body=body, isBase64Encoded=False)
    assert status_of(http, "signing secret") == status


@pytest.mark.parametrize("name", ["command-usd", "button-share", "home-opened"])
def test_printing_a_request_shows_no_body_signature_or_secret_url(name: str) -> None:
    request = read_request(event(body=example(name), isBase64Encoded=False))
    printed = f"{request!r} {read_payload(request.body)!r}"
    assert not any(secret in printed for secret in ("a1a1", "placeholder", "hooks.slack.com", TEAM))


def test_a_command_is_read_with_its_text_and_requester() -> None:
    command = read_payload(example("command-usd", text="USD AED", enterprise_id="E1"))
    assert isinstance(command, Command)
    assert (command.command, command.text, command.label) == ("/balance", "USD AED", "command")
    assert command.response_url.startswith("https://hooks.slack.com/commands/")
    assert command.trigger_id == "1234567890123.1234567890123.placeholder"
    assert command.requester == Requester(USER, CHANNEL, (Workspace(TEAM, "E1"),))


def test_a_command_without_text_and_ids_is_read_so_that_the_person_can_be_told() -> None:
    command = read_payload(example("command-usd", text=..., team_id=..., channel_id=..., user_id=...))
    assert isinstance(command, Command)
    assert command.text == ""
    without = read_payload(example("command-usd", trigger_id=...))
    assert isinstance(without, Command)
    assert without.trigger_id is None
    assert command.requester == Requester("", "", (Workspace(""),))


@pytest.mark.parametrize("field", ["text", "channel_name", "user_name"])
def test_a_command_that_contains_the_word_payload_is_a_command(field: str) -> None:
    assert isinstance(read_payload(example("command-usd", **{field: "payload"})), Command)
    assert isinstance(read_payload(example("command-usd", **{field: "x&payload={}"})), Command)


@pytest.mark.parametrize(
    ("block_id", "reference"),
    [
        ("answer:9f2c-4e1a", "9f2c-4e1a"),
        (f"answer:{'a' * 64}", "a" * 64),
        (f"answer:{'a' * 65}", None),
        ("answer:", None),
        ("9f2c", None),
        ("x" * 255, None),
        (..., None),
    ],
)
def test_a_button_below_a_kept_answer_says_its_reference(block_id: object, reference: str | None) -> None:
    action = {"action_id": "details", **({} if block_id is ... else {"block_id": block_id})}
    press = read_payload(example("button-details", actions=[action]))
    assert isinstance(press, ButtonPress)
    assert press.reference == reference
    with pytest.raises(RequestRefusedError):
        read_payload(example("button-details", actions=[{**action, "block_id": "x" * 256}]))


def test_a_button_below_a_message_is_read_with_its_question() -> None:
    press = read_payload(example("button-share"))
    assert isinstance(press, ButtonPress)
    assert (press.action_id, press.value, press.is_on_home_tab, press.label) == ("share", "USD", False, "button share")
    assert press.requester == Requester(USER, CHANNEL, (Workspace(TEAM),))


def test_a_button_on_the_home_tab_belongs_to_no_channel_even_if_one_is_named() -> None:
    press = read_payload(example("home-button-refresh", channel={"id": "C1"}, trigger_id=...))
    assert isinstance(press, ButtonPress)
    assert (press.is_on_home_tab, press.value, press.requester.channel_id) == (True, "", None)
    assert (press.response_url, press.trigger_id) == (None, None)


def test_an_opened_home_tab_is_read() -> None:
    opened = read_payload(example("home-opened", enterprise_id="E1"))
    assert isinstance(opened, HomeOpened)
    assert (opened.is_home, opened.label) == (True, "home tab")
    assert (opened.response_url, opened.trigger_id) == (None, None)
    assert opened.requester == Requester(USER, None, (Workspace(TEAM, "E1"),))
    messages_tab = read_payload(example("home-opened", event={"type": "app_home_opened", "user": USER}))
    assert isinstance(messages_tab, HomeOpened)
    assert not messages_tab.is_home
    assert messages_tab.requester == Requester(USER, None, (Workspace(TEAM),))


def test_bolt_gets_the_fields_that_were_checked_and_no_others() -> None:
    opened = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev0123ABCD"}
    event = {"type": "app_home_opened", "user": USER, "tab": "home"}
    assert json.loads(msgspec.json.encode(read_payload(example("home-opened")))) == opened | {"event": event}
    press = json.loads(msgspec.json.encode(read_payload(example("button-refresh"))))
    assert press.keys() == {"type", "user", "container", "actions", "team", "channel", "response_url", "trigger_id"}


HERE, OWN = Workspace("T1"), Workspace("T2", subject=Subject.OWN_WORKSPACE)


@pytest.mark.parametrize(
    ("team", "own", "enterprise", "expected"),
    [
        ({"id": "T1"}, "T1", None, (HERE,)),
        ({"id": "T1"}, ..., ..., (HERE,)),
        ({"id": "T1", "enterprise_id": "E1"}, ..., None, (Workspace("T1", "E1"),)),
        ({"id": "T1"}, "T2", None, (HERE, OWN)),
        (..., "T2", None, (Workspace("T2"),)),
        (..., "T2", {"id": "E1"}, (Workspace("T2"),)),
        ({"id": "T1", "enterprise_id": "E1"}, "E1", None, (Workspace("T1", "E1"),)),
        ({"id": "T1"}, "T1", {"id": "E1"}, (Workspace("T1", "E1"),)),
        ({"id": "T1", "enterprise_id": "E1"}, "T1", {"id": "E2"}, (Workspace("T1", "E1"),)),
        ({"id": "T1"}, "E1", {"id": "E1"}, (Workspace("T1", "E1"), Workspace("E1", subject=Subject.OWN_WORKSPACE))),
    ],
)
def test_a_button_press_names_the_messages_workspace_and_the_persons_own(
    team: object, own: object, enterprise: object, expected: tuple[Workspace, ...]
) -> None:
    user = {"id": USER, **({} if own is ... else {"team_id": own})}
    assert workspaces(example("button-refresh", team=team, user=user, enterprise=enterprise)) == expected


@pytest.mark.parametrize(
    ("body", "challenge"),
    [(example("url-verification", challenge="3eZbrw1aB"), "3eZbrw1aB"), ("ssl_check=1&token=t", "")],
)
def test_slacks_checks_of_the_url_are_read(body: str, challenge: str) -> None:
    check = read_payload(body)
    assert isinstance(check, UrlCheck)
    assert (check.challenge, check.ssl_check) == (challenge, "" if challenge else "1")


@pytest.mark.parametrize(
    "body",
    [
        *("{}", '{"type": "app_rate_limited"}', "text=USD", "ssl_check=2", " {}", "[]"),
        *(example("button-refresh", type=other) for other in ("view_closed", ...)),
        example("home-opened", event={"type": "message", "user": USER}),
    ],
)
def test_a_signed_body_that_is_not_for_us_is_404(body: str) -> None:
    assert payload_status(body) == 404


@pytest.mark.parametrize(
    "body",
    [
        *('{"type":', '{"type": 5}', '{"a":' * 100_000, "payload=", "payload=5", "payload=%5B%5D"),
        urlencode({"payload": '{"type": "block_actions"}'}),
        example("command-usd", response_url=...),
        example("command-usd", response_url="ftp://hooks.slack.com/x"),
        example("command-usd", response_url="https://hooks.slack.com/x\n"),
        example("command-usd", user_id="U" * 65),
        example("button-refresh", user={"id": 5, "team_id": TEAM}),
        example("button-refresh", user={"id": ""}),
        example("button-refresh", user={"id": USER}, team=...),
        example("button-refresh", channel=...),
        example("button-refresh", container=...),
        example("button-refresh", container={"type": ""}),
        example("button-refresh", actions=[]),
        example("button-refresh", actions=[{"action_id": "refresh"}] * 2),
        example("button-refresh", actions=[{"action_id": ""}]),
        example("button-refresh", actions=[{"action_id": "x" * 256}]),
        example("button-refresh", actions=[{"action_id": "refresh", "value": "x" * 2001}]),
        example("button-refresh", response_url=["https://hooks.slack.com/x"]),
        example("home-opened", team_id=...),
        example("home-opened", event_id=5),
        example("home-opened", event_id=""),
        example("home-opened", event_id="E" * 101),
        example("home-opened", event={"type": "app_home_opened", "user": {"id": USER}}),
    ],
)
def test_a_signed_body_that_slack_would_not_send_is_400(body: str) -> None:
    assert payload_status(body) == 400


@pytest.mark.parametrize(
    "body",
    [
        example("command-usd", user_id="U" * 64),
        example("button-refresh", container={"type": "x"}, actions=[{"action_id": "x", "value": "x" * 2000}]),
        example("button-refresh", actions=[{"action_id": "x" * 255}]),
        example("home-opened", event_id="E"),
        example("home-opened", event_id="E" * 100),
    ],
)
def test_the_shortest_and_the_longest_fields_are_accepted(body: str) -> None:
    assert payload_status(body) == 200


@given(st.text(), st.sampled_from(["{}", "payload={}", "command={}&response_url=https://hooks.slack.com/x&text={}"]))
def test_every_signed_text_is_read_or_refused_with_a_4xx(text: str, form: str) -> None:
    assert payload_status(form.replace("{}", text)) in (200, 400, 404)
