"""The modals, as a person reads them."""

import re
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from balance_slack.view.blocks import View
from balance_slack.view.details import details_view, text_modal
from balance_slack.view.texts import help_text
from tests.unit import slack_cases
from tests.unit.slack_cases import PAGSMILE, TOTAL, Part, answer, balance, failure, notice, report, view_shown

REFERENCE = f"reference {slack_cases.CORRELATION_ID}"


def details(*parts: Part, **question: Any) -> list[str]:
    return view_shown(details_view(answer(*parts, **question))).split("\n")


def test_details_show_everything_that_is_known() -> None:
    account = {"type": "CARD", "number": "17", "name": "Shop & co", "label": "Card issuing account"}
    card = balance("1", "0", None, "3", minutes_old=180, **account)
    proof = {"currency": "USD", "provider_code": "30000", "trace_id": "375099", "field": "accounts"}
    refused = failure(ErrorKind.PERMISSION_DENIED, "refused access: check the list.", **proof)
    assert details(TOTAL, report("pagsmile", card), report("payby", balance("2")), refused, slack_cases.NOT_HELD) == [
        "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen",
        ":warning: The totals are incomplete: with only a part of PayBy.",
        ":warning: PayBy (USD) refused access: check the list.",
        f"— means not reported by the provider. Asked 2026-11-21 01:45 UTC: /balance · {REFERENCE}",
        "-" * 72,
        "Pagsmile · as of 2026-11-20 22:45 UTC · :warning: 3 h old",
        "• Card issuing account · CARD · name Shop & co · number 17",
        "USD 1.00 available · USD 0.00 pending · — frozen · USD 3.00 in total",
        "PayBy · as of 2026-11-21 01:45 UTC",
        "• DISBURSEMENT",
        "USD 2.00 available · — pending · — frozen",
        "-" * 72,
        "What could not be answered",
        "• PayBy (USD) refused access: check the list · permission denied · code 30000 · trace 375099 · field accounts",
        "• PayBy (USD) does not hold it · currency not supported · code 78001",
    ]


def test_details_repeat_the_question_because_the_modal_covers_it() -> None:
    lines = details(TOTAL, PAGSMILE, currencies=("EUR", "USD"), providers=("pagsmile",))
    assert "No balance other than zero was reported in EUR." in lines
    (asked,) = [line for line in lines if "Asked" in line]
    assert asked.endswith(f": /balance EUR USD pagsmile · {REFERENCE}")


def test_details_name_each_account_and_each_time_where_they_differ() -> None:
    accounts = [
        report("payby", balance("1", minutes_old=age), account=name) for name, age in (("main", 0), ("uae", 180))
    ]
    lines = details(*accounts, failure(currency="USD", account="uae"))
    assert lines[lines.index("PayBy") :] == [
        "PayBy",
        "• DISBURSEMENT · account main in our settings",
        "USD 1.00 available · — pending · — frozen · as of 2026-11-21 01:45 UTC",
        "• DISBURSEMENT · account uae in our settings",
        "USD 1.00 available · — pending · — frozen · as of 2026-11-20 22:45 UTC · :warning: 3 h old",
        "-" * 72,
        "What could not be answered",
        "• PayBy (account uae, USD) did not answer · timeout",
    ]


def test_details_show_every_notice_with_its_kind_and_its_place_in_the_providers_answer() -> None:
    unread = notice(message="1 of 8 rows could not be read: its currency is missing.", place="$.data[3].`ccy`")
    foreign = notice(NoticeKind.NOT_ISO_4217, "USDT is not an ISO 4217 code", provider=None, account=None)
    lines = details(TOTAL, report("payby", balance("1")), unread, foreign)
    assert lines[lines.index("About these figures") :] == [
        "About these figures",
        "• PayBy: 1 of 8 rows could not be read: its currency is missing · unread rows · at $.data[3].'ccy'",
        "• USDT is not an ISO 4217 code · not iso 4217",
    ]
    several = details(TOTAL, report("payby", account="uae"), report("payby", balance("1")), unread)
    assert several[-1].split(" · ")[1] == "account main"


@pytest.mark.parametrize(
    ("parts", "first_words"),
    [
        ([notice(account=f"a{number}") for number in range(1000)], "• PayBy: 1 of 8"),
        ([failure(provider=f"p{number}") for number in range(1000)], "• p"),
    ],
    ids=["notices", "failures"],
)
def test_details_are_cut_between_lines_and_count_the_rest(parts: list[Part], first_words: str) -> None:
    lines = details(TOTAL, PAGSMILE, *parts)
    shown = sum(line.startswith(first_words) for line in lines)
    assert shown > 100
    assert lines[-1] == f"… and {1000 - shown} more."


def test_details_of_a_failed_question_name_no_provider() -> None:
    wrong = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert details(wrong)[-1] == "• The question: currencies: no · invalid request"


def test_details_are_cut_between_accounts_and_count_the_rest() -> None:
    lines = details(*(report(f"p{number}", *[balance("1")] * 1000) for number in range(3)))
    shown = sum("USD 1.00 available" in line for line in lines)
    left_out = re.findall(r"… and (\d+) more accounts: ask for one currency or provider\.", "\n".join(lines))
    assert len(left_out) == 3
    assert shown + sum(map(int, left_out)) == 3000
    assert shown > 300


@pytest.mark.parametrize("first", [0, 1])
def test_details_show_three_hundred_accounts_of_one_provider_beside_a_few_of_another(first: int) -> None:
    parts = [report("pagsmile", *[balance("1", number="10419000000401")] * 300), report("payby", balance("1"))]
    assert sum("USD 1.00 available" in line for line in details(parts[first], parts[1 - first])) == 301


@pytest.mark.parametrize("view", [text_modal("Balance Bot", "One\nTwo"), details_view(answer(TOTAL, PAGSMILE))])
def test_every_modal_can_be_closed(view: View) -> None:
    assert view_shown(view)
    assert view["close"] == {"type": "plain_text", "text": "Close"}


def test_a_modal_shows_its_text_and_the_help_fits() -> None:
    assert view_shown(text_modal("Balance Bot", "One *bold*\nTwo")) == "One bold\nTwo"
    assert "How much money" in view_shown(text_modal("Balance Bot: help", help_text(slack_cases.NAMES, "<@U0ADMIN01>")))
