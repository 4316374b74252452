"""What is logged: a failure, a notice, and what the scrubber removes and leaves of every line."""

import json
import logging
import time
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balance_core import observability as scrubbing
from balance_core.errors import ErrorKind
from balance_core.models import Failure, Notice, NoticeKind
from balance_core.observability import (
    SCRUBBED,
    ScrubbedError,
    ScrubbedExceptions,
    report_failure,
    report_notices,
    scrub,
    scrub_fields,
    scrub_handlers,
    scrubbed_json,
)
from tests.integration.printed import captured_log
from tests.unit.key_cases import PKCS1_PRIVATE, PRIVATE, PUBLIC, bare

TOKEN = "xoxb-1234567890-ABCdef123456"
URL = "https://hooks.slack.com/commands/T0123456789/1234567890123/AbCdEf0123456789AbCdEf01"
V0 = f"v0={'0123456789abcdef' * 4}"
# 16 characters in a row give a key away; the first 32 are the same in every key of its form.
PIECES = [
    line[start : start + 16] for line in PRIVATE.strip().splitlines()[2:-1] for start in range(0, len(line) - 15, 4)
]


def escaped(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps(text)[1:-1]
    return text


@pytest.mark.parametrize("times", range(5))
@pytest.mark.parametrize(
    "text",
    [
        PRIVATE,
        PRIVATE[: len(PRIVATE) // 2],
        PRIVATE[len(PRIVATE) // 2 :],
        PRIVATE.replace("\n", " "),
        PRIVATE.replace("\n", "\r\n"),
        PRIVATE.replace("\n", "\\n"),
    ],
    ids=["whole", "without end", "without beginning", "spaces", "CRLF", "escaped"],
)
def test_a_pem_block_is_removed_however_it_is_cut_and_escaped(text: str, times: int) -> None:
    line = f'{{"message":"{escaped(text, times)}","level":"INFO"}}'
    scrubbed = scrub(line)
    assert [piece for piece in PIECES if piece in line]
    assert [piece for piece in PIECES if piece in scrubbed] == []
    assert scrubbed.endswith('","level":"INFO"}')


@pytest.mark.parametrize("pem", [PRIVATE, PKCS1_PRIVATE, PUBLIC], ids=["PKCS#8", "PKCS#1", "public"])
def test_a_bare_key_is_removed_in_every_form(pem: str) -> None:
    key = bare(pem)
    for text in (key, key[:30], key.replace("/", "\\/"), f"'{key}'", f"at \n{key}", repr(key.encode())):
        assert key[:16] in text
        scrubbed = scrub(text)
        assert [start for start in range(0, len(key) - 15, 4) if key[start : start + 16] in scrubbed] == []


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
        (f"X-Slack-Signature: {V0}", f"X-Slack-Signature: {SCRUBBED}"),
        (V0.replace("=", "%3D"), SCRUBBED),
        # The beginning of a key that happens to hold no digit.
        ("MIIEpAIBAAKCAQEAabcdefghijklmn", SCRUBBED),
        ("key:\\nMIIEpAIBAAKCAQEA\\nabc=", f"key:\\n{SCRUBBED}"),
        (f"sign: {'aB3/' * 86}==, next", f"sign: {SCRUBBED}, next"),
        ("Authorization: Bearer sk-live_1234.ab\\/cd next", f"Authorization: Bearer {SCRUBBED} next"),
        ("{'authorization': 'Basic dXNlcjpwYXNzd29yZA=='}", f"{{'authorization': 'Basic {SCRUBBED}'}}"),
        ("'signing_secret': 'f00dfeedf00dfeed'", f"'signing_secret': '{SCRUBBED}'"),
        (r"{\"bot_token\": \"not-slacks-form\"}", rf"{{\"bot_token\": \"{SCRUBBED}\"}}"),
        (f'"bot_token": "{TOKEN}"', f'"bot_token": "{SCRUBBED}"'),
        ("token=deprecated12&team=T1", f"token={SCRUBBED}&team=T1"),
        ('{"api_key":"key-12345678"}', f'{{"api_key":"{SCRUBBED}"}}'),
        ("client_id=desk&client_secret=s3cr3t-s3cr3t", f"client_id=desk&client_secret={SCRUBBED}"),
        ('"password": "correct-horse"', f'"password": "{SCRUBBED}"'),
    ],
)
def test_tokens_signatures_urls_and_named_secrets_are_removed(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


def test_the_values_of_a_providers_declared_secrets_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "_secret_names", set(scrubbing._secret_names))
    monkeypatch.setattr(scrubbing, "_named_secret", scrubbing._named_secret)
    line = '{"webhook.key": "s3cr3t-s3cr3t", "merchant": "s3cr3t-s3cr3t", "api_key": "key-12345678"}'
    assert "s3cr3t" in scrub(line)
    scrub_fields(["webhook.key"])
    assert scrub(line) == f'{{"webhook.key": "{SCRUBBED}", "merchant": "s3cr3t-s3cr3t", "api_key": "{SCRUBBED}"}}'
    assert scrub("webhook_key: s3cr3t-s3cr3t") == "webhook_key: s3cr3t-s3cr3t"


@pytest.mark.parametrize(
    "text",
    [
        "9f2c4e1ab07d3c55 1-5759e988-bd862e3fe1be46a994272793 127d5de5b5124d11b9132c6ec9cc61d3",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6f1f7a4e-2d8d-4f3e-9fd2-3a4b5c6d7e8f",
        "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-aggregator:live",
        "CURRENCY_CODE_NOT_SUPPORTED 78001 HTTP 503 SIGN_VERIFY_FAILED",
        "/var/task/balance_core/provider/calls.py line 12, /opt/python/lib/python3.13/site-packages/httpx/_client.py",
        "secret 'balance-bot/payby', account 'main', field 'private_key' is neither PEM nor one line of Base64",
        "refused our credentials: check client_id and client_secret in the secret",
        "put the bot token into its secret: not_authed",
        "https://slack.com/api/chat.postMessage https://pay-gate.payermax.com/aggregate-pay/api/gateway",
        "ProviderLatency 2026-11-21T01:45:38.960Z [::1]:443",
    ],
)
def test_ids_codes_and_messages_stay_readable(text: str) -> None:
    assert scrub(text) == text


@given(
    st.recursive(
        st.text() | st.sampled_from([TOKEN, URL, V0, "-----BEGIN X-----", "\\", "MIIEvQIBADANBgkqh/", "api_key: 'x"]),
        st.lists,
    )
)
def test_a_log_line_stays_json(message: object) -> None:
    assert json.loads(scrubbed_json({"message": message, "level": "INFO"}))["level"] == "INFO"
    nested = scrubbed_json({"message": scrubbed_json({"inner": message}), "level": "INFO"})
    assert json.loads(json.loads(nested)["message"]).keys() == {"inner"}


SECRET_PARTS = [TOKEN, "MII", "aB3/" * 12, "-----BEGIN A-----", "Bearer abcdefgh", "token: "]


@example(["token: ", "\n", TOKEN])
@given(st.lists(st.sampled_from([*SECRET_PARTS, "\\", "\n", "n", "/", '"', "'", "=", "%2F", "\x00"])))
def test_an_escape_beside_a_secret_stays_whole(parts: list[str]) -> None:
    for escape in (True, False):
        line = scrub(json.dumps({"message": "".join(parts), "level": "INFO"}, ensure_ascii=escape))
        assert json.loads(line)["level"] == "INFO"


@pytest.mark.parametrize(
    "unit",
    [
        "a", "\\", "\\n", "\n", "/", "-----BEGIN", "-----BEGIN X-----", "aB3" * 15 + "\\n", "aB3", "%2B", "MII",
        "token: '", "Bearer ", "hooks.slack.com/", "/commands/T/", "v0=", "xoxb-", 'SecretString\\\\"',
        "1234567890", '{"a":"b"},',
    ],
)  # fmt: skip
def test_a_line_of_a_megabyte_is_scrubbed_in_linear_time(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    # The thread's processor time: a busy machine does not stretch it. Quadratic time would be hours.
    started_seconds = time.thread_time()
    scrub(text)
    assert time.thread_time() - started_seconds < 10


def test_what_libraries_log_is_scrubbed_with_its_traceback() -> None:
    plain, formatted = logging.StreamHandler(), logging.StreamHandler()
    formatted.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    scrub_handlers([plain, formatted])
    error = ValueError(TOKEN)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "%s", (URL,), (ValueError, error, None))
    assert plain.format(record) == f"https://{SCRUBBED}\nValueError: {SCRUBBED}"
    assert formatted.format(record) == f"ERROR https://{SCRUBBED}\nValueError: {SCRUBBED}"


def test_an_exception_is_scrubbed_and_keeps_its_traceback() -> None:
    @ScrubbedExceptions()
    def handler() -> None:
        raise LookupError(f"no {TOKEN} here")

    with pytest.raises(ScrubbedError) as caught:
        handler()
    assert str(caught.value) == f"LookupError: no {SCRUBBED} here"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "handler" in [entry.name for entry in caught.traceback]


def test_an_exception_without_secrets_passes_unchanged() -> None:
    error = LookupError("nothing secret")
    with pytest.raises(LookupError) as caught, ScrubbedExceptions():
        raise error
    assert caught.value is error
    with ScrubbedExceptions():
        pass


def test_a_failure_is_logged_with_what_a_support_ticket_needs() -> None:
    expected = {"provider": "payby", "account": "main", "currency": "USD", "provider_code": "78001", "trace_id": "7"}
    with captured_log() as log:
        report_failure(replace(Failure(ErrorKind.UNKNOWN, "answered", "9f2c4e1ab07d3c55"), **cast(Any, expected)))
    line = json.loads(log.getvalue())
    assert {name: line[name] for name in expected} == expected
    assert (line["message"], line["kind"]) == ("answered", "unknown")


def test_a_notice_is_logged_without_its_message() -> None:
    with captured_log() as log:
        report_notices([Notice(NoticeKind.TOTAL_DIFFERS, "USD 7654", "pagsmile", "main", "USD", "$.data[1]")])
    line = json.loads(log.getvalue())
    assert [line[name] for name in ("notice", "account", "place")] == ["total_differs", "main", "$.data[1]"]
    assert "7654" not in log.getvalue()
