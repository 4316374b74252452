"""What every provider's function makes of a provider that fails, is late or lies."""

import time

import pytest

from balance_core.errors import ErrorKind
from tests.contract.provider_worlds import World, holdings
from tests.local.simulators.faults import Fault, FaultName

USD = {"currencies": ["USD"], "accounts": ["main"]}
# A function with 1.5 s left gives its provider 0.5 s.
SHORT_MS = 1500

FAULT_KINDS = {
    FaultName.FAIL: ErrorKind.UNAVAILABLE,
    FaultName.BUSY: ErrorKind.RATE_LIMITED,
    FaultName.SYSTEM_ERROR: ErrorKind.UNAVAILABLE,
    FaultName.RESET: ErrorKind.UNAVAILABLE,
    FaultName.RATE_LIMITED: ErrorKind.RATE_LIMITED,
    FaultName.GARBAGE: ErrorKind.BAD_RESPONSE,
    FaultName.LIE: ErrorKind.BAD_RESPONSE,
}
# Pagsmile has one code for "not now", whatever the reason.
EXCEPTIONS = {("pagsmile", FaultName.RATE_LIMITED): ErrorKind.UNAVAILABLE}


@pytest.mark.parametrize("fault", FAULT_KINDS)
def test_a_failing_provider_is_a_typed_failure_of_each_account(world: World, fault: FaultName) -> None:
    world.simulator.set_fault(Fault(fault))

    answer = world.ask({"currencies": ["USD"], "correlation_id": "9f2c4e1ab07d3c55"})

    assert [failure.account for failure in answer.failures] == ["main", "uae"]
    kind = EXCEPTIONS.get((world.provider.name, fault), FAULT_KINDS[fault])
    assert {failure.kind for failure in answer.failures} == {kind}
    assert {failure.correlation_id for failure in answer.failures} == {"9f2c4e1ab07d3c55"}
    assert answer.reports == ()


@pytest.mark.parametrize("fault", [FaultName.SLOW, FaultName.DRIP])
def test_the_deadline_holds_against_a_slow_provider(world: World, fault: FaultName) -> None:
    world.simulator.set_fault(Fault(fault, seconds=60))
    started = time.monotonic()

    failure = world.only_failure(USD, SHORT_MS)

    assert failure.kind is ErrorKind.TIMEOUT
    # Only a function that waited for the provider would need so long.
    assert time.monotonic() - started < 20


def test_every_retry_is_stamped_and_signed_afresh(world: World) -> None:
    """The simulators refuse stale times, wrong signatures and, where there is one, a request id used before."""
    world.simulator.set_fault(Fault(FaultName.SYSTEM_ERROR, times=1))

    answer = world.ask(USD)

    first, second = world.simulator.requests
    assert holdings(answer) == {"main": ["USD 100.25"]}
    assert first.body != second.body
    assert answer.failures == ()


def test_one_account_refused_by_the_provider_costs_the_other_nothing(world: World) -> None:
    world.keep(world.secret("main", "moon"))

    answer = world.ask({"currencies": ["USD"]})

    (failure,) = answer.failures
    assert holdings(answer) == {"main": ["USD 100.25"]}
    assert failure.account == "moon"
    assert failure.kind in (ErrorKind.PERMISSION_DENIED, ErrorKind.AUTHENTICATION)
    assert failure.provider_code


def test_a_warm_function_keeps_its_connection(world: World) -> None:
    for _ in range(3):
        world.ask(USD)

    assert len(world.simulator.requests) == 3
    assert world.simulator.connections == 1


def test_a_restarted_provider_is_answered_again_at_once(world: World) -> None:
    """The kept connection is dead; the first retry opens another."""
    world.ask(USD)
    world.simulator.set_fault(Fault(FaultName.RESET, times=1))

    assert holdings(world.ask(USD)) == {"main": ["USD 100.25"]}
