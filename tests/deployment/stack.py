"""What AWS says about a deployed stack."""

from collections.abc import Mapping
from dataclasses import dataclass

from balance_slack.settings import SLACK, SlackAddresses


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack; `resources` maps logical to physical ids of what it owns."""

    name: str
    region: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]

    @property
    def slack(self) -> SlackAddresses:
        """The Slack that the stack's functions talk to."""
        return SlackAddresses.of(self.parameters.get("SlackDomain", SLACK))


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret in Secrets Manager. A deleted one keeps its name until its recovery window ends, 7 to 30 days later."""

    arn: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as EventBridge Scheduler has it."""

    state: str
    expression: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Table:
    """Whether a DynamoDB table deletes what has expired, and whether it can be restored to an earlier time."""

    expires: bool
    is_recoverable: bool
