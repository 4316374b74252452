"""A signed command goes in, and the balances of the providers' documentation come out, to the last digit."""

import pytest

from tests.end_to_end.questions import ask, available, kinds, type_command
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem
from tests.schemas import problems

PROVIDERS = ("pagsmile", "payby", "payermax")


def test_a_question_about_usd_shows_its_total_and_a_row_for_each_provider(system: LocalSystem) -> None:
    told = type_command(system, "USD")
    assert (told.status, told.at_once) == (200, "")
    assert told.lines[0] == "USD 1,784.63 available"
    assert "9,248.93 pending · 11.41 frozen" in told.lines
    assert "PayBy does not hold USD." in told.lines
    assert told.lines[-2:] == ["Pagsmile 1,008.29 — 0.00", "PayerMax 776.34 9,248.93 11.41"]
    assert told.then[0].payload["response_type"] == "ephemeral"
    assert told.then[0].text == "USD 1,784.63 available, 9,248.93 pending, 11.41 frozen."


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
