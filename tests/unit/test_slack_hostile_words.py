"""What a hostile provider cannot do: mention, link, reverse or format anything in an answer."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_slack.blocks import Message
from balance_slack.mrkdwn import code, escape
from tests.strategies import provider_answers
from tests.unit.blocks_cases import balance, failure, message, report, total

DATE = re.compile(r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ \d\d:\d\d UTC>")


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


def texts(rendered: Message) -> Iterator[str]:
    yield rendered.text
    for block in rendered.blocks:
        holders: Any = block.get("elements", [block.get("text")])
        for text in filter(None, holders):
            assert text["type"] == "plain_text" or text["verbatim"] is True
            yield text["text"]


def assert_harmless(rendered: Message) -> None:
    for text in texts(rendered):
        own_words = DATE.sub("", text)
        assert not set("<>") & set(own_words)
        assert re.findall(r"&(?!amp;|lt;|gt;)", own_words) == []
        assert {each for each in own_words if unicodedata.category(each).startswith("C")} <= {"\n"}


class TestAHostileProvider:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_cannot_mention_link_or_reverse_anything(self, text: str) -> None:
        rendered = message(
            total("1", None, None),
            report(text, balance("1", type=text, name=text), balance("1", type=text, number=text), account=text),
            report(text, account=text + "2"),
            failure(provider=text, account=text, message=text, provider_code=text, trace_id=text),
            failure(ErrorKind.CURRENCY_NOT_SUPPORTED, provider=text, account=text, currency="USD"),
        )
        assert_harmless(rendered)

    def test_has_its_words_shown_in_code_which_it_cannot_leave(self) -> None:
        (line,) = [
            text for text in texts(message(report("payby", balance("1", type="a`b*c*", name="d")))) if "•" in text
        ]
        assert "• `a'b*c*` `d` available" in line

    def test_does_not_get_its_words_into_the_plain_text(self) -> None:
        rendered = message(
            report("pagsmile", balance("1", type="canary", name="canary", number="canary")),
            failure(provider_code="canary", trace_id="canary"),
        )
        assert "canary" not in rendered.text
        assert str(rendered.blocks).count("canary") == 4

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


@given(st.lists(provider_answers(), max_size=6), st.lists(st.sampled_from(sorted(DECIMALS)), unique=True))
def test_slack_takes_every_answer_and_nothing_in_it_does_harm(answers: list[Any], currencies: list[str]) -> None:
    parts = [part for answer in answers for part in (*answer.reports, *answer.failures)]
    assert_harmless(message(*parts, *(total("-1", None, "0", currency=code) for code in currencies)))
