"""The rendered answer: what a person reads, what Slack would refuse, what a hostile provider cannot do, what is cut."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_slack.blocks import Message, render
from balance_slack.limits import SECTION_CHARACTERS, cut, pieces
from balance_slack.mrkdwn import code, escape
from tests.local.rendering import render_message
from tests.local.simulators.slack_limits import refusal
from tests.strategies import provider_answers

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
CORRELATION_ID = "9f2c4e1ab07d3c55"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)
DATE = re.compile(r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ \d\d:\d\d UTC>")


def money(amount: str | None, currency: str = "USD") -> Money | None:
    return None if amount is None else Money(Decimal(amount), currency)


def balance(*amounts: str | None, currency: str = "USD", as_of: datetime = AS_OF, **account: Any) -> Balance:
    """A balance of `available, pending, frozen`, in an account of the type DISBURSEMENT unless told otherwise."""
    available, pending, frozen = (money(amount, currency) for amount in (*amounts, None, None, None)[:3])
    return Balance(Account(**{"type": "DISBURSEMENT", **account}), currency, as_of, available, pending, frozen)


def total(*amounts: str | None, currency: str = "USD") -> BalanceTotal:
    return BalanceTotal(currency, *(money(amount, currency) for amount in amounts))


def failure(kind: ErrorKind = ErrorKind.TIMEOUT, message: str = "did not answer", **rest: Any) -> Failure:
    return Failure(kind, message, CORRELATION_ID, **{"provider": "payby", "account": "main", **rest})


def summary(*parts: BalanceReport | BalanceTotal | Failure) -> BalanceSummary:
    return BalanceSummary(
        AS_OF,
        totals=tuple(part for part in parts if isinstance(part, BalanceTotal)),
        reports=tuple(part for part in parts if isinstance(part, BalanceReport)),
        failures=tuple(part for part in parts if isinstance(part, Failure)),
    )


def report(provider: str, *balances: Balance, account: str = "main") -> BalanceReport:
    return BalanceReport(provider, account, balances)


def message(*parts: BalanceReport | BalanceTotal | Failure) -> Message:
    rendered = render(summary(*parts), NAMES, CORRELATION_ID)
    assert refusal(rendered.to_wire()) is None
    return rendered


def shown(*parts: BalanceReport | BalanceTotal | Failure) -> str:
    """What a person reads."""
    return render_message(message(*parts).to_wire())


TOTAL = total("1784.63", "9248.93", "11.41")
PAGSMILE = report("pagsmile", balance("1008.29", type="settle"))
PAYERMAX = report("payermax", balance("776.34", "9248.93", "11.41"))
NOT_USD = failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not support it", currency="USD", provider_code="78001")


class TestTheAnswer:
    def test_reads_at_a_glance(self) -> None:
        assert shown(TOTAL, PAGSMILE, PAYERMAX, NOT_USD).split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "-" * 72,
            "Pagsmile · as of 2026-11-21 01:45 UTC",
            "• settle available USD 1,008.29 · pending — · frozen —",
            "PayerMax · as of 2026-11-21 01:45 UTC",
            "• DISBURSEMENT available USD 776.34 · pending USD 9,248.93 · frozen USD 11.41",
            "PayBy does not hold USD.",
            f"— means not reported by the provider. Reference {CORRELATION_ID}",
        ]

    def test_has_a_text_that_stands_alone(self) -> None:
        assert message(TOTAL, PAGSMILE, failure(provider_code="504", trace_id="375099")).text.split("\n") == [
            "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41",
            "The totals are incomplete: without PayBy.",
            "PayBy did not answer.",
        ]

    def test_never_shows_unknown_as_zero(self) -> None:
        text = shown(total("0", None, "0"), report("payby", balance("0.00", None, "0")))
        assert text.count("available USD 0.00 · pending — · frozen USD 0.00") == 2
        assert "— means not reported" in text

    def test_explains_the_dash_only_where_there_is_one(self) -> None:
        assert "—" not in shown(TOTAL, PAYERMAX)

    def test_groups_accounts_by_provider_and_names_them_where_there_are_several(self) -> None:
        text = shown(
            report("payermax", balance("1"), account="main"),
            PAGSMILE,
            report("payermax", balance("2", name="Shop", number="17"), account="uae"),
            report("pagsmile", balance("3", number="17")),
        )
        assert re.findall(r"^(PayerMax|Pagsmile|• .*?) (?:·|available)", text, re.MULTILINE) == [
            *("PayerMax", "• main DISBURSEMENT", "• uae DISBURSEMENT Shop"),
            *("Pagsmile", "• settle", "• DISBURSEMENT 17"),
        ]

    def test_states_each_time_where_they_differ(self) -> None:
        text = shown(report("payermax", balance("1"), balance("2", as_of=AS_OF - timedelta(minutes=1))))
        assert "PayerMax\n" in text
        assert "• DISBURSEMENT available USD 1.00 · pending — · frozen — · as of 2026-11-21 01:45 UTC" in text
        assert "available USD 2.00 · pending — · frozen — · as of 2026-11-21 01:44 UTC" in text

    def test_shows_times_in_the_readers_own_time_zone(self) -> None:
        wire = str(message(PAGSMILE).blocks)
        assert f"<!date^{int(AS_OF.timestamp())}^{{date_short_pretty}} {{time}}|2026-11-21 01:45 UTC>" in wire

    def test_shows_an_unknown_provider_by_its_id(self) -> None:
        assert "wise · as of" in shown(report("wise", balance("1")))

    def test_can_have_a_heading(self) -> None:
        rendered = render(summary(TOTAL), NAMES, CORRELATION_ID, heading="Balances")
        assert render_message(rendered.to_wire()).startswith("Balances\n=====")
        assert rendered.text.startswith("Balances\nTotal USD")
        assert refusal(rendered.to_wire()) is None

    def test_of_text_alone_has_no_blocks(self) -> None:
        assert Message("text").to_wire() == {"text": "text"}


class TestWhatIsMissing:
    def test_is_told_with_everything_that_support_needs(self) -> None:
        text = shown(failure(message="did not answer: try again.", provider_code="504", trace_id="375099"))
        line = "PayBy did not answer: try again. For its support: code 504 and trace 375099."
        assert f":warning: {line}" in text
        assert f"Reference {CORRELATION_ID}" in text
        assert text.startswith("No balance could be read.")

    def test_is_told_once_for_the_same_reason(self) -> None:
        outages = [failure(currency=code, trace_id=f"t{index}") for index, code in enumerate(sorted(DECIMALS)[:10])]
        text = shown(*outages, failure(ErrorKind.UNAVAILABLE, "is down", account=None))
        places = "AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, 2 more"
        assert f"PayBy ({places}) did not answer. For its support: trace t0, trace t1 and trace t2." in text
        assert ":warning: PayBy is down.\n" in text

    def test_names_the_account_where_there_are_several(self) -> None:
        text = shown(
            report("payby", balance("1"), account="main"),
            failure(account="uae", currency="AED"),
            failure(ErrorKind.CURRENCY_NOT_SUPPORTED, account="ksa", currency="SAR"),
            report("payby", account="egy"),
        )
        assert "PayBy (account uae, AED) did not answer." in text
        assert "PayBy, account ksa, does not hold SAR." in text
        assert "PayBy, account egy: nothing but zero." in text

    @pytest.mark.parametrize(
        ("parts", "sentence"),
        [
            ([failure()], "The totals are incomplete: without PayBy."),
            ([failure(), failure(provider="wise")], "The totals are incomplete: without PayBy and wise."),
            ([failure(provider="pagsmile")], "The totals are incomplete: with only a part of Pagsmile."),
            (
                [failure(provider="pagsmile"), failure()],
                "The totals are incomplete: without PayBy and with only a part of Pagsmile.",
            ),
        ],
    )
    def test_is_said_beside_the_totals(self, parts: list[Failure], sentence: str) -> None:
        assert f":warning: {sentence}\n" in shown(TOTAL, PAGSMILE, *parts)

    def test_is_no_alarm_when_a_currency_is_not_held(self) -> None:
        text = shown(TOTAL, PAGSMILE, NOT_USD, failure(NOT_USD.kind, currency=None))
        assert ":warning:" not in text
        assert "incomplete" not in text
        assert "PayBy does not hold USD or that currency." in text

    def test_is_not_money_where_a_provider_has_nothing_but_zero(self) -> None:
        text = shown(report("payby"))
        assert text.startswith("No balance other than zero.")
        assert "\nPayBy: nothing but zero.\n" in text

    def test_of_the_whole_question_needs_no_provider(self) -> None:
        refused = failure(ErrorKind.INVALID_REQUEST, "currencies[0]: no", provider=None, account=None)
        assert "The question cannot be asked: currencies[0]: no.\n" in shown(refused)
        absurd = failure(ErrorKind.BAD_RESPONSE, "USD cannot be summed", provider=None, account=None)
        text = shown(total(None, None, None), PAGSMILE, absurd)
        assert ":warning: USD cannot be summed.\n" in text
        assert "incomplete" not in text


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


class TestALongAnswer:
    @pytest.mark.parametrize("size", [0, 1, 40, 60, 61, 100, 5000])
    def test_is_cut_between_accounts_and_says_so(self, size: int) -> None:
        text = shown(TOTAL, report("payermax", *(balance(str(number)) for number in range(size))))
        lines = re.findall(r"• .* available USD ([\d,]+)\.00", text)
        assert [int(line.replace(",", "")) for line in lines] == list(range(len(lines)))
        left = re.findall(r"… and ([\d,]+) more accounts?: ask for one currency or provider\.", text)
        assert len(lines) + sum(int(number.replace(",", "")) for number in left) == size
        assert len(lines) >= min(size, 40)

    def test_cuts_every_provider_and_hides_none(self) -> None:
        text = shown(TOTAL, *(report(f"p{number}", *[balance("1")] * 1000) for number in range(9)), PAGSMILE)
        assert len(re.findall(r"^p\d · as of", text, re.MULTILINE)) == 9
        assert len(re.findall(r"… and \d+ more accounts: ask", text)) == 9
        assert "• settle available USD 1,008.29" in text

    def test_gives_a_long_provider_the_room_that_short_ones_leave(self) -> None:
        alone = shown(report("payermax", *[balance("1")] * 1000)).count("•")
        last = shown(PAGSMILE, report("payby", balance("1")), report("payermax", *[balance("1")] * 1000)).count("•")
        assert last >= alone - 6

    def test_counts_one_in_the_singular(self) -> None:
        assert "… and 1 more failure." in shown(*(failure(message=f"{number} {'x' * 380}") for number in range(7)))

    def test_of_a_hundred_providers_says_how_many_are_left_out(self) -> None:
        text = shown(*(report(f"p{number}", balance("1")) for number in range(100)))
        assert "… and 70 more providers: ask for one." in text

    def test_shows_the_totals_of_sixty_currencies(self) -> None:
        currencies = sorted(DECIMALS)[:60]
        text = shown(*(total("1234567.89", "0", None, currency=code) for code in currencies if DECIMALS[code] == 2))
        assert "more currenc" not in text

    def test_of_every_currency_says_how_many_are_left_out(self) -> None:
        rendered = message(*(total("1" * 30, "1" * 30, "1" * 30, currency=code) for code in DECIMALS))
        for text in (rendered.text, render_message(rendered.to_wire())):
            (left,) = re.findall(r"… and (\d+) more currencies: ask for one\.", text)
            assert text.count("Total") + int(left) == len(DECIMALS)

    def test_of_outages_says_how_many_are_left_out(self) -> None:
        rendered = message(TOTAL, *(failure(provider=f"p{number}", trace_id="t" * 64) for number in range(500)))
        assert re.search(r"… and \d+ more failures\.", rendered.text)
        assert re.search(r"… and \d+ more failures\.", render_message(rendered.to_wire()))
        assert "without p0, p1, p2, p3, p4, p5, p6, p7 and 492 more." in rendered.text

    def test_of_quiet_lines_says_how_many_are_left_out(self) -> None:
        assert re.search(r"… and \d+ more notes\.", shown(*(report(f"p{number}") for number in range(100))))


LINES = st.lists(st.integers(0, 40).map("x".__mul__), max_size=30)


@given(LINES, st.integers(10, 400))
def test_a_cut_keeps_the_beginning_and_counts_the_rest(lines: list[str], room: int) -> None:
    kept = cut(lines, room, lambda left: f"{left} more")
    assert len("".join(f"{line}\n" for line in kept)) <= room
    if kept != lines:
        assert kept[:-1] == lines[: len(kept) - 1]
        assert kept[-1] == f"{len(lines) - len(kept) + 1} more"
        longer = [*lines[: len(kept)], f"{len(lines) - len(kept)} more"]
        assert len("".join(f"{line}\n" for line in longer)) > room or len(kept) == len(lines)


@given(st.lists(st.integers(1, SECTION_CHARACTERS).map("x".__mul__), max_size=20))
@example(["x" * (SECTION_CHARACTERS // 2)] * 2)
def test_pieces_hold_every_line_in_as_few_sections_as_possible(lines: list[str]) -> None:
    texts = pieces(lines)
    assert "\n".join(texts).split("\n") == (lines or [""])
    assert all(len(text) <= SECTION_CHARACTERS for text in texts)
    for text, following in pairwise(texts):
        assert len(text) + 1 + len(following.partition("\n")[0]) > SECTION_CHARACTERS


@given(st.lists(provider_answers(), max_size=6), st.lists(st.sampled_from(sorted(DECIMALS)), unique=True))
def test_slack_takes_every_answer_and_nothing_in_it_does_harm(answers: list[Any], currencies: list[str]) -> None:
    parts = [part for answer in answers for part in (*answer.reports, *answer.failures)]
    assert_harmless(message(*parts, *(total("-1", None, "0", currency=code) for code in currencies)))
