"""The DynamoDB table `Balances`: snapshots by day, and day summaries by currency.

| partition key `place` | sort key `entry` | holds |
|---|---|---|
| `day#2026-11-29` | `header#<key>` | a snapshot's header, which is written last: without it, its packs do not count |
| | `pack#USD#<taken_at>#<attempt>#0` | up to 1,000 readings in one currency |
| | `answer#<taken_at>#<attempt>#0` | a part of the aggregator's answer, for the digest |
| `summary#USD` | `2026-11-29` | the day's summary in one currency |
| `days` | `2026-11-29` | says that the day's summaries are written |

A day is a day in the time zone of the schedules. `data` is compressed JSON. Items end by their time to live.
"""

import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby

from msgspec import Struct

from balance_core.contract import Instant
from balance_core.history.days import DaySummary, summarise_day
from balance_core.history.items import HistoryError, Item, Items, new_item, packed, unpacked
from balance_core.history.readings import Gap, Reading, Snapshot
from balance_core.question import SnapshotKind

# An item may have 400 KB. A compressed reading takes about 100 bytes.
_READINGS_IN_PACK = 1000
_ANSWER_PART_BYTES = 350_000
# More than any day summary is late after an outage of the schedules; the rest follows with the next snapshot.
_MAX_DAYS_AT_ONCE = 31
_LATEST_ATTEMPT = timedelta(hours=1)


class Header(Struct, frozen=True, kw_only=True):
    """What a stored snapshot holds; `packs` counts the items of readings by currency."""

    key: str
    kind: SnapshotKind
    taken_at: Instant
    correlation_id: str
    packs: dict[str, int]
    answer_parts: int
    gaps: tuple[Gap, ...]


class BalancesTable:
    """Stores and reads snapshots and day summaries. Every method raises HistoryError.

    `zone` is the time zone in which a day begins.
    """

    def __init__(self, items: Items, zone: tzinfo) -> None:
        self._items = items
        self.zone = zone

    def day_of(self, instant: datetime) -> date:
        """The day on which `instant` falls."""
        return instant.astimezone(self.zone).date()

    def store(self, day: date, snapshot: Snapshot, answer: bytes, expires_at: datetime) -> bool:
        """Write a snapshot of `day`; False if another attempt of its firing was stored before.

        `answer` is what the digest shows later; empty to keep none. The header is written last, and only if there is
        none, so an attempt that dies leaves nothing that counts.
        """
        place = _day_place(day)
        packs = list(_packs(snapshot.readings))
        compressed = zlib.compress(answer) if answer else b""
        parts = [compressed[at : at + _ANSWER_PART_BYTES] for at in range(0, len(compressed), _ANSWER_PART_BYTES)]
        numbers: dict[str, int] = {}
        items = []
        for currency, readings in packs:
            number = numbers.get(currency, 0)
            numbers[currency] = number + 1
            items.append(new_item(place, _pack_entry(currency, snapshot, number), expires_at, packed(readings)))
        items += [
            new_item(place, _answer_entry(snapshot, number), expires_at, part) for number, part in enumerate(parts)
        ]
        self._items.write(items)
        header = Header(
            key=snapshot.key,
            kind=snapshot.kind,
            taken_at=snapshot.taken_at,
            correlation_id=snapshot.correlation_id,
            packs=numbers,
            answer_parts=len(parts),
            gaps=snapshot.gaps,
        )
        return self._items.put_new(new_item(place, f"header#{snapshot.key}", expires_at, packed(header)))

    def header(self, day: date, key: str) -> Header | None:
        """The stored snapshot with this key."""
        place, entry = _day_place(day), f"header#{key}"
        item = self._items.get(place, [entry]).get(entry)
        return unpacked(item, Header) if item else None

    def headers(self, day: date) -> list[Header]:
        """The day's snapshots, in the order in which they were taken."""
        found = [unpacked(item, Header) for item in self._items.query(_day_place(day), "header#")]
        return sorted(found, key=lambda each: each.taken_at)

    def snapshots(self, day: date, currency: str | None = None) -> list[Snapshot]:
        """The day's snapshots with their readings in one currency, or in all."""
        headers = self.headers(day)
        if not headers:
            return []
        prefix = f"pack#{currency}#" if currency else "pack#"
        items = {item["entry"]["S"]: item for item in self._items.query(_day_place(day), prefix)}
        return [_snapshot(header, items, [currency] if currency else header.packs) for header in headers]

    def snapshot(self, day: date, header: Header, currencies: Collection[str] | None = None) -> Snapshot:
        """One snapshot with its readings in `currencies`, or in all."""
        wanted = [each for each in header.packs if currencies is None or each in currencies]
        entries = [
            _pack_entry(currency, header, number) for currency in wanted for number in range(header.packs[currency])
        ]
        return _snapshot(header, self._items.get(_day_place(day), entries), wanted)

    def taken_after(self, start: datetime, end: datetime) -> list[Snapshot]:
        """The snapshots that were taken after `start` and not after `end`, in order, whatever their day is."""
        found = []
        # A schedule's snapshot belongs to the day it was due, and may be taken in the first hour of the next one.
        day, last = self.day_of(start - _LATEST_ATTEMPT), self.day_of(end)
        while day <= last:
            found += [self.snapshot(day, each) for each in self.headers(day) if start < each.taken_at <= end]
            day += timedelta(days=1)
        return sorted(found, key=lambda each: each.taken_at)

    def answer(self, day: date, header: Header) -> bytes:
        """The aggregator's answer that was stored with the snapshot."""
        entries = [_answer_entry(header, number) for number in range(header.answer_parts)]
        items = self._items.get(_day_place(day), entries)
        try:
            return zlib.decompress(b"".join(items[entry]["data"]["B"] for entry in entries))
        except (KeyError, zlib.error) as exc:
            raise HistoryError("the stored answer is not complete") from exc

    def last_before(self, day: date) -> tuple[date, Header] | None:
        """The last snapshot of the day before `day`."""
        yesterday = day - timedelta(days=1)
        headers = self.headers(yesterday)
        return (yesterday, headers[-1]) if headers else None

    def summaries(self, currency: str, first: date, last: date) -> list[DaySummary]:
        """The day summaries in one currency from `first` to `last`, in order; days without one are left out."""
        if first > last:
            return []
        items = self._items.query(f"summary#{currency}", between=(first.isoformat(), last.isoformat()))
        return [unpacked(item, DaySummary) for item in items]

    def summary_before(self, currency: str, day: date) -> DaySummary | None:
        """The latest summary of an earlier day."""
        last = (day - timedelta(days=1)).isoformat()
        items = self._items.query(f"summary#{currency}", between=("0", last), is_last=True)
        return next((unpacked(item, DaySummary) for item in items), None)

    def write_summaries(self, today: date, expires_at: Callable[[date], datetime]) -> None:
        """Write the summaries of all days before `today` that have none yet, at most 31.

        A day is marked when all its summaries are there, so a run that dies begins with that day again. The first run
        of all marks yesterday: nothing was seen before.
        """
        last = self.last_summarised()
        if last is None:
            self._mark(today - timedelta(days=1), [], expires_at(today))
            return
        day = last + timedelta(days=1)
        end = min(today, day + timedelta(days=_MAX_DAYS_AT_ONCE))
        while day < end:
            self.summarise(day, expires_at(day))
            day += timedelta(days=1)

    def last_summarised(self) -> date | None:
        """The last day whose summaries are written; None before the first snapshot."""
        return next((date.fromisoformat(each["entry"]["S"]) for each in self._items.query("days", is_last=True)), None)

    def summarise(self, day: date, expires_at: datetime) -> None:
        """Write the day's summaries, or write them again after a snapshot that came late."""
        snapshots = self.snapshots(day)
        currencies = {reading.currency for each in snapshots for reading in each.readings}
        before = {each.currency: each for each in self._summaries_of_day(day - timedelta(days=1))}
        items = []
        for currency in sorted(currencies | before.keys()):
            earlier = before.get(currency) or self.summary_before(currency, day)
            if summary := summarise_day(currency, day, snapshots, earlier):
                items.append(new_item(f"summary#{currency}", day.isoformat(), expires_at, packed(summary)))
        self._items.write(items)
        self._mark(day, sorted(currencies | before.keys()), expires_at)

    def _mark(self, day: date, currencies: Sequence[str], expires_at: datetime) -> None:
        self._items.write([new_item("days", day.isoformat(), expires_at, packed(currencies))])

    def _summaries_of_day(self, day: date) -> Iterator[DaySummary]:
        marker = next(iter(self._items.query("days", between=(day.isoformat(), day.isoformat()))), None)
        for currency in unpacked(marker, list[str]) if marker else []:
            yield from self.summaries(currency, day, day)


