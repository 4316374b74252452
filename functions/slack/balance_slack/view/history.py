"""The history of one currency: what changed, lowest and highest, a chart, and a table of days. Gaps are never hidden.

Source of the chart: docs.slack.dev, "Data visualization block": in messages only, with a title of at most 50 characters
and a value for each category. Where Slack refuses it, a line of characters takes its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import groupby

from balance_core.history.periods import History, HistoryPoint
from balance_core.money import Money
from balance_core.question import Period, Question
from balance_slack.view.amounts import figure, moved
from balance_slack.view.blocks import Block, context, header, history_buttons, sections, texts_of
from balance_slack.view.message import Message
from balance_slack.view.mrkdwn import date, escape
from balance_slack.view.small_print import ignored_lines
from balance_slack.view.table import cell
from balance_slack.view.texts import listed, shortened

PERIODS: Mapping[Period, str] = {
    Period.DAY: "24 hours",
    Period.WEEK: "7 days",
    Period.MONTH: "30 days",
    Period.QUARTER: "90 days",
}
NOT_SEEN, NOT_KNOWN, _START, _NO_CHANGE = "not seen", "not known", "start", "no change"
_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_MAX_TITLE_CHARACTERS = 50
_MAX_NAMED = 4
# As for the table of an answer, measured on a phone.
_MAX_CHARACTERS = 31


@dataclass(frozen=True, slots=True)
class _Line:
    """One point: its label, what was available, and the change since the point before as text."""

    label: str
    available: Money | None
    change: str
    point: HistoryPoint


def render_history(
    history: History, question: Question, names: Mapping[str, str], zone: tzinfo, ignored: Sequence[str] = ()
) -> Message:
    """The history as a message. Days begin in `zone`."""
    place = f" at {escape(names.get(history.provider, history.provider))}" if history.provider else ""
    last = _money(history, history.figure.closing)
    if last is None or history.figure.closing_at is None:
        nothing = f"Nothing was seen of {history.currency}{place} in the last {PERIODS[history.period]}."
        return Message("\n".join([nothing, *ignored_lines(ignored)]))
    lines = _lines(history, zone)
    heading = f"{last.display()} available{place}"
    facts = _facts(history, lines, zone)
    gaps = _not_seen(lines)
    chart = _chart(history, lines)
    leaves_out = " The chart leaves that out." if chart and _misses_charted(lines) else ""
    head = [header(heading), *sections(facts), *sections([f":warning: {gaps}{leaves_out}"] if gaps else [])]
    small = [*ignored_lines(ignored), *_partly_seen(lines)]
    tail: list[Block] = [
        context("\n".join([*small, f"{date(history.figure.closing_at)} · {_zone_words(history, zone)}"])),
        history_buttons(question, PERIODS),
    ]
    rows = _rows(lines)
    if not _fits(rows):
        rows = [(label.removesuffix(", now"), *rest) for label, *rest in rows]
    plain = [
        header(heading),
        *sections(facts),
        *sections([f"{sparkline(lines)}  {_range(lines[0].label, _plain(lines[-1]))}"] if chart else []),
        *sections([f":warning: {gaps}{' The dots stand for it.' if leaves_out else ''}"] if gaps else []),
        *sections(list(map(_text_line, reversed(lines)))),
        *tail,
    ]
    body = [_table(history, rows)] if _fits(rows) else []
    lines_instead = [] if body else sections(list(map(_text_line, reversed(lines))))
    blocks = [*head, *([chart] if chart else []), *lines_instead, *tail, *body]
    text = ". ".join(texts_of([header(heading), *sections(facts)])).replace("*", "").replace("\n", ". ")
    return Message(f"{text}. {gaps}".replace("*", "").strip(), tuple(blocks), tuple(plain))


def sparkline(lines: Sequence[_Line]) -> str:
    """`▄█▇·▁█▆`: the points of the chart; a dot is a gap."""
    charted = [line for line in lines if line.point.is_charted]
    known = [line.available.amount for line in charted if line.available]
    lowest, span = min(known), max(known) - min(known)

    def bar(amount: Decimal) -> str:
        return _BARS[int((amount - lowest) * 2 * (len(_BARS) - 1) // span + 1) // 2] if span else _BARS[3]

    return "".join(bar(line.available.amount) if line.available else _GAP for line in charted)


def _lines(history: History, zone: tzinfo) -> list[_Line]:
    """The points in order. The first change is known if the closing before it is."""
    lines: list[_Line] = []
    before = _money(history, history.figure.opening)
    points = history.points
    for number, point in enumerate(points):
        available = _money(history, point.available)
        label = _label(history, point.since.astimezone(zone), is_last=number == len(points) - 1)
        lines.append(_Line(label, available, _change(available, before, is_first=number == 0), point))
        before = available
    return lines


def _change(now: Money | None, before: Money | None, *, is_first: bool) -> str:
    if now is None or before is None:
        return _START if is_first and now else NOT_KNOWN
    return moved(now - before) or _NO_CHANGE


def _label(history: History, since: datetime, *, is_last: bool) -> str:
    if history.period is Period.DAY:
        return f"{since:%H:%M}"
    return f"{_day(since)}, now" if is_last else _day(since)


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%b}"


def _facts(history: History, lines: Sequence[_Line], zone: tzinfo) -> list[str]:
    figure_, last = history.figure, _money(history, history.figure.closing)
    opening = _money(history, figure_.opening)
    first = next(line for line in lines if line.available)
    start = opening or first.available
    facts = []
    if last and start and (opening or first.available is not lines[-1].available):
        words = moved(last - start) or "Unchanged"
        since = f"in {PERIODS[history.period]}" if opening else f"since {first.label.removesuffix(', now')}"
        facts.append(f"{words} {since}, from {figure(start)}")
    extremes = ((figure_.lowest, figure_.lowest_at), (figure_.highest, figure_.highest_at))
    told = [
        f"{word} {figure(money)} {_when(history, at, zone)}"
        for word, (amount, at) in zip(("Lowest", "highest"), extremes, strict=True)
        if (money := _money(history, amount)) and at
    ]
    return [*facts, ", ".join(told)]


def _when(history: History, at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"at {local:%H:%M}" if history.period is Period.DAY else f"on {_day(local)}"


def _not_seen(lines: Sequence[_Line]) -> str:
    """`*26 Nov* was not seen.`; neighbouring points without a figure are one gap."""
    gaps: list[str] = []
    for is_missing, group in groupby(lines, lambda line: line.available is None):
        labels = [_plain(line) for line in group]
        if is_missing:
            gaps.append(f"*{labels[0]}*" if len(labels) == 1 else f"*{labels[0]}* to *{labels[-1]}*")
    if not gaps:
        return ""
    are = "was" if len(gaps) == 1 and " to " not in gaps[0] else "were"
    return f"{listed(shortened(gaps, _MAX_NAMED))} {are} not seen."


def _partly_seen(lines: Sequence[_Line]) -> list[str]:
    """Points with a figure in which some looks failed, so that the lowest or highest may have been missed."""
    parts = [_plain(line) for line in lines if line.available and line.point.gaps]
    return [f"Not always seen on {listed(shortened(parts, _MAX_NAMED))}."] if parts else []


def _misses_charted(lines: Sequence[_Line]) -> bool:
    return any(line.point.is_charted and line.available is None for line in lines)


def _chart(history: History, lines: Sequence[_Line]) -> Block | None:
    """A line needs a value for each category, so what was not seen is left out."""
    charted = [(_plain(line), line.available) for line in lines if line.point.is_charted]
    known = [(label, money) for label, money in charted if money]
    if len(known) < 2:
        return None
    title = f"{history.currency} available, {_range(known[0][0], known[-1][0])}"
    return {
        "type": "data_visualization",
        "title": title[:_MAX_TITLE_CHARACTERS],
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": "Available",
                    "data": [{"label": label, "value": chart_value(money)} for label, money in known],
                }
            ],
            "axis_config": {"categories": [label for label, _ in known], "y_label": history.currency},
        },
    }


def chart_value(money: Money) -> float:
    """The height of a point. Slack's charts know only floats, so the exact digits are in the table."""
    return float(money.amount)


