"""Random days of one rule keep every promise. `make trust ONLY=watch` plays weeks."""

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.watch.weeks import play


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_random_day_keeps_every_promise(seed: int) -> None:
    for kind in play(seed, steps=70):
        event(kind)
