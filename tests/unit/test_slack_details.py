"""The modals, as a person reads them."""

import re
from typing import Any

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import NoticeKind
from balance_slack.view.blocks import View
from balance_slack.view.details import details_view
from balance_slack.view.modals import text_modal
from balance_slack.view.texts import help_text
from tests.unit.slack_cases import (
    CORRELATION_ID,
    NAMES,
    NOT_HELD,
    PAGSMILE,
    PAYERMAX,
    Part,
    answer,
    balance,
    failure,
    notice,
    report,
    view_shown,
)


def details(*parts: Part, **question: Any) -> list[str]:
    return view_shown(details_view(answer(*parts, **question))).split("\n")


def test_details_show_everything_that_is_known() -> None:
    account = {"type": "CARD", "number": "17", "name": "Shop & co", "label": "Cards"}
    card = balance("1", "0", None, "3", minutes_old=180, **account)
    proof = {"currency": "USD", "provider_code": "30000", "trace_id": "375099", "field": "accounts"}
    refused = failure(ErrorKind.PERMISSION_DENIED, "refused access: check the list.", **proof)
    unread = notice(message="1 of 8 rows could not be read: its currency is missing.", place="$.data[3].`ccy`")
    foreign = notice(NoticeKind.NOT_ISO_4217, "USDT is not an ISO 4217 code", provider=None, account=None)
    payby = report("payby", balance("-2"), balance("2", None, "0", currency="AED"), balance("5", currency="AED"))
    assert details(report("pagsmile", card), PAYERMAX, payby, refused, NOT_HELD, unread, foreign) == [
        "All balances, asked again: the answer above was not kept.",
        f"21 Nov 2026 at 01:45 UTC · reference {CORRELATION_ID}",
        "-" * 72,
        "Pagsmile",
        "Cards: USD 1.00 available · USD 0.00 pending · USD 3.00 in total · frozen not reported · :warning: 3 h old",
        "CARD · name Shop & co · number 17",
        "PayerMax",
        "Payouts: USD 776.34 available · DISBURSEMENT",
        "Funds not yet settled: USD 9,248.93 pending · SETTLE",
        "Frozen: USD 11.41 frozen · FREEZE",
        "PayBy",
        "DISBURSEMENT: USD -2.00 available · pending and frozen not reported",
        "DISBURSEMENT: AED 2.00 available · AED 0.00 frozen · pending not reported",
        "DISBURSEMENT: AED 5.00 available · pending not reported",
        "-" * 72,
        "Not in the answer",
        "• PayBy (USD) refused access: check the list · code 30000 · trace 375099 · field accounts",
        "• PayBy (USD) does not hold it · code 78001",
        "-" * 72,
        "About these figures",
        "• PayBy: 1 of 8 rows could not be read: its currency is missing · at $.data[3].'ccy'",
        "• USDT is not an ISO 4217 code",
        "-" * 72,
        "available can be used now · pending is on its way · frozen is held back · not reported does not mean zero",
        "Something wrong? Give @U0ADMIN0001 the reference above.",
    ]


def test_details_of_one_currency_do_not_repeat_its_code() -> None:
    lines = details(PAGSMILE, report("payby", balance()), NOT_HELD, currencies=("USD",), providers=("pagsmile",))
    assert lines[0] == "USD, asked again: the answer above was not kept."
    assert "Card issuing account: 1,008.29 available · 0.00 frozen · pending not reported · partner account" in lines
    assert "DISBURSEMENT: USD: no amount is reported · available, pending and frozen not reported" in lines
    assert "• PayBy does not hold it · code 78001" in lines
    assert details(PAGSMILE, currencies=("EUR", "USD"), providers=("pagsmile",))[0].startswith(
        "Balances in EUR and USD at Pagsmile, asked again:"
    )


def test_details_name_each_account_where_there_are_several() -> None:
    accounts = [report("payby", balance("1"), account=name) for name in ("main", "uae")]
    lines = details(*accounts, failure(currency="USD", account="uae"), notice(account="main"))
    assert "payby:uae · DISBURSEMENT: USD 1.00 available · pending and frozen not reported" in lines
    assert "• PayBy uae (USD) did not answer" in lines
    assert "• PayBy main: 1 of 8 rows is unread" in lines


def test_details_are_cut_between_notices_and_count_the_rest() -> None:
    lines = details(PAGSMILE, *(notice(account=f"a{number}") for number in range(1000)))
    shown = sum(line.startswith("• PayBy: 1 of 8") for line in lines)
    assert shown > 100
    assert f"… and {1000 - shown} more." in lines


def test_details_of_a_failed_question_name_no_provider() -> None:
    wrong = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert "• The question: currencies: no" in details(wrong)


def test_details_are_cut_between_accounts_and_count_the_rest() -> None:
    lines = details(*(report(f"p{number}", *[balance("1")] * 1000) for number in range(3)))
    shown = sum(": USD 1.00 available" in line for line in lines)
    left_out = re.findall(r"… and (\d+) more accounts: ask for one currency or provider\.", "\n".join(lines))
    assert len(left_out) == 3
    assert shown + sum(map(int, left_out)) == 3000
    assert shown > 300


@pytest.mark.parametrize("first", [0, 1])
def test_details_show_three_hundred_accounts_of_one_provider_beside_a_few_of_another(first: int) -> None:
    parts = [report("pagsmile", *[balance("1", number="10419000000401")] * 300), report("payby", balance("1"))]
    assert sum(": USD 1.00 available" in line for line in details(parts[first], parts[1 - first])) == 301


def test_details_are_cut_between_failures_and_count_the_rest() -> None:
    lines = details(*(failure(provider=f"p{number}") for number in range(1000)))
    shown = sum(line.startswith("• p") for line in lines)
    assert shown > 100
    assert f"… and {1000 - shown} more." in lines


@pytest.mark.parametrize("view", [text_modal("Balance Bot", "One\nTwo"), details_view(answer(PAGSMILE))])
def test_every_modal_can_be_closed(view: View) -> None:
    assert view_shown(view)
    assert view["close"] == {"type": "plain_text", "text": "Close"}


def test_a_modal_shows_its_text_and_the_help_fits() -> None:
    assert view_shown(text_modal("Balance Bot", "One *bold*\nTwo")) == "One bold\nTwo"
    assert "What you can type" in view_shown(text_modal("Balance Bot: help", help_text(NAMES, "<@U0ADMIN01>")))
