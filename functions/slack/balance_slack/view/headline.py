"""The headline, which is the answer in one line, and the notification text, which is all that some people get."""

from collections.abc import Iterable

from balance_core.models import BalanceTotal
from balance_core.question import Question
from balance_slack.view.amounts import NOTHING_REPORTED, spoken
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Lines, cut
from balance_slack.view.holdings import known_amounts
from balance_slack.view.mrkdwn import escape
from balance_slack.view.notices import LoudNotice
from balance_slack.view.texts import listed, shortened

# Slack takes 150; display names and account names may be long.
_MAX_CHARACTERS = 150
_MAX_PROVIDERS = 3
# What fits a headline on a phone.
_MAX_CURRENCIES = 5
# In bytes; Slack takes 40,000 characters.
_TOTALS_ROOM = 20_000


def headline(answer: Answer) -> str:
    """`USD 1,784.63 available at PayerMax, PayBy missing`, escaped.

    It also tells what was asked, because Slack does not show the command.
    """
    (holding,) = answer.holdings
    place = holding.place or _asked_providers(answer)
    words = _leading_amount(holding.total) + (f" at {place}" if place else "")
    return escape(f"{words}{_missing(answer)}", _MAX_CHARACTERS)


def title(answer: Answer) -> str:
    """`All balances, PayBy missing`: the headline where several currencies are below it, escaped."""
    return escape(f"{subject(answer)}{_missing(answer)}", _MAX_CHARACTERS)


def subject(answer: Answer) -> str:
    """`All balances at PayerMax`, or `Balances in AED and USD`: what the question was about; not escaped."""
    at = f" at {places}" if (places := _asked_providers(answer)) else ""
    return f"{currencies_in_words(answer.question)}{at}"


def currencies_in_words(question: Question) -> str:
    """`All balances`, `Balances in AED and USD`, or `Balances in 6 currencies`."""
    codes = question.currencies or ()
    if not codes:
        return "All balances"
    return f"Balances in {listed(codes) if len(codes) <= _MAX_CURRENCIES else f'{len(codes)} currencies'}"


def leading_word(total: BalanceTotal) -> str:
    """The word of the amount in the headline: what is available, or else the first amount that is reported."""
    return next((word for word, _ in known_amounts(total)), "")


def notification(answer: Answer, notices: Iterable[LoudNotice]) -> str:
    """Every total, what is missing, and the notices, without formatting."""
    totals = [holding.total for holding in answer.holdings]
    spoken_totals = cut(Lines(spoken, totals), _TOTALS_ROOM, "more currency", "more currencies")
    missing = escape(_missing(answer), _MAX_CHARACTERS) if answer.missing else ""
    return " ".join([f"{'; '.join(spoken_totals).rstrip('.')}{missing}.", *(notice.spoken for notice in notices)])


def _leading_amount(total: BalanceTotal) -> str:
    for word, money in known_amounts(total):
        return f"{money.display()} {word}"
    return f"{total.currency}: {NOTHING_REPORTED}"


def _asked_providers(answer: Answer) -> str:
    return listed(shortened(answer.asked_places, _MAX_PROVIDERS))


def _missing(answer: Answer) -> str:
    names = [answer.name(provider) for provider in answer.missing]
    return f", {listed(shortened(names, _MAX_PROVIDERS))} missing" if names else ""
