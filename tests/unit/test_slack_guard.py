"""What may come in at the function URL: malformed requests become a 4xx, whatever is wrong with them."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_slack.guard import MOST_BODY_BYTES, RequestRefusedError, event_key, read_request, request_key

SIGNATURE = "v0=" + "a1" * 32
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Slack-Request-Timestamp": "1795248000",
    "X-Slack-Signature": SIGNATURE,
}
DELETED = object()


def event(headers: dict[str, Any] | None = None, method: object = "POST", **changes: object) -> dict[str, Any]:
    """A function URL event; a value of DELETED leaves a header or field out."""
    whole = {
        "version": "2.0",
        "headers": {name: value for name, value in {**HEADERS, **(headers or {})}.items() if value is not DELETED},
        "requestContext": {"http": {"method": method}},
        "body": "command=%2Fbalance&text=USD",
        "isBase64Encoded": False,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not DELETED}


def status_of(given: object) -> int:
    with pytest.raises(RequestRefusedError) as caught:
        read_request(given)
    return caught.value.status


def test_a_request_is_read_to_the_byte() -> None:
    request = read_request(event(body="text=%C3%A4 ä"))
    assert request.body == "text=%C3%A4 ä"
    assert request.headers == {"x-slack-request-timestamp": "1795248000", "x-slack-signature": SIGNATURE}
    assert request == read_request(event(body=b64encode("text=%C3%A4 ä".encode()).decode(), isBase64Encoded=True))


def test_the_case_of_header_names_does_not_matter() -> None:
    shouted = {name.upper(): value for name, value in HEADERS.items()}
    assert read_request(event() | {"headers": shouted}) == read_request(event())


def test_headers_that_steer_bolt_and_everything_else_unsigned_are_dropped() -> None:
    steering = {"x-slack-bolt-lazy-only": "1", "X-Slack-Bolt-Lazy-Function-Name": "f", "x-forwarded-for": "::1"}
    steering |= {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout", "Content-Type": "application/json"}
    assert read_request(event(steering)).headers == read_request(event()).headers


def test_printing_shows_neither_body_nor_signature() -> None:
    printed = repr(read_request(event(body="token=canary")))
    assert "canary" not in printed
    assert "a1a1" not in printed


@pytest.mark.parametrize("given", [None, [], "text", 5, {}, {"requestContext": None}, {"requestContext": {"http": []}}])
def test_what_is_no_function_url_event_is_a_bad_request(given: object) -> None:
    assert status_of(given) == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "post", "", "NONE"])
def test_only_post_is_allowed(method: str) -> None:
    assert status_of(event(method=method)) == 405


@pytest.mark.parametrize("method", [None, 5, DELETED])
def test_a_request_without_a_method_is_a_bad_request(method: object) -> None:
    assert status_of(event(method=method)) == 400


TIMESTAMPS = [DELETED, None, 5, "", "now", "-5", "1.5", "1" * 13, "\uff11\uff17", " 5", "5\n", "5,5"]
SIGNATURES = [
    *(DELETED, None, 5, "", "v0=", [SIGNATURE], SIGNATURE[3:], SIGNATURE.upper(), SIGNATURE + "0", SIGNATURE + "\n"),
    *(SIGNATURE[:-1] + "ä", f"{SIGNATURE},{SIGNATURE}", SIGNATURE.replace("v0", "v1")),
]


@pytest.mark.parametrize(
    ("name", "values"), [("X-Slack-Request-Timestamp", TIMESTAMPS), ("X-Slack-Signature", SIGNATURES)]
)
def test_without_a_well_formed_signature_nobody_is_let_in(name: str, values: list[object]) -> None:
    assert [status_of(event({name: value})) for value in values] == [401] * len(values)


@pytest.mark.parametrize("headers", [None, DELETED, [], "text", {}, {5: 5}])
def test_without_headers_nobody_is_let_in(headers: object) -> None:
    whole = event() | {"headers": headers}
    assert status_of({name: value for name, value in whole.items() if value is not DELETED}) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"body": DELETED},
        {"body": None},
        {"body": ""},
        {"body": {"text": "USD"}},
        {"isBase64Encoded": DELETED},
        {"isBase64Encoded": None},
        {"isBase64Encoded": "true"},
        {"isBase64Encoded": 1},
        {"body": "no base 64!", "isBase64Encoded": True},
        {"body": "YQ", "isBase64Encoded": True},
        {"body": "Y\nQ==", "isBase64Encoded": True},
        {"body": "ä", "isBase64Encoded": True},
        {"body": b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True},
        {"body": "half a pair: \ud800"},
    ],
)
def test_a_body_that_is_not_text_is_a_bad_request(changes: dict[str, Any]) -> None:
    assert status_of(event(**changes)) == 400


class TestTheSize:
    def test_the_largest_body_is_let_in(self) -> None:
        body = "ä" * (MOST_BODY_BYTES // 2)
        assert read_request(event(body=body)).body == body
        assert read_request(event(body=b64encode(body.encode()).decode(), isBase64Encoded=True)).body == body

    @pytest.mark.parametrize("size", [MOST_BODY_BYTES + 1, 10_000_000])
    def test_a_larger_one_is_too_large(self, size: int) -> None:
        assert status_of(event(body="a" * size)) == 413
        assert status_of(event(body=b64encode(b"a" * size).decode(), isBase64Encoded=True)) == 413

    def test_bytes_count_and_not_characters(self) -> None:
        assert status_of(event(body="ä" * (MOST_BODY_BYTES // 2) + "a")) == 413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.builds(event, headers=st.dictionaries(st.sampled_from([*HEADERS]), JSON), method=JSON, body=JSON))
def test_no_event_is_too_odd(given: object) -> None:
    try:
        status = 200 if read_request(given) else 0
    except RequestRefusedError as error:
        status = error.status
    assert status in (200, 400, 401, 405, 413)


def test_the_request_key_is_the_hash_of_the_signature() -> None:
    assert request_key(SIGNATURE) == hashlib.sha256(SIGNATURE.encode()).hexdigest()


def test_the_event_key_is_the_hash_of_the_events_id_and_no_signatures() -> None:
    assert event_key("Ev1") == hashlib.sha256(b"event:Ev1").hexdigest()


def test_a_refusal_says_why_when_it_is_logged() -> None:
    with pytest.raises(RequestRefusedError, match="HTTP 405: only POST is answered"):
        read_request(event(method="GET"))
