"""The function URL of the whole running system: what Slack would not send is refused, what it sends is done once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.intake.asking import deliver, try_cases, try_people
from tests.intake.case import Case
from tests.intake.cases import CASES
from tests.local.company import found_company
from tests.local.system import LocalSystem


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    folder = tmp_path_factory.mktemp("intake")
    with LocalSystem(found_company(folder / "keys"), logs=folder / "logs") as running:
        yield running


def test_every_spoiled_request_gets_a_4xx_and_starts_nothing(system: LocalSystem) -> None:
    refusals = try_cases(system)
    assert refusals.wrong == []
    assert refusals.started.total == 0, refusals.started.counts
    assert refusals.tried >= 45


def test_the_table_names_each_case_once_and_expects_4xx_only() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(400 <= status < 500 for case in CASES for status in case.statuses)


def test_a_good_request_in_the_table_would_be_noticed(system: LocalSystem) -> None:
    refusals = try_cases(system, [Case("a good command", (401,))])
    assert refusals.wrong == ["a good command: 200"]
    assert refusals.started.counts["messages"] == refusals.started.counts["claims"] == 1


def test_a_request_delivered_thirty_times_at_once_is_answered_once(system: LocalSystem) -> None:
    deliveries = deliver(system, times=30, at_once=4)
    assert deliveries.statuses == Counter({200: 30})
    counts = deliveries.started.counts
    assert (counts["messages"], counts["claims"], counts["aggregator"]) == (1, 1, 1)
    assert counts["failure records"] == 0


def test_everybody_is_let_in_or_kept_out_as_listed(system: LocalSystem) -> None:
    decisions = try_people(system)
    assert decisions.wrong == []
    assert decisions.asked >= 40
