"""What the scrubber takes away, what it leaves, and that no text makes it slow or breaks the JSON around it."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.scrubbing import SCRUBBED, scrub, scrubbed_json
from tests.canary.company import key_canary
from tests.canary.search import Search
from tests.local.simulators.keys import KeyPair, key_pair
from tests.openssl import openssl

TOKEN = "xoxb-1234567890-ABCdef123456"
URL = "https://hooks.slack.com/commands/T0123456789/1234567890123/AbCdEf0123456789AbCdEf01"
V0 = f"v0={'0123456789abcdef' * 4}"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return key_pair(tmp_path_factory.mktemp("key"), "canary")


@pytest.fixture(scope="module")
def search(key: KeyPair, tmp_path_factory: pytest.TempPathFactory) -> Search:
    return Search([key_canary("key", key, key_pair(tmp_path_factory.mktemp("decoy"), "decoy"))])


def _escaped(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps(text)[1:-1]
    return text


@pytest.mark.parametrize("times", range(5))
@pytest.mark.parametrize("wrapped", ["whole", "without end", "without beginning", "spaces", "CRLF", "escaped"])
def test_a_pem_block_is_taken_away_however_it_is_cut_and_escaped(
    key: KeyPair, search: Search, wrapped: str, times: int
) -> None:
    pem = key.private_pem
    text = {
        "whole": pem,
        "without end": pem[: len(pem) // 2],
        "without beginning": pem[len(pem) // 2 :],
        "spaces": pem.replace("\n", " "),
        "CRLF": pem.replace("\n", "\r\n"),
        "escaped": pem.replace("\n", "\\n"),
    }[wrapped]
    line = f'{{"message":"{_escaped(text, times)}","level":"INFO"}}'
    scrubbed = scrub(line)
    assert search.find(line)
    assert search.find(scrubbed) == set()
    assert scrubbed.endswith('","level":"INFO"}')


def test_every_format_of_a_bare_key_is_taken_away(key: KeyPair, search: Search, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text(key.private_pem, encoding="ascii")
    pkcs1 = openssl("rsa", "-in", str(pem), "-traditional").decode()
    bodies = [key.private_base64, "".join(pkcs1.splitlines()[1:-1]), key.public_base64]
    for bare in bodies:
        for text in (bare, bare[:30], bare.replace("/", "\\/"), f"'{bare}'", f"at \n{bare}"):
            assert bare[:16] in text
            assert bare[:16] not in scrub(text)
            assert bare[16:30] not in scrub(text)
    assert search.find(scrub(repr(key.private_base64.encode()))) == set()


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (f"token {TOKEN}.", f"token {SCRUBBED}."),
        (f"\\n{TOKEN}", f"\\n{SCRUBBED}"),
        ("xapp-1-A012-34-abcdef xoxp-1-2-3 xoxe.xoxp-1-Mi0y", f"{SCRUBBED} {SCRUBBED} {SCRUBBED}"),
        (f"POST {URL} failed", f"POST https://{SCRUBBED} failed"),
        (f'"{URL}"', f'"https://{SCRUBBED}"'),
        (URL.replace("/", "\\/"), f"https:\\/\\/{SCRUBBED}"),
        ("https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT01%2F2%2Fab&x=1", f"https%3A%2F%2F{SCRUBBED}&x=1"),
        ("http://127.0.0.1:8080/commands/T0123/1/ab12 x", f"http://127.0.0.1:8080{SCRUBBED} x"),
        ("hooks.slack.com/services/T0/B0/x", SCRUBBED),
        (f"X-Slack-Signature: {V0}", f"X-Slack-Signature: {SCRUBBED}"),
        (V0.replace("=", "%3D"), SCRUBBED),
        # The beginning of a key that happens to hold no digit.
        ("MIIEpAIBAAKCAQEAabcdefghijklmn", SCRUBBED),
        ("key:\\nMIIEpAIBAAKCAQEA\\nabc=", f"key:\\n{SCRUBBED}"),
        ("'signing_secret': 'f00dfeedf00dfeed'", f"'signing_secret': '{SCRUBBED}'"),
        (r"{\"bot_token\": \"not-slacks-form\"}", rf"{{\"bot_token\": \"{SCRUBBED}\"}}"),
        ("token=deprecated12&team=T1", f"token={SCRUBBED}&team=T1"),
        (f"sign: {'aB3/' * 86}==, next", f"sign: {SCRUBBED}, next"),
    ],
)
def test_what_slack_and_providers_must_not_see_in_a_log(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "9f2c4e1ab07d3c55",
        "1-5759e988-bd862e3fe1be46a994272793",
        "127d5de5b5124d11b9132c6ec9cc61d3",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6f1f7a4e-2d8d-4f3e-9fd2-3a4b5c6d7e8f",
        "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-aggregator:live",
        "CURRENCY_CODE_NOT_SUPPORTED 78001 HTTP 503 SIGN_VERIFY_FAILED",
        "/var/task/balance_core/provider.py line 12, /opt/python/lib/python3.13/site-packages/httpx/_client.py",
        "secret 'balance-bot/payby', account 'main', field 'private_key' is neither PEM nor one line of Base64",
        "put the bot token into its secret: not_authed",
        "https://slack.com/api/chat.postMessage https://pay-gate.payermax.com/aggregate-pay/api/gateway",
        "ProviderLatency 2026-11-21T01:45:38.960Z [::1]:443",
    ],
)
def test_what_helps_to_find_a_failure_stays_readable(text: str) -> None:
    assert scrub(text) == text


@given(
    st.recursive(
        st.text() | st.sampled_from([TOKEN, URL, V0, "-----BEGIN X-----", "\\", "MIIEvQIBADANBgkqh/"]), st.lists
    )
)
def test_a_line_of_the_log_stays_json(message: object) -> None:
    assert json.loads(scrubbed_json({"message": message, "level": "INFO"}))["level"] == "INFO"
    nested = scrubbed_json({"message": scrubbed_json({"inner": message}), "level": "INFO"})
    assert json.loads(json.loads(nested)["message"]).keys() == {"inner"}


@given(
    st.lists(
        st.sampled_from(
            ["MII", "aB3/" * 12, "\\", "\n", "n", "-----BEGIN A-----", "/", '"', "'", "=", "%2F", TOKEN, "\x00"]
        )
    )
)
def test_escapes_next_to_secrets_stay_whole(parts: list[str]) -> None:
    for escape in (True, False):
        line = scrub(json.dumps({"message": "".join(parts), "level": "INFO"}, ensure_ascii=escape))
        assert json.loads(line)["level"] == "INFO"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "\\",
        "\\n",
        "\n",
        "/",
        "-----BEGIN",
        "-----BEGIN X-----",
        "aB3" * 15 + "\\n",
        "aB3",
        "%2B",
        "MII",
        "token: '",
        "hooks.slack.com/",
        "/commands/",
        "/commands/T/",
        "v0=",
        "xoxb-",
        'SecretString\\\\"',
        "1234567890",
        '{"a":"b"},',
    ],
)
def test_a_line_of_a_megabyte_takes_no_time(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    # The processor's time, which a busy machine does not stretch.
    started = time.thread_time()
    scrub(text)
    assert time.thread_time() - started < 3
