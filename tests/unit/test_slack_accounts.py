"""The accounts of an answer, as lines and as Slack's table."""

import re
from typing import Any

import pytest

from balance_core.models import Balance, BalanceReport
from balance_slack.view.accounts import account_blocks, account_table
from balance_slack.view.blocks import visible_size
from tests.rendering.judge import texts
from tests.rendering.trial import crowded_surfaces
from tests.unit.slack_cases import NAMES, PAGSMILE, TOTAL, answer, balance, plain, report, shown, summary

ROOM = 11_000
IN_NO_SUM = "in total (in no sum: ask the provider whether it can be used)"
VAULT = balance(None, None, None, "5", type="VAULT")


def lines(*balances: Balance) -> list[str]:
    """The lines of PayerMax's accounts, as a person reads them."""
    return [line for line in plain(TOTAL, report("payermax", *balances)).split("\n") if line.startswith("•")]


def title(*balances: Balance) -> str:
    """The title above PayerMax's accounts, as mrkdwn."""
    _, section, *_ = account_blocks(answer(report("payermax", *balances)), ROOM)
    return str(next(texts(section))["text"].partition("\n")[0])


def rows(*reports: BalanceReport) -> list[list[Any]]:
    """The table's rows, without the column titles."""
    table: Any = account_table(answer(*reports), ROOM)
    return list(table["rows"][1:])


def first_column(*reports: BalanceReport) -> list[str]:
    return ["".join(each["text"] for each in row[0]["elements"][0]["elements"]) for row in rows(*reports)]


@pytest.mark.parametrize(
    ("held", "line"),
    [
        (balance("0", "0", "0"), "DISBURSEMENT · USD 0.00 available · USD 0.00 pending · USD 0.00 frozen"),
        (balance(), "DISBURSEMENT · USD — available · — pending · — frozen"),
        (
            balance("1", "-2", "3"),
            "DISBURSEMENT · USD 1.00 available · :hourglass_flowing_sand: USD -2.00 pending · :lock: USD 3.00 frozen",
        ),
        (
            balance("1", label="Payouts", name="Shop", number="17"),
            "Payouts DISBURSEMENT Shop · USD 1.00 available · — pending · — frozen",
        ),
        (balance("1", number="17"), "DISBURSEMENT 17 · USD 1.00 available · — pending · — frozen"),
        (VAULT, f"VAULT · USD 5.00 {IN_NO_SUM}"),
        (balance(None, None, None, "-0.01", type="VAULT"), f"VAULT · USD -0.01 {IN_NO_SUM}"),
        (balance("3", None, None, "5"), "DISBURSEMENT · USD 3.00 available · — pending · — frozen"),
    ],
)
def test_a_line_names_the_account_and_its_amounts(held: Balance, line: str) -> None:
    assert lines(held) == [f"• {line}"]


def test_words_of_the_provider_are_in_code_style_and_our_label_is_not() -> None:
    block = account_blocks(answer(report("payby", balance("1", type="a`b", label="a`b"))), ROOM)[1]
    assert "• a'b `a'b` · " in next(texts(block))["text"]
    (row,) = rows(report("payermax", balance("1", label="Payouts", name="Shop")))
    assert row[0]["elements"][0]["elements"] == [
        {"type": "text", "text": "PayerMax", "style": {"bold": True}},
        {"type": "text", "text": " · Payouts"},
        {"type": "text", "text": " "},
        {"type": "text", "text": "DISBURSEMENT", "style": {"code": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "Shop", "style": {"code": True}},
    ]


def test_accounts_are_grouped_by_provider_and_named_where_there_are_several() -> None:
    reports = [
        report("payermax", balance("1", label="Payouts"), account="main"),
        PAGSMILE,
        report("payermax", balance("2"), account="uae"),
        report("wise", balance("3")),
    ]
    assert re.findall(r"^(PayerMax|Pagsmile|wise|• .*?) · (?:as|USD)", plain(*reports), re.MULTILINE) == [
        *("PayerMax", "• main · Payouts DISBURSEMENT", "• uae DISBURSEMENT"),
        *("Pagsmile", "• settle", "wise", "• DISBURSEMENT"),
    ]
    assert first_column(*reports) == [
        "PayerMax · main · Payouts DISBURSEMENT",
        "PayerMax · uae DISBURSEMENT",
        "Pagsmile settle",
        "wise DISBURSEMENT",
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (15, ""),
        (16, " · :warning: 16 min old"),
        (61, " · :warning: 1 h old"),
        (47 * 60 + 59, " · :warning: 47 h old"),
        (48 * 60, " · :warning: 2 days old"),
        (1000 * 24 * 60, " · :warning: 1,000 days old"),
        (-5, ""),
        (-6, " · :warning: dated in the future"),
    ],
)
def test_an_old_figure_says_how_old_it_is(minutes: int, words: str) -> None:
    assert title(balance("1", minutes_old=minutes)).endswith(f" UTC>{words}")
    note = words.replace(":warning: ", "")
    assert first_column(report("payby", balance("1", minutes_old=minutes))) == [f"PayBy DISBURSEMENT{note}"]


