"""Every file in events/ is something that the function of its folder accepts."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from balance_aggregator.aggregator import read_request
from balance_aggregator.snapshot import DETAIL_TYPE, SOURCE
from balance_core import watch_requests
from balance_core.contract import convert
from balance_core.watch_contract import WatchPost
from balance_watch import runs
from tests.schemas import EVENTS, problems

ROOT = EVENTS.parent
PROVIDERS = sorted({path.name for path in (ROOT / "functions").iterdir()} - {"aggregator", "slack", "watch"})
SCHEDULED = ("eventbridge-rule", "scheduler-default")
FILES = sorted(path for path in EVENTS.glob("*/*.json") if path.parent.name not in ("schema", "slack"))


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_event_file_is_valid(path: Path) -> None:
    event = read_json(path)
    if path.stem in SCHEDULED:  # AWS's own events, which have no schema of ours
        assert event["source"] in ("aws.events", "aws.scheduler")
    elif path.name.endswith(".asl.json"):
        assert event["StartAt"] in event["States"]
    elif event.get("detail-type") == runs.DETAIL_TYPE:
        assert problems("balance-watch-changed", event["detail"]) == []
    elif path.parent.name.startswith("watch") and "request" in event:
        assert watch_requests.read_request(event)
    elif isinstance(event.get("watch"), str):
        assert convert(event, WatchPost)
    elif event.get("detail-type") == DETAIL_TYPE:
        assert event["source"] == SOURCE
        assert problems("balances-collected", event["detail"]) == []
    else:
        assert problems("slack-job" if path.parent.name == "slack-reporter" else "question", event) == []


def test_every_function_has_event_files() -> None:
    assert {path.parent.name for path in FILES} == {"aggregator", "slack-reporter", "watch", "watch-states", *PROVIDERS}


@pytest.mark.parametrize("name", ["snapshot", "schedule", "watch", *SCHEDULED])
def test_a_schedule_asks_for_a_snapshot_of_everything(name: str) -> None:
    question = read_request(read_json(EVENTS / "aggregator" / f"{name}.json"), ("alpha", "beta"), "id")
    kind = "watch" if name == "watch" else "digest"
    assert (question.snapshot, question.providers, question.currencies) == (kind, ("alpha", "beta"), None)


def test_the_slash_command_is_an_http_api_request_with_a_placeholder_for_the_signature() -> None:
    event = read_json(EVENTS / "slack" / "command-usd.json")
    body = base64.b64decode(event["body"], validate=True)
    assert (event["version"], event["isBase64Encoded"]) == ("2.0", True)
    assert event["headers"]["content-length"] == str(len(body))
    assert event["headers"]["x-slack-signature"] == "v0=" + "0" * 64
    form = parse_qs(body.decode("ascii"), strict_parsing=True)
    assert (form["command"], form["text"], form["token"]) == (["/balance"], ["USD"], ["placeholder"])


@pytest.mark.parametrize("folder", ["functions/aggregator", "events/schema"])
def test_the_aggregator_and_the_schemas_name_no_provider(folder: str) -> None:
    assert PROVIDERS
    for path in (ROOT / folder).rglob("*.*"):
        if path.suffix in (".py", ".json"):
            text = path.read_text(encoding="utf-8").lower()
            assert [name for name in PROVIDERS if name in text] == [], path.name
