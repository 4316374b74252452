"""Every amount survives its way from a provider's text to Slack, and nothing else passes for one (see `make trust`)."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_core.models import BalanceReport, BalanceSummary, ProviderAnswer
from tests.money.documents import AS_OF, read_payermax
from tests.money.faces import faces
from tests.money.journey import mistakes
from tests.money.refusals import PLACES, Place, Spoilt, spoilt
from tests.money.world import Holding, World, new_world
from tests.money.written import SCALE, shown_units, units_of, written_as_number, written_as_string

RANDOM = st.randoms(use_true_random=False)
STAGES = [
    "providers' answers",
    "aggregator's answer",
    "aggregator's totals",
    "text for notifications",
    *(f"{figures} in {face.place}" for face in faces(BalanceSummary(AS_OF)) for figures in ("accounts", "totals")),
]


@settings(max_examples=100)
@given(RANDOM)
def test_no_digit_of_any_answer_is_wrong(random: Random) -> None:
    assert mistakes(new_world(random)) == []


@settings(max_examples=500)
@given(RANDOM)
def test_what_is_no_amount_is_refused_everywhere(random: Random) -> None:
    case = spoilt(random)
    assert not case.is_accepted, case


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_place_refuses_only_what_is_spoilt(place: Place) -> None:
    assert Spoilt(place, "nothing", "USD", "-12.50" if place.is_number else '"-12.50"').is_accepted


class TestTheJudge:
    """A judge that takes everything would prove nothing."""

    @pytest.mark.parametrize("difference", [1, -1, 10**SCALE])
    def test_sees_one_wrong_digit_at_every_stage(self, difference: int) -> None:
        world = new_world(Random(7))
        first, *others = world.holdings
        changed = Holding(first.currency, {**first.units, "available": first.units["available"] + difference})
        found = mistakes(replace(world, holdings=(changed, *others)))
        assert [text.partition(":")[0] for text in found] == STAGES

    def test_sees_an_amount_that_is_missing_or_too_many(self) -> None:
        world = new_world(Random(7))
        first, *others = world.holdings
        assert mistakes(replace(world, holdings=tuple(others)))
        assert mistakes(replace(world, holdings=(first, first, *others)))
        assert mistakes(replace(world, holdings=(Holding(first.currency, {**first.units, "pending": 0}), *others)))

    def test_sees_a_known_zero_that_is_missing_in_a_sum(self) -> None:
        balances = read_payermax([("SETTLE", "USD", "5000.00"), ("FREEZE", "USD", "0.00")])
        answer = ProviderAnswer("payermax", AS_OF, ("main",), (BalanceReport("payermax", "main", tuple(balances)),))
        settled, frozen = Holding("USD", {"pending": 5000 * 10**SCALE}), Holding("USD", {"frozen": 0})
        assert mistakes(World((answer,), (settled, frozen), include_zero=False)) == []
        found = mistakes(World((answer,), (settled, Holding("USD", {})), include_zero=False))
        assert "aggregator's totals" in {text.partition(":")[0] for text in found}

    @pytest.mark.parametrize(
        "text", ["1.5", "1.500", "01.00", "-0.00", "+1.00", "1,000.00", "1e3", "1_0.00", "", "\uff11.00", "1.00\n"]
    )
    def test_takes_only_house_style(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"decimal|useless"):
            units_of(text, "USD")

    @pytest.mark.parametrize("text", ["1000.00", "1,00.00", "1,0000.00", ",100.00", "1,000.000,1", "1,000,.00"])
    def test_takes_only_thousands_separators(self, text: str) -> None:
        with pytest.raises(ValueError, match="thousands"):
            shown_units(text, "USD")

    def test_knows_the_decimals_of_every_kind_of_currency(self) -> None:
        worth = {"JPY": "-1", "USD": "-1.00", "KWD": "-1.000", "CLF": "-1.0000"}
        assert {units_of(text, currency) for currency, text in worth.items()} == {-(10**SCALE)}
        assert shown_units("1,234.005", "USD") == 1_234_005 * 10 ** (SCALE - 3)


class TestTheAmounts:
    def test_are_worth_what_they_say(self) -> None:
        random = Random(7)
        for written in [make(random) for make in (written_as_number, written_as_string) for _ in range(2000)]:
            assert Fraction(written.text) == Fraction(written.units, 10**SCALE), written

    def test_have_every_shape_that_matters(self) -> None:
        random = Random(7)
        numbers = [written_as_number(random) for _ in range(5000)]
        strings = [written_as_string(random) for _ in range(5000)]
        assert any(written.text.startswith("-0") and written.units == 0 for written in numbers)
        assert any("E+" in written.text for written in numbers)
        assert any("e-" in written.text for written in numbers)
        assert max(abs(written.units) for written in numbers) == 10 ** (24 + SCALE)
        assert min(written.units for written in strings) < -(10 ** (23 + SCALE))
        assert any(written.text.startswith("00") for written in strings)
        assert any(written.text.endswith("000") and "." in written.text for written in strings)
        assert any(abs(written.units) % 10 for written in strings)
