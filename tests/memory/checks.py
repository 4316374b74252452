"""Compares what our functions tell about a made-up past with its truth: one line for each mistake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from random import Random

from balance_core.history.change import changes
from balance_core.history.components import points
from balance_core.history.days import DayFigure, DaySummary, summarise_day
from balance_core.history.moves import MoveKind, merchants_in, moves_of
from balance_core.history.periods import day_history, days_history
from balance_core.question import Period
from balance_slack.view.change import Change, Obstacle
from tests.memory.world import Look, looks, text

CURRENCY = "USD"
_Merchant = tuple[str, str]


def check_sequence(random: Random, number: int) -> Iterator[str]:
    """Make one past and check everything that is told about it."""
    yield from check_past(random, looks(random, number))


def check_past(random: Random, past: Sequence[Look]) -> Iterator[str]:
    """Check everything that is told about a past; `random` chooses the snapshot that is compared with the last one."""
    yield from check_change(random.choice(past), past[-1])
    yield from check_days(past)
    yield from check_moves(past)
    yield from check_histories(past)
    yield from check_accounts(past)


def check_change(then: Look, now: Look) -> Iterator[str]:
    """The change of available money, only where both snapshots saw all of a merchant's available money."""
    found = changes(now.snapshot.readings, then.snapshot.readings)
    obstacles = dict.fromkeys(found.not_compared, Obstacle.OTHER_ACCOUNTS)
    comparable = True
    total = 0
    for merchant in now.purses:
        place = (CURRENCY, *merchant)
        before, after = _available(then, merchant), _available(now, merchant)
        if before.keys() != after.keys():
            comparable = False
            if place not in found.not_compared:
                yield f"{place} cannot be compared, but is"
        elif before:
            change = sum(after.values()) - sum(before.values())
            total += change
            if place in found.not_compared or found.places[place].to_wire() != text(change):
                yield f"{place} changed by {text(change)}"
    shown = Change(then.snapshot.taken_at, found.places, obstacles).of(CURRENCY)
    right = text(total) if comparable and found.places else None
    if (shown.to_wire() if shown else None) != right:
        yield f"the change in all is {right}"


def check_days(past: Sequence[Look]) -> Iterator[str]:
    """Opening, lowest, highest, closing and gaps of each day in UTC, of every merchant, provider and in all."""
    days: dict[date, list[Look]] = {}
    for look in past:
        days.setdefault(look.snapshot.taken_at.astimezone(UTC).date(), []).append(look)
    summary: DaySummary | None = None
    for day, ours in days.items():
        before, summary = summary, summarise_day(CURRENCY, day, [look.snapshot for look in ours], summary)
        if summary is None:
            yield f"{day} has no summary"
            return
        merchants = list(ours[0].purses)
        scopes: list[tuple[Sequence[_Merchant], Mapping[str, DayFigure], Mapping[str, DayFigure] | None]] = [
            (merchants, summary.total, before.total if before else None)
        ]
        scopes += [
            ([each for each in merchants if each[0] == name], figures, before.providers[name] if before else None)
            for name, figures in summary.providers.items()
        ]
        for scope, figures, earlier in scopes:
            yield from _check_figures(day, ours, scope, figures, earlier)


def _check_figures(
    day: date,
    ours: Sequence[Look],
    merchants: Sequence[_Merchant],
    figures: Mapping[str, DayFigure],
    earlier: Mapping[str, DayFigure] | None,
) -> Iterator[str]:
    for name in ("available", "pending", "frozen"):
        values = [(look.snapshot.taken_at, _sum_of(look, merchants, name)) for look in ours]
        known = [(at, cents) for at, cents in values if cents is not None]
        if name not in figures:
            if any(purse[1] == name for look in ours for each in merchants for purse in look.purses[each]):
                yield f"{day}: {name} of {merchants} is missing"
            continue
        found = figures[name]
        right = (
            earlier[name].closing if earlier and name in earlier else None,
            *_right(known),
            len(values) - len(known),
        )
        shown = (
            found.opening,
            found.lowest,
            found.lowest_at,
            found.highest,
            found.highest_at,
            found.closing,
            found.closing_at,
            found.gaps,
        )
        if shown != right:
            yield f"{day}: {name} of {merchants}: {shown}, right is {right}"


def _right(known: Sequence[tuple[datetime, int]]) -> tuple[str | datetime | None, ...]:
    if not known:
        return (None,) * 6
    lowest, highest = min(cents for _, cents in known), max(cents for _, cents in known)
    lowest_at = next(at for at, cents in known if cents == lowest)
    highest_at = next(at for at, cents in known if cents == highest)
    return text(lowest), lowest_at, text(highest), highest_at, text(known[-1][1]), known[-1][0]


