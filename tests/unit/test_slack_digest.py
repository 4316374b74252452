"""The scheduled post and the reply in its thread."""

from typing import Any

from balance_core.models import BalanceReport, BalanceTotal, Failure
from balance_slack.blocks import Message
from balance_slack.digest import render_digest
from tests.local.rendering import render_message
from tests.local.simulators.slack_limits import refusal
from tests.unit.blocks_cases import (
    CORRELATION_ID,
    NAMES,
    NOT_USD,
    PAGSMILE,
    PAYERMAX,
    TOTAL,
    balance,
    failure,
    report,
    summary,
)

HEADING = "Balances at all providers"


def digest(*parts: BalanceReport | BalanceTotal | Failure, words: str | None = "") -> tuple[Message, Message | None]:
    post, thread = render_digest(summary(*parts), NAMES, CORRELATION_ID, HEADING, words)
    for message in filter(None, (post, thread)):
        assert refusal(message.to_wire()) is None
    return post, thread


def test_the_post_tells_the_totals_and_what_they_miss() -> None:
    post, _ = digest(TOTAL, PAGSMILE, PAYERMAX, NOT_USD, failure(provider_code="504"))
    assert render_message(post.to_wire()).split("\n") == [
        HEADING,
        "=" * len(HEADING),
        "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen",
        ":warning: The totals are incomplete: without PayBy.",
        ":warning: PayBy did not answer. Trying again may help.",
        "All figures as of 2026-11-21 01:45 UTC",
        ":thread: The 2 accounts behind these totals: in the thread.",
        "PayBy does not hold USD.",
        "For PayBy's support: code 504.",
        f"— means not reported by the provider. Reference {CORRELATION_ID}",
        "[Details]",
    ]
    assert post.plain_blocks == ()


def test_its_text_stands_alone() -> None:
    post, thread = digest(TOTAL, PAGSMILE, failure())
    assert post.text.split("\n") == [
        HEADING,
        "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
        "The totals are incomplete: without PayBy.",
        "PayBy did not answer. Trying again may help.",
    ]
    assert thread
    assert thread.text == f"{HEADING}: 1 account"


def test_the_thread_shows_the_accounts_as_an_answer_does() -> None:
    _, thread = digest(TOTAL, PAGSMILE)
    assert thread
    assert render_message(thread.to_wire()).split("\n") == [
        "Account             Available  Pending  Frozen",
        "---------------  ------------  -------  ------",
        "Pagsmile settle  USD 1,008.29        —       —",
    ]
    assert "• settle · USD 1,008.29 available" in render_message({"blocks": thread.plain_blocks})


def test_without_an_account_there_is_no_thread() -> None:
    post, thread = digest(report("payby"))
    assert thread is None
    assert "thread" not in render_message(post.to_wire())


def test_too_many_accounts_for_a_table_are_cut_and_counted() -> None:
    _, thread = digest(TOTAL, report("payby", *[balance("1")] * 500))
    assert thread
    assert thread.plain_blocks == ()
    assert "more accounts: ask for one currency or provider." in render_message(thread.to_wire())


def test_says_what_is_left_out_where_slack_takes_no_blocks_at_all() -> None:
    post, thread = digest(TOTAL, PAGSMILE, PAYERMAX)
    assert post.text_alone.split("\n")[2:] == [
        "All figures as of <!date^1795225538^{date_short_pretty} {time}|2026-11-21 01:45 UTC>",
        f"— means not reported by the provider. Reference `{CORRELATION_ID}`",
    ]
    assert thread
    assert thread.text_alone.startswith(f"{HEADING}: 2 accounts\nThe accounts are left out: ")


def test_has_no_button_where_nobody_may_press_it() -> None:
    post, _ = digest(TOTAL, PAGSMILE, words=None)
    assert "actions" not in [block["type"] for block in post.blocks]


def test_the_button_carries_the_channels_question() -> None:
    post, _ = digest(TOTAL, words="AED USD")
    actions: Any = post.blocks[-1]
    assert [button["value"] for button in actions["elements"]] == ["AED USD"]
