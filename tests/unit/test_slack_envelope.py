"""The same signed request in the envelope of everything that can stand in front of a function, and the answer to it."""

from typing import Any

import pytest

from balance_slack import envelope
from balance_slack.guard import RequestRefusedError, read_request

SIGNATURE = "v0=" + "a1" * 32
HEADERS = {"X-Slack-Request-Timestamp": "1795248000", "x-slack-signature": SIGNATURE, "X-Slack-Bolt-Lazy-Only": "1"}
SEVERAL = {name: [value] for name, value in HEADERS.items()}
CONTENT = {"body": "command=%2Fbalance&text=USD", "isBase64Encoded": False}
FORMAT_2 = {"version": "2.0", "headers": HEADERS, "requestContext": {"http": {"method": "POST"}}, **CONTENT}
FORMAT_1 = {"httpMethod": "POST", "headers": HEADERS, "multiValueHeaders": SEVERAL, **CONTENT}
BALANCER = {"requestContext": {"elb": {"targetGroupArn": "arn:aws:..."}}, "httpMethod": "POST", **CONTENT}
ENVELOPES: dict[str, dict[str, Any]] = {
    "function URL": FORMAT_2,
    "HTTP API 2.0": {**FORMAT_2, "routeKey": "POST /slack", "stageVariables": None},
    "HTTP API 1.0": {"version": "1.0", "requestContext": {"httpMethod": "POST", "stage": "$default"}, **FORMAT_1},
    "REST API": {"resource": "/slack", "requestContext": {"httpMethod": "POST", "stage": "prod"}, **FORMAT_1},
    "load balancer": {**BALANCER, "headers": HEADERS},
    "load balancer with several values": {**BALANCER, "multiValueHeaders": SEVERAL},
}
by_envelope = pytest.mark.parametrize("name", ENVELOPES)


@by_envelope
def test_the_request_is_read_from_every_envelope(name: str) -> None:
    request = read_request(ENVELOPES[name])
    assert request == read_request(FORMAT_2)
    assert request.headers == {"x-slack-request-timestamp": "1795248000", "x-slack-signature": SIGNATURE}


@by_envelope
def test_another_method_is_not_allowed_in_any_envelope(name: str) -> None:
    is_format_2 = "httpMethod" not in ENVELOPES[name]
    method = {"requestContext": {"http": {"method": "GET"}}} if is_format_2 else {"httpMethod": "GET"}
    with pytest.raises(RequestRefusedError) as caught:
        read_request({**ENVELOPES[name], **method})
    assert caught.value.status == 405


@pytest.mark.parametrize("name", ["HTTP API 1.0", "REST API", "load balancer with several values"])
def test_a_header_that_came_twice_is_malformed_in_every_envelope(name: str) -> None:
    twice = {**SEVERAL, "x-slack-signature": [SIGNATURE, SIGNATURE]}
    with pytest.raises(RequestRefusedError) as caught:
        read_request({**ENVELOPES[name], "multiValueHeaders": twice})
    assert caught.value.status == 401


@pytest.mark.parametrize("several", [None, [], "text", {"x-slack-signature": SIGNATURE}, {5: 5}])
def test_odd_headers_let_nobody_in(several: object) -> None:
    with pytest.raises(RequestRefusedError) as caught:
        read_request({**BALANCER, "multiValueHeaders": several})
    assert caught.value.status == 401


@by_envelope
def test_the_answer_has_the_form_of_the_envelope(name: str) -> None:
    answer = envelope.answer(ENVELOPES[name], 200, {"content-type": "application/json"}, "{}")
    wanted: dict[str, object] = {"headers": {"content-type": "application/json"}}
    if name == "load balancer with several values":
        wanted = {"multiValueHeaders": {"content-type": ["application/json"]}}
    assert answer == {"statusCode": 200, "body": "{}", "isBase64Encoded": False, **wanted}


@pytest.mark.parametrize("event", [None, [], 5, {}, {"multiValueHeaders": None}])
def test_even_what_is_no_request_can_be_answered(event: object) -> None:
    assert envelope.answer(event, 400, {"a": "b"}, "")["headers"] == {"a": "b"}
