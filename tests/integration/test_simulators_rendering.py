"""What a person reads in the terminal for a Block Kit message."""

from typing import Any

import pytest

from tests.local.mrkdwn import read_mrkdwn
from tests.local.rendering import render_message, render_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def raw(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


BUTTON = {"type": "button", "text": plain("Refresh"), "action_id": "refresh"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("*bold* _italic_ ~struck~ and *_both_*", "bold italic struck and both"),
        ("2*3*4, snake_case_name, a ~ b ~ c, * not *", "2*3*4, snake_case_name, a ~ b ~ c, * not *"),
        ("*USD 1.00*, (*x*): *y*", "USD 1.00, (x): y"),
        ("`*code* &lt;b&gt;` and ```\n*more*\n```", "*code* <b> and *more*"),
        ("as of <!date^1795225538^{date_short} {time}|2026-11-21 01:45 UTC>", "as of 2026-11-21 01:45 UTC"),
        ("<!date^1^{date}^https://example.com|then>", "then"),
        ("<https://example.com/a?b=1&amp;c=2|the label>", "the label (https://example.com/a?b=1&c=2)"),
        ("<https://example.com>", "https://example.com"),
        ("<@U1> <@U1|dana> <#C1|finance> <!channel> <!subteam^S1>", "@U1 @dana #finance @channel <!subteam^S1>"),
        ("A &amp; B &lt;C&gt; &amp;lt;", "A & B <C> &lt;"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("", ""),
    ],
)
def test_mrkdwn_reads_as_plain_text(text: str, read: str) -> None:
    assert read_mrkdwn(text) == read


def test_without_blocks_the_text_is_shown() -> None:
    assert render_message({"text": "*USD* &amp; more"}) == "USD & more"
    assert render_message({"text": "x", "blocks": []}) == "x"
    assert render_message({}) == ""


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "header", "text": plain("Balances &amp; more")}, ["Balances & more", "==============="]),
        ({"type": "section", "text": mrkdwn("*PayBy*\nok")}, ["PayBy", "ok"]),
        ({"type": "section", "text": mrkdwn("x"), "accessory": BUTTON}, ["x", "[Refresh]"]),
        (
            {"type": "section", "fields": [mrkdwn("*Available*\nUSD 1.00"), mrkdwn("*Frozen*\n-"), mrkdwn("third")]},
            ["Available  Frozen", "USD 1.00   -", "third"],
        ),
        (
            {"type": "context", "elements": [mrkdwn("_one_"), {"type": "image", "alt_text": "logo"}, plain("two")]},
            ["one  [logo]  two"],
        ),
        ({"type": "divider"}, ["-" * 72]),
        ({"type": "actions", "elements": [BUTTON, BUTTON | {"text": plain("More")}]}, ["[Refresh] [More]"]),
        ({"type": "image", "alt_text": "a chart", "image_url": "https://example.com"}, ["[a chart]"]),
        (rich({"type": "text", "text": "at "}, {"type": "emoji", "name": "warning"}), ["at :warning:"]),
        ({"type": "video"}, ["(video block)"]),
    ],
)
def test_each_block_has_its_lines(block: dict[str, Any], lines: list[str]) -> None:
    assert render_message({"text": "fallback", "blocks": [block]}) == "\n".join(lines)


def test_a_view_shows_its_title_and_blocks() -> None:
    blocks = [{"type": "section", "text": mrkdwn("*x*")}, {"type": "actions", "elements": [BUTTON]}]
    assert render_view({"type": "modal", "title": plain("Details"), "blocks": blocks}).split("\n") == [
        "Details",
        "=======",
        "x",
        "[Refresh]",
    ]
    assert render_view({"type": "home", "blocks": blocks}) == "x\n[Refresh]"


def test_an_account_cell_reads_as_one_line() -> None:
    words: list[dict[str, Any]] = [
        {"type": "text", "text": "PayerMax", "style": {"bold": True}},
        {"type": "text", "text": " · Payouts "},
        {"type": "text", "text": "DISBURSEMENT", "style": {"code": True}},
    ]
    block = {"type": "table", "rows": [[raw("Account"), raw("Available")], [rich(*words), raw("USD 1.00")]]}
    assert "PayerMax · Payouts DISBURSEMENT  USD 1.00" in render_message({"text": "x", "blocks": [block]})


def test_the_columns_of_a_table_are_aligned() -> None:
    block = {
        "type": "table",
        "column_settings": [None, {"align": "right"}],
        "rows": [
            [raw("Provider"), raw("Available"), raw("Note")],
            [raw("PayBy"), raw("897,993.88"), rich({"type": "text", "text": "a &amp; *b*"})],
            [raw("支付 A"), raw("0.59"), raw("two\nlines")],
        ],
    }
    assert render_message({"text": "x", "blocks": [block]}).split("\n") == [
        "Provider   Available  Note",
        "--------  ----------  -----------",
        "PayBy     897,993.88  a &amp; *b*",
        "支付 A          0.59  two lines",
    ]


def test_a_data_table_shows_its_caption_and_numbers() -> None:
    rows = [[raw("Currency"), raw("Sum")], [raw("USD"), {"type": "raw_number", "value": 5}], [raw("EUR")]]
    block = {"type": "data_table", "caption": "Totals", "rows": rows}
    expected = ["Totals", "Currency  Sum", "--------  ---", "USD       5", "EUR"]
    assert render_message({"text": "x", "blocks": [block]}).split("\n") == expected


def test_a_chart_shows_its_points() -> None:
    points = [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2}]
    line = {"type": "line", "series": [{"name": "USD", "data": points}]}
    pie = {"type": "pie", "segments": points}
    blocks = [{"type": "data_visualization", "title": "Week", "chart": chart} for chart in (line, pie)]
    expected = ["Week (line chart)", "USD: Mon 1, Tue 2", "Week (pie chart)", "Mon 1, Tue 2"]
    assert render_message({"text": "x", "blocks": blocks}).split("\n") == expected