def _rows(lines: Sequence[_Line]) -> list[tuple[str, ...]]:
    return [
        (line.label, line.available.figure() if line.available else NOT_SEEN, line.change) for line in reversed(lines)
    ]


def _fits(rows: Sequence[tuple[str, ...]]) -> bool:
    return sum(max(map(len, column)) for column in zip(*rows, ("Day", "Available", "Change"), strict=True)) <= (
        _MAX_CHARACTERS
    )


def _table(history: History, rows: Sequence[tuple[str, ...]]) -> Block:
    heading = "From" if history.period is Period.DAY else "Day"
    titles = [cell(text) for text in (heading, "Available", "Change")]
    cells = [
        [cell(label), cell(available, is_code=available.startswith("-")), cell(change)]
        for label, available, change in rows
    ]
    settings = [{"align": "left"}, {"align": "right"}, {"align": "right"}]
    return {"type": "table", "column_settings": settings, "rows": [titles, *cells]}


def _range(first: str, last: str) -> str:
    """`23 to 29 Nov`, and `30 Nov to 2 Dec`."""
    day, _, month = first.partition(" ")
    return f"{day if month and last.endswith(f' {month}') else first} to {last}"


def _plain(line: _Line) -> str:
    """The label without "now"."""
    return line.label.removesuffix(", now")


def _text_line(line: _Line) -> str:
    """`28 Nov: 2,096.44  _▲ 1,145.69_`."""
    if line.available is None:
        return f"{line.label}: {NOT_SEEN}"
    text = f"{line.label}: {figure(line.available)}"
    return f"{text}  _{line.change}_" if line.change[0] in "▲▼" else text


def _zone_words(history: History, zone: tzinfo) -> str:
    """`days end at midnight, Dubai time`."""
    city = str(zone).rpartition("/")[2].replace("_", " ")
    time = city if city == "UTC" else f"{city} time"
    return f"times in {time}" if history.period is Period.DAY else f"days end at midnight, {time}"


def _money(history: History, amount: str | None) -> Money | None:
    return None if amount is None else Money.parse(amount, history.currency)
