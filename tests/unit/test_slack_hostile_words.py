"""What a hostile provider cannot do: mention, link, reverse or format anything in an answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import BalanceReport, BalanceTotal, Failure
from balance_slack.mrkdwn import code, escape, literal, mention
from tests.rendering.faces import faces
from tests.rendering.judge import odd_characters, refused, text_dangers, texts
from tests.strategies import provider_answers
from tests.unit.blocks_cases import balance, failure, message, report, summary, total

HOSTILE = [
    "<!channel>",
    "<@U0123456789>",
    "<https://evil.example|Your bank>",
    "&lt;!here&gt; & co",
    "`*bold*` _it_ ~no~",
    "line\nbreak\r\x85\u2028tab\t",
    "\x00\x07\x1b[31m\x9b",
    "\u202eDSU 1\u202c \u2066x\u2069 \u200f\u200e\u061c\u200b\ufeff",
    "x" * 10_000,
    "<" * 10_000,
    "\u202e",
    " ",
    "حساب التسوية",
]


def assert_harmless(*parts: BalanceReport | BalanceTotal | Failure) -> None:
    for face in faces(summary(*parts)):
        assert refused(face) == []
        assert text_dangers(face.text) == []
        for node in texts(face.blocks):
            is_literal = node["type"] in ("text", "raw_text")
            assert (odd_characters if is_literal else text_dangers)(node["text"]) == []


class TestAHostileProvider:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_cannot_mention_link_or_reverse_anything(self, text: str) -> None:
        assert_harmless(
            total("1", None, None),
            report(text, balance("1", type=text, name=text), balance("1", type=text, number=text), account=text),
            report(text, account=text + "2"),
            failure(provider=text, account=text, message=text, provider_code=text, trace_id=text),
            failure(ErrorKind.CURRENCY_NOT_SUPPORTED, provider=text, account=text, currency="USD"),
        )

    def test_has_its_words_shown_in_code_which_it_cannot_leave(self) -> None:
        rendered = message(report("payby", balance("1", type="a`b*c*", name="d")))
        (line,) = [node["text"] for node in texts(rendered.plain_blocks) if "•" in node["text"]]
        assert "• `a'b*c*` `d` · *USD\xa01.00* available" in line
        assert [node["text"] for node in texts(rendered.blocks) if node.get("style") == {"code": True}] == [
            "a`b*c*",
            "d",
        ]

    def test_does_not_get_its_words_into_the_plain_text(self) -> None:
        rendered = message(
            report("pagsmile", balance("1", type="canary", name="canary", number="canary")),
            failure(provider_code="canary", trace_id="canary"),
        )
        assert "canary" not in rendered.text
        assert str(rendered.blocks).count("canary") == 4
        assert str(rendered.plain_blocks).count("canary") == 4

    @pytest.mark.parametrize("text", ["a & b <c>", "&amp;", "<!channel>", "https://evil.example"])
    def test_is_shown_to_the_letter_in_a_table_which_reads_no_formatting(self, text: str) -> None:
        rendered = message(report("payby", balance("1", type=text, label=text)))
        assert [node["text"] for node in texts(rendered.blocks) if text in node["text"]] == [f" · {text}", text]
        assert literal(text, 100) == text

    @pytest.mark.parametrize(
        ("text", "escaped"),
        [
            ("plain", "plain"),
            ("a & b", "a &amp; b"),
            ("0123456789", "0123456789"),
            ("01234567890", "012345678…"),
            ("012345678&", "012345678…"),
            ("01234&&", "01234…"),
            ("<<<", "&lt;&lt;…"),
            ("\u202e\x00", "(unreadable)"),
            (" a \n b ", "a b"),
        ],
    )
    def test_has_long_words_cut_and_never_inside_an_escape(self, text: str, escaped: str) -> None:
        assert escape(text, 10) == escaped

    def test_cannot_empty_a_code_span(self) -> None:
        assert code("\u200b") == "`(unreadable)`"


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
def test_only_ids_become_mentions(slack_id: str, shown: str | None) -> None:
    assert mention(slack_id) == shown


@settings(max_examples=40)
@given(st.lists(provider_answers(), max_size=6), st.lists(st.sampled_from(sorted(DECIMALS)), unique=True))
def test_slack_takes_every_answer_and_nothing_in_it_does_harm(answers: list[Any], currencies: list[str]) -> None:
    parts = [part for answer in answers for part in (*answer.reports, *answer.failures)]
    assert_harmless(*parts, *(total("-1", None, "0", currency=code) for code in currencies))
