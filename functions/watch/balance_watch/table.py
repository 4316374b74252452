"""The DynamoDB table `Watch`: rules, their states, and what is to be posted.

| partition key `place` | sort key `entry` | holds |
|---|---|---|
| `rules` | `<rule>` | the rule; written on the condition that its `revision` is the one that was read |
| `states` | `<rule>` | the state; written on the condition that its `version` is the one that was read |
| `outbox` | `<rule>#<version>#<number>` | an effect that is not marked; `held_until` while a run posts it |
| `changes` | `<rule>#<version>` | a change of state that is not announced on the bus |
| `threads` | `<rule>#<incident>` | channel and `ts` of the incident's message |
| `notices` | `undeliverable-<day>` | that the admin was told on that day |

`data` is compressed JSON. A state and its effects are one transaction. What ends has a time to live.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from balance_core.aws import error_code
from balance_core.history.items import HistoryError, packed, unpacked
from balance_core.watch_contract import BalanceWatchChanged
from balance_watch.delivery import Item
from balance_watch.settings import FREEZE_RULE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Somebody else was faster.
_LOST = ("ConditionalCheckFailedException", "TransactionConflictException")
_CANCELLED = "TransactionCanceledException"
_REMOVED_RULES_STAY = timedelta(days=30)
_THREADS_STAY = timedelta(days=180)
_NOTICES_STAY = timedelta(days=7)
# Nobody holds an item for so long: the clock was set back since it was held.
_TOO_LONG = timedelta(minutes=15)
_FREE = "(attribute_not_exists(held_until) OR held_until <= :now OR held_until > :too_long)"

_Item = dict[str, Any]


class WatchTableError(Exception):
    """DynamoDB did not store or read. The message tells the operator why."""


class Waiting(Struct, frozen=True, kw_only=True):
    """An item of the outbox. `channel` is the rule's when it was decided; `is_held`: a run has claimed it before."""

    entry: str
    item: Item
    channel: str
    is_held: bool


class Thread(Struct, frozen=True, kw_only=True):
    """Where the message of an incident is."""

    channel: str
    ts: str


class Change(Struct, frozen=True, kw_only=True):
    """A change of state that waits for the bus."""

    entry: str
    detail: BalanceWatchChanged


