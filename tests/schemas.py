"""The JSON Schemas in events/schema. `python -m tests.schemas` generates them from the structs of our contracts."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jsonschema import Draft202012Validator

from balance_core.contract import AggregatorAnswerMessage, BalancesCollected, ProviderAnswerMessage
from balance_core.history.periods import HistoryAnswer
from balance_core.question import END, Question
from balance_core.watch_contract import BalanceWatchChanged, WatchStates
from balance_slack.job import Job

EVENTS = Path(__file__).parents[1] / "events"
# Each schema's name and title, and the struct that it describes.
CONTRACTS: Mapping[str, tuple[str, type[msgspec.Struct]]] = {
    "question": ("Question", Question),
    "provider-answer": ("Provider answer", ProviderAnswerMessage),
    "aggregator-answer": ("Aggregator answer", AggregatorAnswerMessage),
    "history-answer": ("History answer", HistoryAnswer),
    "balances-collected": ("BalancesCollected", BalancesCollected),
    "balance-watch-changed": ("BalanceWatchChanged", BalanceWatchChanged),
    "watch-states": ("States of the watch", WatchStates),
    "slack-job": ("Slack job", Job),
}


def schema_path(name: str) -> Path:
    """The file of version 1 of the schema `name`."""
    return EVENTS / "schema" / f"{name}.v1.json"


def generate(name: str) -> str:
    """The text of the schema `name`, made from its struct."""
    title, struct = CONTRACTS[name]
    (root,), definitions = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    head = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "$id": f"urn:balance-bot:{name}:v1"}
    body = definitions.pop(root["$ref"].rpartition("/")[2])
    document = head | body | {"title": title} | ({"$defs": definitions} if definitions else {})
    return json.dumps(_tidy(document), indent=2, ensure_ascii=False) + "\n"


def problems(name: str, document: object) -> list[str]:
    """Why `document`, as JSON, is not valid by the schema `name`, one line for each reason; empty when it is valid."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(as_json(document))]


def as_json(document: object) -> Any:
    """What a caller reads when a function returns `document`: Lambda serialises it as JSON, so tuples become lists."""
    return json.loads(json.dumps(document))


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_path(name).read_text(encoding="utf-8")))


def _tidy(part: Any) -> Any:
    """The same schema with unwrapped descriptions, and patterns in JSON Schema's dialect, where `$` is the very end."""
    if isinstance(part, dict):
        return {name: _tidy(member) for name, member in part.items()}
    if isinstance(part, list):
        return [_tidy(item) for item in part]
    return re.sub(r"\s*\n\s*", " ", part).replace(END, "$") if isinstance(part, str) else part


if __name__ == "__main__":
    for _name in CONTRACTS:
        schema_path(_name).write_text(generate(_name), encoding="utf-8")
