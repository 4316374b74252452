"""What changed since yesterday: which money is compared, and how the change is shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_aggregator.summary import summarise
from balance_core.history.readings import Snapshot, gaps_of, readings_of
from balance_core.models import BalanceReport, ProviderAnswer
from balance_core.question import Question, SnapshotKind
from balance_slack.reporter.comparison import compare, without_zeros
from balance_slack.view.answer import Answer
from balance_slack.view.change import Change
from balance_slack.view.message import render, render_digest
from tests.clock import NOW
from tests.local.simulators.block_kit import refusal
from tests.strategies import provider_answers
from tests.unit.slack_cases import (
    CORRELATION_ID,
    NAMES,
    Part,
    balance,
    failure,
    lines_of,
    notice,
    report,
    summary,
)

USD = ("USD",)
SINCE = "since 20 Nov 2026 at 21:45 UTC"
THEN = (
    report("pagsmile", balance("1000.00", type="partner account"), balance("5", currency="HKD")),
    report("payermax", balance("1096.44"), balance(None, "9248.93", type="SETTLE")),
)
NOW_SEEN = (
    report("pagsmile", balance("1008.29", type="partner account"), balance("5", currency="HKD")),
    report("payermax", balance("776.34"), balance(None, "9248.93", type="SETTLE")),
)


def snapshot(*parts: Part) -> Snapshot:
    """Yesterday's last snapshot, which saw `parts`."""
    seen = summary(*parts)
    at = NOW - timedelta(hours=4)
    answers = [ProviderAnswer(each.provider, at, reports=(each,)) for each in seen.reports]
    gaps = gaps_of([ProviderAnswer("any", at, failures=seen.failures)])
    return Snapshot(
        key="k",
        kind=SnapshotKind.WATCH,
        taken_at=at,
        correlation_id="c",
        readings=readings_of(answers),
        gaps=gaps,
    )


def asked_of(part: BalanceReport, question: Question) -> BalanceReport:
    """What a provider answers to the question."""
    codes = question.currencies
    return replace(part, balances=tuple(each for each in part.balances if codes is None or each.currency in codes))


def compared(then: tuple[Part, ...], now: tuple[Part, ...], **fields: Any) -> Answer:
    """An answer with the change since `then`."""
    question = Question(correlation_id=CORRELATION_ID, **fields)
    seen = summary(*(asked_of(part, question) if isinstance(part, BalanceReport) else part for part in now))
    return Answer(without_zeros(seen), question, NAMES, change=compare(seen, question, snapshot(*then)))


def shown(answer: Answer, form: int = 0) -> list[str]:
    forms = list(render(answer, can_share=False).forms())
    assert [refusal(each) for each in forms] == [None] * len(forms)
    return lines_of(forms[form])


def test_one_currency_shows_its_change_below_the_headline_and_in_each_row() -> None:
    answer = compared(THEN, NOW_SEEN, currencies=USD)
    assert shown(answer)[:2] == ["USD 1,784.63 available", f"▼ 311.81 {SINCE}"]
    table: Any = render(answer, can_share=False).blocks[-1]
    cells = [row[1] for row in table["rows"]]
    assert [[part["text"] for part in cell["elements"][0]["elements"]] for cell in cells[1:]] == [
        ["1,008.29", "\n▲\N{NO-BREAK SPACE}8.29"],
        ["776.34", "\n▼\N{NO-BREAK SPACE}320.10"],
    ]
    assert cells[1]["elements"][0]["elements"][1]["style"] == {"italic": True}
    assert shown(answer, 1)[1:5] == [
        f"▼ 311.81 {SINCE}",
        "9,248.93 pending",
        "• Pagsmile: 1,008.29  ▲ 8.29",
        "• PayerMax: 776.34 · 9,248.93 pending  ▼ 320.10",
    ]


def test_several_currencies_show_it_behind_each_total_and_say_since_when_once() -> None:
    lines = shown(compared(THEN, NOW_SEEN))
    assert "HKD 5.00 available at Pagsmile" in lines, "nothing where it is unchanged"
    assert "USD 1,784.63 available  ▼ 311.81" in lines
    assert lines.count(f"▲▼ {SINCE}") == 1
    digest = lines_of({"blocks": render_digest(compared(THEN, NOW_SEEN)).blocks})
    assert "• PayerMax: 776.34 · 9,248.93 pending  ▼ 320.10" in digest


