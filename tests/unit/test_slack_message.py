"""The answer as a message: what a person reads, and what is said where there is nothing to show."""

import re

import pytest

from balance_core.models import Failure
from balance_slack.view.amounts import has_unknown, marked_line
from balance_slack.view.blocks import answer_buttons
from balance_slack.view.message import render
from tests.clock import NOW
from tests.local.simulators.block_kit import refusal
from tests.rendering.judge import texts
from tests.rendering.trial import crowded_surfaces
from tests.unit.slack_cases import (
    CORRELATION_ID,
    NOT_ASKED,
    NOT_HELD,
    PAGSMILE,
    PAYERMAX,
    TOTAL,
    Part,
    answer,
    balance,
    failure,
    message,
    plain,
    report,
    shown,
    summary,
    total,
)

REFERENCE = f"Reference {CORRELATION_ID}"
TOTALS = "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen"
PAYBY_NOT_ASKED = "PayBy was not asked about USD, which its settings do not list."
ZERO, ZERO_IN_PART = "no balance other than zero", "no balance was found in what was read"


def test_the_answer_shows_totals_times_notes_and_the_table_of_accounts() -> None:
    assert shown(TOTAL, PAGSMILE, PAYERMAX, NOT_HELD).split("\n") == [
        TOTALS,
        "All figures as of 2026-11-21 01:45 UTC",
        "PayBy does not hold USD.",
        f"— means not reported by the provider. {REFERENCE}",
        "Account                             Available       Pending     Frozen",
        "-------------------------------  ------------  ------------  ---------",
        "Pagsmile settle                  USD 1,008.29             —          —",
        "PayerMax · Payouts DISBURSEMENT    USD 776.34  USD 9,248.93  USD 11.41",
    ]


def test_the_answer_shows_the_accounts_as_lines_where_slack_refuses_the_table() -> None:
    assert plain(TOTAL, PAGSMILE, PAYERMAX, NOT_HELD).split("\n") == [
        TOTALS,
        "-" * 72,
        "Pagsmile · as of 2026-11-21 01:45 UTC",
        "• settle · USD 1,008.29 available · — pending · — frozen",
        "PayerMax · as of 2026-11-21 01:45 UTC",
        "• Payouts DISBURSEMENT · USD 776.34 available · " + TOTALS.partition(" available · ")[2],
        "PayBy does not hold USD.",
        f"— means not reported by the provider. {REFERENCE}",
    ]


def test_the_text_alone_says_what_is_left_out_where_slack_accepts_no_blocks() -> None:
    *_, last = message(TOTAL, PAGSMILE, NOT_HELD, failure(provider_code="504")).forms()
    assert str(last["text"]).split("\n") == [
        "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
        "The totals are incomplete: without PayBy.",
        "PayBy did not answer.",
        "All figures as of <!date^1795225538^{date_short_pretty} {time}|2026-11-21 01:45 UTC>",
        "PayBy does not hold USD.",
        f"— means not reported by the provider. Reference `{CORRELATION_ID}`",
        "The accounts are left out: Slack did not take them. Asking about one currency or provider may show them.",
    ]


def test_a_message_may_have_a_note_and_buttons() -> None:
    buttons = answer_buttons("USD", can_share=True)
    rendered = render(answer(TOTAL, PAGSMILE), buttons, "Shared by <@U0123ABCD>")
    assert rendered.text.startswith("Shared by <@U0123ABCD>\nTotal USD")
    assert [[block["type"] for block in blocks] for blocks in (rendered.blocks, rendered.plain_blocks)] == [
        ["context", "section", "context", "context", "actions", "table"],
        ["context", "section", "divider", "section", "context", "actions"],
    ]
    for form in rendered.forms():
        assert refusal(form) is None


def test_an_answer_without_accounts_has_no_second_form_with_blocks() -> None:
    rendered = message(total("0", "0", "0"), report("payby"))
    assert rendered.plain_blocks == ()
    assert [block["type"] for block in rendered.blocks] == ["section", "context", "context"]


@pytest.mark.parametrize(
    ("amounts", "marked", "unmarked"),
    [
        (
            ("776.34", "-5", "11.41"),
            "*USD 776.34* available · :hourglass_flowing_sand: USD -5.00 pending · :lock: USD 11.41 frozen",
            "*USD 776.34* available · USD -5.00 pending · USD 11.41 frozen",
        ),
        ((None, "0", None), *["*USD —* available · USD 0.00 pending · — frozen"] * 2),
    ],
)
def test_only_money_that_cannot_be_used_now_is_marked(
    amounts: tuple[str | None, ...], marked: str, unmarked: str
) -> None:
    lines = [marked_line(total(*amounts), marks=marks) for marks in (True, False)]
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines] == [marked, unmarked]


def test_no_line_breaks_inside_an_amount() -> None:
    assert marked_line(total("1", "2", None)) == (
        "*USD\xa01.00* available\xa0· :hourglass_flowing_sand: USD\xa02.00 pending\xa0· —\xa0frozen"
    )


