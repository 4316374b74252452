"""Snapshots, day summaries and questions about the past, in moto's DynamoDB."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from balance_core.history.items import HistoryError
from balance_core.history.queries import closings, explanation, history, last_snapshot_of_yesterday
from balance_core.history.readings import Snapshot
from balance_core.history.table import BalancesTable
from balance_core.question import Period
from tests.memory.table import Wire, wire
from tests.memory.world import STEP, looks

EXPIRES_AT = datetime(2027, 12, 31, tzinfo=UTC)
MANY = 2_300


@pytest.fixture
def dynamodb() -> Iterator[Wire]:
    with wire() as made:
        yield made


def past(seed: int, number: int) -> list[Snapshot]:
    return [look.snapshot for look in looks(Random(seed), number)]


def keep_all(table: BalancesTable, snapshots: list[Snapshot]) -> None:
    """Store snapshots as the aggregator does."""
    for snapshot in snapshots:
        day = table.day_of(snapshot.taken_at)
        assert table.store(day, snapshot, b"", EXPIRES_AT)
        table.write_summaries(day, lambda _: EXPIRES_AT)


def with_many_readings(snapshot: Snapshot) -> Snapshot:
    first = snapshot.readings[0]
    return replace(snapshot, readings=tuple(replace(first, account_number=f"{each:05}") for each in range(MANY)))


def test_a_stored_snapshot_is_read_back_whatever_its_size(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshot = with_many_readings(past(1, 1)[0])
    day = table.day_of(snapshot.taken_at)
    answer = Random(1).randbytes(900_000)  # does not compress, so it needs three items
    assert table.store(day, snapshot, answer, EXPIRES_AT)
    header = table.header(day, snapshot.key)
    assert header is not None
    assert sorted(table.snapshot(day, header).readings, key=lambda each: each.row) == list(snapshot.readings)
    assert table.snapshot(day, header, ["EUR"]).readings == ()
    assert table.answer(day, header) == answer
    assert table.header(day, "another") is None
    item = dynamodb.client.get_item(
        TableName="balances", Key={"place": {"S": f"day#{day}"}, "entry": {"S": f"header#{snapshot.key}"}}
    )["Item"]
    assert item["expires_at"] == {"N": str(int(EXPIRES_AT.timestamp()))}


def test_a_firing_counts_once_however_often_it_is_attempted(dynamodb: Wire) -> None:
    table = dynamodb.table()
    first, second = past(2, 2)
    day = table.day_of(first.taken_at)
    assert table.store(day, first, b"", EXPIRES_AT)
    assert not table.store(day, replace(second, key=first.key), b"", EXPIRES_AT)
    assert [each.taken_at for each in table.snapshots(day)] == [first.taken_at]


def test_what_dynamodb_leaves_out_of_a_batch_is_written_again_after_a_pause(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshot = with_many_readings(past(3, 1)[0])
    dynamodb.left_out = 2
    assert table.store(table.day_of(snapshot.taken_at), snapshot, b"", EXPIRES_AT)
    assert len(table.snapshots(table.day_of(snapshot.taken_at))[0].readings) == MANY
    assert dynamodb.pauses == [0.05, 0.1]
    dynamodb.left_out = 100
    with pytest.raises(HistoryError, match="throttled"):
        table.store(table.day_of(snapshot.taken_at), replace(snapshot, key="next"), b"", EXPIRES_AT)


def test_a_snapshot_that_dies_at_any_call_leaves_nothing_and_its_retry_leaves_all(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshot = with_many_readings(past(4, 1)[0])
    day = table.day_of(snapshot.taken_at)
    dynamodb.reset()
    assert table.store(day, replace(snapshot, key="whole"), b"", EXPIRES_AT)
    for number in range(1, dynamodb.calls + 1):
        ours = replace(snapshot, key=f"dies at {number}")
        dynamodb.reset(fails_at=number)
        with pytest.raises(HistoryError, match="could not be reached"):
            table.store(day, ours, b"", EXPIRES_AT)
        dynamodb.reset()
        assert table.header(day, ours.key) is None
        assert table.store(day, replace(ours, correlation_id="retry"), b"", EXPIRES_AT)
        header = table.header(day, ours.key)
        assert header is not None
        assert len(table.snapshot(day, header).readings) == MANY


def test_summaries_of_every_day_are_written_by_the_next_snapshot_even_after_a_pause_or_a_crash(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshots = past(5, 40)
    late = [
        replace(each, taken_at=each.taken_at + timedelta(days=3), key=f"{each.key} late") for each in snapshots[-2:]
    ]
    keep_all(table, snapshots)
    first, last = table.day_of(snapshots[0].taken_at), table.day_of(late[0].taken_at)
    table.store(last, late[0], b"", EXPIRES_AT)
    dynamodb.reset(fails_at=9)
    with pytest.raises(HistoryError):
        table.write_summaries(last, lambda _: EXPIRES_AT)
    dynamodb.reset()
    table.write_summaries(last, lambda _: EXPIRES_AT)
    assert table.summaries("USD", last, first) == []
    days = table.summaries("USD", first, last)
    assert [each.day for each in days] == [first + timedelta(days=number) for number in range((last - first).days)]
    assert days[1].total["available"].opening == days[0].total["available"].closing
    # Nothing was seen on the days of the pause, and the accounts are still expected afterwards.
    assert [each.total["available"].closing for each in days[2:]] == [None] * (len(days) - 2)
    assert days[-1].expected == days[1].expected
    before = table.summary_before("USD", last)
    assert before is not None
    assert before.day == last - timedelta(days=1)


def test_a_snapshot_that_comes_after_its_days_summary_changes_it(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshots = past(6, 30)
    keep_all(table, [snapshots[0], snapshots[20]])
    day = table.day_of(snapshots[0].taken_at)
    assert table.last_summarised() == day
    assert table.store(day, snapshots[1], b"", EXPIRES_AT)
    table.summarise(day, EXPIRES_AT)
    (summary,) = table.summaries("USD", day, day)
    assert summary.total["available"].closing_at == snapshots[1].taken_at


def test_a_snapshot_that_comes_hours_late_takes_its_place_in_every_answer_about_the_past() -> None:
    snapshots = past(13, 40)
    now = datetime(2026, 11, 21, 5, 35, tzinfo=UTC)
    told = []
    for is_late in (False, True):
        with wire() as dynamodb:
            table = dynamodb.table()
            for number, snapshot in enumerate(snapshots):
                # The one of 01:30 was scheduled before midnight.
                scheduled_at = snapshots[15].taken_at if is_late and number == 22 else snapshot.taken_at
                assert table.store(table.day_of(scheduled_at), snapshot, b"", EXPIRES_AT)
            days = closings(table, "USD", date(2026, 11, 20), date(2026, 11, 21), ZoneInfo("Etc/GMT+1"))
            told.append(
                (
                    history(table, "USD", None, Period.DAY, now),
                    explanation(table, "USD", snapshots[0].taken_at, now),
                    list(days),
                )
            )
    for punctual, late in zip(*told, strict=True):
        assert late == punctual


@pytest.mark.parametrize("zone", ["UTC", "Asia/Manila"])
def test_a_history_over_days_agrees_with_one_over_hours_and_with_its_summaries(dynamodb: Wire, zone: str) -> None:
    table = dynamodb.table(zone)
    snapshots = past(7, 150)
    keep_all(table, snapshots)
    now = snapshots[-1].taken_at + timedelta(minutes=1)
    told = {period: history(table, "USD", None, period, now) for period in Period}
    assert [len(each.points) for each in told.values()] == [12, 7, 30, 90]
    assert [sum(point.is_charted for point in each.points) for each in told.values()] == [12, 7, 15, 13]
    closing = {each.figure.closing for each in told.values()}
    assert len(closing) == 1
    assert None not in closing
    week, month = told[Period.WEEK], told[Period.MONTH]
    assert month.points[-7:] == tuple(
        replace(point, is_charted=month.points[-7 + number].is_charted) for number, point in enumerate(week.points)
    )
    assert month.figure.lowest == told[Period.QUARTER].figure.lowest
    # Nothing is known of the days before the first snapshot.
    assert month.points[0].available is None
    provider = snapshots[0].readings[0].provider
    assert history(table, "USD", provider, Period.WEEK, now).figure.closing is not None
    assert history(table, "EUR", None, Period.WEEK, now).figure.closing is None


def test_a_history_shows_days_whose_summary_waits_for_the_next_snapshot(dynamodb: Wire) -> None:
    table = dynamodb.table()
    thursday, friday = past(12, 2)
    friday = replace(friday, taken_at=friday.taken_at + timedelta(days=1))
    keep_all(table, [thursday, friday])
    sunday = friday.taken_at + timedelta(days=2)
    assert table.last_summarised() == table.day_of(thursday.taken_at)
    for period in (Period.WEEK, Period.MONTH):
        points = history(table, "USD", None, period, sunday).points
        assert [point.at for point in points[-4:]] == [thursday.taken_at, friday.taken_at, None, None]


def test_an_answer_is_compared_with_yesterdays_last_snapshot(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshots = past(8, 20)
    keep_all(table, snapshots)
    now = snapshots[-1].taken_at
    assert now.date() == snapshots[0].taken_at.date() + timedelta(days=1)
    then = last_snapshot_of_yesterday(table, now, ["USD"])
    assert then is not None
    assert then.taken_at == max(each.taken_at for each in snapshots if each.taken_at.date() < now.date())
    assert last_snapshot_of_yesterday(table, now + timedelta(days=5)) is None


def test_an_explanation_begins_with_the_last_snapshot_before_its_time(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshots = past(9, 20)
    keep_all(table, snapshots)
    now = snapshots[-1].taken_at + timedelta(minutes=1)
    told = explanation(table, "USD", snapshots[3].taken_at + timedelta(minutes=2), now)
    assert told is not None
    assert (told.since, told.until) == (snapshots[3].taken_at, snapshots[-1].taken_at)
    yesterday = explanation(table, "USD", None, now)
    assert yesterday is not None
    assert yesterday.since == snapshots[15].taken_at
    assert explanation(table, "USD", now + timedelta(days=9), now + timedelta(days=9)) is None
    # Without a snapshot of yesterday, it begins with the first one of today.
    today = [
        replace(each, key=f"{each.key} later", taken_at=each.taken_at + timedelta(days=7)) for each in snapshots[16:]
    ]
    keep_all(table, today)
    told = explanation(table, "USD", None, today[-1].taken_at)
    assert told is not None
    assert told.since == today[0].taken_at


def test_the_closings_of_a_month_are_the_same_from_summaries_and_from_readings(dynamodb: Wire) -> None:
    table = dynamodb.table()
    snapshots = past(10, 250)
    keep_all(table, snapshots)
    first, last = date(2026, 11, 19), date(2026, 11, 24)
    summarised = list(closings(table, "USD", first, last, table.zone))
    read = list(closings(table, "USD", first, last, ZoneInfo("Etc/UTC")))
    assert summarised == read
    manila = list(closings(table, "USD", first, last, ZoneInfo("Asia/Manila")))
    last_reading = {(day, account.row): account.last.received_at for day, account in manila if account.last is not None}
    for (day, row), seen_at in last_reading.items():
        assert seen_at == max(
            each.taken_at
            for each in snapshots
            if each.taken_at.astimezone(ZoneInfo("Asia/Manila")).date() == day
            and any(reading.row == row for reading in each.readings)
        )
    assert timedelta(hours=1) > STEP


def test_a_damaged_or_missing_item_is_an_error_and_not_a_figure(dynamodb: Wire) -> None:
    table = dynamodb.table()
    (snapshot,) = past(11, 1)
    day = table.day_of(snapshot.taken_at)
    table.store(day, snapshot, b"answer", EXPIRES_AT)
    items = dynamodb.client.scan(TableName="balances")["Items"]
    key = {name: next(each for each in items if "pack" in each["entry"]["S"])[name] for name in ("place", "entry")}
    dynamodb.client.delete_item(TableName="balances", Key=key)
    with pytest.raises(HistoryError, match="missing"):
        table.snapshots(day)
    dynamodb.client.put_item(TableName="balances", Item={**key, "data": {"B": b"no zlib"}})
    with pytest.raises(HistoryError, match="cannot be read"):
        table.snapshots(day)
    header = table.header(day, snapshot.key)
    assert header is not None
    with pytest.raises(HistoryError, match="not complete"):
        table.answer(day, replace(header, answer_parts=2))
    dynamodb.client.delete_table(TableName="balances")
    for call in (
        lambda: table.headers(day),
        lambda: table.header(day, "x"),
        lambda: table.store(day, snapshot, b"", EXPIRES_AT),
        lambda: table.store(day, replace(snapshot, readings=()), b"", EXPIRES_AT),
    ):
        with pytest.raises(HistoryError, match="ResourceNotFoundException"):
            call()