def check_histories(past: Sequence[Look]) -> Iterator[str]:
    """The history of available money over 24 hours and over 7 days, in all and at one provider."""
    now = past[-1].snapshot.taken_at
    merchants = list(past[0].purses)
    days = summaries(past)
    for provider in (None, merchants[0][0]):
        ours = [each for each in merchants if provider in (None, each[0])]
        hours = day_history(CURRENCY, provider, [look.snapshot for look in past], None, now)
        week = days_history(CURRENCY, provider, Period.WEEK, days, now.date(), UTC)
        for told, length in ((hours, timedelta(hours=2)), (week, timedelta(days=1))):
            for point in told.points:
                inside = [look for look in past if _is_in(look.snapshot.taken_at, point.since, length, told.period)]
                values = [(look.snapshot.taken_at, _sum_of(look, ours, "available")) for look in inside]
                known = [(at, text(cents)) for at, cents in values if cents is not None]
                right = (*(known[-1][::-1] if known else (None, None)), len(values) - len(known))
                if (point.available, point.at, point.gaps) != right:
                    yield f"{told.period} at {provider}: {point}, right is {right}"
        cents = [(look.snapshot.taken_at, _sum_of(look, ours, "available")) for look in past]
        whole = _right([(at, each) for at, each in cents if each is not None])
        figure = week.figure
        shown = (figure.lowest, figure.lowest_at, figure.highest, figure.highest_at, figure.closing, figure.closing_at)
        if shown != whole:
            yield f"7d at {provider}: {shown}, right is {whole}"


def _is_in(at: datetime, since: datetime, length: timedelta, period: Period) -> bool:
    """Steps of hours end with now, and days begin at midnight."""
    return since < at <= since + length if period is Period.DAY else since <= at < since + length


def check_accounts(past: Sequence[Look]) -> Iterator[str]:
    """Every account's last amount of each day, which an export shows, or none."""
    for day in summaries(past):
        ours = [look for look in past if look.snapshot.taken_at.date() == day.day]
        for account in day.accounts:
            merchant = (account.row.provider, account.row.account)
            for name, figure in account.figures.items():
                seen = [
                    look.purses[merchant][account.row.account_type, name]
                    for look in ours
                    if any(each.row == account.row for each in look.snapshot.readings)
                ]
                if figure.closing != (text(seen[-1]) if seen else None) or bool(account.last) != bool(seen):
                    yield f"{day.day}: {name} of {account.row}: {figure.closing}, right is {seen[-1:]}"


def summaries(past: Sequence[Look]) -> list[DaySummary]:
    """The summaries of the days in UTC, each after the one before."""
    found: list[DaySummary] = []
    for day, group in groupby(past, lambda look: look.snapshot.taken_at.date()):
        before = found[-1] if found else None
        summary = summarise_day(CURRENCY, day, [look.snapshot for look in group], before)
        found += [summary] if summary else []
    return found


def check_moves(past: Sequence[Look]) -> Iterator[str]:
    """Every move between two known snapshots, every gap, and opening plus effects equals closing."""
    seen = list(points([look.snapshot for look in past], CURRENCY))
    for provider, account in merchants_in(seen):
        merchant = (provider, account)
        told = moves_of(seen, provider, account)
        found = {
            (move.until, move.kind.value, f"{move.amount:.2f}", f"{move.fee:.2f}")
            for move in told.moves
            if move.kind is not MoveKind.HIDDEN
        }
        right = {
            (look.snapshot.taken_at, truth.kind, text(truth.cents), text(truth.fee))
            for before, look in pairwise(past)
            if (truth := look.moves[merchant]) and merchant in before.whole & look.whole
        }
        if found != right:
            yield f"moves of {merchant}: {sorted(found ^ right)}"
        if any(told.difference.values()):
            yield f"{merchant} does not add up: {told.difference}"
        gaps = _gaps(past, merchant)
        if list(told.gaps) != gaps:
            yield f"gaps of {merchant}: {told.gaps}, right is {gaps}"
        known = [look for look in past if merchant in look.whole]
        closing = _sum_of(known[-1], [merchant], "available")
        if told.closing is None or f"{told.closing.get('available', 0):.2f}" != text(closing or 0):
            yield f"the closing of {merchant} is {closing}"


def _gaps(past: Sequence[Look], merchant: _Merchant) -> list[tuple[datetime, datetime]]:
    gaps = []
    since = None
    for before, look in zip([past[0], *past], past, strict=False):
        at = look.snapshot.taken_at
        if merchant not in look.whole:
            since = since or before.snapshot.taken_at
        elif since:
            gaps.append((since, at))
            since = None
    return [*gaps, *([(since, past[-1].snapshot.taken_at)] if since else [])]


def _available(look: Look, merchant: _Merchant) -> dict[str, int]:
    """The available money by account type that the snapshot really shows, also where a row is missing."""
    return {
        reading.account_type: int(reading.available.replace(".", ""))
        for reading in look.snapshot.readings
        if (reading.provider, reading.account) == merchant and reading.available is not None
    }


def _sum_of(look: Look, merchants: Iterable[_Merchant], name: str) -> int | None:
    """The sum of a figure in cents; None when a row that holds it was not seen, or nobody has it."""
    shown = {
        (reading.provider, reading.account, reading.account_type)
        for reading in look.snapshot.readings
        if getattr(reading, name) is not None
    }
    total, has_any = 0, False
    for merchant in merchants:
        for kind, cents in _truth(look, merchant, name).items():
            has_any = True
            if (*merchant, kind) not in shown:
                return None
            total += cents
    return total if has_any else None


def _truth(look: Look, merchant: _Merchant, name: str) -> dict[str, int]:
    return {kind: cents for (kind, figure), cents in look.purses[merchant].items() if figure == name}