def test_merchant_accounts_have_changes_of_their_own_below_their_sum() -> None:
    def merchants(hk: str, uae: str) -> tuple[Part, ...]:
        return report("payby", balance(hk), account="hk"), report("payby", balance(uae), account="uae"), NOW_SEEN[0]

    lines = shown(compared(merchants("1", "10"), merchants("3", "9"), currencies=USD), 1)
    marks = [line.partition("  ")[2] for line in lines if line.startswith(("•", "↳"))]
    assert marks == ["▲ 1.00", "▲ 2.00", "▼ 1.00", ""]


@pytest.mark.parametrize(
    ("then", "now", "line"),
    [
        ((THEN[0], failure(provider="payermax")), NOW_SEEN, "No comparison for PayerMax: it was not read then."),
        ((THEN[0],), NOW_SEEN, "No comparison for PayerMax: it listed other accounts then."),
        (
            (failure(provider=None, account=None),),
            NOW_SEEN,
            "No comparison for Pagsmile and PayerMax: they were not read then.",
        ),
        # What is missing now has a notice.
        (THEN, (NOW_SEEN[0], failure(provider="payermax")), None),
        (THEN, (NOW_SEEN[0], notice(provider="payermax")), None),
    ],
)
def test_nothing_is_compared_across_a_gap_and_what_is_missing_is_said(
    then: tuple[Part, ...], now: tuple[Part, ...], line: str | None
) -> None:
    lines = shown(compared(then, now, currencies=USD), 1)
    assert not any(SINCE in each and not each.startswith("▲▼") for each in lines), "the total cannot be compared"
    assert not any("PayerMax:" in each and ("▲" in each or "▼" in each) for each in lines)
    assert [each for each in lines if each.startswith("No comparison")] == ([line] if line else [])


def test_without_a_snapshot_of_yesterday_the_answer_says_so_and_without_the_table_it_says_nothing() -> None:
    seen, question = summary(*NOW_SEEN), Question(currencies=USD, correlation_id=CORRELATION_ID)
    first = Answer(seen, question, NAMES, change=compare(seen, question, None))
    assert "No comparison: nothing was read yesterday." in shown(first)
    assert "No comparison" not in "\n".join(shown(Answer(seen, question, NAMES)))


def test_only_what_the_question_is_about_is_compared_and_zeros_count() -> None:
    then = (*THEN, report("payby", balance("7"), account="hk"), report("payby", balance("9"), account="UAE"))
    now = (report("payby", balance("0"), account="UAE"),)
    asked = {"currencies": USD, "providers": ("payby",), "accounts": ("payby:uae",)}
    change = compared(then, now, **asked).change
    assert change is not None
    assert {place: str(amount.amount) for place, amount in change.amounts.items()} == {("USD", "payby", "UAE"): "-9.00"}
    assert change.obstacles == {}


def test_an_answer_about_more_than_the_question_compares_only_the_question() -> None:
    # The digest of a channel that names its currencies is a part of the snapshot.
    question = Question(currencies=("HKD",), correlation_id=CORRELATION_ID)
    change = compare(summary(*NOW_SEEN), question, snapshot(*THEN))
    assert (list(change.amounts), change.obstacles) == ([("HKD", "pagsmile", "main")], {})


def test_a_sum_with_an_obstacle_is_unknown_and_the_others_are_not() -> None:
    change = compared((*THEN, report("payby", balance("7", currency="AED"))), NOW_SEEN).change
    assert isinstance(change, Change)
    assert change.of("AED") is change.of("AED", "payby") is change.of("AED", "payby", "main") is None
    assert str(change.of("USD")) == str(change.of("USD")) != "None"
    assert change.of("EUR") is None


@settings(max_examples=60)
@given(st.lists(provider_answers(currencies=st.sampled_from(["USD", "JPY", "USDT"])), max_size=4))
def test_zeros_are_left_out_exactly_as_the_aggregator_does(answers: list[ProviderAnswer]) -> None:
    whole = summarise(answers, CORRELATION_ID, NOW)
    assert without_zeros(whole) == summarise(answers, CORRELATION_ID, NOW, include_zero=False)
