"""The closing balances of a month as CSV: one row for each account and day, amounts exactly as they were reported."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from balance_core.history.components import FIGURES
from balance_core.history.days import AccountDay

COLUMNS = (
    *("day", "provider", "account", "account_type", "account_number", "account_label", "currency"),
    *FIGURES,
    *("as_of", "age_minutes", "verified"),
)
NOT_SEEN, NOT_REPORTED = "not seen", "not reported"
# A spreadsheet would run a cell that begins like this.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_ONE_DAY, _ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)


def render_csv(days: Iterable[tuple[date, AccountDay]], zone: tzinfo, now: datetime) -> tuple[bytes, int]:
    """The file and the number of its rows. An age is counted to the end of the day in `zone`, or to `now` today."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    rows = 0
    for day, account in days:
        writer.writerow(_row(day, account, zone, now))
        rows += 1
    # Spreadsheets recognise UTF-8 by the mark at its beginning.
    return text.getvalue().encode("utf-8-sig"), rows


def _row(day: date, account: AccountDay, zone: tzinfo, now: datetime) -> Iterator[str]:
    row, last = account.row, account.last
    yield day.isoformat()
    yield from map(_text, (row.provider, row.account, row.account_type, row.account_number))
    yield _text((last.account_label if last else None) or "")
    yield row.currency
    for name in FIGURES:
        figure = account.figures.get(name)
        yield NOT_REPORTED if figure is None else figure.closing or NOT_SEEN
    if last is None:
        yield from (NOT_SEEN, "", "")
        return
    end = min(datetime.combine(day + _ONE_DAY, time(), zone), now)
    yield last.as_of.astimezone(UTC).isoformat(timespec="seconds")
    yield str(max(0, (end - last.as_of) // _ONE_MINUTE))
    yield "yes" if last.is_verified else "no"


def _text(foreign: str) -> str:
    """A provider's word, which no spreadsheet takes for a formula. Amounts are never changed."""
    return f"'{foreign}" if foreign.startswith(_FORMULA) else foreign
