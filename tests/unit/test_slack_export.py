"""The export's file: exact amounts, "not seen" instead of a guess, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from balance_core.history.days import AccountDay, summarise_day
from balance_core.history.readings import Gap, Snapshot, readings_of
from balance_core.models import Balance, ProviderAnswer
from balance_core.question import SnapshotKind
from balance_slack.view.export import COLUMNS, render_csv
from tests.unit.slack_cases import balance, report

DAY = date(2026, 11, 28)
TAKEN = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)


def account_days(*looks: tuple[Balance, ...] | None) -> list[tuple[date, AccountDay]]:
    """The accounts' days, from looks of an hour each; None for one that failed."""
    snapshots = []
    for number, balances in enumerate(looks):
        at = TAKEN + timedelta(hours=number)
        answers = [ProviderAnswer("payby", at, reports=(report("payby", *(balances or ())),))]
        gaps = () if balances else (Gap(provider="payby", account=None, currency=None, kind="timeout"),)
        readings = readings_of(answers)
        kind = SnapshotKind.WATCH
        snapshots.append(
            Snapshot(key=str(number), kind=kind, taken_at=at, correlation_id="c", readings=readings, gaps=gaps)
        )
    summary = summarise_day("USD", DAY, snapshots, None)
    assert summary is not None
    return [(DAY, account) for account in summary.accounts]


def read(days: list[tuple[date, AccountDay]], zone: str = "UTC", now: datetime | None = None) -> list[dict[str, str]]:
    content, number = render_csv(days, ZoneInfo(zone), now or TAKEN + timedelta(days=9))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert number == len(rows)
    return rows


def test_a_row_has_the_closing_amounts_exactly_as_reported_and_what_is_not_reported() -> None:
    first, last = (balance(amount, None, "-0.10", number="007") for amount in ("5", "12345678901234567890.05"))
    (row,) = read(account_days((first,), (last,)))
    assert row == {
        "day": "2026-11-28",
        "provider": "payby",
        "account": "main",
        "account_type": "DISBURSEMENT",
        "account_number": "007",
        "account_label": "",
        "currency": "USD",
        "available": "12345678901234567890.05",
        "pending": "not reported",
        "frozen": "-0.10",
        "as_of": "2026-11-21T01:45:38+00:00",
        "age_minutes": "11414",
        "verified": "no",
    }


def test_an_account_that_was_not_seen_keeps_its_row_and_gets_no_guess() -> None:
    days = account_days((balance("5"),), None)
    assert read(days)[0]["available"] == "5.00", "the last known amount of the day"
    unseen = [(day, AccountDay(row=each.row, figures={}, last=None, is_expected=True)) for day, each in days]
    summary = summarise_day("USD", DAY + timedelta(days=1), [], summarise_day("USD", DAY, [], None))
    assert summary is None
    (row,) = read(unseen)
    assert (row["as_of"], row["age_minutes"], row["verified"]) == ("not seen", "", "")


def test_the_age_is_counted_to_the_end_of_the_day_or_to_now() -> None:
    days = account_days(
        (balance("1", minutes_old=-(TAKEN - datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)) // timedelta(minutes=1)),)
    )
    assert read(days)[0]["age_minutes"] == "209"
    assert read(days, "Asia/Manila", TAKEN + timedelta(minutes=5))[0]["age_minutes"] == "0"
    assert read(days, now=TAKEN + timedelta(minutes=5))[0]["age_minutes"] == "4"


def test_no_cell_is_a_formula_and_a_negative_amount_stays_a_number() -> None:
    hostile = [balance("-5", type=f"{sign}cmd|' /C calc'!A0", number="=1+1", label="@x") for sign in "=+-@\t\r"]
    for row in read(account_days(tuple(hostile))):
        assert row["available"] == "-5.00"
        assert all(row[name].startswith("'") for name in ("account_type", "account_number", "account_label"))
