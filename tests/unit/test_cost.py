"""The arithmetic of the cost model, on cases that are computed by hand from AWS's prices."""

import math

import pytest

from tests.benchmarks.cost import Measured, Question, Spent, fixed_dollars, one_question, snapstart_dollars
from tests.local.aws.cloudformation import load_template
from tests.local.company import PARAMETERS
from tests.local.system import PROJECT

PROVIDERS = ("pagsmile", "payby", "payermax")
WARM = {
    "slack": Spent(10, 0),
    "slack-reporter": Spent(20, 0),
    "aggregator": Spent(30, 0),
    "pagsmile": Spent(5, 300),
    "payby": Spent(50, 300),
    "payermax": Spent(1, 310),
}
COLD = {name: Spent(spent.cpu_ms + 100, spent.waiting_ms) for name, spent in WARM.items()}
# With one processor: 10 + 350 (payby, the slowest) + 30 = 380 for the aggregator, 400 for the reporter.
BILLED_MS = {"slack": 10, "slack-reporter": 400, "aggregator": 380, "pagsmile": 305, "payby": 350, "payermax": 311}


@pytest.mark.parametrize(
    ("memory_mb", "expected_ms"), [(1769, 400), (3538, 400), (1024, 300 + 172.75), (128, 300 + 1382.03)]
)
def test_less_memory_stretches_the_processors_time_only(memory_mb: int, expected_ms: float) -> None:
    assert Spent(cpu_ms=100, waiting_ms=300).at(memory_mb) == pytest.approx(expected_ms, abs=0.01)


def test_functions_are_billed_while_they_wait_for_each_other() -> None:
    question = one_question(WARM, 1769)
    assert question.billed_ms == BILLED_MS
    assert question.acknowledged_ms == 10
    assert question.answered_ms == 410


def test_lambda_bills_whole_milliseconds_and_each_request() -> None:
    # 1,000 ms of one GB cost 0.0000133334 dollars, and a million requests 0.20.
    assert Question({"slack": 1000}, 0, 0).lambda_dollars(1024) == pytest.approx(0.0000133334 + 0.0000002)
    assert Question({"slack": 1000}, 0, 0).lambda_dollars(512) == pytest.approx(0.0000066667 + 0.0000002)
    begun = Question({"slack": 0.2, "slack-reporter": 1.1}, 0, 0)
    assert begun.lambda_dollars(1024) == pytest.approx(3 * 0.0000000133334 + 0.0000004)


def lambda_dollars(billed_ms: float) -> float:
    """Six functions of one GB that are billed so long together."""
    return billed_ms / 1000 * 0.0000133334 + 6 * 0.0000002


def with_one_gb(spent: dict[str, Spent]) -> float:
    return lambda_dollars(sum(math.ceil(each) for each in one_question(spent, 1024).billed_ms.values()))


# A claim, a trace, and 20,000 bytes of logs.
ALWAYS = 0.000000625 + 0.000005 + 20_000 * 0.5e-9
SECRETS = 4 * 0.000005


def test_a_question_that_nobody_preceded_is_cold_and_reads_the_secrets() -> None:
    measured = Measured(COLD, WARM, 20_000)
    assert measured.dollars(1024, 0) == pytest.approx(with_one_gb(COLD) + SECRETS + ALWAYS)


def test_among_very_many_none_is_cold() -> None:
    measured = Measured(COLD, WARM, 20_000)
    assert measured.dollars(1024, 1e6) == pytest.approx(with_one_gb(WARM) + ALWAYS)


def test_in_between_it_is_as_likely_as_five_minutes_without_a_question() -> None:
    # 120 a day in ten hours are one every five minutes: exp(-1) of them come later than that after the one before.
    cold = 0.36787944
    expected = cold * (with_one_gb(COLD) + SECRETS) + (1 - cold) * with_one_gb(WARM) + ALWAYS
    assert Measured(COLD, WARM, 20_000).dollars(1024, 120) == pytest.approx(expected)


def test_a_digest_is_two_cold_questions_a_schedule_and_an_event() -> None:
    measured = Measured(COLD, WARM, 20_000)
    assert measured.digest_dollars(1024) == pytest.approx(2 * measured.dollars(1024, 0) + 0.000002)


def test_what_is_there_all_month() -> None:
    template = load_template(PROJECT / "template.yaml", PARAMETERS)
    # Five secrets at 0.40, nine alarms at 0.10, seven metrics at 0.30.
    assert fixed_dollars(template) == pytest.approx(2.00 + 0.90 + 2.10)


def test_snapstart_costs_a_months_seconds_of_the_memory_and_a_restore_for_each_cold_start() -> None:
    # 30 days are 2,592,000 seconds, at 0.0000015046 dollars for a GB.
    assert snapstart_dollars(1024, 0) == pytest.approx(3.8999, abs=0.0001)
    assert snapstart_dollars(512, 0) == pytest.approx(1.95, abs=0.0001)
    # exp(-1) of 3,600 questions are 1,324.4 restores at 0.0001397998.
    assert snapstart_dollars(1024, 120) == pytest.approx(3.8999 + 0.1851, abs=0.0001)
