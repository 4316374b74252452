"""The Slack front with SnapStart: what a snapshot holds, and what the hooks do before it and after a restore."""

import importlib
import json
import random
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot
from snapshot_restore_py import get_after_restore, get_before_snapshot  # type: ignore[import-untyped]  # has no types

from balance_slack.front import handler as front_module
from balance_slack.front.snapstart import register_hooks, reseed
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.process_memory import holds, peers
from tests.integration.slack_front.local_front import signed
from tests.local.aws.cloudformation import load_template
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import FunctionSpec
from tests.local.aws.template import stack_of
from tests.local.company import PARAMETERS
from tests.local.paths import INSTALLED, PROJECT, WORKSPACE
from tests.slack_examples import example

SIGNING_SECRET = uuid.uuid4().hex
SECRET = json.dumps({"SecretString": json.dumps({"signing_secret": SIGNING_SECRET})}).encode()


@pytest.fixture(autouse=True)
def no_hooks() -> Iterator[None]:
    """No test leaves its hooks to the others."""
    yield
    get_before_snapshot().clear()
    get_after_restore().clear()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Secrets Manager."""
    with FaultServer(always(answer(200, SECRET))) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
        yield server


@pytest.fixture
def invocations(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Lambda's Invoke API."""
    with FaultServer(always(answer(202))) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        yield server


@pytest.fixture(scope="module")
def spec() -> FunctionSpec:
    """The function as the template makes it with SnapStart."""
    template = load_template(PROJECT / "template.yaml", {**PARAMETERS, "SlackSnapStart": "true"})
    return stack_of(template).functions["balance-bot-slack"]


def test_a_snapshot_holds_no_secret_of_ours_and_no_connection(
    spec: FunctionSpec, secrets: FaultServer, invocations: FaultServer, tmp_path: Path
) -> None:
    endpoints = {"AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets.url, "AWS_ENDPOINT_URL_LAMBDA": invocations.url}
    runtime = Runtime((INSTALLED / "runtime",), tmp_path, WORKSPACE / "pycache", endpoints, init_timeout_seconds=120)
    event = json.dumps(signed(example("command-usd"), SIGNING_SECRET)).encode()
    with closing(ExecutionEnvironment(spec, "1", runtime)) as environment:
        runtime_api = environment.await_snapshot()
        assert peers(environment.pid) == {runtime_api.address}
        assert not holds(environment.pid, SIGNING_SECRET)
        assert secrets.accepted == invocations.accepted == 0
        result = environment.invoke(Invocation(str(uuid.uuid4()), event, "arn:aws:lambda:eu-central-1:1:function:f"))
        assert json.loads(result.payload)["statusCode"] == 200, result.payload
        assert holds(environment.pid, SIGNING_SECRET), "the search must find what is there"
    assert b"Credential=balance-bot-slack/" in secrets.requests[0], "the credentials come with the restore"


def test_the_hooks_drop_the_secret_and_the_connections_and_reseed_random_numbers(
    spec: FunctionSpec, secrets: FaultServer, invocations: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    front = importlib.reload(front_module)
    environment = {
        **spec.environment,
        **dict.fromkeys(("ALLOWED_TEAM_IDS", "ALLOWED_CHANNEL_IDS", "ALLOWED_USER_IDS"), "*"),
    }
    for expected in (1, 2):
        for _ in range(2):
            event = signed(example("command-usd"), SIGNING_SECRET)
            assert front._front.answer(event, environment)["statusCode"] == 200
        assert (secrets.accepted, invocations.accepted) == (expected, expected)
        run_before_snapshot()
        state = random.getstate()
        run_after_restore()
        assert random.getstate() != state


def test_a_failure_to_drop_them_fails_the_snapshot() -> None:
    def fail() -> None:
        raise OSError("a connection that does not close")

    register_hooks(fail)
    with pytest.raises(OSError, match="does not close"):
        run_before_snapshot()


def test_openssl_gets_other_entropy_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[tuple[bytes, float]] = []
    monkeypatch.setattr(ssl, "RAND_add", lambda seed, estimate: added.append((seed, estimate)))
    reseed()
    reseed()
    (first, _), (second, _) = added
    assert first != second
    assert len(first) == len(second) == 32
    assert {estimate for _, estimate in added} == {0}
