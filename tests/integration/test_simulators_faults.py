"""The faults that a person can ask a simulator for, by name."""

import pytest

from tests.local.simulators.faults import FAULTS, Fault, FaultName, parse_fault
from tests.local.simulators.slack import SlackSimulator


def test_every_fault_has_a_description_of_one_line() -> None:
    assert set(FAULTS) == set(FaultName)
    assert all(text and "\n" not in text for text in FAULTS.values())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("fail", Fault(FaultName.FAIL)),
        (" lie ", Fault(FaultName.LIE)),
        ("slow 5", Fault(FaultName.SLOW, 5)),
        ("drip 0.25", Fault(FaultName.DRIP, 0.25)),
    ],
)
def test_a_person_can_type_a_fault(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize("text", ["", "explode", "slow", "slow soon", "slow -1", "slow nan", "slow 601", "fail 3"])
def test_a_mistyped_fault_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match=r"one of fail, busy|takes"):
        parse_fault(text)


def test_a_fault_that_means_nothing_to_a_service_is_refused() -> None:
    with SlackSimulator("xoxb-token") as server, pytest.raises(ValueError, match="knows no lie"):
        server.set_fault(Fault(FaultName.LIE))
