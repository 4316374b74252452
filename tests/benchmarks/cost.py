"""What questions cost at each memory size, computed from what this run measured and AWS's list prices.

This is a model and was never compared with a bill. Lambda gives processor time in proportion to memory, and 1,769 MB
are one processor. A function's time at another size is therefore the time that it waits, as measured here, plus its
processor time multiplied by 1,769 MB / memory. The model takes one Arm processor of Lambda to be as fast as one of this
machine, and bills a cold start from its beginning. Sources: AWS Lambda Developer Guide, "Configure memory", and AWS's
compute blog of April 2025, "AWS Lambda standardizes billing for INIT phase".
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks import prices
from tests.benchmarks.cold_bench import PROVIDERS
from tests.benchmarks.cold_start import cold_starts
from tests.benchmarks.memory import ACCOUNTS, month_of_history
from tests.benchmarks.report import Figure, Section, figure
from tests.benchmarks.warm_path import PROVIDER_SECONDS, questions
from tests.local.aws.cloudformation import Template, load_template
from tests.local.company import PARAMETERS
from tests.local.paths import PROJECT

_ONE_PROCESSOR_MB = 1769
_MEMORIES_MB = (256, 512, 1024)
# With every function cold, at the template's memory size.
_GOAL_MB, _ACKNOWLEDGED_MS, _ANSWERED_MS = 1024, 900, 3000
_QUESTIONS_A_DAY = (10, 100, 1000)
_DAYS = 30
_SECONDS_A_MONTH = _DAYS * 24 * 60 * 60
# People ask during working hours, and Lambda keeps an idle environment for some minutes. AWS promises neither.
_WORKING_MINUTES, _KEPT_MINUTES = 10 * 60, 5
_SECRETS_LIVE_MINUTES = 5
_SECRETS_READ = 4  # the three providers' and the signing secret
# One for each value of a metric's dimensions: the latency of each provider and of its leg, the acknowledgement's, two
# kinds of stored snapshots, and the watch's runs. Metrics of failures are left out.
_METRICS = 10
# The default of WatchScheduleExpression.
_SNAPSHOTS_A_MONTH = _DAYS * 24 * 4

_FUNCTIONS = ("slack", "slack-reporter", "aggregator", *PROVIDERS)


@dataclass(frozen=True)
class Spent:
    """What a function itself spends on one question: processor time, and waiting for anything but our functions."""

    cpu_ms: float
    waiting_ms: float

    def at(self, memory_mb: int) -> float:
        """Milliseconds with that much memory. More than one processor does not make one thread faster."""
        return self.waiting_ms + self.cpu_ms * max(1, _ONE_PROCESSOR_MB / memory_mb)


@dataclass(frozen=True)
class QuestionTime:
    """One question with every function at one size: `billed_ms` by function, and when the person sees something."""

    billed_ms: Mapping[str, float]
    acknowledged_ms: float
    answered_ms: float

    def lambda_dollars(self, memory_mb: int) -> float:
        """What Lambda charges: every function's duration, rounded up to a millisecond, and its request."""
        gb_seconds = sum(math.ceil(each) for each in self.billed_ms.values()) / 1000 * memory_mb / 1024
        return gb_seconds * prices.LAMBDA_ARM_GB_SECOND + len(self.billed_ms) * prices.LAMBDA_REQUEST


@dataclass(frozen=True)
class Measured:
    """What this run measured: each function's own time, cold and warm, and the log of one question."""

    cold: Mapping[str, Spent]
    warm: Mapping[str, Spent]
    log_bytes: float

    def dollars(self, memory_mb: int, questions_a_day: float) -> float:
        """The average question, if they come at random in working hours: some of them find every function cold."""
        share_cold = _share_after(_KEPT_MINUTES, questions_a_day)
        share_read = _share_after(_SECRETS_LIVE_MINUTES, questions_a_day)
        of_lambda = share_cold * one_question(self.cold, memory_mb).lambda_dollars(memory_mb)
        of_lambda += (1 - share_cold) * one_question(self.warm, memory_mb).lambda_dollars(memory_mb)
        secrets = max(share_read, share_cold) * _SECRETS_READ * prices.SECRET_CALL
        logs = self.log_bytes / 1e9 * prices.LOG_GB
        return of_lambda + secrets + logs + prices.DYNAMODB_WRITE + prices.XRAY_TRACE


def one_question(spent: Mapping[str, Spent], memory_mb: int) -> QuestionTime:
    """The functions as they wait for each other: reporter for aggregator for the slowest provider."""
    own = {name: spent[name].at(memory_mb) for name in _FUNCTIONS}
    aggregator_ms = own["aggregator"] + max(own[name] for name in PROVIDERS)
    reporter_ms = own["slack-reporter"] + aggregator_ms
    billed = {**own, "aggregator": aggregator_ms, "slack-reporter": reporter_ms}
    return QuestionTime(billed, own["slack"], own["slack"] + reporter_ms)


def fixed_dollars(template: Template) -> float:
    """A month's secrets, alarms and metrics, whether or not anybody asks."""
    secrets = len(list(template.of_type("AWS::SecretsManager::Secret"))) * prices.SECRET_MONTH
    alarms = len(list(template.of_type("AWS::CloudWatch::Alarm"))) * prices.ALARM_MONTH
    return secrets + alarms + _METRICS * prices.METRIC_MONTH


