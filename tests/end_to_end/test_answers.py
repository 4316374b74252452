"""A signed command goes in, and the balances of the providers' documentation come out, to the last digit."""

import pytest

from tests.end_to_end.questions import ask, available, kinds, type_command
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem
from tests.schemas import problems

PROVIDERS = ("pagsmile", "payby", "payermax")


def test_a_question_about_usd_shows_its_totals_and_every_account(system: LocalSystem) -> None:
    told = type_command(system, "USD")
    assert told.status == 200
    first, *rest = told.lines
    assert first == "USD 1,784.63 available · :hourglass_flowing_sand: USD 9,248.93 pending · :lock: USD 11.41 frozen"
    assert "Pagsmile · Card issuing account partner account Test A USD 1,008.29 — USD 0.00" in rest
    assert "PayerMax · Payouts DISBURSEMENT USD 776.34 — —" in rest
    assert "PayerMax · Frozen FREEZE — — USD 11.41" in rest
    assert "PayerMax · Funds not yet settled SETTLE — USD 9,248.93 —" in rest
    assert "PayBy does not hold USD." in rest
    assert "incomplete" not in told.shown
    assert told.then[0].payload["response_type"] == "ephemeral"
    assert told.then[0].text == "Total USD: available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41"


def test_another_service_gets_every_total_as_json(system: LocalSystem) -> None:
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


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_is_down_costs_no_other_its_answer(system: LocalSystem, provider: str) -> None:
    whole = available(ask(system, {}))
    system.company.providers[provider].set_fault(Fault(FaultName.FAIL))
    answer = ask(system, {})
    assert not problems("aggregator-answer", answer)
    assert answer["is_partial"]
    assert kinds(answer)[provider] == "unavailable"
    assert available(answer) == {key: amount for key, amount in whole.items() if key[0] != provider}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_lies_is_not_believed(system: LocalSystem, provider: str) -> None:
    system.company.providers[provider].set_fault(Fault(FaultName.LIE))
    answer = ask(system, {})
    assert kinds(answer)[provider] == "bad_response"
    assert provider not in [report["provider"] for report in answer["reports"]]
