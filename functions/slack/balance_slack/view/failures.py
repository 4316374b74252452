"""Who could not answer, what is missing from the totals, and what to know about the figures, in words for a person."""

from collections.abc import Iterable

from balance_core.errors import ErrorKind
from balance_core.models import Failure, Notice, NoticeKind
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import cut, fitting, size
from balance_slack.view.mrkdwn import code, escape
from balance_slack.view.texts import listed, shortened

_MAX_PLACES = 8
_MAX_TRACES = 3
# In bytes.
_WARNINGS_ROOM = 2600
_NOTICES_ROOM = 1200
_SUPPORT_ROOM = 800

# Said quietly below the answer; all other kinds are warnings.
_QUIET_KINDS = frozenset(
    {NoticeKind.NOT_ISO_4217, NoticeKind.NO_BALANCES, NoticeKind.COUNTED_ONCE, NoticeKind.UNKNOWN_TIME}
)
_MAX_NOTICES = 5

# All failures of one provider for the same reason: ten currencies that time out are one outage.
_Outage = list[Failure]


def warning_lines(answer: Answer) -> list[str]:
    """Who is missing from the totals, then every outage, then the notices; in mrkdwn, with our own words only."""
    lines = [*_incomplete_lines(answer), *(_sentence(answer, outage) for outage in _outages(answer))]
    notices = _notice_lines(answer)
    room = _WARNINGS_ROOM - sum(size(line) + 1 for line in notices)
    return [*cut(lines, room, "more failure", "more failures"), *notices]


def quiet_notice_lines(answer: Answer) -> list[str]:
    """Notices that change no figure, such as a code outside ISO 4217."""
    return [_notice_line(answer, notice) for notice in _notices(answer) if notice.kind in _QUIET_KINDS]


def contact_lines(answer: Answer) -> list[str]:
    """Whom to tell of an outage that will not pass by itself, and of money that may be missing."""
    is_lasting = any(each.kind.is_outage and not each.kind.is_retryable for each in answer.summary.failures)
    is_lasting |= any(each.kind.hides_money for each in answer.summary.notices)
    return [f"Please tell {answer.contact}."] if answer.contact and is_lasting else []


def support_lines(answer: Answer) -> list[str]:
    """For each outage the provider's own code and trace ids, which a support ticket needs, in mrkdwn."""
    lines = filter(None, (_support(answer, outage) for outage in _outages(answer)))
    return cut(list(lines), _SUPPORT_ROOM, "more note", "more notes")


def unsupported_lines(answer: Answer) -> list[str]:
    """`PayBy does not hold USD.`: one line for each provider, or for each account where there are several.

    It says so only if the provider itself did.
    """
    currencies: dict[tuple[str, bool], list[str]] = {}
    for failure in answer.summary.failures:
        if not failure.kind.is_outage:
            provider = str(failure.provider)
            is_named = provider in answer.with_several_accounts
            account = f", account {escape(str(failure.account))}," if is_named else ""
            subject = answer.name(provider) + account, failure.is_unasked
            currencies.setdefault(subject, []).append(failure.currency or "that currency")
    return [
        f"{subject} was not asked about {listed(_first(codes), 'or')}, which its settings do not list."
        if is_unasked
        else f"{subject} does not hold {listed(_first(codes), 'or')}."
        for (subject, is_unasked), codes in currencies.items()
    ]


def _notice_lines(answer: Answer) -> list[str]:
    """At most five notices, those that hide money first, and how many more there are."""
    loud = [notice for notice in _notices(answer) if notice.kind not in _QUIET_KINDS]
    loud.sort(key=lambda notice: not notice.kind.hides_money)
    lines = fitting([_notice_line(answer, notice) for notice in loud[:_MAX_NOTICES]], _NOTICES_ROOM)
    more = len(loud) - len(lines)
    return [*lines, f"… and {more:,} more in *Details*."] if more > 0 else lines


def _notices(answer: Answer) -> list[Notice]:
    """In the answer's order, each sentence once."""
    notices = answer.summary.notices
    return list({(each.provider, each.account, each.kind, each.message): each for each in notices}.values())


def _notice_line(answer: Answer, notice: Notice) -> str:
    message = escape(notice.message, 400).rstrip(".") + "."
    if notice.provider is None:
        return message
    is_named = notice.account and notice.provider in answer.with_several_accounts
    account = f", account {escape(str(notice.account))}" if is_named else ""
    return f"{answer.name(notice.provider)}{account}: {message}"


def _outages(answer: Answer) -> list[_Outage]:
    """In the answer's order. "Does not hold that currency" is an answer and no outage."""
    by_reason: dict[tuple[object, ...], _Outage] = {}
    for failure in answer.summary.failures:
        if failure.kind.is_outage:
            reason = (failure.provider, failure.kind, failure.message, failure.provider_code)
            by_reason.setdefault(reason, []).append(failure)
    return list(by_reason.values())


def _incomplete_lines(answer: Answer) -> list[str]:
    """Who is missing from the totals, entirely or in part; nothing if they are complete or there are none."""
    summary = answer.summary
    failed = [failure.provider for failure in summary.failures if failure.is_outage]
    failed += [notice.provider for notice in summary.notices if notice.kind.hides_money]
    unique = [provider for provider in dict.fromkeys(failed) if provider]
    if not unique or not summary.totals:
        return []
    answered = {report.provider for report in summary.reports}
    absent = _first(answer.names.get(provider, provider) for provider in unique if provider not in answered)
    partial_ = _first(answer.names.get(provider, provider) for provider in unique if provider in answered)
    parts = [f"without {listed(absent)}"] if absent else []
    if partial_:
        parts.append(f"with only a part of {listed(partial_)}")
    return [f"The totals are incomplete: {listed(parts)}."]


def _sentence(answer: Answer, outage: _Outage) -> str:
    first = outage[0]
    message = escape(first.message, 400).rstrip(".") + "."
    if first.provider:
        is_named = first.provider in answer.with_several_accounts
        accounts = [f"account {each.account}" for each in outage if is_named and each.account]
        places = _first([*accounts, *(each.currency for each in outage if each.currency)])
        where = f" ({', '.join(places)})" if places else ""
        return f"{answer.name(first.provider)}{where} {message}"
    return f"The question cannot be asked: {message}" if first.kind is ErrorKind.INVALID_REQUEST else message


def _support(answer: Answer, outage: _Outage) -> str:
    first = outage[0]
    words = [f"code {code(first.provider_code)}"] if first.provider_code else []
    traces = list(dict.fromkeys(each.trace_id for each in outage if each.trace_id))
    words += [f"trace {code(trace)}" for trace in traces[:_MAX_TRACES]]
    recipient = f"{answer.name(first.provider)}'s support" if first.provider else "a support ticket"
    return f"For {recipient}: {listed(words)}." if words else ""


def _first(words: Iterable[str]) -> list[str]:
    return shortened([escape(word, 80) for word in dict.fromkeys(words)], _MAX_PLACES)
