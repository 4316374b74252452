"""What is said without balances: help, mistakes, acknowledgements, and that no answer may come."""

from collections.abc import Callable

import pytest

from balance_core.currencies import DECIMALS
from balance_slack.commands import Ask, Mistake, parse
from balance_slack.names import read_names
from balance_slack.replies import asking_text, help_text, mistake_text, no_answer_text, not_started_text, outdated_text

NAMES = read_names("pagsmile=Pagsmile,payby=PayBy,payermax=PayerMax,wise=Wise Business")
CORRELATION_ID = "9f2c4e1ab07d3c55"


class TestWhatIsSaid:
    def test_help_shows_commands_that_work(self) -> None:
        text = help_text(NAMES, "<@U0ADMIN0001>")
        examples = [command for command in text.split("`")[1::2] if command.startswith("/balance")]
        assert len(examples) == 6
        for command in examples:
            assert isinstance(parse(command.removeprefix("/balance"), NAMES), Ask)
        assert "Pagsmile, PayBy, PayerMax and Wise Business" in text

    def test_help_fits_one_screen_and_shows_the_other_ways(self) -> None:
        lines = help_text(NAMES, "<@U0ADMIN0001>").splitlines()
        assert len(lines) <= 10
        assert max(map(len, lines)) <= 130
        assert all(any(word in line for line in lines) for word in ("Refresh", "Details", "Share", "Home", "pending"))
        assert lines[-1].endswith("Ask <@U0ADMIN0001>.")

    def test_help_promises_sharing_only_where_it_is_allowed(self) -> None:
        (line,) = [line for line in help_text(NAMES, "Ada").splitlines() if "Share to channel" in line]
        assert "where that is allowed" in line

    def test_help_about_many_providers_fits_one_section(self) -> None:
        assert len(help_text({f"p{n}": f"{n:02}" + "n" * 38 for n in range(60)}, "n" * 80)) <= 3000

    def test_a_button_that_is_not_understood_any_more_repeats_its_question_harmlessly(self) -> None:
        text = outdated_text("USD <!here>`")
        assert "`USD &lt;!here&gt;'`" in text
        assert "Nothing was asked" in text
        assert len(outdated_text("x" * 2000)) < 400

    @pytest.mark.parametrize("said", [not_started_text, no_answer_text])
    def test_what_has_no_answer_names_the_contact_and_the_reference(self, said: Callable[[str, str], str]) -> None:
        text = said(CORRELATION_ID, "<@U0ADMIN0001>")
        assert f"again, give <@U0ADMIN0001> the reference `{CORRELATION_ID}`" in text
        assert "try again in a minute" in text

    def test_nobody_is_told_that_no_answer_comes_when_one_may(self) -> None:
        assert "may not come" in not_started_text(CORRELATION_ID, "<@U0ADMIN0001>")

    def test_a_mistake_names_the_word_and_what_may_have_been_meant(self) -> None:
        meant = parse("uds <!here>`", NAMES)
        assert isinstance(meant, Mistake)
        text = mistake_text(meant)
        assert "`uds` is neither a currency nor a provider here. Did you mean `USD`?" in text
        assert "`&lt;!here&gt;'` is neither" in text
        assert "/balance help" in text

    @pytest.mark.parametrize(
        ("ask", "text"),
        [
            (Ask(), "Asking Pagsmile, PayBy, PayerMax and Wise Business… (reference `9f2c4e1ab07d3c55`)"),
            (Ask(("AED", "USD"), ("payby",)), "Asking PayBy about AED and USD… (reference `9f2c4e1ab07d3c55`)"),
        ],
    )
    def test_an_acknowledgement_says_who_is_asked_about_what(self, ask: Ask, text: str) -> None:
        assert asking_text(ask, NAMES, CORRELATION_ID) == text

    def test_an_acknowledgement_stays_short(self) -> None:
        text = asking_text(Ask(tuple(sorted(DECIMALS))), NAMES, CORRELATION_ID)
        assert f"and {len(DECIMALS) - 20} more…" in text
        assert len(text) < 300
