"""The HTTP API of the running system: malformed and forged requests are refused, a valid request is done once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.intake.cases import CASES
from tests.intake.sending import deliver, try_cases, try_people
from tests.local.company import create_company
from tests.local.system import LocalSystem


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    folder = tmp_path_factory.mktemp("intake")
    company = create_company(folder / "keys")
    # A delivery that finds its job being done is retried: as in Lambda, later than the job takes.
    with LocalSystem(company, logs=folder / "logs", retry_delay_seconds=5) as running:
        yield running


def test_every_request_that_slack_never_sends_gets_a_4xx_and_starts_nothing(system: LocalSystem) -> None:
    refusals = try_cases(system)
    assert refusals.wrong == []
    assert refusals.started.total == 0, refusals.started.counts
    assert refusals.tried >= 45
    assert all(400 <= status < 500 for case in CASES for status in case.statuses)


def test_a_request_that_is_delivered_thirty_times_is_answered_once(system: LocalSystem) -> None:
    deliveries = deliver(system, times=30, at_once=4)
    assert deliveries.statuses == Counter({200: 30})
    counts = deliveries.started.counts
    assert (counts["messages"], counts["idempotency keys"], counts["aggregator"]) == (1, 1, 1)
    assert counts["failure records"] == 0


def test_only_the_listed_person_in_the_listed_channel_is_answered(system: LocalSystem) -> None:
    decisions = try_people(system)
    assert decisions.wrong == []
    assert decisions.asked >= 40
