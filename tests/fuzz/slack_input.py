"""Targets: what comes from Slack, or from somebody who says so, and the words that are repeated to people there."""

import json
import re
import unicodedata

from balance_core.currencies import DECIMALS
from balance_slack.commands import Ask, HelpWanted, Mistake, parse
from balance_slack.guard import MOST_BODY_BYTES, RequestRefusedError, read_request, request_key
from balance_slack.mrkdwn import code, escape
from balance_slack.replies import asking_text, mistake_text
from tests.fuzz.finding import require

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "cash": "Petty Cash Box"}
_ENTITY = re.compile(r"&(amp|lt|gt);")
_STATUSES = {400, 401, 405, 413}
_LONGEST_TEXT = 4000


def guard(data: bytes) -> None:
    """An HTTP event: refused with a 4xx, or a request of which nothing but the two signature headers is passed on."""
    try:
        event = json.loads(data)  # Lambda's own runtime reads the event with the standard parser
    except (ValueError, RecursionError):
        return
    try:
        request = read_request(event)
    except RequestRefusedError as refused:
        require(refused.status in _STATUSES)
        return
    require(len(request.body.encode("utf-8")) <= MOST_BODY_BYTES)
    require(set(request.headers) == {"x-slack-request-timestamp", "x-slack-signature"})
    require(re.fullmatch("[0-9]{1,12}", request.timestamp, re.ASCII))
    require(re.fullmatch("v0=[0-9a-f]{64}", request.signature))
    require(re.fullmatch("[0-9a-f]{64}", request_key(request.signature)))
    require(request.signature not in repr(request))


def commands(data: bytes) -> None:
    """The text after `/balance`: never an exception, nothing asked that was not typed, and a harmless reply."""
    text = data.decode("utf-8", "replace")[:_LONGEST_TEXT]
    meant = parse(text, NAMES)
    typed = text.casefold()
    if isinstance(meant, Ask):
        require(all(currency in DECIMALS and currency.casefold() in typed for currency in meant.currencies))
        require(all(provider in NAMES for provider in meant.providers))
        require(not meant.include_zero or "all" in typed)
        require(parse(" ".join([*meant.currencies, *meant.providers, *(["all"] * meant.include_zero)]), NAMES) == meant)
        assert_harmless(asking_text(meant, NAMES, "9f2c4e1ab07d3c55"))
    elif isinstance(meant, Mistake):
        require(all(unknown.word in text for unknown in meant.words))
        require(1 <= len(meant.words) <= 3)
        for line in mistake_text(meant).splitlines():
            assert_harmless(line)
    else:
        require(isinstance(meant, HelpWanted))
        require("help" in typed)


def mrkdwn(data: bytes) -> None:
    """Somebody else's words: the first byte is how much room there is."""
    most = 12 + (data[0] if data else 0)
    # JSON can escape half a character, so a provider's text may hold one.
    text = data[1:].decode("utf-8", "replace").replace("\ufffd", "\ud800")
    for shown in (escape(text, most), code(text, most)[1:-1]):
        require(1 <= len(shown) <= most)
        assert_harmless(shown)
    require("`" not in code(text, most)[1:-1])


def assert_harmless(text: str) -> None:
    """One visible line of mrkdwn that mentions and links nobody, in the direction in which it was written."""
    require("<" not in text)
    require(">" not in text)
    require("&" not in _ENTITY.sub("", text))
    require(not [each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")])
