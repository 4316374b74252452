"""The token cache of an account."""

from datetime import timedelta

import pytest

from balance_core.provider.protocol import TokenCache
from tests.clock import NOW


@pytest.mark.parametrize(
    ("seconds_left", "is_usable"), [(3600, True), (31, True), (30.001, True), (30, False), (29, False), (-1, False)]
)
def test_a_token_is_used_until_30_seconds_before_it_expires(seconds_left: float, is_usable: bool) -> None:
    tokens = TokenCache()
    assert tokens.get(NOW) is None
    tokens.put("t1", NOW + timedelta(seconds=seconds_left))
    assert tokens.get(NOW) == ("t1" if is_usable else None)


def test_a_new_token_replaces_the_old_one_and_a_refused_one_is_forgotten() -> None:
    tokens = TokenCache()
    tokens.put("old", NOW)
    tokens.put("new", NOW + timedelta(hours=1))
    assert tokens.get(NOW) == "new"
    tokens.forget()
    assert tokens.get(NOW) is None
