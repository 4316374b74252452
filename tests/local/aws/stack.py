"""What the template asks AWS to run, in the few words that the local system needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"
STACK_NAME = "balance-bot"


@dataclass(frozen=True)
class FunctionSpec:
    """One Lambda function, its references already resolved.

    `code` is the folder of its CodeUri; `layers` are folders that hold what a layer puts on the Python path;
    `on_failure_arn` is where an asynchronous event goes after `async_retries` further tries.
    """

    name: str
    logical_id: str
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
    """One EventBridge Scheduler schedule: `payload` is the exact JSON text that the target receives."""

    name: str
    expression: str
    timezone: str
    target_arn: str
    payload: str


@dataclass(frozen=True)
class RuleSpec:
    """One rule on a bus, with the function ARNs that it invokes."""

    name: str
    bus_name: str
    pattern: Mapping[str, object]
    target_arns: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """The translated template. `url_targets` maps the function URL resource to the function ARN behind it."""

    functions: Mapping[str, FunctionSpec]
    url_targets: Mapping[str, str]
    schedules: tuple[ScheduleSpec, ...]
    rules: tuple[RuleSpec, ...]
    outputs: Mapping[str, str] = field(default_factory=dict)
