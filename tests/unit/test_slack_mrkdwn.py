"""Foreign words cannot mention, link, format or reverse anything."""

import pytest

from balance_slack.view.details import details_view
from balance_slack.view.mrkdwn import code, escape, literal, mention
from tests.rendering.judge import texts
from tests.unit.slack_cases import answer, balance, failure, message, report


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain", "plain"), ("a & b", "a &amp; b"), ("0123456789", "0123456789"), ("01234567890", "012345678…"),
        ("012345678&", "012345678…"), ("01234&&", "01234…"), ("<<<", "&lt;&lt;…"), ("a`b", "a'b"),
        ("\u202e\x00", "(unreadable)"), (" a \n b ", "a b"), ("حساب", "حساب"),
    ],
)  # fmt: skip
def test_text_is_escaped_on_one_line_and_cut_outside_an_escape(text: str, escaped: str) -> None:
    assert escape(text, 10) == escaped
    assert code(text, 10) == f"`{escaped}`"


@pytest.mark.parametrize("name", ["a & b <c>", "&amp;", "<!channel>"])
def test_a_table_cell_shows_text_as_it_is_because_slack_formats_nothing_there(name: str) -> None:
    rendered = message(report(name, balance("1")), report("payby", balance("1")), currencies=("USD",))
    assert [node["text"] for node in texts(rendered.blocks[-1]) if name in node["text"]] == [name]
    assert f"• {escape(name)}:" in str(rendered.plain_blocks)
    assert literal(name, 100) == name


def test_a_providers_words_are_in_the_details_only() -> None:
    parts = (
        report("pagsmile", balance("1", type="canary", name="canary", number="canary")),
        failure(provider_code="canary", trace_id="canary"),
    )
    assert "canary" not in str(message(*parts))
    assert str(details_view(answer(*parts))).count("`canary`") == 5


@pytest.mark.parametrize(
    ("slack_id", "shown"),
    [
        ("U0123ABCD", "<@U0123ABCD>"),
        ("W9ABC", "<@W9ABC>"),
        ("C0123ABCD", "<#C0123ABCD>"),
        ("G0123ABCD", "<#G0123ABCD>"),
        *(
            (text, None)
            for text in ("D0123ABCD", "USER", "U0123|x", "u0123abcd", "U0123ABCD\n", "*", "", "U" * 30 + "1")
        ),
    ],
)
def test_only_the_id_of_a_person_or_channel_becomes_a_mention(slack_id: str, shown: str | None) -> None:
    assert mention(slack_id) == shown
