"""Every committed seed, crashers of the past among them, goes through its target again: no atheris is needed."""

from pathlib import Path

import pytest

from tests.fuzz.finding import FindingError
from tests.fuzz.provider_answers import PAYBY, check
from tests.fuzz.targets import CORPUS, TARGETS
from tests.provider_fixtures import FIXTURES, recorded_reply

SEEDS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_seed_finds_nothing(seed: Path) -> None:
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds_and_every_seed_a_target() -> None:
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)


def test_a_balance_that_nothing_proves_would_be_found() -> None:
    reply = recorded_reply(FIXTURES / "payby" / "documented-answer.json")
    check([PAYBY], reply, is_proven=True)
    with pytest.raises(FindingError, match="nothing proves"):
        check([PAYBY], reply, is_proven=False)
