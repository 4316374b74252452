"""What an answer says about figures that did come: rows that could not be read, codes outside ISO 4217, and more."""

import re

import pytest

from balance_aggregator.summary import summarise
from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, NoticeKind, ProviderAnswer
from balance_core.question import Question
from balance_slack.view.answer import Answer
from balance_slack.view.message import render
from tests.clock import NOW
from tests.local.rendering import render_message
from tests.unit.slack_cases import (
    CONTACT,
    CORRELATION_ID,
    NAMES,
    PAGSMILE,
    TOTAL,
    Part,
    answer,
    balance,
    failure,
    message,
    notice,
    report,
    shown,
)

PAYBY = report("payby", balance("776.34"))
QUIET = {NoticeKind.NOT_ISO_4217, NoticeKind.NO_BALANCES, NoticeKind.COUNTED_ONCE, NoticeKind.UNKNOWN_TIME}


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_is_said_once_as_a_warning_or_quietly_below(kind: NoticeKind) -> None:
    lines = shown(TOTAL, PAGSMILE, PAYBY, notice(kind, "the notice.")).split("\n")
    (line,) = [line for line in lines if "the notice" in line]
    assert line == ("PayBy: the notice." if kind in QUIET else ":warning: PayBy: the notice.")
    assert (lines.index(line) > lines.index("All figures as of 2026-11-21 01:45 UTC")) is (kind in QUIET)


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_totals_are_called_incomplete_only_if_money_may_be_missing(kind: NoticeKind) -> None:
    text = shown(TOTAL, PAGSMILE, PAYBY, notice(kind))
    assert (":warning: The totals are incomplete: with only a part of PayBy.\n" in text) is kind.hides_money
    told = render(answer(TOTAL, PAYBY, notice(kind), contact=CONTACT)).text
    assert (f"Please tell {CONTACT}." in told) is kind.hides_money


def test_five_warnings_are_shown_first_those_that_hide_money_and_the_rest_is_counted() -> None:
    late = [notice(NoticeKind.IMPOSSIBLE_TIME, f"late {number}") for number in range(6)]
    hidden = [notice(NoticeKind.MISSING_ROWS, f"1 of {number} rows received") for number in (47, 48)]
    text = message(TOTAL, PAGSMILE, PAYBY, *late, *hidden).text
    assert text.split("\n")[2:] == [
        "PayBy: 1 of 47 rows received.",
        "PayBy: 1 of 48 rows received.",
        "PayBy: late 0.",
        "PayBy: late 1.",
        "PayBy: late 2.",
        "… and 3 more in *Details*.",
    ]
    assert "in *Details*" not in message(TOTAL, PAGSMILE, PAYBY, *late[:5]).text


def test_a_notice_names_the_account_where_there_are_several_and_is_said_for_each() -> None:
    accounts = [report("payby", account="main"), report("payby", balance("1"), account="uae")]
    text = shown(TOTAL, *accounts, *(notice(account=name) for name in ("main", "uae", "uae")))
    assert re.findall("PayBy, account .*", text) == [
        "PayBy, account main: 1 of 8 rows is unread.",
        "PayBy, account uae: 1 of 8 rows is unread.",
    ]


def test_a_notice_cannot_mention_link_or_format_anything() -> None:
    text = message(TOTAL, PAYBY, notice(message="<!channel> <https://example.com|x> `a` & \u202eb")).text
    assert text.endswith("PayBy: &lt;!channel&gt; &lt;https://example.com|x&gt; 'a' &amp; b.")


def test_long_notices_leave_room_for_the_outages_and_stay_within_slacks_limits() -> None:
    long = [notice(message=f"{number} {'清算账户' * 200}") for number in range(50)]
    outages = [failure(provider=f"p{number}", message="x" * 300) for number in range(20)]
    text = message(TOTAL, PAYBY, report("wise", *[balance("1")] * 5000), *long, *outages).text
    assert "p0 xxx" in text
    assert re.search(r"… and \d+ more failures\.", text)
    assert re.search(r"… and \d+ more in \*Details\*\.$", text)


