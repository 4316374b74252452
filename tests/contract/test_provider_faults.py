"""What every provider's function makes of a provider that fails, is late or lies to one of its two accounts."""

import pytest

from balance_core.errors import ErrorKind
from balance_core.provider.credentials import FieldKind
from tests.contract.worlds import World, expected_answer
from tests.local.simulators.faults import Fault, FaultName

# A function with 1.5 s left gives its provider 0.5 s.
SHORT_MS = 1500
# Enough for an answer on a loaded machine, and not for every retry of a provider that asks for pauses of a second.
MEDIUM_MS = 3000
FAULT_KINDS = {
    FaultName.FAIL: {ErrorKind.UNAVAILABLE},
    FaultName.BUSY: {ErrorKind.RATE_LIMITED},
    FaultName.SYSTEM_ERROR: {ErrorKind.UNAVAILABLE},
    FaultName.RESET: {ErrorKind.UNAVAILABLE},
    # Pagsmile has one code for "not now", whatever the reason.
    FaultName.RATE_LIMITED: {ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE},
    FaultName.GARBAGE: {ErrorKind.BAD_RESPONSE},
    FaultName.LIE: {ErrorKind.BAD_RESPONSE},
}


def currency_held(world: World) -> str:
    """A currency in which the merchant holds something."""
    currency: str = expected_answer(world.provider.name)["balances"][0]["currency"]
    return currency


@pytest.mark.parametrize("fault", FAULT_KINDS)
def test_a_failing_provider_is_a_typed_failure_of_its_account_alone(world: World, fault: FaultName) -> None:
    simulator = world.simulators["main"]
    if fault not in simulator.known_faults:
        pytest.skip(f"{simulator.title} cannot have this fault")
    simulator.set_fault(Fault(fault))

    answer = world.ask({"currencies": [currency_held(world)], "correlation_id": "9f2c4e1ab07d3c55"}, MEDIUM_MS)

    (failure,) = answer.failures
    assert failure.account == "main"
    assert failure.kind in FAULT_KINDS[fault]
    assert failure.correlation_id == "9f2c4e1ab07d3c55"
    assert [report.account for report in answer.reports] == ["uae"]


@pytest.mark.parametrize("fault", [FaultName.SLOW, FaultName.DRIP])
def test_a_provider_that_answers_too_late_is_a_timeout(world: World, fault: FaultName) -> None:
    """The right answer would come after a minute, so only the deadline can make it a timeout."""
    world.simulators["main"].set_fault(Fault(fault, seconds=60))
    failure = world.only_failure({"currencies": [currency_held(world)], "accounts": ["main"]}, SHORT_MS)
    assert failure.kind is ErrorKind.TIMEOUT


def test_every_retry_is_stamped_and_signed_afresh(world: World) -> None:
    """The simulators refuse stale times, wrong signatures and request ids that were used before."""
    simulator = world.simulators["main"]
    simulator.set_fault(Fault(FaultName.SYSTEM_ERROR, times=1))

    answer = world.ask({"currencies": [currency_held(world)], "accounts": ["main"]})

    assert answer.failures == ()
    assert [report.account for report in answer.reports] == ["main"]
    first, second, *_ = simulator.requests
    if any(each.kind in (FieldKind.RSA_PRIVATE_KEY, FieldKind.SIGNING_KEY) for each in world.provider.fields):
        assert first.body != second.body
