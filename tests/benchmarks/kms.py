"""What a key in AWS KMS adds to a question, with a stand-in for KMS that answers after 10 ms.

How long KMS itself takes inside a region was published nowhere that we found, so the 10 ms are an assumption. What our
side adds (the call in a thread, botocore, the connection) is measured.
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.aws_stand_in import KMS_SECONDS, AwsStandIn
from tests.benchmarks.cold_bench import function_specs
from tests.benchmarks.many_accounts import provider_with_accounts
from tests.benchmarks.process import FunctionFailedError
from tests.benchmarks.report import Section, figure
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import STACK_NAME
from tests.local.certificates import local_authority
from tests.local.paths import INSTALLED, WORKSPACE
from tests.local.simulators.keys import key_pair

_PROVIDER = "payermax"  # one call for each question
_ROUNDS, _QUICK_ROUNDS = 50, 5
_COLD_ROUNDS, _QUICK_COLD_ROUNDS = 8, 2
_GOAL_MS = 20


def measure(quick: bool) -> Section:
    """The same questions to the same function, in turns with a key in the secret and one in KMS."""
    warm_ms: dict[bool, list[float]] = {False: [], True: []}
    cold_ms: dict[bool, list[float]] = {False: [], True: []}
    with TemporaryDirectory() as logs:
        for _ in range(_QUICK_COLD_ROUNDS if quick else _COLD_ROUNDS):
            for kms, samples in cold_ms.items():
                with _function(Path(logs), kms=kms) as function:
                    samples.append(_question_ms(function))
        with _function(Path(logs), kms=False) as local, _function(Path(logs), kms=True) as in_kms:
            for _ in range(3):
                _question_ms(local), _question_ms(in_kms)
            for _ in range(_QUICK_ROUNDS if quick else _ROUNDS):
                warm_ms[False].append(_question_ms(local))
                warm_ms[True].append(_question_ms(in_kms))
    added = [mine - other for mine, other in zip(warm_ms[True], warm_ms[False], strict=True)]
    added_cold = [mine - other for mine, other in zip(cold_ms[True], cold_ms[False], strict=True)]
    warm = figure("a question, warm: what the key in KMS adds", "ms", added, goal=_GOAL_MS)
    figures = (
        figure("a question, warm, key in the secret", "ms", warm_ms[False]),
        warm,
        figure("the first question of a process: what the key in KMS adds", "ms", added_cold),
    )
    note = f"KMS is a stand-in that takes {KMS_SECONDS * 1000:.0f} ms; the first question also makes the client."
    return Section("A key in AWS KMS", figures, {"kms_added_ms": warm.median}, (note,))


@contextmanager
def _function(logs: Path, *, kms: bool) -> Iterator[ExecutionEnvironment]:
    simulator, secret = provider_with_accounts(_PROVIDER, 1)
    if kms:
        secret = json.dumps({**json.loads(secret), "private_key": f"kms:alias/{STACK_NAME}/{_PROVIDER}/m0/1"})
    stand_in = AwsStandIn({f"{STACK_NAME}/{_PROVIDER}": secret}, key_pair(WORKSPACE / "keys", "merchant"))
    with simulator, stand_in as aws:
        variables = {"AWS_ENDPOINT_URL": aws.url, "SSL_CERT_FILE": str(local_authority().ca_file)}
        runtime = Runtime((INSTALLED / "runtime",), logs, WORKSPACE / "pycache", variables)
        environment = ExecutionEnvironment(replace(function_specs()[_PROVIDER], timeout_seconds=60), "$LATEST", runtime)
        try:
            yield environment
        finally:
            environment.close()


def _question_ms(environment: ExecutionEnvironment) -> float:
    started = time.perf_counter()
    result = environment.invoke(Invocation(str(uuid.uuid4()), b"{}", "arn"))
    took_ms = (time.perf_counter() - started) * 1000
    answer = json.loads(result.payload)
    if result.function_error or answer["failures"] or not answer["reports"]:
        raise FunctionFailedError(f"the account was not answered: {result.payload[:500]!r}")
    return took_ms
