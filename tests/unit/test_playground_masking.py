"""What the playground masks: secrets by their value and by their form, however often JSON escapes them."""

import json

import pytest

from tests.local.playground.masking import MASKED, Mask, is_secret_header

_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n"
_ACCOUNT = {"private_key": _KEY, "api_key": "plain words", "partner_id": "200000018128"}
_SECRETS = {"balance-bot/payby": json.dumps({"accounts": {"main": _ACCOUNT}})}
_MASK = Mask(_SECRETS, {"private_key", "api_key"})
_TRIGGER_ID = "1234567890123.123456789012.0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "secret",
    [
        "plain words",
        "xoxb-1-2-3",
        _KEY,
        f"%22{_TRIGGER_ID}%22",
        "v0=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "https://127.0.0.1:4000/actions/T0123456789/1234567890123/0123456789abcdef01234567",
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_secret_is_masked_however_often_it_is_escaped(secret: str, times: int) -> None:
    text = secret
    for _ in range(times):
        text = json.dumps({"text": text})
    masked = _MASK.mask(text)
    assert MASKED in masked
    for _ in range(times):
        masked = json.loads(masked)["text"]
    assert not [piece for piece in ("plain words", "xoxb", "AAAA", "0123456789abcdef") if piece in masked]


@pytest.mark.parametrize("text", ["USD 1,784.63", "reference `4abce51f8356d95f`", "200000018128", "/balance USD payby"])
def test_other_text_is_not_masked(text: str) -> None:
    assert _MASK.mask(json.dumps(text)) == json.dumps(text)


def test_headers_with_credentials_and_signatures_are_secret() -> None:
    secret = ["authorization", "sign", "x-slack-signature", "x-api-key", "api-secret"]
    assert [name for name in [*secret, "partner-id", "content-type", "idempotency"] if is_secret_header(name)] == secret
