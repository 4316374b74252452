"""The judge of sentences, judged: it passes what people should read and finds what they should not."""

import pytest

from tests.faults.sentences import objections


@pytest.mark.parametrize(
    "message",
    [
        "is down: try again in a few minutes",
        "sent an answer that cannot be trusted or understood: $.data is missing; ask the provider if it lasts",
        "refused our credentials: check app id, partner id and keys in the secret",
    ],
)
def test_a_sentence_for_people(message: str) -> None:
    assert objections(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "is down",
        "Is down: try again",
        "is down:",
        "is down: try again\nin a minute",
        "failed: Traceback (most recent call last)",
        "failed: KeyError",
        "failed: ReadTimeout",
        "failed: 'NoneType' has no attribute x",
        "failed: invalid literal for int() with base 10",
        "failed: [Errno 111] Connection refused",
        "failed: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate",
        "failed: arn:aws:lambda:eu-central-1:123456789012:function:x",
        "failed: <httpx.Response [500]>",
        "failed: {'code': 1}",
        "failed: the amount was 100.25",
        "failed: see client.py",
        "failed: $ is not JSON",
        "failed: caf\u00e9",
        "failed: " + "x" * 300,
    ],
)
def test_a_sentence_that_nobody_should_read(message: str) -> None:
    assert objections(message)
