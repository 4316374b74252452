"""Two hundred calls that go wrong; `make trust` has 2,000."""

from pathlib import Path

import pytest

from tests.integration.soak import KEPT, soak

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts what Linux lists in /proc")


def test_nothing_is_kept_of_a_call_that_went_wrong() -> None:
    growth = soak(200)
    assert growth.faulted > 150
    assert growth.answered > 0
    assert max(growth.threads, growth.tasks) <= 0  # what was still ending before may have ended
    assert growth.descriptors <= KEPT
    assert growth.allocated_mb < 1
    assert growth.resident_mb < 16
