"""What is missing from an answer and what to know about its figures, in words for a person.

A notice is loud (`:warning:`) if somebody could draw a wrong conclusion without it, and quiet otherwise. Providers'
codes, traces and messages are in the details only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from balance_core.errors import ErrorKind
from balance_core.models import Failure, Notice, NoticeKind
from balance_slack.view.amounts import age, is_negative, lone_total, unbroken
from balance_slack.view.answer import Answer
from balance_slack.view.holdings import known_amounts
from balance_slack.view.mrkdwn import escape
from balance_slack.view.texts import listed, shortened

_MAX_NOTICES = 5
_MAX_NAMED = 4

# Worst first.
_MISSING, _PART_MISSING, _BELOW_ZERO, _ABOUT_FIGURES, _OLD = range(5)

QUIET_KINDS = frozenset(
    {
        NoticeKind.NOT_ISO_4217,
        NoticeKind.NO_BALANCES,
        NoticeKind.COUNTED_ONCE,
        NoticeKind.UNKNOWN_TIME,
        NoticeKind.PENDING_KEY,
    }
)
_MINUTE, _MINUTES = "Try again in a minute.", "Try again in a few minutes."
_SENTENCES = {
    ErrorKind.TIMEOUT: f"did not answer in time. {_MINUTE}",
    ErrorKind.UNAVAILABLE: f"cannot be reached. {_MINUTES}",
    ErrorKind.RATE_LIMITED: f"was asked too often. {_MINUTE}",
    ErrorKind.BAD_RESPONSE: f"sent an answer that cannot be trusted, so it is left out. {_MINUTE}",
    ErrorKind.AUTHENTICATION: "refused our key. Ask {contact} to check it.",
    ErrorKind.ADDRESS_REFUSED: "refused our IP address. Ask {contact} to have it allowed.",
    ErrorKind.PERMISSION_DENIED: "does not let us read balances. Ask {contact}.",
    ErrorKind.CONFIGURATION: "is not set up correctly here. Ask {contact}.",
    ErrorKind.UNKNOWN: "refused, and we do not know why. Ask {contact}; the code is in *Details*.",
    ErrorKind.INVALID_REQUEST: "did not understand our question. Ask {contact}; the code is in *Details*.",
}


@dataclass(frozen=True, slots=True)
class LoudNotice:
    """One sentence or two. `subject` is escaped and set in bold, `words` are mrkdwn and follow it."""

    rank: int
    subject: str
    words: str

    @property
    def line(self) -> str:
        """The sentence in mrkdwn, with its sign."""
        return f":warning: {f'*{self.subject}*' if self.subject else ''}{self.words}"

    @property
    def spoken(self) -> str:
        """The sentence for a notification, which shows no formatting."""
        return f"{self.subject}{self.words}".replace("*", "")


def loud_notices(answer: Answer) -> Sequence[LoudNotice]:
    """At most five, worst first, and how many more there are."""
    every = [*_outages(answer), *_unknown_types(answer), *_below_zero(answer), *_loud_notices(answer), *_old(answer)]
    every.sort(key=lambda each: each.rank)
    more = len(every) - _MAX_NOTICES
    return [*every[:_MAX_NOTICES], LoudNotice(_OLD, "", f"… and {more:,} more in *Details*.")] if more > 0 else every


def _outages(answer: Answer) -> Iterator[LoudNotice]:
    """One for all failures of a provider of one kind: ten currencies that time out are one outage."""
    by_reason: dict[tuple[object, ...], list[Failure]] = {}
    for failure in answer.summary.failures:
        if failure.kind.is_outage:
            # Only a failure of the question, or of an account that it names, has words of its own.
            has_words = failure.provider is None or is_unknown_account(failure)
            reason = (failure.provider, failure.kind, failure.hides_money, failure.message if has_words else None)
            by_reason.setdefault(reason, []).append(failure)
    for failures in by_reason.values():
        first = failures[0]
        if first.provider is None:
            yield LoudNotice(_MISSING, "", f"{escape(first.message, 400).rstrip('.')}.")
        elif is_unknown_account(first):
            words = f" {escape(first.message, 400).rstrip('.')}."
            yield LoudNotice(_PART_MISSING, escape(answer.name(first.provider)), words)
        else:
            is_missing = first.provider in answer.missing
            rank = _MISSING if is_missing else _PART_MISSING if first.is_outage else _ABOUT_FIGURES
            subject, where = (answer.name(first.provider), "") if is_missing else _place_of(answer, failures)
            yield LoudNotice(rank, escape(subject), f"{where} {_SENTENCES[first.kind].format(contact=answer.contact)}")


def is_unknown_account(failure: Failure) -> bool:
    """Whether the question names a merchant account that the provider does not have."""
    return failure.kind is ErrorKind.INVALID_REQUEST and failure.field == "accounts"


def _place_of(answer: Answer, failures: Sequence[Failure]) -> tuple[str, str]:
    """`PayerMax uae` and `(IDR)`: the account where there are several, the currency if others were read."""
    provider = str(failures[0].provider)
    accounts = list(dict.fromkeys(each.account for each in failures))
    codes = {each.currency for each in failures}
    places = [str(code) for code in sorted(filter(None, codes))] if codes != {answer.currency} else []
    if len(accounts) == 1:
        subject = answer.place(provider, accounts[0])
    else:
        subject = answer.name(provider)
        places = [str(account) for account in accounts if account] + places
    return subject, f" ({escape(', '.join(shortened(places, _MAX_NAMED)), 200)})" if places else ""


def _unknown_types(answer: Answer) -> Iterator[LoudNotice]:
    """Money in accounts of a type that we do not know: nobody here knows whether it can be used."""
    for report in answer.summary.reports:
        totals = [total for balance in report.balances if (total := lone_total(balance)) and not total.is_zero]
        if totals:
            amounts = listed(shortened([unbroken(total.display()) for total in totals], _MAX_NAMED))
            place = escape(answer.place(report.provider, report.account))
            yield LoudNotice(_PART_MISSING, place, f": {amounts} in accounts of an unknown type, in no total.")


def _below_zero(answer: Answer) -> Iterator[LoudNotice]:
    amounts: dict[str, list[str]] = {}
    for holding in answer.holdings:
        for row in holding.leaves:
            for word, money in known_amounts(row.amounts):
                if is_negative(money):
                    number = money.figure() if answer.currency else money.display()
                    text = unbroken(number if word == "available" else f"{number} {word}")
                    amounts.setdefault(row.place, []).append(text)
    for place, each in amounts.items():
        yield LoudNotice(
            _BELOW_ZERO, escape(place or "The total"), f" is below zero: {listed(shortened(each, _MAX_NAMED))}"
        )


def _loud_notices(answer: Answer) -> Iterator[LoudNotice]:
    for notice in unique_notices(answer):
        if notice.kind not in QUIET_KINDS:
            rank = _PART_MISSING if notice.kind.hides_money else _ABOUT_FIGURES
            subject, words = notice_words(answer, notice)
            yield LoudNotice(rank, subject, words)


def _old(answer: Answer) -> Iterator[LoudNotice]:
    for report in answer.summary.reports:
        as_of = min((balance.as_of for balance in report.balances), default=answer.now)
        if old := age(as_of, answer.now):
            place = escape(answer.place(report.provider, report.account))
            yield LoudNotice(_OLD, place, f": figures are {old}.")


def notice_words(answer: Answer, notice: Notice) -> tuple[str, str]:
    words = f"{escape(notice.message, 400).rstrip('.')}."
    if notice.provider is None:
        return "", words
    return escape(answer.place(notice.provider, notice.account)), f": {words}"


def unique_notices(answer: Answer) -> Iterable[Notice]:
    """In the answer's order, each sentence once.

    "No balances were reported" answers a question about certain currencies: the provider does not hold them.
    """
    notices = answer.summary.notices
    if answer.question.currencies:
        notices = tuple(each for each in notices if each.kind is not NoticeKind.NO_BALANCES)
    return {(each.provider, each.account, each.kind, each.message): each for each in notices}.values()
