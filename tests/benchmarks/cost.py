"""What questions cost, and how much memory is worth its price: computed from what this run measured.

It is a model and was never compared with a bill. Lambda gives processor time in proportion to memory, 1,769 MB being
one processor; so a function's time at another size is the time that it waits, as measured here, and its processor time
stretched by 1,769 MB / memory. One processor of Lambda on Arm is taken to be as fast as one of this machine, and a cold
start to get no more than its share; it is billed from its beginning. Sources: AWS Lambda Developer Guide, "Configure
memory", and AWS's compute blog of April 2025, "AWS Lambda standardizes billing for INIT phase".
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks import prices
from tests.benchmarks.cold_start import cold_starts
from tests.benchmarks.report import Figure, Section, figure
from tests.benchmarks.warm_bench import PROVIDER_SECONDS, questions
from tests.local.aws.cloudformation import Template, load_template
from tests.local.company import PARAMETERS
from tests.local.system import PROJECT

_ONE_PROCESSOR_MB = 1769
_MEMORIES_MB = (128, 256, 512, 1024)
_QUESTIONS_A_DAY = (10, 100, 1000)
_DAYS = 30
_SECONDS_A_MONTH = _DAYS * 24 * 60 * 60
# People ask during working hours, and Lambda keeps an idle environment for some minutes. Neither is a promise of AWS.
_WORKING_MINUTES, _KEPT_MINUTES = 10 * 60, 5
_SECRETS_LIVE_MINUTES = 5
_SECRETS_READ = 4  # three providers' and the signing secret
# One for each value of a metric's dimensions: a latency of each provider and one of its leg, and the acknowledgement's.
# What is only sent when something fails is left out.
_METRICS = 7
# A snapshot's event lets the reporter ask once more, so a digest is two questions.
_QUESTIONS_A_DIGEST = 2

_PROVIDERS = ("pagsmile", "payby", "payermax")
_FUNCTIONS = ("slack", "slack-reporter", "aggregator", *_PROVIDERS)


@dataclass(frozen=True)
class Spent:
    """What a function spends on one question by itself: processor time, and waiting that is nobody else's work."""

    cpu_ms: float
    waiting_ms: float

    def at(self, memory_mb: int) -> float:
        """Milliseconds with so much memory; more than one processor does not make one thread faster."""
        return self.waiting_ms + self.cpu_ms * max(1, _ONE_PROCESSOR_MB / memory_mb)


@dataclass(frozen=True)
class Question:
    """One question with every function at one size: `billed_ms` by function, and when a person sees something."""

    billed_ms: Mapping[str, float]
    acknowledged_ms: float
    answered_ms: float

    def lambda_dollars(self, memory_mb: int) -> float:
        """What Lambda charges for it: every function's whole milliseconds, and its request."""
        gb_seconds = sum(math.ceil(each) for each in self.billed_ms.values()) / 1000 * memory_mb / 1024
        return gb_seconds * prices.LAMBDA_ARM_GB_SECOND + len(self.billed_ms) * prices.LAMBDA_REQUEST


@dataclass(frozen=True)
class Measured:
    """What this run measured: every function's own time, with all of them starting or running already, and its log."""

    cold: Mapping[str, Spent]
    warm: Mapping[str, Spent]
    log_bytes: float

    def dollars(self, memory_mb: int, questions_a_day: float) -> float:
        """One question's average, with as many cold starts as questions that come at random in working hours make."""
        share_cold = _share_after(_KEPT_MINUTES, questions_a_day)
        share_read = _share_after(_SECRETS_LIVE_MINUTES, questions_a_day)
        of_lambda = share_cold * one_question(self.cold, memory_mb).lambda_dollars(memory_mb)
        of_lambda += (1 - share_cold) * one_question(self.warm, memory_mb).lambda_dollars(memory_mb)
        secrets = max(share_read, share_cold) * _SECRETS_READ * prices.SECRET_CALL
        logs = self.log_bytes / 1e9 * prices.LOG_GB
        return of_lambda + secrets + logs + prices.DYNAMODB_WRITE + prices.XRAY_TRACE

    def digest_dollars(self, memory_mb: int) -> float:
        """A scheduled snapshot with its digest, which nobody's question has warmed up for."""
        return _QUESTIONS_A_DIGEST * self.dollars(memory_mb, 0) + prices.SCHEDULED_INVOCATION + prices.EVENT


