"""A long answer stays within Slack's limits, is cut between lines, and says what it leaves out."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balance_core.currencies import DECIMALS
from balance_slack.limits import SECTION_CHARACTERS, Lines, cut, pieces
from tests.local.rendering import render_message
from tests.unit.blocks_cases import NAMES, PAGSMILE, TOTAL, balance, failure, message, plain, report, shown, total


class TestALongAnswer:
    @pytest.mark.parametrize("size", [0, 1, 40, 60, 61, 100, 5000])
    def test_is_cut_between_accounts_and_says_so(self, size: int) -> None:
        text = plain(TOTAL, report("payermax", *(balance(str(number)) for number in range(size))))
        lines = re.findall(r"• .* USD ([\d,]+)\.00 available", text)
        assert [int(line.replace(",", "")) for line in lines] == list(range(len(lines)))
        left = re.findall(r"… and ([\d,]+) more accounts?: ask for one currency or provider\.", text)
        assert len(lines) + sum(int(number.replace(",", "")) for number in left) == size
        assert len(lines) >= min(size, 40)

    def test_cuts_every_provider_and_hides_none(self) -> None:
        text = shown(TOTAL, *(report(f"p{number}", *[balance("1")] * 1000) for number in range(9)), PAGSMILE)
        assert len(re.findall(r"^p\d · as of", text, re.MULTILINE)) == 9
        assert len(re.findall(r"… and \d+ more accounts: ask", text)) == 9
        assert "• settle · USD 1,008.29 available" in text

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_gives_a_long_provider_the_room_that_short_ones_leave(self, place: int) -> None:
        alone = plain(report("payermax", *[balance("1")] * 1000)).count("•")
        reports = [PAGSMILE, report("payby", balance("1"))]
        reports.insert(place, report("payermax", *[balance("1")] * 1000))
        text = plain(*reports)
        assert text.count("•") >= alone - 6
        titles = re.findall(r"^(Pagsmile|PayBy|PayerMax) · as of", text, re.MULTILINE)
        assert titles == [NAMES[each.provider] for each in reports]

    def test_counts_one_in_the_singular(self) -> None:
        assert "… and 1 more failure." in shown(*(failure(message=f"{number} {'x' * 380}") for number in range(7)))

    def test_of_a_hundred_providers_says_how_many_are_left_out(self) -> None:
        text = plain(*(report(f"p{number}", balance("1")) for number in range(100)))
        assert "… and 70 more providers: ask for one." in text

    def test_shows_the_totals_of_sixty_currencies(self) -> None:
        currencies = sorted(DECIMALS)[:60]
        text = shown(*(total("1234567.89", "0", None, currency=code) for code in currencies if DECIMALS[code] == 2))
        assert "more currenc" not in text

    def test_of_every_currency_says_how_many_are_left_out(self) -> None:
        rendered = message(*(total("1" * 30, "1" * 30, "1" * 30, currency=code) for code in DECIMALS))
        for text in (rendered.text, render_message(rendered.to_wire())):
            (left,) = re.findall(r"… and (\d+) more currencies: ask for one\.", text)
            assert text.count("available") + int(left) == len(DECIMALS)

    def test_gives_up_the_marks_before_it_leaves_out_a_currency(self) -> None:
        currencies = [code for code in sorted(DECIMALS) if DECIMALS[code] == 2][:60]
        text = shown(*(total("1234567.89", "9248.93", "11.41", currency=code) for code in currencies))
        assert ":lock:" not in text
        assert text.count(" frozen") == 60
        few = shown(*(total("1234567.89", "9248.93", "11.41", currency=code) for code in currencies[:40]))
        assert few.count(":lock:") == 40

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


def test_a_cut_makes_no_line_that_nobody_sees() -> None:
    made: list[int] = []

    def line(number: int) -> str:
        made.append(number)
        return "x" * 9

    assert cut(Lines(line, range(5000)), 100, lambda left: f"{left} more") == ["x" * 9] * 9 + ["4991 more"]
    assert made == list(range(11))


@given(st.lists(st.integers(1, SECTION_CHARACTERS).map("x".__mul__), max_size=20))
@example(["x" * (SECTION_CHARACTERS // 2)] * 2)
def test_pieces_hold_every_line_in_as_few_sections_as_possible(lines: list[str]) -> None:
    texts = pieces(lines)
    assert "\n".join(texts).split("\n") == (lines or [""])
    assert all(len(text) <= SECTION_CHARACTERS for text in texts)
    for text, following in pairwise(texts):
        assert len(text) + 1 + len(following.partition("\n")[0]) > SECTION_CHARACTERS
