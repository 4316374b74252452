"""The dialogs, as a person reads them."""

import re
from datetime import timedelta

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceTotal, Failure
from balance_slack.block_kit import View
from balance_slack.commands import EVERYTHING, Ask
from balance_slack.details import details_view, help_view, loading_view, notice_view
from balance_slack.replies import help_text
from tests.unit.blocks_cases import (
    AS_OF,
    CORRELATION_ID,
    NAMES,
    NOT_USD,
    PAGSMILE,
    TOTAL,
    balance,
    failure,
    money,
    report,
    summary,
    view_shown,
)

OLD = ":warning: 3 h old"
PROOF = "code 30000 · trace 375099 · field accounts"


def details(*parts: BalanceReport | BalanceTotal | Failure, ask: Ask = EVERYTHING) -> list[str]:
    return view_shown(details_view(summary(*parts), NAMES, CORRELATION_ID, ask)).split("\n")


def test_show_everything_that_is_known() -> None:
    old = AS_OF - timedelta(hours=3)
    account = Account("CARD", "17", "Shop & co", "Card issuing account")
    card = Balance(account, "USD", old, money("1"), money("0"), None, money("3"))
    proof = {"currency": "USD", "provider_code": "30000", "trace_id": "375099", "field": "accounts"}
    refused = failure(ErrorKind.PERMISSION_DENIED, "refused access: check the list.", **proof)
    assert details(TOTAL, report("pagsmile", card), report("payby", balance("2")), refused, NOT_USD) == [
        "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen",
        ":warning: The totals are incomplete: with only a part of PayBy.",
        ":warning: PayBy (USD) refused access: check the list. Trying again will not help before that.",
        f"— means not reported by the provider. Asked 2026-11-21 01:45 UTC: /balance · reference {CORRELATION_ID}",
        "-" * 72,
        "Pagsmile · as of 2026-11-20 22:45 UTC · " + OLD,
        "• Card issuing account · CARD · name Shop & co · number 17",
        "USD 1.00 available · USD 0.00 pending · — frozen · USD 3.00 in total",
        "PayBy · as of 2026-11-21 01:45 UTC",
        "• DISBURSEMENT",
        "USD 2.00 available · — pending · — frozen",
        "-" * 72,
        "What could not be answered",
        "• PayBy (USD) refused access: check the list · permission denied · " + PROOF,
        "• PayBy (USD) does not support it · currency not supported · code 78001",
    ]


def test_say_what_was_asked_because_they_hide_it() -> None:
    """One provider's money must not read as all there is, nor a currency that was asked about be passed over."""
    lines = details(TOTAL, PAGSMILE, ask=Ask(("EUR", "USD"), ("pagsmile",)))
    assert "No balance other than zero was reported in EUR." in lines
    (asked,) = [line for line in lines if "Asked" in line]
    assert f": /balance EUR USD pagsmile · reference {CORRELATION_ID}" in asked


def test_name_each_account_and_each_time_where_they_differ() -> None:
    old = AS_OF - timedelta(hours=3)
    parts = [report("payby", balance("1", as_of=time), account=name) for name, time in (("main", AS_OF), ("uae", old))]
    lines = details(*parts, failure(currency="USD", account="uae"))
    assert lines[lines.index("PayBy") :] == [
        "PayBy",
        "• DISBURSEMENT · account main in our settings",
        "USD 1.00 available · — pending · — frozen · as of 2026-11-21 01:45 UTC",
        "• DISBURSEMENT · account uae in our settings",
        "USD 1.00 available · — pending · — frozen · as of 2026-11-20 22:45 UTC · " + OLD,
        "-" * 72,
        "What could not be answered",
        "• PayBy (account uae, USD) did not answer · timeout",
    ]


def test_of_a_question_that_was_wrong_name_no_provider() -> None:
    wrong = failure(ErrorKind.INVALID_REQUEST, "currencies: no", provider=None, account=None)
    assert details(wrong)[-1] == "• The question: currencies: no · invalid request"


def test_show_a_total_that_is_in_no_sum() -> None:
    lines = details(report("payermax", Balance(Account("VAULT"), "AED", AS_OF, total=money("5", "AED"))))
    assert "AED — available · — pending · — frozen · AED 5.00 in total" in lines


def test_are_cut_between_accounts_and_say_so() -> None:
    lines = details(*(report(f"p{number}", *[balance("1")] * 1000) for number in range(3)))
    shown = sum("USD 1.00 available" in line for line in lines)
    left = [
        int(number)
        for number in re.findall(r"… and (\d+) more accounts: ask for one currency or provider\.", "\n".join(lines))
    ]
    assert len(left) == 3
    assert shown + sum(left) == 3000
    assert shown > 300


@pytest.mark.parametrize("first", [0, 1])
def test_show_three_hundred_accounts_of_one_provider_beside_few_of_another(first: int) -> None:
    parts = [report("pagsmile", *[balance("1", number="10419000000401")] * 300), report("payby", balance("1"))]
    lines = details(parts[first], parts[1 - first])
    assert sum("USD 1.00 available" in line for line in lines) == 301


def test_are_cut_between_failures_and_say_so() -> None:
    lines = details(TOTAL, *(failure(provider=f"p{number}") for number in range(1000)))
    shown = sum(line.startswith("• p") for line in lines)
    assert shown > 100
    assert lines[-1] == f"… and {1000 - shown} more."


@pytest.mark.parametrize(
    "view", [loading_view("Asking…"), notice_view("Please *press* again."), help_view(help_text(NAMES, "<@U0ADMIN01>"))]
)
def test_every_dialog_is_taken_and_can_be_closed(view: View) -> None:
    assert view_shown(view)
    assert view["close"] == {"type": "plain_text", "text": "Close"}


def test_a_dialog_shows_its_text() -> None:
    assert view_shown(loading_view("Asking…")) == ":hourglass_flowing_sand: Asking…"
    assert view_shown(notice_view("Please *press* again.")) == "Please press again."
    assert view_shown(help_view("One\nTwo")) == "One\nTwo"
