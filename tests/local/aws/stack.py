"""What the template tells AWS to run, reduced to what the local system needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"
STACK_NAME = "balance-bot"


@dataclass(frozen=True)
class FunctionSpec:
    """A Lambda function, with its references resolved.

    `code` is the folder of its CodeUri; `layers` are the other folders on its Python path; `on_failure_arn` is where an
    asynchronous event goes after `async_retries` failed retries.
    """

    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int
    aliases: tuple[str, ...]
    async_retries: int
    on_failure_arn: str | None
    snap_start: bool


@dataclass(frozen=True)
class ScheduleSpec:
    """A schedule of EventBridge Scheduler; `payload` is its input, which may hold <aws.scheduler...> keywords."""

    name: str
    target_arn: str
    payload: str


@dataclass(frozen=True)
class RuleSpec:
    """A rule on an event bus, with the ARNs of the functions that it invokes."""

    bus_name: str
    pattern: Mapping[str, object]
    target_arns: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """The stack. `http_route`, such as `POST /slack`, is the HTTP API's, and leads to the ARN `http_target`."""

    functions: Mapping[str, FunctionSpec]
    http_route: str
    http_target: str
    schedules: tuple[ScheduleSpec, ...]
    rules: tuple[RuleSpec, ...]
