"""What the watch tells the bus, other services and the reporter, as msgspec structs. The first two carry no amounts."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from balance_core.contract import Instant
from balance_core.question import VERSION, CurrencyCode

RuleId = Annotated[str, Meta(min_length=1, max_length=256, description="The id of a rule of the watch")]
StateName = Literal["pending", "ok", "low", "critical", "recovering", "unseen", "removed"]
RuleKindName = Annotated[
    Literal["level", "freeze"], Meta(description="`level` watches an amount, `freeze` frozen money that rises")
]
_Since = Annotated[Instant, Meta(description="When the rule entered its state")]


class WatchTarget(Struct, frozen=True, kw_only=True):
    """Which money a rule watches: each part narrows the one before; null means all."""

    currency: CurrencyCode
    provider: str | None = None
    account: str | None = None
    type: str | None = None


class BalanceWatchChanged(Struct, frozen=True, kw_only=True):
    """The detail of the bus event BalanceWatchChanged: a rule entered another state.

    It may come more than once: compare `rule` and `since`. `target` is null for a rule of kind `freeze`.
    """

    version: Literal[1] = VERSION
    rule: RuleId
    kind: RuleKindName
    target: WatchTarget | None
    before: StateName = field(name="from")
    after: StateName = field(name="to")
    since: _Since


class RuleState(Struct, frozen=True, kw_only=True):
    """The state of one rule. `seen` is when its money was last seen; null before the rule's first snapshot."""

    rule: RuleId
    kind: RuleKindName
    target: WatchTarget | None
    state: StateName
    since: _Since | None
    seen: Instant | None


class WatchStates(Struct, frozen=True, kw_only=True):
    """The answer to a request for the states of the rules, without amounts. `generated_at` is now."""

    version: Literal[1] = VERSION
    generated_at: Instant
    rules: tuple[RuleState, ...]


class WatchPost(Struct, frozen=True, kw_only=True):
    """What the watch asks the reporter to do: post or edit a message, or find one that was posted before.

    `item` is the message's id in its metadata. `channel` is a channel or a person, `thread` the `ts` of the incident's
    message. `rule` and `effect` are what the watch decided on (functions/watch/README.md), `code` is Slack's refusal
    that an admin is told about.
    """

    version: Literal[1] = VERSION
    watch: Literal["post", "find"]
    item: str
    channel: str
    thread: str | None = None
    code: str | None = None
    rule: dict[str, Any]
    effect: dict[str, Any]


class WatchPosted(Struct, frozen=True, kw_only=True):
    """The message's `ts`: null where nothing was found. `refused` is Slack's code when it refuses for good."""

    ts: str | None = None
    refused: str | None = None
