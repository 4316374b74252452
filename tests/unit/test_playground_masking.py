"""What the playground masks by value and by form; what it leaves; JSON stays JSON."""

import json

import pytest

from tests.local.playground.masking import MASKED, Mask

_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n"
_SECRETS = {
    "balance-bot/payby": json.dumps({"accounts": {"main": {"private_key": _KEY, "partner_id": "200000018128"}}}),
    "balance-bot/slack-signing": json.dumps({"signing_secret": "plain words"}),
    "balance-bot/slack-bot-token": json.dumps({"bot_token": "xoxb-1-2-3"}),
}
_TRIGGER = "1234567890123.123456789012.0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "secret",
    [
        "plain words",
        "xoxb-1-2-3",
        "xoxb-of-somebody-else",
        _KEY,
        _TRIGGER,
        f"%22{_TRIGGER}%22",
        "v0=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "http://127.0.0.1:4000/actions/T0123456789/1234567890123/0123456789abcdef01234567",
        "http%3A%2F%2F127.0.0.1%3A4000%2Fcommands%2FT0123456789%2F1234567890123%2F0123456789abcdef01234567",
    ],
)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_secret_is_masked_however_often_it_is_escaped(secret: str, times: int) -> None:
    text = secret
    for _ in range(times):
        text = json.dumps({"text": text})
    masked = Mask(_SECRETS).mask(text)
    assert MASKED in masked
    for _ in range(times):
        masked = json.loads(masked)["text"]
    for piece in ("plain words", "xoxb", "AAAA", "BBBB", "0123456789abcdef"):
        assert piece not in masked


@pytest.mark.parametrize(
    "text", ["USD 1,784.63", "reference `4abce51f8356d95f`", "200000018128", "1795242898.000007", "/balance USD payby"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Mask(_SECRETS).mask(json.dumps(text)) == json.dumps(text)
