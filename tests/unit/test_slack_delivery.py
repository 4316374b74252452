"""Delivery to Slack: simpler forms after a refusal of the blocks, and where a response_url may lead."""

from collections.abc import Mapping

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import Secret
from balance_core.strict_json import loads
from balance_slack.reporter.slack import BlocksRefusedError, DeliveryError, ResponseUrl, deliver, web_client

FORMS: list[Mapping[str, object]] = [
    {"text": "Total", "blocks": [1]},
    {"text": "Total", "blocks": [2]},
    {"text": "Total"},
]
ORIGIN = "https://hooks.slack.com"


class Posts:
    """Refuses the first `refusals` posts with `error`."""

    def __init__(self, refusals: int, error: DeliveryError) -> None:
        self._refusals, self._error = refusals, error
        self.tried: list[Mapping[str, object]] = []

    def post(self, form: Mapping[str, object]) -> str:
        self.tried.append(form)
        if len(self.tried) <= self._refusals:
            raise self._error
        return "1795242363.000001"


@pytest.mark.parametrize("refusals", [0, 1, 2])
def test_a_message_is_sent_in_a_simpler_form_when_slack_refuses_its_blocks(refusals: int) -> None:
    posts = Posts(refusals, BlocksRefusedError("Slack refused the blocks", "invalid_blocks"))
    assert deliver(FORMS, posts.post) == "1795242363.000001"
    assert posts.tried == FORMS[: refusals + 1]


def test_a_refusal_of_the_simplest_form_is_an_error() -> None:
    posts = Posts(3, BlocksRefusedError("Slack refused the blocks", "invalid_blocks"))
    with pytest.raises(BlocksRefusedError):
        deliver(FORMS, posts.post)
    assert posts.tried == FORMS


def test_no_other_refusal_is_answered_by_a_simpler_form() -> None:
    posts = Posts(1, DeliveryError("Slack refused (channel_not_found)", "channel_not_found"))
    with pytest.raises(DeliveryError, match="channel_not_found"):
        deliver(FORMS, posts.post)
    assert posts.tried == FORMS[:1]


@pytest.mark.parametrize(
    "url",
    [
        "",
        ORIGIN,
        "http://hooks.slack.com/commands/canary",
        "https://hooks.slack.com.example/commands/canary",
        "https://hooks.slack.com@example.com/canary",
        "https://hooks.slack.com:8443/canary",
        "https://example.com/?https://hooks.slack.com/canary",
        "https://hooks.slack.com/canary\n",
        "https://hooks.slack.com/canary é",
        "HTTPS://hooks.slack.com/canary",
    ],
)
def test_a_response_url_outside_slacks_origin_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(DeliveryError, match="nothing is sent elsewhere") as caught:
        ResponseUrl(url, ORIGIN)
    assert "canary" not in str(caught.value)


def test_a_response_url_at_slacks_origin_is_accepted() -> None:
    assert ResponseUrl("https://hooks.slack.com/commands/T0/1/canary", ORIGIN)


@pytest.mark.parametrize("token", ['""', '" "', '"xoxb one"', "null", "5"])
def test_a_malformed_bot_token_is_a_configuration_error(token: str) -> None:
    secret = Secret("stack/token", loads(f'{{"bot_token": {token}}}'.encode()))
    with pytest.raises(ProviderError, match="bot_token") as caught:
        web_client(secret, "https://slack.com/api/")
    assert caught.value.kind is ErrorKind.CONFIGURATION


def test_the_web_client_has_the_token_and_repeats_no_call() -> None:
    secret = Secret("stack/token", loads(b'{"bot_token": " xoxb-1\\n"}'))
    client = web_client(secret, "https://slack.com/api/")
    assert (client.token, client.base_url, client.retry_handlers) == ("xoxb-1", "https://slack.com/api/", [])
