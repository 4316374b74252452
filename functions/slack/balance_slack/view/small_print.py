"""The small print: what explains an answer and changes no figure. Also what is said where there is nothing to show."""

from collections.abc import Iterator, Mapping, Sequence

from balance_core.currencies import RELATED
from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, NoticeKind
from balance_slack.view.amounts import moved
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import cut
from balance_slack.view.change import Obstacle
from balance_slack.view.mrkdwn import date, escape
from balance_slack.view.notices import QUIET_KINDS, is_unknown_account, notice_words, unique_notices
from balance_slack.view.texts import listed, shortened

_MAX_NAMED = 8
# For one place and for several.
_OBSTACLES = {
    Obstacle.NOT_READ_THEN: ("it was not read then", "they were not read then"),
    Obstacle.OTHER_ACCOUNTS: ("it listed other accounts then", "they listed other accounts then"),
}
_MAX_IGNORED_CHARACTERS = 40
# In bytes.
_ROOM = 800

# After these, an account without balances is not known to be at zero.
_LEAVES_ZERO_OPEN = frozenset(NoticeKind) - {
    NoticeKind.TOTAL_DIFFERS,
    NoticeKind.IMPOSSIBLE_TIME,
    NoticeKind.UNKNOWN_TIME,
    NoticeKind.PENDING_KEY,
    NoticeKind.NOT_ISO_4217,
}


def quiet_lines(answer: Answer) -> list[str]:
    """What explains an answer and changes no figure, in mrkdwn."""
    nobody = _without_total(answer) if answer.holdings else []
    lines = [*_nobody_holds(answer, nobody), *_not_held(answer, nobody), *_at_zero(answer), *_quiet_notices(answer)]
    return [*ignored_lines(answer.ignored), *change_lines(answer), *cut(lines, _ROOM, "more note", "more notes")]


def change_lines(answer: Answer) -> list[str]:
    """Since when the marks tell the change, and what cannot be compared. A provider that is missing has a notice."""
    change = answer.change
    if change is None:
        return []
    if change.since is None:
        return ["No comparison: nothing was read yesterday."]
    # The only total has its own line, with the time.
    is_told = answer.currency is not None and any(moved(holding.change) for holding in answer.holdings)
    has_marks = any(
        moved(holding.change) or any(moved(row.change) for row in holding.all_rows) for holding in answer.holdings
    )
    lines = [f"▲▼ {date(change.since, 'since ')}"] if has_marks and not is_told else []
    places: dict[Obstacle, dict[str, None]] = {}
    for (_, provider, account), obstacle in sorted(change.obstacles.items()):
        if obstacle in _OBSTACLES:
            places.setdefault(obstacle, {})[answer.place(provider, account)] = None
    for obstacle, names in places.items():
        listed_names = escape(listed(shortened(list(names), _MAX_NAMED)), 600)
        lines.append(f"No comparison for {listed_names}: {_OBSTACLES[obstacle][len(names) > 1]}.")
    return lines


def ignored_lines(words: Sequence[str]) -> list[str]:
    """`Ignored: please.`, so that nobody takes the answer for one to the whole sentence; no line for no words."""
    return [f"Ignored: {', '.join(escape(word, _MAX_IGNORED_CHARACTERS) for word in words)}."] if words else []


def no_balance_lines(answer: Answer) -> list[str]:
    """What is said after the notices where no balance can be shown: it claims zero only for what was read."""
    summary = answer.summary
    lines: list[str] = []
    if not summary.reports and (outages := [each for each in summary.failures if each.is_outage]):
        # An account that does not exist has no balances.
        lines += [] if all(map(is_unknown_account, outages)) else ["The balances are not known."]
    elif codes := answer.question.currencies:
        lines += [*_nobody_holds(answer, codes), *_not_asked(answer)]
    else:
        lines.append(_only_zeros(answer))
    notes = cut([*lines, *_quiet_notices(answer)], _ROOM, "more note", "more notes")
    return [*notes, *ignored_lines(answer.ignored)]


def is_incomplete(answer: Answer) -> bool:
    """Whether another try, or the details, could tell more."""
    return any(each.kind.is_outage for each in answer.summary.failures) or any(unique_notices(answer))


def _quiet_notices(answer: Answer) -> Iterator[str]:
    quiet = [notice for notice in unique_notices(answer) if notice.kind in QUIET_KINDS]
    if foreign := list(dict.fromkeys(str(each.currency) for each in quiet if each.kind is NoticeKind.NOT_ISO_4217)):
        are = "is not an ISO 4217 code" if len(foreign) == 1 else "are not ISO 4217 codes"
        yield f"{listed(shortened(foreign, _MAX_NAMED))} {are}."
    for notice in quiet:
        if notice.kind is not NoticeKind.NOT_ISO_4217:
            yield "".join(notice_words(answer, notice))