def watch_dollars(cold: Mapping[str, Spent], memory_mb: int) -> float:
    """A month of snapshots every 15 minutes without their storage: all cold, because Lambda keeps nothing that long."""
    billed = {name: each for name, each in one_question(cold, memory_mb).billed_ms.items() if "slack" not in name}
    of_lambda = QuestionTime(billed, 0, 0).lambda_dollars(memory_mb)
    return _SNAPSHOTS_A_MONTH * (of_lambda + len(PROVIDERS) * prices.SECRET_CALL + prices.XRAY_TRACE)


def kms_dollars(signatures_a_day: float) -> float:
    """A month of one key in KMS: the key, its signatures, and the two metrics that count them."""
    return prices.KMS_KEY_MONTH + _DAYS * signatures_a_day * prices.KMS_RSA_REQUEST + 2 * prices.METRIC_MONTH


def snapstart_dollars(memory_mb: int, questions_a_day: float) -> float:
    """A month of SnapStart for one version of the front: its snapshot, and a restore instead of each cold start."""
    restores = _DAYS * questions_a_day * _share_after(_KEPT_MINUTES, questions_a_day)
    cached = _SECONDS_A_MONTH * prices.SNAPSTART_CACHED_GB_SECOND
    return memory_mb / 1024 * (cached + restores * prices.SNAPSTART_RESTORED_GB)


def measure(quick: bool) -> Section:
    """Times and dollars at each memory size, and the month's bill at the template's size."""
    measured = Measured(_cold(quick), _warm(quick), questions(quick).log_bytes)
    template = load_template(PROJECT / "template.yaml", PARAMETERS)
    memory_mb = max(int(each.properties["MemorySize"]) for each in template.of_type("AWS::Lambda::Function"))
    figures = [each for size_mb in _MEMORIES_MB for each in _at(size_mb, measured)]
    for a_day in _QUESTIONS_A_DAY:
        dollars = measured.dollars(memory_mb, a_day)
        figures.append(figure(f"{memory_mb:,} MB, {a_day:,} questions a day: 1,000 questions", "$", [1000 * dollars]))
        figures.append(figure("   a month", "$", [dollars * a_day * _DAYS]))
    figures.append(figure("fixed costs of a month: secrets, alarms, metrics", "$", [fixed_dollars(template)]))
    watched = watch_dollars(measured.cold, memory_mb)
    figures.append(figure("snapshots every 15 minutes for a month: Lambda, secrets, traces", "$", [watched]))
    for name, dollars in month_of_history().items():
        figures.append(figure(f"   DynamoDB for {ACCOUNTS} accounts: {name}", "$", [dollars]))
    figures.append(figure("SnapStart for a month, 100 questions a day", "$", [snapstart_dollars(memory_mb, 100)]))
    figures.append(figure("a key in AWS KMS for a month, 100 questions a day", "$", [kms_dollars(100)]))
    figures.append(figure("   1,000 questions a day", "$", [kms_dollars(1000)]))
    at_goal = one_question(measured.cold, _GOAL_MB)
    return Section(
        "Cost and memory",
        tuple(figures),
        {"cold_acknowledgement_ms": at_goal.acknowledged_ms, "cold_answer_ms": at_goal.answered_ms},
        (f"Prices: {prices.LISTED}.", "A model, see tests/benchmarks/cost.py; never compared with a bill."),
    )


def _at(memory_mb: int, measured: Measured) -> Sequence[Figure]:
    cold, warm = one_question(measured.cold, memory_mb), one_question(measured.warm, memory_mb)
    name = f"{memory_mb:,} MB:"
    acknowledged_goal_ms, answered_goal_ms = (_ACKNOWLEDGED_MS, _ANSWERED_MS) if memory_mb == _GOAL_MB else (None, None)
    return (
        figure(f"{name} command to acknowledgement, all cold", "ms", [cold.acknowledged_ms], acknowledged_goal_ms),
        figure(f"{name} command to answer, all cold", "ms", [cold.answered_ms], answered_goal_ms),
        figure(f"{name} command to answer, all warm", "ms", [warm.answered_ms]),
        figure(f"{name} Lambda for 1,000 questions, all cold", "$", [1000 * cold.lambda_dollars(memory_mb)]),
        figure(f"{name} Lambda for 1,000 questions, all warm", "$", [1000 * warm.lambda_dollars(memory_mb)]),
    )


def _share_after(minutes: float, questions_a_day: float) -> float:
    """The share of questions that come more than this many minutes after the question before."""
    return math.exp(-questions_a_day / _WORKING_MINUTES * minutes)


def _cold(quick: bool) -> Mapping[str, Spent]:
    """A cold start waits only for the provider: everything else that it calls answers at once here."""
    starts = cold_starts(quick)
    waits = dict.fromkeys(PROVIDERS, PROVIDER_SECONDS * 1000)
    return {name: Spent(statistics.median(starts.cpu_ms(name)), waits.get(name, 0)) for name in _FUNCTIONS}


def _warm(quick: bool) -> Mapping[str, Spent]:
    """The callers' waiting is left out: it is the time of the functions that they call, which `one_question` adds."""
    spent: dict[str, Spent] = {}
    for name in _FUNCTIONS:
        runs = questions(quick).runs[name]
        cpu_ms = statistics.median(run.cpu_ms for run in runs)
        waiting_ms = max(0.0, statistics.median(run.wall_ms for run in runs) - cpu_ms)
        spent[name] = Spent(cpu_ms, 0 if name in ("slack-reporter", "aggregator") else waiting_ms)
    return spent
