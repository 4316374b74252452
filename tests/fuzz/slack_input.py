"""Targets: HTTP requests to the front, the text of a command, and foreign words that are shown in Slack."""

import json
import re
import unicodedata

from balance_core.currencies import may_be_asked
from balance_slack.commands import Asked, HelpWanted, Mistake, NotOneCurrency, parse, words_of
from balance_slack.front.request import MAX_BODY_BYTES, RequestRefusedError, read_request
from balance_slack.topics import Topic
from balance_slack.view.mrkdwn import code, escape
from balance_slack.view.small_print import ignored_lines
from balance_slack.view.texts import mistake_text
from tests.fuzz.finding import require

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "cash": "Petty Cash Box"}
_ENTITY = re.compile(r"&(amp|lt|gt);")
_MAX_TEXT_CHARACTERS = 4000


def guard(data: bytes) -> None:
    """An HTTP event is refused with a 4xx, or has a body and signature headers in their exact form."""
    try:
        event = json.loads(data)  # Lambda's runtime reads the event with the standard parser
    except (ValueError, RecursionError):
        return
    try:
        request = read_request(event)
    except RequestRefusedError as refused:
        require(refused.status in (400, 401, 405, 413))
        return
    require(len(request.body.encode("utf-8")) <= MAX_BODY_BYTES)
    require(re.fullmatch("[0-9]{1,12}", request.timestamp, re.ASCII))
    require(re.fullmatch("v0=[0-9a-f]{64}", request.signature))
    require(re.fullmatch("[0-9a-f]{64}", request.key))
    require(request.signature not in repr(request))


def commands(data: bytes) -> None:
    """The text after `/balance` never raises, asks only for what is known, and gets a harmless reply."""
    text = data.decode("utf-8", "replace")[:_MAX_TEXT_CHARACTERS]
    meant = parse(text, NAMES, "1")
    if isinstance(meant, Asked):
        question = meant.question
        require(all(map(may_be_asked, question.currencies or ())))
        require(all(provider in NAMES for provider in question.providers or ()))
        require(all(account.partition(":")[0] in NAMES for account in question.accounts or ()))
        require(len(meant.ignored) <= 11 and all(1 <= len(word) <= 40 for word in meant.ignored))
        topic = Topic.HISTORY if question.history else Topic.BALANCES
        require(parse(words_of(question), NAMES, "1") == Asked(question, topic=topic))
        require(meant.month is None or len(meant.month) == 7)
        require_harmless("\n".join(ignored_lines(meant.ignored)))
    elif isinstance(meant, Mistake):
        require(1 <= len(meant.words) <= 3)
        require_harmless(mistake_text(meant))
    elif isinstance(meant, NotOneCurrency):
        require(meant.topic not in (Topic.BALANCES, Topic.WHO))
    else:
        require(isinstance(meant, HelpWanted))


def mrkdwn(data: bytes) -> None:
    """Foreign words stay harmless and short. The first byte sets the maximum length."""
    max_length = 12 + (data[0] if data else 0)
    # JSON can escape half a surrogate pair, so a provider's text may contain one.
    text = data[1:].decode("utf-8", "replace").replace("\ufffd", "\ud800")
    for shown in (escape(text, max_length), code(text, max_length)[1:-1]):
        require(1 <= len(shown) <= max_length)
        require("\n" not in shown)
        require_harmless(shown)
    require("`" not in code(text, max_length)[1:-1])


def require_harmless(text: str) -> None:
    """Raise FindingError if the mrkdwn mentions or links somebody, or holds control or direction characters."""
    require("<" not in text)
    require(">" not in text)
    require("&" not in _ENTITY.sub("", text))
    require(
        not [each for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    )
