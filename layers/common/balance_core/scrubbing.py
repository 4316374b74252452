r"""Takes out of a text what must never be read there: the last line of defence behind every log and every exception.

It works on the finished text, whoever wrote it and however often it was escaped (a line end may be `\n`, `\\n` ...),
takes away no quotation mark and no half of an escape, so that JSON stays JSON, and needs linear time. It knows keys,
tokens, addresses and signatures by their form. An amount has no such form: amounts are never logged in the first place.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import ContextDecorator
from types import TracebackType

SCRUBBED = "[scrubbed]"

# Half an escape is never taken away. Each time that text is escaped its backslashes double: 32 are five times.
_LINE_END = r"(?:\\{1,32}[nrt]|[\r\n]|%0[ADad])"
_SLASH = r"(?:\\{0,32}/|%2[Ff])"
_BASE64 = r"(?:[A-Za-z0-9+/]|\\{1,32}/|%2[BFbf])"
_LABEL = r"(?:[A-Z0-9 +]|%20)*+-----"
_REST_OF_URL = r"""(?:\\{1,32}/|[^\s"'<>\\,;)\]}&])*+"""
# Where a run of Base64 begins: the letters of an escape before it (the n of \n) are none of its own.
_RUN_BEGINS = r"(?:(?<![A-Za-z0-9+/\\])|(?<=\\[nrtbf])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})|(?<=%0[ADad]))"

_KNOWN_BY_FORM = (
    # A PEM block, also one whose end is missing; one whose beginning is missing is Base64 like any other.
    r"-----BEGIN" + _LABEL + rf"(?:[A-Za-z0-9+/=\s]|\\{{1,32}}/|%[23][BDFbdf]|{_LINE_END})*+(?:-----END{_LABEL})?",
    # A Slack token: xoxb-, xoxp-, xapp-, xoxe.xoxp- ...
    r"(?:xox[a-zA-Z]|xapp)(?:\.xox[a-zA-Z])?-[\w-]{4,}+",
    # A response_url or webhook at Slack, and the path of one at any other origin that the setting names.
    r"hooks\.slack(?:-gov)?\.com" + _SLASH + _REST_OF_URL,
    _SLASH + r"(?:commands|actions|services|triggers|workflows)" + _SLASH + r"[A-Z][A-Z0-9]+" + _SLASH + _REST_OF_URL,
    # Slack's signature of a request.
    r"v0(?:=|%3[Dd])[0-9a-f]{16,}+",
)
_NAMES = r"(?:signing_secret|private_key|token|SecretString)"
_PATTERNS = (
    *((re.compile(pattern), SCRUBBED) for pattern in _KNOWN_BY_FORM),
    # What has no form of its own, by its name: `'signing_secret': '...'`, `token=...`, `\"SecretString\": \"...\"`.
    (
        re.compile(
            rf"""({_NAMES}\\{{0,32}}["']?\s{{0,4}}[:=]\s{{0,4}}b?\\{{0,32}}["']?)(?:\\{{1,32}}/|[^\s"'\\&,;)\]}}]){{8,}}+"""
        ),
        rf"\1{SCRUBBED}",
    ),
)
# A key without armour begins with MII; 48 characters of Base64 are a signature, or one line of a block.
_LONG_BASE64 = re.compile(
    _RUN_BEGINS
    + rf"(?:[A-Za-z0-9+/]{{1,76}}{_LINE_END}{{1,4}})?(?:(?P<key>MII{_BASE64}{{13,}}+)|{_BASE64}{{48,}}+)"
    + rf"(?:{_LINE_END}{{1,4}}{_BASE64}++)*+(?:=|%3[Dd]){{0,2}}"
)


def scrub(text: str) -> str:
    """`text` without PEM blocks, RSA keys, Slack tokens, response URLs, and signatures; each becomes `[scrubbed]`.

    Ids stay readable: what is 47 characters or shorter, or holds no mixture of capitals, small letters and digits.
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return _LONG_BASE64.sub(_unless_an_id, text)


def scrubbed_json(log: Mapping[str, object]) -> str:
    """One line of the log as JSON; what JSON does not know is written as `str` does."""
    return scrub(json.dumps(log, default=str, separators=(",", ":"), ensure_ascii=False))


def scrub_handlers(handlers: Iterable[logging.Handler]) -> None:
    """Let handlers that are not ours, such as Lambda's own on the root, scrub what they format."""
    for handler in handlers:
        handler.setFormatter(_ScrubbingFormatter(handler.formatter or logging.Formatter()))


class _ScrubbingFormatter(logging.Formatter):
    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        return scrub(self._formatter.format(record))


class ScrubbedError(Exception):
    """Stands for an exception whose text had to be scrubbed; begins with that one's type."""


class ScrubbedExceptions(ContextDecorator):
    """Lambda logs what a handler raises and hands it to callers and failure destinations: so it leaves scrubbed.

    An exception that says nothing secret passes as it is.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        text = str(error)
        if kind and scrub(text) != text:
            raise ScrubbedError(f"{kind.__name__}: {scrub(text)}").with_traceback(trace) from None


def _unless_an_id(found: re.Match[str]) -> str:
    word = found[0]
    is_mixed = word.upper() != word and word.lower() != word and any(map(str.isdigit, word))
    return SCRUBBED if is_mixed or found["key"] else word
