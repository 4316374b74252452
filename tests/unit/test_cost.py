"""The arithmetic of the cost model, compared with cases that are worked out by hand from AWS's prices."""

import math

import pytest

from tests.benchmarks.cost import Measured, QuestionTime, Spent, fixed_dollars, one_question, snapstart_dollars
from tests.local.aws.cloudformation import load_template
from tests.local.company import PARAMETERS, PROVIDERS
from tests.local.paths import PROJECT

WARM = {
    "slack": Spent(10, 0),
    "slack-reporter": Spent(20, 0),
    "aggregator": Spent(30, 0),
    "pagsmile": Spent(5, 300),
    "payby": Spent(50, 300),
    "payermax": Spent(1, 310),
}
COLD = {name: Spent(spent.cpu_ms + 100, spent.waiting_ms) for name, spent in WARM.items()}
# PayBy is the slowest provider: 350 ms, so the aggregator takes 30 + 350 and the reporter 20 + 380.
BILLED_MS = {"slack": 10, "slack-reporter": 400, "aggregator": 380, "pagsmile": 305, "payby": 350, "payermax": 311}
# A DynamoDB write, a trace, and 20,000 bytes of logs.
EVERY_QUESTION = 0.000000625 + 0.000005 + 20_000 * 0.5e-9
FOUR_SECRETS = 4 * 0.000005


def dollars_at_one_gb(spent: dict[str, Spent]) -> float:
    billed_ms = sum(math.ceil(each) for each in one_question(spent, 1024).billed_ms.values())
    return billed_ms / 1000 * 0.0000133334 + 6 * 0.0000002


@pytest.mark.parametrize(
    ("memory_mb", "expected_ms"), [(1769, 400), (3538, 400), (1024, 300 + 172.75), (128, 300 + 1382.03)]
)
def test_less_memory_stretches_only_the_processor_time(memory_mb: int, expected_ms: float) -> None:
    assert Spent(cpu_ms=100, waiting_ms=300).at(memory_mb) == pytest.approx(expected_ms, abs=0.01)


def test_functions_are_billed_while_they_wait_for_each_other() -> None:
    question = one_question(WARM, 1769)
    assert question.billed_ms == BILLED_MS
    assert (question.acknowledged_ms, question.answered_ms) == (10, 410)


def test_lambda_bills_whole_milliseconds_and_each_request() -> None:
    # A GB-second costs $0.0000133334, and a million requests $0.20.
    assert QuestionTime({"slack": 1000}, 0, 0).lambda_dollars(512) == pytest.approx(0.0000066667 + 0.0000002)
    started = QuestionTime({"slack": 0.2, "slack-reporter": 1.1}, 0, 0)
    assert started.lambda_dollars(1024) == pytest.approx(3 * 0.0000000133334 + 0.0000004)


@pytest.mark.parametrize(
    ("questions_a_day", "share_cold"),
    # 120 in ten hours are one every five minutes on average: exp(-1) of them come after a longer pause.
    [(0, 1), (120, 0.36787944), (1e6, 0)],
)
def test_a_question_is_cold_after_five_minutes_without_one(questions_a_day: float, share_cold: float) -> None:
    of_lambda = share_cold * dollars_at_one_gb(COLD) + (1 - share_cold) * dollars_at_one_gb(WARM)
    expected = of_lambda + share_cold * FOUR_SECRETS + EVERY_QUESTION
    assert Measured(COLD, WARM, 20_000).dollars(1024, questions_a_day) == pytest.approx(expected)


def test_fixed_costs_are_secrets_alarms_and_metrics() -> None:
    template = load_template(PROJECT / "template.yaml", PARAMETERS)
    # A secret costs $0.40, an alarm $0.10, a metric $0.30. Each provider has a secret and an alarm.
    secrets, alarms, metrics = 2 + len(PROVIDERS), 6 + len(PROVIDERS), 7
    assert fixed_dollars(template) == pytest.approx(0.40 * secrets + 0.10 * alarms + 0.30 * metrics)


def test_snapstart_costs_a_month_of_cached_memory_and_a_restore_for_each_cold_start() -> None:
    # 30 days are 2,592,000 seconds, at $0.0000015046 for a GB.
    assert snapstart_dollars(512, 0) == pytest.approx(1.95, abs=0.0001)
    # exp(-1) of 3,600 questions are 1,324.4 restores at $0.0001397998.
    assert snapstart_dollars(1024, 120) == pytest.approx(3.8999 + 0.1851, abs=0.0001)
