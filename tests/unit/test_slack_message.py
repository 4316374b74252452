"""The answer as a person reads it: one currency, several, several accounts, negative and unknown amounts."""

from typing import Any

import pytest

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport
from balance_slack.view.blocks import Block
from balance_slack.view.message import Message, render, render_shared
from balance_slack.view.table import holding_table
from tests.local.simulators.block_kit import refusal
from tests.rendering.judge import texts
from tests.unit.slack_cases import (
    CONTACT,
    NOT_HELD,
    PAGSMILE,
    PAYERMAX,
    TIME,
    Part,
    answer,
    balance,
    failure,
    lines_of,
    message,
    report,
    shown,
)

USD = ("USD",)
THREE_MERCHANTS = (
    report("payermax", balance("600", "5000"), balance("0.59", currency="AED"), account="uae"),
    report("payermax", balance("120.34", "4000", "11.41"), account="hk"),
    report("payermax", balance("56", "248.93"), account="sg"),
)
HKD = report("pagsmile", balance("100", None, "0", currency="HKD"))
IDR = report("payermax", balance(None, "449172", "100265403", currency="IDR"))
ROWS = ["• Pagsmile: 1,008.29 · 0.00 frozen", "• PayerMax: 776.34 · 9,248.93 pending · 11.41 frozen"]


def raw(blocks: Any) -> str:
    """The sections as Slack gets them, with `~` for a no-break space."""
    sections = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    return "\n".join(sections).replace("\N{NO-BREAK SPACE}", "~")


def test_one_currency_is_a_headline_and_a_table_with_a_row_for_each_provider() -> None:
    assert shown(PAGSMILE, PAYERMAX, NOT_HELD, currencies=USD) == [
        "USD 1,784.63 available",
        "9,248.93 pending · 11.41 frozen",
        "PayBy does not hold USD.",
        f"{TIME} · — = not reported",
        "Provider  Available   Pending  Frozen",
        "--------  ---------  --------  ------",
        "Pagsmile   1,008.29         —    0.00",
        "PayerMax     776.34  9,248.93   11.41",
    ]


def test_where_slack_refuses_the_table_or_all_blocks_the_same_is_said_as_lines() -> None:
    _, plain, text_alone = message(PAGSMILE, PAYERMAX, NOT_HELD, currencies=USD).forms()
    lines = ["USD 1,784.63 available", "9,248.93 pending · 11.41 frozen", *ROWS, "PayBy does not hold USD."]
    assert lines_of(plain) == [*lines, f"{TIME} · not listed = not reported"]
    assert [line for line in lines_of(text_alone) if line] == lines_of(plain)


def test_several_currencies_are_a_paragraph_each() -> None:
    lines = [
        "All balances",
        "HKD 100.00 available at Pagsmile · 0.00 frozen",
        "IDR at PayerMax",
        "449,172.00 pending · 100,265,403.00 frozen",
        "USD 1,784.63 available",
        "9,248.93 pending · 11.41 frozen",
        *ROWS,
        f"{TIME} · not listed = not reported",
    ]
    assert shown(PAGSMILE, HKD, PAYERMAX, IDR) == lines
    assert shown(PAGSMILE, HKD, PAYERMAX, IDR, currencies=("HKD", "IDR", "USD"))[0] == "Balances in HKD, IDR and USD"


def test_two_codes_of_the_same_money_are_one_currency_if_only_one_is_held() -> None:
    asked = {"currencies": ("CNY", "RMB")}
    yuan, renminbi = (report("payby", balance("7", currency=code), account=code.lower()) for code in ("CNY", "RMB"))
    assert shown(yuan, **asked)[:2] == ["CNY 7.00 available at PayBy", "Nobody holds RMB."]
    assert shown(yuan, renminbi, **asked)[0] == "Balances in CNY and RMB"
    assert shown(report("payby"), **asked) == ["Nobody holds CNY or RMB."]


def test_the_merchant_account_of_the_question_is_named() -> None:
    asked: dict[str, Any] = {"currencies": USD, "providers": ("payby",), "accounts": ("payby:uae",)}
    assert shown(report("payby", balance("1"), account="uae"), **asked)[0] == "USD 1.00 available at PayBy uae"
    assert shown(report("payby", account="uae"), **asked) == ["PayBy uae does not hold USD."]
    everything = shown(report("payby", balance("1"), account="uae"), **asked | {"currencies": None})
    assert everything[:2] == ["All balances at PayBy uae", "USD 1.00 available at PayBy uae"]


def test_what_was_ignored_is_said_in_every_answer() -> None:
    for parts in ([PAGSMILE], [report("payby")]):
        lines = shown(*parts, currencies=USD, ignored=("please", "<!here>"))
        assert "Ignored: please, <!here>." in lines