@pytest.mark.parametrize("unknown", range(3))
def test_each_of_the_three_amounts_may_be_unknown(unknown: int) -> None:
    assert has_unknown(total(*(None if place == unknown else "0" for place in range(3))))
    assert not has_unknown(total("0", "0", "0"))


def test_the_dash_is_explained_only_where_one_is_shown() -> None:
    assert "— means not reported" in shown(total("0", None, "0"), PAYERMAX)
    assert "— means not reported" in shown(TOTAL, PAGSMILE)
    assert "—" not in shown(TOTAL, PAYERMAX) + plain(TOTAL, PAYERMAX)


def test_times_are_shown_in_the_readers_own_time_zone() -> None:
    date = f"<!date^{int(NOW.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-21 01:45 UTC>"
    assert date in str(message(PAGSMILE).blocks)


def test_every_providers_figures_have_their_time_where_times_differ() -> None:
    old = report("payermax", balance("1", minutes_old=20))
    several = report("payby", balance("1"), balance("2", minutes_old=1))
    lines = shown(PAGSMILE, old, several).split("\n")
    assert "Pagsmile as of 2026-11-21 01:45 UTC" in lines
    assert "PayerMax as of 2026-11-21 01:25 UTC · :warning: 20 min old" in lines
    assert "PayBy as of 2026-11-21 01:44 UTC or later" in lines
    assert "All figures as of 2026-11-21 01:25 UTC · :warning: 20 min old" in shown(old)


def test_times_that_do_not_fit_are_counted() -> None:
    reports = [report(f"p{number}", balance("1", minutes_old=60 * number)) for number in range(40)]
    assert re.search(r"\n… and \d+ more providers\.\n", shown(*reports))


@pytest.mark.parametrize(
    ("parts", "headline", "notes"),
    [
        ([report("payby")], f"{ZERO.capitalize()}.", [f"PayBy: {ZERO}."]),
        ([report("payby"), NOT_HELD], f"{ZERO.capitalize()}.", ["PayBy does not hold USD.", f"PayBy: {ZERO}."]),
        ([report("payby"), failure(currency="USD")], f"{ZERO_IN_PART.capitalize()}.", [f"PayBy: {ZERO_IN_PART}."]),
        ([report("payby"), failure(account=None)], f"{ZERO_IN_PART.capitalize()}.", [f"PayBy: {ZERO_IN_PART}."]),
        ([report("payby"), failure(provider="pagsmile")], f"{ZERO_IN_PART.capitalize()}.", [f"PayBy: {ZERO}."]),
        ([report("payby"), failure(account="uae")], f"{ZERO_IN_PART.capitalize()}.", [f"PayBy, account main: {ZERO}."]),
        ([report("payby"), NOT_ASKED], f"{ZERO_IN_PART.capitalize()}.", [PAYBY_NOT_ASKED, f"PayBy: {ZERO_IN_PART}."]),
        ([NOT_ASKED], "There is no balance to show.", [PAYBY_NOT_ASKED]),
        ([NOT_HELD], "There is no balance to show.", ["PayBy does not hold USD."]),
        ([failure()], "No balance could be read.", []),
        ([], "There is no balance to show.", []),
    ],
)
def test_zero_is_claimed_only_for_what_was_read(parts: list[Part], headline: str, notes: list[str]) -> None:
    lines = shown(*parts).split("\n")
    assert lines[0] == headline
    assert [line for line in lines[1:] if line.startswith("PayBy") and "did not answer" not in line] == notes
    for surface in crowded_surfaces(summary(*parts)):
        assert headline in "\n".join([surface.text, *(node["text"] for node in texts(surface.blocks))])


@pytest.mark.parametrize(
    ("missing", "sentences"),
    [
        (NOT_HELD, {"AED or EUR."}),
        (failure(), {"AED or EUR, but not everything was read."}),
        (failure(currency="AED"), {"EUR.", "AED, but not everything was read."}),
        (failure(NOT_ASKED.kind, currency="EUR"), {"AED.", "EUR, but not everything was read."}),
        (failure(provider="payermax", currency="USD"), {"AED or EUR."}),
    ],
)
def test_currencies_of_the_question_without_a_total_are_named(missing: Failure, sentences: set[str]) -> None:
    parts: list[Part] = [total("5", None, None), report("pagsmile", balance("5")), missing]
    for text in (
        message(*parts, currencies=("AED", "EUR", "USD")).text,
        shown(*parts, currencies=("AED", "EUR", "USD")),
    ):
        found = re.findall(r"^No balance (?:other than zero was reported|was found) in (.*)$", text, re.MULTILINE)
        assert set(found) == sentences
    assert "was reported in" not in shown(*parts)


def test_a_long_list_of_currencies_without_a_total_is_shortened() -> None:
    codes = ("AED", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "INR", "USD")
    text = message(total("5", None, None), PAGSMILE, currencies=codes).text
    assert "was reported in AED, BRL, CAD, CHF, CNY, DKK, EUR, GBP or 2 more." in text


@pytest.mark.parametrize("parts", [[report("payby")], [failure()]])
def test_no_currency_is_said_to_be_missing_where_there_is_no_total_at_all(parts: list[Part]) -> None:
    assert "was reported in" not in message(*parts, currencies=("USD",)).text
