"""The Slack front with SnapStart under Lambda's own runtime client: what a snapshot holds, and the first answer."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.process_memory import holds, peers
from tests.integration.slack_functions import command, signed_event
from tests.local.aws.cloudformation import load_template
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import FunctionSpec
from tests.local.aws.template import stack_of
from tests.local.company import PARAMETERS
from tests.local.system import INSTALLED, PROJECT, WORKSPACE, build_paths

SIGNING_SECRET = uuid.uuid4().hex
SECRET = json.dumps({"SecretString": json.dumps({"signing_secret": SIGNING_SECRET})}).encode()
# Asks before the snapshot is taken, which nothing of ours does, and tells whether the random numbers were seeded anew.
EAGER = """
import json, os, random
from balance_slack import front
early = front._front.answer(json.loads(os.environ["EARLY_EVENT"]))
state = random.getstate()
def handler(event, context):
    return {"early": early["statusCode"], "reseeded": random.getstate() != state, **front.handler(event, context)}
"""


@dataclass(frozen=True)
class Aws:
    """Secrets Manager and Lambda's Invoke API."""

    secrets: FaultServer
    invocations: FaultServer

    @property
    def variables(self) -> Mapping[str, str]:
        return {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.secrets.url,
            "AWS_ENDPOINT_URL_LAMBDA": self.invocations.url,
        }


@pytest.fixture
def aws() -> Iterator[Aws]:
    with FaultServer(always(answer(200, SECRET))) as secrets, FaultServer(always(answer(202))) as invocations:
        yield Aws(secrets, invocations)


@pytest.fixture(scope="module")
def front() -> FunctionSpec:
    """The function as the template makes it with SnapStart."""
    template = load_template(PROJECT / "template.yaml", {**PARAMETERS, "SlackSnapStart": "true"})
    return stack_of(template, build_paths()).functions["balance-bot-slack"]


@contextmanager
def published(spec: FunctionSpec, aws: Aws, logs: Path) -> Iterator[ExecutionEnvironment]:
    runtime = Runtime((INSTALLED / "runtime",), logs, WORKSPACE / "pycache", aws.variables)
    with closing(ExecutionEnvironment(spec, "1", runtime)) as environment:
        yield environment


def question() -> bytes:
    return json.dumps(signed_event(command("USD").body(), datetime.now(UTC), SIGNING_SECRET)).encode()


def acknowledgement(environment: ExecutionEnvironment) -> dict[str, object]:
    """What the first invocation after the snapshot answers."""
    result = environment.invoke(Invocation(str(uuid.uuid4()), question(), "arn:aws:lambda:eu-central-1:1:function:f"))
    assert result.function_error is None, result.payload
    answered: dict[str, object] = json.loads(result.payload)
    assert answered["statusCode"] == 200
    assert "Asking" in str(answered["body"])
    return answered


def test_a_snapshot_holds_no_secret_no_credential_and_no_connection(
    front: FunctionSpec, aws: Aws, tmp_path: Path
) -> None:
    with published(front, aws, tmp_path) as environment:
        api = environment.await_snapshot()
        assert peers(environment.pid) == {api.address}
        assert not holds(environment.pid, SIGNING_SECRET)
        assert not holds(environment.pid, api.secret_access_key)
        assert aws.secrets.accepted == aws.invocations.accepted == 0
        acknowledgement(environment)
        # The same search finds what is there.
        assert holds(environment.pid, SIGNING_SECRET)
        assert aws.invocations.url.removeprefix("http://").rstrip("/") in peers(environment.pid)
    for service in (aws.secrets, aws.invocations):
        (request,) = service.requests
        assert b"Credential=balance-bot-slack/" in request


def test_what_was_asked_too_early_is_asked_again_after_the_restore(
    front: FunctionSpec, aws: Aws, tmp_path: Path
) -> None:
    (tmp_path / "eager.py").write_text(EAGER)
    eager = replace(
        front,
        handler="eager.handler",
        layers=(*front.layers, tmp_path),
        environment={**front.environment, "EARLY_EVENT": question().decode()},
    )
    with published(eager, aws, tmp_path) as environment:
        api = environment.await_snapshot()
        assert (aws.secrets.accepted, aws.invocations.accepted) == (1, 1)
        assert peers(environment.pid) == {api.address}
        answered = acknowledgement(environment)
    assert (answered["early"], answered["reseeded"]) == (200, True)
    assert (aws.secrets.accepted, aws.invocations.accepted) == (2, 2)


def test_a_front_that_forgot_asks_for_its_secret_again(
    front: FunctionSpec, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**front.environment, **aws.variables}.items():
        monkeypatch.setenv(name, value)
    made = Front()
    made.forget()
    for _ in range(2):
        assert [made.answer(json.loads(question()))["statusCode"] for _ in range(2)] == [200, 200]
        made.forget()
    assert (aws.secrets.accepted, aws.invocations.accepted) == (2, 2)