def test_an_outage_of_a_provider_is_told_beside_its_notices() -> None:
    text = shown(TOTAL, PAYBY, failure(provider="wise"), notice())
    assert ":warning: The totals are incomplete: without wise and with only a part of PayBy.\n" in text
    assert ":warning: wise did not answer.\n:warning: PayBy: 1 of 8 rows is unread.\n" in text


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        (NoticeKind.UNREAD_ROWS, "No balance was found in what was read."),
        (NoticeKind.UNREAD_AMOUNT, "No balance was found in what was read."),
        (NoticeKind.MISSING_ROWS, "No balance was found in what was read."),
        (NoticeKind.RELATED_CURRENCY, "No balance was found in what was read."),
        (NoticeKind.OTHER_ACCOUNTS, "No balance was found in what was read."),
        (NoticeKind.COUNTED_ONCE, "No balance was found in what was read."),
        (NoticeKind.NO_BALANCES, "No balances were reported."),
        (NoticeKind.UNKNOWN_TIME, "No balance other than zero."),
    ],
)
def test_zero_is_never_claimed_where_rows_could_not_be_read_or_nothing_was_reported(
    kind: NoticeKind, headline: str
) -> None:
    text = shown(report("payby"), notice(kind, "the notice"))
    assert text.startswith(f"{headline}\n")
    assert ("other than zero" in text) is (kind is NoticeKind.UNKNOWN_TIME)


def test_one_account_at_zero_does_not_speak_for_another_that_reported_nothing() -> None:
    silent = notice(NoticeKind.NO_BALANCES, "no balances were reported")
    text = shown(report("pagsmile"), report("payby"), silent)
    assert text.startswith("No balance was found in what was read.\n")
    assert re.findall("(?:PayBy|Pagsmile): .*", text) == [
        "Pagsmile: no balance other than zero.",
        "PayBy: no balances were reported.",
    ]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (notice(), "No balance was found in AED or CNY, but not everything was read."),
        (notice(currency="AED"), "No balance was found in AED, but not everything was read."),
        (
            notice(NoticeKind.RELATED_CURRENCY, "there is also RMB", currency="RMB"),
            "No balance other than zero was reported in AED.\nNo balance was found in CNY.",
        ),
        (
            notice(NoticeKind.NO_BALANCES, "no balance in AED was reported", currency="AED"),
            "No balance other than zero was reported in CNY.\nNo balance was found in AED.",
        ),
        (notice(NoticeKind.TOTAL_DIFFERS, currency="AED"), "No balance other than zero was reported in AED or CNY."),
    ],
)
def test_a_currency_of_the_question_is_not_called_zero_where_nothing_was_reported_or_rows_are_unread(
    part: Part, sentence: str
) -> None:
    assert sentence in message(TOTAL, PAYBY, part, currencies=("AED", "CNY", "USD")).text


def test_a_code_outside_iso_4217_is_shown_as_written_and_marked_once() -> None:
    reports = [
        BalanceReport(provider, "main", (balance("2.5000", currency="USDT"), balance("7", currency="CNH")))
        for provider in ("payby", "payermax")
    ]
    answers = [ProviderAnswer(each.provider, NOW, ("main",), (each,)) for each in reports]
    question = Question(correlation_id=CORRELATION_ID)
    rendered = render(Answer(summarise(answers, CORRELATION_ID, NOW), question, NAMES))
    text = render_message({"blocks": rendered.blocks})
    assert "CNH 14 available" in text
    assert "USDT 5.0000 available" in text
    assert len(re.findall(r"USDT 2\.5000 ", text)) == len(re.findall(r"CNH 7 ", text)) == 2
    assert "\nCNH is not an ISO 4217 code.\nUSDT is not an ISO 4217 code.\n" in text
    assert text.count("ISO 4217") == 2
    assert "incomplete" not in text


def test_a_merchant_configured_twice_is_a_warning_and_the_totals_are_complete() -> None:
    twice = failure(ErrorKind.CONFIGURATION, "has the accounts 'main' and 'uae'", account="uae", hides_money=False)
    text = render(answer(TOTAL, PAYBY, twice, contact=CONTACT)).text
    assert f"PayBy (account uae) has the accounts 'main' and 'uae'.\nPlease tell {CONTACT}." in text
    assert "incomplete" not in text
    assert shown(report("payby"), twice).startswith("No balance other than zero.\n")