def test_several_merchant_accounts_are_rows_below_the_sum_of_their_provider() -> None:
    lines = shown(PAGSMILE, *THREE_MERCHANTS)
    assert lines[1] == "AED 0.59 available at PayerMax uae"
    assert lines[4:9] == [
        *ROWS,
        "↳ hk: 120.34 · 4,000.00 pending · 11.41 frozen",
        "↳ sg: 56.00 · 248.93 pending",
        "↳ uae: 600.00 · 5,000.00 pending",
    ]
    assert "• PayerMax:~*776.34*~· *9,248.93*~pending~· *11.41*~frozen\n↳ hk:~120.34~·" in raw(
        message(PAGSMILE, *THREE_MERCHANTS).blocks
    )


def test_the_table_sets_a_sum_of_rows_in_bold_and_one_providers_accounts_have_no_sum() -> None:
    usd = [BalanceReport(each.provider, each.account, each.balances[:1]) for each in THREE_MERCHANTS]
    table: Any = message(PAGSMILE, *usd, currencies=USD).blocks[-1]
    rows = [[next(texts(cell)) for cell in row] for row in table["rows"]]
    assert [row[0]["text"] for row in rows] == ["Provider", "Pagsmile", "PayerMax", "↳ hk", "↳ sg", "↳ uae"]
    assert [cell.get("style") == {"bold": True} for row in rows for cell in row].count(True) == 4
    assert shown(*usd, currencies=USD)[0] == "USD 776.34 available at PayerMax"
    assert [line.split()[0] for line in shown(*usd, currencies=USD)[5:]] == ["hk", "sg", "uae"]


@pytest.mark.parametrize(
    ("parts", "question", "headline"),
    [
        ([HKD], {"currencies": ("HKD",)}, "HKD 100.00 available at Pagsmile"),
        ([IDR], {"currencies": ("IDR",)}, "IDR 449,172.00 pending at PayerMax"),
        ([report("payby", balance())], {"currencies": USD}, "USD: no amount is reported at PayBy"),
        ([PAGSMILE], {"currencies": USD, "providers": ("pagsmile",)}, "USD 1,008.29 available at Pagsmile"),
        ([PAGSMILE], {"providers": ("pagsmile", "payby")}, "All balances at Pagsmile and PayBy"),
        ([PAGSMILE, failure()], {"currencies": USD}, "USD 1,008.29 available at Pagsmile, PayBy missing"),
        ([PAGSMILE, failure(), failure(provider="wise")], {}, "All balances, PayBy and wise missing"),
        ([PAGSMILE, failure(provider="pagsmile")], {}, "All balances"),
        ([PAGSMILE], {"currencies": tuple(sorted(DECIMALS))[-6:] + USD}, "Balances in 7 currencies"),
    ],
)
def test_the_headline_says_what_there_is_where_and_who_is_missing(
    parts: list[Part], question: dict[str, Any], headline: str
) -> None:
    assert shown(*parts, **question)[0] == headline


def test_a_negative_amount_stands_out_and_is_never_bold() -> None:
    below = report("payermax", balance("-1776.34", "5"), balance("-1250000", currency="IDR"))
    text = raw(message(PAGSMILE, below).blocks)
    assert ":warning: *PayerMax* is below zero: IDR~-1,250,000.00 and USD~-1,776.34\n" in text
    assert "*IDR*~`-1,250,000.00` available at PayerMax\n" in text
    assert (
        "*USD*~`-768.05` available\n5.00~pending\n• Pagsmile:~1,008.29~· 0.00~frozen\n• PayerMax:~`-1,776.34`~·" in text
    )
    table: Any = message(PAGSMILE, report("payermax", balance("-1776.34")), currencies=USD).blocks[-1]
    assert next(texts(table["rows"][2][1])) == {"type": "text", "text": "-1,776.34", "style": {"code": True}}


def test_unknown_is_never_zero_and_a_column_that_nobody_reports_is_left_out() -> None:
    zero, unknown = report("pagsmile", balance("1", None, "0")), report("payby", balance(None, None, "3"))
    assert shown(zero, unknown, currencies=USD)[-4:] == [
        "Provider  Available  Frozen",
        "--------  ---------  ------",
        "Pagsmile       1.00    0.00",
        "PayBy             —    3.00",
    ]
    assert shown(zero, unknown)[1:-1] == [
        "USD 1.00 available",
        "3.00 frozen",
        "• Pagsmile: 1.00 · 0.00 frozen",
        "• PayBy: 3.00 frozen",
    ]
    assert "• wise: no amount is reported" in shown(zero, report("wise", balance()))
    whole = [report(name, balance("1", "0", "0")) for name in ("pagsmile", "payby")]
    assert [line for line in shown(*whole, currencies=USD) if "not reported" in line] == []


