"""Replays every committed seed, past crashers included, without atheris."""

from pathlib import Path

import pytest

from tests.fuzz.finding import FindingError
from tests.fuzz.provider_answers import check
from tests.fuzz.targets import CORPUS, TARGETS
from tests.provider_fixtures import recorded_reply
from tests.unit.provider_cases import PAYBY

SEEDS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_seed_breaks_a_promise(seed: Path) -> None:
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds() -> None:
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)


def test_a_balance_from_an_unauthentic_answer_is_a_finding() -> None:
    reply = recorded_reply(PAYBY.fixtures / "documented-answer.json")
    check([PAYBY.inquiry()], reply, is_authentic=True)
    with pytest.raises(FindingError, match="not authentic"):
        check([PAYBY.inquiry()], reply, is_authentic=False)