def test_a_time_that_all_accounts_of_a_provider_share_is_in_the_title() -> None:
    assert "UTC" in title(balance("1"), balance("2"))
    later = balance(None, None, None, "6", type="SAFE", minutes_old=-5)
    assert title(VAULT, later) == "*PayerMax*"
    assert lines(VAULT, later) == [
        f"• VAULT · USD 5.00 {IN_NO_SUM} · as of 2026-11-21 01:45 UTC",
        f"• SAFE · USD 6.00 {IN_NO_SUM} · as of 2026-11-21 01:50 UTC",
    ]


@pytest.mark.parametrize(
    ("balances", "sentence"),
    [
        ([VAULT], "1 account of an unknown type is in no total."),
        ([VAULT, balance("3"), VAULT], "2 accounts of unknown types are in no total."),
        ([balance("3"), balance(None, None, None, "0")], ""),
    ],
)
def test_every_surface_with_totals_counts_the_accounts_that_are_in_none(balances: list[Balance], sentence: str) -> None:
    for surface in crowded_surfaces(summary(TOTAL, report("payermax", *balances))):
        text = "\n".join([surface.text, *(node["text"] for node in texts(surface.blocks))])
        assert ("in no total." in text) is (bool(sentence) and surface.shows_totals)
        assert sentence in text or not surface.shows_totals


def test_unknown_and_zero_amounts_look_different_in_the_table() -> None:
    ((_, *amounts),) = rows(report("payby", balance("0", None, "-1")))
    assert [cell["text"] for cell in amounts] == ["USD 0.00", "—", "USD -1.00"]


def test_the_table_names_the_currency_or_total_of_an_account_that_reports_nothing_else() -> None:
    assert first_column(report("payby", balance(currency="AED"))) == ["PayBy DISBURSEMENT · AED"]
    assert first_column(report("payermax", VAULT)) == [f"PayerMax VAULT · USD 5.00 {IN_NO_SUM}"]


@pytest.mark.parametrize(("size", "has_table"), [(0, False), (1, True), (99, True), (100, False), (5000, False)])
def test_the_table_holds_up_to_ninety_nine_accounts(size: int, has_table: bool) -> None:
    held = report("payby", *(balance(str(number)) for number in range(size)))
    assert (account_table(answer(held), ROOM) is not None) is has_table


def test_there_is_no_table_that_does_not_fit() -> None:
    narrow = answer(PAGSMILE, report("payby", balance("1", type="清算账户")))
    table = account_table(narrow, ROOM)
    room = visible_size(table)
    assert room > len("AccountAvailablePendingFrozen")
    assert account_table(narrow, room) == table
    assert account_table(narrow, room - 1) is None
    too_long = report("payby", *(balance("1" * 30, "1" * 30, "1" * 30) for _ in range(99)))
    assert account_table(answer(too_long), 1_000_000) is None


@pytest.mark.parametrize("size", [0, 1, 40, 60, 61, 100, 5000])
def test_a_long_answer_is_cut_between_accounts_and_counts_the_rest(size: int) -> None:
    text = plain(TOTAL, report("payermax", *(balance(str(number)) for number in range(size))))
    kept = re.findall(r"• .* USD ([\d,]+)\.00 available", text)
    assert [int(number.replace(",", "")) for number in kept] == list(range(len(kept)))
    left_out = re.findall(r"… and ([\d,]+) more accounts?: ask for one currency or provider\.", text)
    assert len(kept) + sum(int(number.replace(",", "")) for number in left_out) == size
    assert len(kept) >= min(size, 40)


def test_every_provider_keeps_some_accounts_in_a_long_answer() -> None:
    text = shown(TOTAL, *(report(f"p{number}", *[balance("1")] * 1000) for number in range(9)), PAGSMILE)
    assert len(re.findall(r"^p\d · as of", text, re.MULTILINE)) == 9
    assert len(re.findall(r"… and \d+ more accounts: ask", text)) == 9
    assert "• settle · USD 1,008.29 available" in text


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_long_provider_gets_the_room_that_short_ones_leave(place: int) -> None:
    alone = plain(report("payermax", *[balance("1")] * 1000)).count("•")
    reports = [PAGSMILE, report("payby", balance("1"))]
    reports.insert(place, report("payermax", *[balance("1")] * 1000))
    text = plain(*reports)
    assert text.count("•") >= alone - 6
    titles = re.findall(r"^(Pagsmile|PayBy|PayerMax) · as of", text, re.MULTILINE)
    assert titles == [NAMES[each.provider] for each in reports]
