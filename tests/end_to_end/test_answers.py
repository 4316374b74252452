"""The main job: a signed command in, the providers' documented balances out, to the last digit."""

import pytest

from tests.end_to_end.questions import ask, available, kinds, provider_requests, type_command
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem
from tests.schemas import problems

# An answer whose origin or encryption is wrong must never show a figure; Pagsmile's is encrypted to another key.
UNTRUSTED = "bad_response"


def test_usd(system: LocalSystem) -> None:
    told = type_command(system, "USD")
    assert told.status == 200
    assert told.at_once["response_type"] == "ephemeral"
    first, *rest = told.lines
    assert first == "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen"
    assert "Pagsmile · Card issuing account partner account Test A USD 1,008.29 — USD 0.00" in rest
    assert "PayerMax · Payouts DISBURSEMENT USD 776.34 — —" in rest
    assert "PayerMax · Frozen FREEZE — — USD 11.41" in rest
    assert "PayerMax · Takings not yet settled SETTLE — USD 9,248.93 —" in rest
    assert "PayBy does not hold USD." in rest
    assert "incomplete" not in told.shown
    assert told.then[0].payload["response_type"] == "ephemeral"
    assert told.then[0].text == "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41"


def test_aed(system: LocalSystem) -> None:
    lines = type_command(system, "aed").lines
    assert lines[0] == "AED 897,994.47 available · — pending · — frozen"
    assert "PayBy · Merchant account member 200000030907 AED 897,993.88 — —" in lines
    assert "PayerMax · Payouts DISBURSEMENT AED 0.59 — —" in lines


def test_the_json_of_everything(system: LocalSystem) -> None:
    answer = ask(system, {})
    assert not problems("aggregator-answer", answer)
    assert answer["totals"] == [
        {"currency": "AED", "available": "897994.47", "pending": None, "frozen": None},
        {"currency": "HKD", "available": "100.00", "pending": None, "frozen": "0.00"},
        {"currency": "IDR", "available": None, "pending": "449172.00", "frozen": "100265403.00"},
        {"currency": "PHP", "available": "16.08", "pending": None, "frozen": None},
        {"currency": "USD", "available": "1784.63", "pending": "9248.93", "frozen": "11.41"},
    ]
    assert not answer["is_partial"]
    assert kinds(answer) == {"payby": "currency_not_supported"}


@pytest.mark.parametrize("provider", ["pagsmile", "payby", "payermax"])
def test_a_provider_that_is_down_costs_no_other_its_answer(system: LocalSystem, provider: str) -> None:
    whole = available(ask(system, {}))
    system.company.providers[provider].set_fault(Fault(FaultName.FAIL))
    answer = ask(system, {})
    assert not problems("aggregator-answer", answer)
    assert answer["is_partial"]
    assert kinds(answer)[provider] == "unavailable"
    assert available(answer) == {key: amount for key, amount in whole.items() if key[0] != provider}
    assert "is down: try again in a few minutes." in type_command(system, "").shown


@pytest.mark.parametrize("provider", ["pagsmile", "payby", "payermax"])
def test_a_provider_that_lies_is_not_believed(system: LocalSystem, provider: str) -> None:
    system.company.providers[provider].set_fault(Fault(FaultName.LIE))
    answer = ask(system, {})
    assert kinds(answer)[provider] == UNTRUSTED
    assert provider not in [report["provider"] for report in answer["reports"]]


def test_a_provider_that_is_late_is_left_behind(system: LocalSystem) -> None:
    system.company.providers["payermax"].set_fault(Fault(FaultName.SLOW, seconds=60))
    shown = type_command(system, "USD").shown
    assert "USD 1,008.29 available" in shown
    assert "The totals are incomplete: without PayerMax." in shown
    assert "did not answer in time: try again in a minute" in shown


def test_everybody_down_at_once_is_still_an_answer(system: LocalSystem) -> None:
    for simulator in system.company.providers.values():
        simulator.set_fault(Fault(FaultName.RESET))
    told = type_command(system, "USD")
    assert "No balance could be read." in told.shown
    assert all(name in told.shown for name in ("Pagsmile", "PayBy", "PayerMax"))


def test_a_passing_fault_is_tried_again_and_nobody_notices(system: LocalSystem) -> None:
    payby = system.company.providers["payby"]
    before = len(payby.requests)
    payby.set_fault(Fault(FaultName.SYSTEM_ERROR, times=1))
    answer = ask(system, {"providers": ["payby"], "currencies": ["AED"]})
    assert available(answer) == {("payby", "AED"): "897993.88"}
    first, second = payby.requests[before:]
    assert first.body != second.body, "a retry carries a new requestTime"


def test_nothing_is_shared_where_the_window_is_0(system: LocalSystem) -> None:
    before = provider_requests(system)
    ask(system, {})
    once = provider_requests(system)
    ask(system, {})
    assert provider_requests(system) - once == once - before > 0


def test_each_provider_can_be_asked_alone(system: LocalSystem) -> None:
    answer = ask(system, {"currencies": ["USD", "IDR"]}, function="payermax")
    assert not problems("provider-answer", answer)
    amounts = {balance["account_type"] + balance["currency"]: balance for balance in answer["reports"][0]["balances"]}
    assert amounts["FREEZEIDR"]["frozen"] == "100265403.00"
    assert amounts["SETTLEIDR"]["pending"] == "449172.00"
