"""What an answer says about providers that could not answer (failures), and about figures that did come (notices)."""

import re
from dataclasses import replace

import pytest

from balance_aggregator.summary import summarise
from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, Failure, NoticeKind, ProviderAnswer
from balance_core.question import Question
from balance_slack.view.answer import Answer
from balance_slack.view.message import render
from tests.clock import NOW
from tests.local.rendering import render_message
from tests.unit import slack_cases
from tests.unit.slack_cases import CONTACT, PAGSMILE, TOTAL, answer, balance, failure, message, notice, report, shown

PAYBY = report("payby", balance("776.34"))
UNREAD = [
    *(kind for kind in NoticeKind if kind.hides_money),
    *(NoticeKind.RELATED_CURRENCY, NoticeKind.OTHER_ACCOUNTS, NoticeKind.COUNTED_ONCE),
]
QUIET = {NoticeKind.NOT_ISO_4217, NoticeKind.NO_BALANCES, NoticeKind.COUNTED_ONCE, NoticeKind.UNKNOWN_TIME}


def test_an_outage_is_told_with_the_code_and_trace_that_support_needs() -> None:
    text = shown(failure(message="did not answer; try again in a minute", provider_code="504", trace_id="375099"))
    assert text.split("\n")[:3] == [
        "No balance could be read.",
        ":warning: PayBy did not answer; try again in a minute.",
        "For PayBy's support: code 504 and trace 375099.",
    ]


def test_failures_for_the_same_reason_are_one_outage() -> None:
    timeouts = [failure(currency=code, trace_id=f"t{index}") for index, code in enumerate(sorted(DECIMALS)[:10])]
    text = shown(*timeouts, failure(ErrorKind.UNAVAILABLE, "is down", account=None))
    places = "AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, 2 more"
    assert f":warning: PayBy ({places}) did not answer.\n:warning: PayBy is down.\n" in text
    assert "\nFor PayBy's support: trace t0, trace t1 and trace t2.\n" in text


def test_the_account_is_named_where_there_are_several() -> None:
    text = shown(
        report("payby", balance("1"), account="main"),
        failure(account="uae", currency="AED"),
        failure(slack_cases.NOT_HELD.kind, account="ksa", currency="SAR", provider_code="78001"),
        failure(slack_cases.NOT_HELD.kind, account="ksa", currency="USD"),
        report("payby", account="egy"),
    )
    assert "PayBy (account uae, AED) did not answer." in text
    assert "PayBy, account ksa, does not hold SAR." in text
    assert "PayBy, account ksa, was not asked about USD, which its settings do not list." in text
    assert "PayBy, account egy: no balance other than zero." in text


@pytest.mark.parametrize(
    ("failures", "sentence"),
    [
        ([failure()], "without PayBy"),
        ([failure(), failure(provider="wise")], "without PayBy and wise"),
        ([failure(provider="pagsmile")], "with only a part of Pagsmile"),
        ([failure(provider="pagsmile"), failure()], "without PayBy and with only a part of Pagsmile"),
    ],
)
def test_the_totals_say_who_is_missing_from_them(failures: list[Failure], sentence: str) -> None:
    assert f":warning: The totals are incomplete: {sentence}.\n" in shown(TOTAL, PAGSMILE, *failures)


def test_a_currency_that_is_not_held_is_no_outage() -> None:
    text = shown(TOTAL, PAGSMILE, slack_cases.NOT_HELD, replace(slack_cases.NOT_HELD, currency=None))
    assert ":warning:" not in text
    assert "PayBy does not hold USD or that currency." in text


def test_a_failure_of_the_whole_question_names_no_provider() -> None:
    refused = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert "The question cannot be asked: currencies: no.\n" in shown(refused)
    absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None, trace_id="t1")
    text = shown(slack_cases.total(None, None, None), PAGSMILE, absurd)
    assert ":warning: USD cannot be summed.\n" in text
    assert "\nFor a support ticket: trace t1.\n" in text
    assert "incomplete" not in text


@pytest.mark.parametrize("kind", ErrorKind)
def test_only_an_outage_that_does_not_pass_by_itself_says_whom_to_tell(kind: ErrorKind) -> None:
    parts = (TOTAL, PAGSMILE, failure(kind, "refused the key"))
    lines = render(answer(*parts, contact=CONTACT)).text.split("\n")
    assert (f"Please tell {CONTACT}." in lines) is (kind.is_outage and not kind.is_retryable)
    assert "Please tell" not in render(answer(*parts)).text


def test_too_many_outages_are_counted() -> None:
    rendered = message(TOTAL, *(failure(provider=f"p{number}", trace_id="t" * 64) for number in range(500)))
    assert re.search(r"… and \d+ more failures\.", rendered.text)
    assert re.search(r"… and \d+ more notes\.", str(rendered.blocks))
    assert "without p0, p1, p2, p3, p4, p5, p6, p7 and 492 more." in rendered.text


def test_a_single_outage_left_out_is_counted_in_the_singular() -> None:
    assert "… and 1 more failure." in shown(*(failure(message=f"{number} {'x' * 380}") for number in range(7)))


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
        *((kind, "No balance was found in what was read.") for kind in UNREAD),
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
    part: slack_cases.Part, sentence: str
) -> None:
    assert sentence in message(TOTAL, PAYBY, part, currencies=("AED", "CNY", "USD")).text


def test_a_code_outside_iso_4217_is_shown_as_written_and_marked_once() -> None:
    reports = [
        BalanceReport(provider, "main", (balance("2.5000", currency="USDT"), balance("7", currency="CNH")))
        for provider in ("payby", "payermax")
    ]
    answers = [ProviderAnswer(each.provider, NOW, ("main",), (each,)) for each in reports]
    question = Question(correlation_id=slack_cases.CORRELATION_ID)
    rendered = render(Answer(summarise(answers, slack_cases.CORRELATION_ID, NOW), question, slack_cases.NAMES))
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