class WatchTable:
    """The table called `name`. Every method raises WatchTableError. Reads are consistent."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def rules(self) -> dict[str, dict[str, Any]]:
        """The stored rules by id, removed ones for a month."""
        return {item["entry"]["S"]: _unpacked(item) for item in self._query("rules")}

    def rules_with(self, freeze: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
        """The rules by id. The one about frozen money exists only while there is an alert channel, then by itself."""
        rules = self.rules()
        if freeze is None:
            rules.pop(FREEZE_RULE, None)
        else:
            rules.setdefault(FREEZE_RULE, dict(freeze))
        return rules

    def put_rule(self, rule: Mapping[str, Any], revision: int, now: datetime) -> bool:
        """Write a rule over the one with `revision`, or over none if it is 0. False if somebody was faster."""
        item = _packed("rules", rule["id"], rule) | {"revision": {"N": str(rule["revision"])}}
        if rule.get("deleted"):
            item |= _expiry(now + _REMOVED_RULES_STAY)
        condition = "revision = :revision" if revision else "attribute_not_exists(entry)"
        values = {":revision": {"N": str(revision)}} if revision else {}
        return self._put(item, condition, values)

    def states(self) -> dict[str, tuple[Any, int]]:
        """The states and their versions by rule."""
        return {item["entry"]["S"]: _state_of(item) for item in self._query("states")}

    def state(self, rule: str) -> tuple[Any, int]:
        """The state of one rule and its version; None and 0 at first."""
        with self._errors():
            found = self._client.get_item(TableName=self._name, Key=_key("states", rule), ConsistentRead=True)
        return _state_of(found["Item"]) if "Item" in found else (None, 0)

    def put_state(
        self,
        rule: str,
        version: int,
        state: Any,
        effects: Sequence[tuple[Item, str]],
        change: BalanceWatchChanged | None,
    ) -> bool:
        """Write the state as version + 1 with its effects (each with its channel) and its change, or nothing.

        False if `version` is old.
        """
        new = version + 1
        item = _packed("states", rule, state) | {"version": {"N": str(new)}}
        condition = "version = :version" if version else "attribute_not_exists(entry)"
        values = {":version": {"N": str(version)}} if version else {}
        others = [
            _packed("outbox", f"{rule}#{new:010}#{number:03}", effect) | {"channel": {"S": channel}}
            for number, (effect, channel) in enumerate(effects)
        ]
        if change:
            others.append(_packed("changes", f"{rule}#{new:010}", change))
        if not others:
            return self._put(item, condition, values)
        first = {"TableName": self._name, "Item": item, "ConditionExpression": condition}
        if values:
            first["ExpressionAttributeValues"] = values
        return self._transact([first, *({"TableName": self._name, "Item": each} for each in others)])

    def outbox(self, rule: str | None = None) -> list[Waiting]:
        """What waits, in order, of one rule or of all."""
        return [
            Waiting(
                entry=item["entry"]["S"],
                item=_unpacked(item),
                channel=item["channel"]["S"],
                is_held="held_until" in item,
            )
            for item in self._query("outbox", f"{rule}#" if rule else "")
        ]

    def claim(self, entry: str, now: datetime, until: datetime) -> bool:
        """Hold an item of the outbox; False if it is gone or held."""
        return self._update(
            _key("outbox", entry), "SET held_until = :until", f"attribute_exists(entry) AND {_FREE}", _times(now, until)
        )

    def drop(self, entry: str) -> bool:
        """Remove an item of the outbox that no run has ever claimed."""
        condition = "attribute_not_exists(held_until)"
        with self._errors(), _refused_condition() as refused:
            self._client.delete_item(TableName=self._name, Key=_key("outbox", entry), ConditionExpression=condition)
        return not refused

    def mark(self, entry: str, thread: tuple[str, Thread] | None, now: datetime) -> None:
        """Take an item out of the outbox. `thread` says where a new incident's message is."""
        with self._errors():
            if thread is None:
                self._client.delete_item(TableName=self._name, Key=_key("outbox", entry))
                return
            item = _packed("threads", thread[0], thread[1]) | _expiry(now + _THREADS_STAY)
            self._client.transact_write_items(
                TransactItems=[
                    {"Delete": {"TableName": self._name, "Key": _key("outbox", entry)}},
                    {"Put": {"TableName": self._name, "Item": item}},
                ]
            )

    def thread(self, rule: str, incident: int) -> Thread | None:
        """Where the message of an incident is; None if it was never posted."""
        with self._errors():
            key = _key("threads", thread_entry(rule, incident))
            found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        return msgspec.convert(_unpacked(found["Item"]), Thread) if "Item" in found else None

    def claim_notice(self, name: str, now: datetime, until: datetime) -> bool:
        """Hold a notice to the admin, which is added; False if it is marked, or held."""
        item = {**_key("notices", name), "held_until": _times(now, until)[":until"], **_expiry(now + _NOTICES_STAY)}
        condition = "attribute_not_exists(entry) OR (attribute_not_exists(ts) AND held_until <= :now)"
        return self._put(item, condition, {":now": _number(now)})

    def mark_notice(self, name: str, ts: str) -> None:
        """The admin was told."""
        self._update(_key("notices", name), "SET ts = :ts", "attribute_exists(entry)", {":ts": {"S": ts}})

    def changes(self) -> list[Change]:
        """The changes of state that wait for the bus."""
        return [
            Change(entry=item["entry"]["S"], detail=msgspec.convert(_unpacked(item), BalanceWatchChanged))
            for item in self._query("changes")
        ]

    def forget_change(self, entry: str) -> None:
        """A change was announced."""
        with self._errors():
            self._client.delete_item(TableName=self._name, Key=_key("changes", entry))

    def _query(self, place: str, prefix: str = "") -> Iterator[_Item]:
        condition, values = "place = :place", {":place": {"S": place}}
        if prefix:
            condition += " AND begins_with(entry, :prefix)"
            values[":prefix"] = {"S": prefix}
        with self._errors():
            for page in self._client.get_paginator("query").paginate(
                TableName=self._name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ConsistentRead=True,
            ):
                yield from page["Items"]

    def _put(self, item: _Item, condition: str, values: _Item) -> bool:
        options: Any = {"ExpressionAttributeValues": values} if values else {}
        with self._errors(), _refused_condition() as refused:
            self._client.put_item(TableName=self._name, Item=item, ConditionExpression=condition, **options)
        return not refused

    def _update(self, key: Any, change: str, condition: str, values: _Item) -> bool:
        with self._errors(), _refused_condition() as refused:
            self._client.update_item(
                TableName=self._name,
                Key=key,
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        return not refused

    def _transact(self, puts: Iterable[_Item]) -> bool:
        with self._errors(), _refused_condition() as refused:
            self._client.transact_write_items(TransactItems=[{"Put": each} for each in puts])  # type: ignore[typeddict-item]
        return not refused

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except ClientError as exc:
            problem = f"DynamoDB refused a call ({error_code(exc)}): check WATCH_TABLE and the role"
            raise WatchTableError(problem) from exc
        except BotoCoreError as exc:
            raise WatchTableError(f"DynamoDB could not be reached ({type(exc).__name__})") from exc


def thread_entry(rule: str, incident: int) -> str:
    """The entry of an incident's message."""
    return f"{rule}#{incident:06}"


@contextmanager
def _refused_condition() -> Iterator[list[str]]:
    """A list that is empty unless a condition was false, or another transaction has the item."""
    refused: list[str] = []
    try:
        yield refused
    except ClientError as exc:
        if not _is_condition(exc):
            raise
        refused.append(error_code(exc))


def _is_condition(error: ClientError) -> bool:
    reasons: Any = error.response.get("CancellationReasons", [])
    conflicts = {"ConditionalCheckFailed", "TransactionConflict"}
    return error_code(error) in _LOST or (
        error_code(error) == _CANCELLED and any(each.get("Code") in conflicts for each in reasons)
    )


def _key(place: str, entry: str) -> _Item:
    return {"place": {"S": place}, "entry": {"S": entry}}


def _packed(place: str, entry: str, value: object) -> _Item:
    return {**_key(place, entry), "data": {"B": packed(value)}}


def _unpacked(item: _Item) -> Any:
    try:
        return unpacked(item, object)
    except HistoryError as exc:
        raise WatchTableError(str(exc)) from None


def _state_of(item: _Item) -> tuple[Any, int]:
    return _unpacked(item), int(item["version"]["N"])


def _times(now: datetime, until: datetime) -> _Item:
    return {":now": _number(now), ":until": _number(until), ":too_long": _number(now + _TOO_LONG)}


def _number(instant: datetime) -> dict[str, str]:
    return {"N": str(int(instant.timestamp()))}


def _expiry(instant: datetime) -> _Item:
    return {"expires_at": _number(instant)}
