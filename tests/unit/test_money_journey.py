"""No digit of an amount changes between a provider's text and Slack, and nothing else passes for an amount.

`make trust` does the same at length.
"""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.money.journey import mistakes
from tests.money.refusals import PLACES, Place, Spoilt, spoilt
from tests.money.world import Holding, new_world

RANDOM = st.randoms(use_true_random=False)


@settings(max_examples=100)
@given(RANDOM)
def test_every_digit_arrives_in_slack(random: Random) -> None:
    assert mistakes(new_world(random)) == []


@settings(max_examples=500)
@given(RANDOM)
def test_a_malformed_amount_is_refused_wherever_amounts_are_read(random: Random) -> None:
    case = spoilt(random)
    assert not case.is_accepted, case


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_plain_amount_is_accepted_wherever_amounts_are_read(place: Place) -> None:
    assert Spoilt(place, "nothing", "USD", '"-12.50"').is_accepted
    assert Spoilt(place, "nothing", "USD", "-12.50").is_accepted is place.of_provider


def test_a_wrong_digit_would_be_found_between_functions() -> None:
    world = new_world(Random(7))
    first, *others = world.holdings
    changed = Holding(first.currency, {**first.units, "available": first.units["available"] + 1})
    found = {text.partition(":")[0] for text in mistakes(replace(world, holdings=(changed, *others)))}
    assert found == {"providers' answers", "aggregator's answer", "aggregator's totals"}