def one_question(spent: Mapping[str, Spent], memory_mb: int) -> Question:
    """The functions as they wait for each other: reporter for aggregator for the slowest provider."""
    own = {name: spent[name].at(memory_mb) for name in _FUNCTIONS}
    aggregator_ms = own["aggregator"] + max(own[name] for name in _PROVIDERS)
    reporter_ms = own["slack-reporter"] + aggregator_ms
    billed = {**own, "aggregator": aggregator_ms, "slack-reporter": reporter_ms}
    return Question(billed, own["slack"], own["slack"] + reporter_ms)


def fixed_dollars(template: Template) -> float:
    """A month's secrets, alarms and metrics, whether or not anybody asks."""
    secrets = len(list(template.of_type("AWS::SecretsManager::Secret"))) * prices.SECRET_MONTH
    alarms = len(list(template.of_type("AWS::CloudWatch::Alarm"))) * prices.ALARM_MONTH
    return secrets + alarms + _METRICS * prices.METRIC_MONTH


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
        figures.append(figure(f"{a_day:,} questions a day at {memory_mb} MB: 1,000 questions", "$", [1000 * dollars]))
        figures.append(figure("   and the month's use", "$", [dollars * a_day * _DAYS]))
    figures.append(figure("fixed for a month: secrets, alarms, metrics", "$", [fixed_dollars(template)]))
    figures.append(figure("a digest every day, a month", "$", [_DAYS * measured.digest_dollars(memory_mb)]))
    snapstart = snapstart_dollars(memory_mb, 100)
    figures.append(figure("SnapStart at 100 questions a day, a month for one version", "$", [snapstart]))
    notes = (f"Prices: {prices.LISTED}.", "A model, see tests/benchmarks/cost.py; never compared with a bill.")
    return Section("Cost and memory", tuple(figures), notes=notes)


def _at(memory_mb: int, measured: Measured) -> Sequence[Figure]:
    at_once, later = one_question(measured.cold, memory_mb), one_question(measured.warm, memory_mb)
    name = f"{memory_mb:,} MB:"
    return (
        figure(f"{name} first click to acknowledgement, all cold", "ms", [at_once.acknowledged_ms]),
        figure(f"{name} first click to answer, all cold", "ms", [at_once.answered_ms]),
        figure(f"{name} question to answer, warm", "ms", [later.answered_ms]),
        figure(f"{name} Lambda for 1,000 questions, warm", "$", [1000 * later.lambda_dollars(memory_mb)]),
        figure(f"{name} Lambda for 1,000 questions, cold", "$", [1000 * at_once.lambda_dollars(memory_mb)]),
    )


def _share_after(minutes: float, questions_a_day: float) -> float:
    """The share of questions that come later than so many minutes after the one before."""
    return math.exp(-questions_a_day / _WORKING_MINUTES * minutes)


def _cold(quick: bool) -> Mapping[str, Spent]:
    """A cold start waits for the provider only: whatever else it is to wait for here answers at once."""
    starts = cold_starts(quick)
    waits = dict.fromkeys(_PROVIDERS, PROVIDER_SECONDS * 1000)
    return {name: Spent(statistics.median(starts.cpu_ms(name)), waits.get(name, 0)) for name in _FUNCTIONS}


def _warm(quick: bool) -> Mapping[str, Spent]:
    """The callers' waiting is left out: it is what the called functions take, which `one_question` adds."""
    runs = questions(quick).runs
    spent = {
        name: _spent([run.wall_ms for run in runs[name]], [run.cpu_ms for run in runs[name]]) for name in _FUNCTIONS
    }
    return {
        name: Spent(each.cpu_ms, 0) if name in ("slack-reporter", "aggregator") else each
        for name, each in spent.items()
    }


def _spent(wall_ms: Sequence[float], cpu_ms: Sequence[float]) -> Spent:
    cpu = statistics.median(cpu_ms)
    return Spent(cpu, max(0.0, statistics.median(wall_ms) - cpu))
