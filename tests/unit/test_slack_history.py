"""The history of a currency as a message: its figures, its gaps, its chart, and what takes the chart's place."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from balance_core.history.days import DaySummary, summarise_day
from balance_core.history.periods import History, day_history, days_history
from balance_core.history.readings import Gap, Snapshot, readings_of
from balance_core.models import ProviderAnswer
from balance_core.question import Period, Question, SnapshotKind
from balance_slack.view.history import render_history
from balance_slack.view.message import Message
from tests.local.simulators.block_kit import refusal
from tests.unit.slack_cases import CORRELATION_ID, NAMES, balance, lines_of, report

TODAY = datetime(2026, 11, 29, 18, 47, tzinfo=UTC)
DUBAI = ZoneInfo("Asia/Dubai")
# The figures of each day, newest last; None for a day that was not seen.
WEEK = ("1464.53", "2110.00", "1980.20", None, "950.75", "2096.44", "1784.63")


def snapshot(amount: str | None, at: datetime, currency: str = "USD") -> Snapshot:
    answers = [ProviderAnswer("payermax", at, reports=(report("payermax", balance(amount, currency=currency)),))]
    return Snapshot(
        key=at.isoformat(),
        kind=SnapshotKind.WATCH,
        taken_at=at,
        correlation_id="c",
        readings=readings_of(answers) if amount else (),
        gaps=() if amount else (Gap(provider="payermax", account=None, currency=None, kind="timeout"),),
    )


def week(amounts: Sequence[str | None], period: Period = Period.WEEK, currency: str = "USD") -> History:
    """Days that end today, each with one look; the first amount is that of the day before the period."""
    days: list[DaySummary] = []
    before: DaySummary | None = None
    for back, amount in zip(reversed(range(len(amounts))), amounts, strict=True):
        at = TODAY - timedelta(days=back)
        before = summarise_day(currency, at.date(), [snapshot(amount, at, currency)], before) or before
        if before and before.day == at.date():
            days.append(before)
    return days_history(currency, None, period, days, TODAY.date(), UTC)


def rendered(history: History, **options: Any) -> Message:
    question = Question(currencies=(history.currency,), history=history.period, correlation_id=CORRELATION_ID)
    message = render_history(history, question, NAMES, options.pop("zone", UTC), **options)
    assert [refusal(form) for form in message.forms()] == [None] * len(list(message.forms()))
    return message


def shown(message: Message, form: int = 0) -> list[str]:
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines_of(list(message.forms())[form])]


def test_a_week_has_its_change_extremes_gap_chart_and_a_table_of_days() -> None:
    message = rendered(week(WEEK), ignored=("please",))
    assert shown(message) == [
        "USD 1,784.63 available",
        "▲ 320.10 since 23 Nov, from 1,464.53",
        "Lowest 950.75 on 27 Nov, highest 2,110.00 on 24 Nov",
        ":warning: 26 Nov was not seen. The chart leaves that out.",
        "(chart: USD available, 23 to 29 Nov)",
        "Ignored: please.",
        "29 Nov 2026 at 18:47 UTC · days end at midnight, UTC",
        "Day          Available      Change",
        "-----------  ---------  ----------",
        "29 Nov, now   1,784.63    ▼ 311.81",
        "28 Nov        2,096.44  ▲ 1,145.69",
        "27 Nov          950.75   not known",
        "26 Nov        not seen   not known",
        "25 Nov        1,980.20    ▼ 129.80",
        "24 Nov        2,110.00    ▲ 645.47",
        "23 Nov        1,464.53       start",
    ]
    assert message.text == (
        "USD 1,784.63 available. ▲\N{NO-BREAK SPACE}320.10 since 23 Nov, from 1,464.53. "
        "Lowest 950.75 on 27 Nov, highest 2,110.00 on 24 Nov. 26 Nov was not seen."
    )
    chart: Any = next(block for block in message.blocks if block["type"] == "data_visualization")
    (series,) = chart["chart"]["series"]
    assert [point["label"] for point in series["data"]] == chart["chart"]["axis_config"]["categories"]
    assert [point["value"] for point in series["data"]] == [1464.53, 2110.0, 1980.2, 950.75, 2096.44, 1784.63]
    buttons: Any = next(block for block in message.blocks if block["type"] == "actions")
    assert [(each["action_id"], each["value"]) for each in buttons["elements"]] == [
        ("history_24h", "history USD 24h"),
        ("history_30d", "history USD 30d"),
        ("history_90d", "history USD 90d"),
    ]


def test_where_slack_refuses_the_chart_a_line_of_bars_and_the_days_say_the_same() -> None:
    lines = shown(rendered(week(WEEK)), 1)
    assert lines[3:7] == [
        "▄█▇·▁█▆  23 to 29 Nov",
        ":warning: 26 Nov was not seen. The dots stand for it.",
        "29 Nov, now: 1,784.63  ▼ 311.81",
        "28 Nov: 2,096.44  ▲ 1,145.69",
    ]
    assert lines[7:9] == ["27 Nov: 950.75", "26 Nov: not seen"]


def test_a_known_opening_is_where_the_change_begins() -> None:
    lines = shown(rendered(week(("1000.00", *WEEK))))
    assert "▲ 784.63 in 7 days, from 1,000.00" in lines
    assert any(line.startswith("23 Nov") and line.endswith("▲ 464.53") for line in lines)
    assert "Unchanged in 7 days, from 5.00" in shown(rendered(week(["5.00"] * 8)))


@pytest.mark.parametrize(
    ("amounts", "gaps"),
    [
        ((None, None, "1", None, "1", "1", "1"), "23 Nov to 24 Nov and 26 Nov were not seen."),
        (("1", None, None, "1", None, "1", "1"), "24 Nov to 25 Nov and 27 Nov were not seen."),
        (("1", "1", "1", "1", "1", "1", None), "29 Nov was not seen."),
    ],
)
def test_every_day_without_a_figure_is_named(amounts: tuple[str | None, ...], gaps: str) -> None:
    message = rendered(week(amounts))
    assert any(line.startswith(":warning:") and gaps in line for line in shown(message)) or "23 Nov to" in message.text
    assert message.text.endswith("not seen.")
    assert gaps.split(" ", maxsplit=1)[0] in message.text


def test_thirty_and_ninety_days_chart_at_most_twenty_points_and_keep_a_row_for_each_day() -> None:
    for period, days, charted in ((Period.MONTH, 30, 15), (Period.QUARTER, 90, 13)):
        message = rendered(week([f"{number}.00" for number in range(days + 1)], period))
        chart: Any = next(block for block in message.blocks if block["type"] == "data_visualization")
        table: Any = message.blocks[-1]
        assert (len(chart["chart"]["series"][0]["data"]), len(table["rows"])) == (charted, days + 1)
        assert len(table["rows"]) <= 100


def test_amounts_too_wide_for_a_phone_are_lines_and_a_negative_one_stands_out() -> None:
    assert [block["type"] for block in rendered(week(["123456789012.00"] * 7)).blocks][-1] == "actions"
    message = rendered(week(["-5.00", "1.00", "1.00", "1.00", "1.00", "1.00", "-7.00"]))
    table: Any = message.blocks[-1]
    styles = [row[1].get("elements", [{}])[0].get("elements", [{}])[0].get("style") for row in table["rows"][1:]]
    assert styles == [{"code": True}, None, None, None, None, None, {"code": True}]
    assert "Lowest -7.00 on 29 Nov" in "\n".join(shown(message))


def test_a_day_has_points_of_two_hours_in_the_time_zone_of_the_schedules() -> None:
    looks = [snapshot(f"{hour}.00", TODAY - timedelta(hours=hour)) for hour in (25, 23, 9, 1)]
    history = day_history("USD", "payermax", looks, None, TODAY)
    lines = shown(rendered(history, zone=DUBAI))
    assert lines[:3] == [
        "USD 1.00 available at PayerMax",
        "▼ 24.00 in 24 hours, from 25.00",
        "Lowest 1.00 at 21:47, highest 23.00 at 23:47",
    ]
    assert "29 Nov 2026 at 17:47 UTC · times in Dubai time" in lines
    assert lines[-12].split()[:2] == ["20:47", "1.00"]


def test_a_currency_that_was_never_seen_has_no_history_and_no_blocks() -> None:
    message = rendered(week([None] * 7, currency="EUR"))
    assert (message.text, message.blocks) == ("Nothing was seen of EUR in the last 7 days.", ())


def test_looks_that_failed_on_a_day_with_a_figure_are_mentioned() -> None:
    looks = [snapshot("5.00", TODAY - timedelta(hours=3)), snapshot(None, TODAY)]
    summary = summarise_day("USD", TODAY.date(), looks, None)
    assert summary is not None
    history = days_history("USD", None, Period.WEEK, [summary], TODAY.date(), UTC)
    assert "Not always seen on 29 Nov." in shown(rendered(history))