def _without_total(answer: Answer) -> list[str]:
    held = {holding.total.currency for holding in answer.holdings}
    return [code for code in answer.question.currencies or () if code not in held]


def _nobody_holds(answer: Answer, codes: Sequence[str]) -> Iterator[str]:
    """`Nobody holds EUR.`, claimed only for what could be read; who was not asked is said beside it."""
    summary = answer.summary
    unread = {each.currency for each in unique_notices(answer) if each.kind in _LEAVES_ZERO_OPEN}
    failed = {each.currency for each in summary.failures if each.is_outage}
    unasked = {each.currency for each in summary.failures if each.is_unasked}
    only = answer.asked_places if len(answer.asked_places) == 1 else None
    claims: dict[str, list[str]] = {}
    for code in codes:
        if unread & {None, code, *RELATED.get(code, ())} or (only and failed & {None, code}):
            claim = "Nothing in {} was found in what could be read."
        elif failed & {None, code}:
            claim = "None of the providers that answered holds {}."
        elif not only:
            claim = "Nobody holds {}."
        elif code not in unasked:
            claim = f"{escape(only[0])} does not hold {{}}."
        else:
            continue
        claims.setdefault(claim, []).append(code)
    return (claim.format(_codes(each)) for claim, each in claims.items())


def _not_held(answer: Answer, nobody: Sequence[str]) -> Iterator[str]:
    """`PayBy and PayerMax do not hold USD.`; what `nobody` holds is said already."""
    accounts: dict[tuple[str, tuple[str, ...]], list[str | None]] = {}
    for (provider, account), codes in _codes_not_held(answer).items():
        if left := tuple(dict.fromkeys(code for code in codes if code not in nobody)):
            accounts.setdefault((provider, left), []).append(account)
    places: dict[tuple[str, ...], list[str]] = {}
    for (provider, not_held), at in accounts.items():
        # All accounts of a provider are the provider.
        is_whole = len(at) >= answer.accounts.get(provider, 0) and not answer.asked_accounts(provider)
        names = [answer.name(provider)] if is_whole else [answer.place(provider, account) for account in at]
        places.setdefault(not_held, []).extend(names)
    for not_held, names in places.items():
        do = "does" if len(names) == 1 else "do"
        yield f"{escape(listed(shortened(names, _MAX_NAMED)), 600)} {do} not hold {_codes(not_held)}."
    yield from _not_asked(answer)


def _codes_not_held(answer: Answer) -> Mapping[tuple[str, str | None], list[str]]:
    """What each provider's account does not hold: it says so itself, or reported nothing of what was asked."""
    codes: dict[tuple[str, str | None], list[str]] = {}
    for failure in answer.summary.failures:
        if failure.kind is ErrorKind.CURRENCY_NOT_SUPPORTED and not failure.is_unasked:
            place = str(failure.provider), failure.account
            codes.setdefault(place, []).append(failure.currency or "that currency")
    if asked := answer.question.currencies:
        for report in _silent_reports(answer):
            codes.setdefault((report.provider, report.account), []).extend(asked)
    return codes


def _not_asked(answer: Answer) -> Iterator[str]:
    """Currencies that our own settings ruled out."""
    codes: dict[str, list[str]] = {}
    for failure in answer.summary.failures:
        if failure.is_unasked:
            place = answer.place(str(failure.provider), failure.account)
            codes.setdefault(place, []).append(failure.currency or "that currency")
    for place, each in codes.items():
        it = "it" if len(each) == 1 else "them"
        yield f"{escape(place)} was not asked about {_codes(each)}: its settings do not list {it}."


def _at_zero(answer: Answer) -> Iterator[str]:
    """Where a question about everything found only zeros."""
    if not answer.question.currencies:
        for report in _silent_reports(answer):
            yield f"{escape(answer.place(report.provider, report.account))}: all balances are zero."


def _silent_reports(answer: Answer) -> list[BalanceReport]:
    """The accounts without balances, where nothing failed and no notice says that they may hold something."""
    explained = {(each.provider, each.account) for each in answer.summary.failures}
    explained |= {(each.provider, each.account) for each in unique_notices(answer) if each.kind in _LEAVES_ZERO_OPEN}
    return [
        report
        for report in answer.summary.reports
        if not report.balances and not {(report.provider, report.account), (report.provider, None)} & explained
    ]


def _only_zeros(answer: Answer) -> str:
    summary = answer.summary
    silent = {(each.provider, each.account) for each in summary.notices if each.kind is NoticeKind.NO_BALANCES}
    if silent and silent >= {(report.provider, report.account) for report in summary.reports}:
        return "No balances were reported."
    is_read = not any(each.is_outage for each in summary.failures)
    is_read &= not any(each.kind in _LEAVES_ZERO_OPEN for each in summary.notices)
    return "All balances are zero." if is_read else "All balances that could be read are zero."


def _codes(codes: Sequence[str]) -> str:
    return listed(shortened(codes, _MAX_NAMED), "or")