@pytest.mark.parametrize(
    ("names", "amount", "has_table"),
    [
        ("PayerMax PayBy", "234567.00", True),
        ("PayerMax PayBy", "1234567.00", False),
        ("Pay " + "n" * 16, "1", False),
    ],
)
def test_a_table_that_would_not_fit_a_phone_becomes_lines(names: str, amount: str, has_table: bool) -> None:
    reports = [report(name, balance(amount, amount)) for name in names.split()]
    (holding,) = answer(*reports).holdings
    assert (holding_table(holding) is not None) is has_table


@pytest.mark.parametrize(("accounts", "has_table"), [(97, True), (98, False)])
def test_a_table_has_at_most_ninety_nine_rows(accounts: int, has_table: bool) -> None:
    reports = [report("payby", balance("1"), account=f"m{number}") for number in range(accounts)]
    (holding,) = answer(PAGSMILE, *reports).holdings
    assert (holding_table(holding) is not None) is has_table


def test_sixty_currencies_are_few_sections_that_slack_shows_unfolded() -> None:
    codes = sorted(DECIMALS)[:60]
    many = [report(name, *(balance("1234.5", currency=code) for code in codes)) for name in ("pagsmile", "payby")]
    rendered = message(*many)
    lines = lines_of({"blocks": rendered.blocks})
    assert [line.split()[0] for line in lines if "available" in line] == codes
    assert len(rendered.blocks) < 8
    assert [block["expand"] for block in rendered.blocks if block["type"] == "section"] == [True] * (
        len(rendered.blocks) - 3
    )


def test_a_long_answer_leaves_out_accounts_then_providers_and_then_counts_currencies() -> None:
    merchants = [report("payby", balance("1"), account=f"m{number}") for number in range(2000)]
    lines = shown(PAGSMILE, *merchants)
    assert lines[-2] == "Merchant accounts are left out: ask for one currency or provider."
    assert "• PayBy: 2,000.00" in lines
    assert shown(*merchants, currencies=USD)[-2].startswith("… and ")
    many = [report(f"p{number}", *(balance("1", currency=code) for code in DECIMALS)) for number in range(9)]
    assert shown(*many)[-2] == "Only totals are shown: ask for one currency or provider."
    huge = [report(name, *(balance("9" * 29, "9" * 29, currency=code) for code in DECIMALS)) for name in ("p1", "p2")]
    lines = shown(*huge)
    (cut,) = [line for line in lines if line.startswith("… and ")]
    left_out = int(cut.removeprefix("… and ").removesuffix(" more currencies: ask for one."))
    assert sum("available" in line for line in lines) + left_out == len(DECIMALS)


def test_the_notification_tells_every_total_what_is_missing_and_every_notice() -> None:
    down = failure(ErrorKind.ADDRESS_REFUSED)
    assert message(PAGSMILE, HKD, IDR, down).text == (
        "HKD 100.00 available, 0.00 frozen; IDR 449,172.00 pending, 100,265,403.00 frozen; "
        "USD 1,008.29 available, 0.00 frozen, PayBy missing. "
        f"PayBy refused our IP address. Ask {CONTACT} to have it allowed."
    )
    assert message(PAGSMILE, PAYERMAX, currencies=USD).text == "USD 1,784.63 available, 9,248.93 pending, 11.41 frozen."
    assert message(report("payby", balance(type="canary", name="canary"))).text == "USD: no amount is reported."


def test_a_shared_answer_says_who_shared_it_and_has_only_details() -> None:
    shared = render_shared(answer(PAGSMILE, PAYERMAX, currencies=USD), "<@U0ADA> shared this")
    own = render(answer(PAGSMILE, PAYERMAX, currencies=USD), can_share=True)
    assert shared.text == f"<@U0ADA> shared this. {own.text}"
    assert [block["type"] for block in shared.blocks] == ["context", "header", "section", "context", "actions", "table"]
    for blocks, of_own in ((shared.blocks, own.blocks), (shared.plain_blocks, own.plain_blocks)):
        assert [block for block in blocks[1:] if block["type"] != "actions"] == [
            block for block in of_own if block["type"] != "actions"
        ]
    buttons: Any = shared.blocks[4]
    assert [button["action_id"] for button in buttons["elements"]] == ["details"]
    nothing = render_shared(answer(failure(), currencies=USD), "<@U0ADA> shared this")
    assert (
        nothing.text
        == "<@U0ADA> shared this. PayBy did not answer in time. Try again in a minute.\nThe balances are not known."
    )
    assert refusal(next(nothing.forms())) is None


def test_a_message_becomes_simpler_form_by_form() -> None:
    table: Block = {"type": "table"}
    section: Block = {"type": "section", "text": {"type": "mrkdwn", "text": "lines"}}
    assert list(Message("text").forms()) == [{"text": "text"}]
    assert list(Message("text", (section, table), (section,)).forms()) == [
        {"text": "text", "blocks": [section, table]},
        {"text": "text", "blocks": [section]},
        {"text": "lines"},
    ]
