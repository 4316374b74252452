"""Two hundred calls that go wrong leave nothing behind; `make trust` makes 2,000."""

from pathlib import Path

import pytest

from tests.integration.soak import KEPT_CONNECTIONS, soak

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts what Linux lists in /proc")


def test_nothing_is_left_of_a_call_that_went_wrong() -> None:
    growth = soak(200)
    assert growth.faulted > 150
    assert growth.answered > 0
    assert max(growth.threads, growth.tasks) <= 0  # those that were still ending before may have ended
    assert growth.descriptors <= KEPT_CONNECTIONS
    assert growth.allocated_mb < 1
    assert growth.resident_mb < 16
