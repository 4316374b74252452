"""What Lambda's own retries do. The emulator gives every retry a request id of its own, Lambda keeps the first."""

import pytest

from tests.end_to_end.questions import type_command
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem

pytestmark = pytest.mark.parametrize("running", ["runtime"], indirect=True)


def test_an_answer_that_slack_takes_late_still_comes(system: LocalSystem) -> None:
    system.company.slack.set_fault(Fault(FaultName.FAIL, times=1))
    assert "USD 1,784.63 available" in type_command(system, "USD").shown
    assert not system.failed_events()


def test_an_answer_that_slack_never_takes_ends_in_the_failure_queue(system: LocalSystem) -> None:
    system.company.slack.set_fault(Fault(FaultName.FAIL))
    told = type_command(system, "USD")
    assert not told.then
    (record,) = system.failed_events()
    context = record["requestContext"]
    assert isinstance(context, dict)
    assert context["condition"] == "RetriesExhausted"
    assert context["approximateInvokeCount"] == 3
    assert "1784.63" not in str(record)