def _packs(readings: Iterable[Reading]) -> Iterator[tuple[str, list[Reading]]]:
    """The readings by currency, at most 1,000 together."""
    for currency, group in groupby(sorted(readings, key=lambda each: each.row), lambda each: each.currency):
        ours = list(group)
        for at in range(0, len(ours), _READINGS_IN_PACK):
            yield currency, ours[at : at + _READINGS_IN_PACK]


def _snapshot(header: Header, items: Mapping[str, Item], currencies: Iterable[str]) -> Snapshot:
    readings: list[Reading] = []
    for currency in currencies:
        for number in range(header.packs.get(currency, 0)):
            entry = _pack_entry(currency, header, number)
            if entry not in items:
                raise HistoryError("a part of a stored snapshot is missing")
            readings += unpacked(items[entry], list[Reading])
    return Snapshot(
        key=header.key,
        kind=header.kind,
        taken_at=header.taken_at,
        correlation_id=header.correlation_id,
        readings=tuple(readings),
        gaps=header.gaps,
    )


def _day_place(day: date) -> str:
    return f"day#{day.isoformat()}"


def _pack_entry(currency: str, snapshot: Snapshot | Header, number: int) -> str:
    return f"pack#{currency}#{_attempt(snapshot)}#{number}"


def _answer_entry(snapshot: Snapshot | Header, number: int) -> str:
    return f"answer#{_attempt(snapshot)}#{number}"


def _attempt(snapshot: Snapshot | Header) -> str:
    """Two attempts of one firing have other times, so the packs of one are never taken for the other's."""
    return f"{snapshot.taken_at.astimezone(UTC).isoformat(timespec='microseconds')}#{snapshot.correlation_id}"
