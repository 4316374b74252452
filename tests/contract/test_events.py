"""Every file in events/ is what the function of its folder takes."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from balance_aggregator.request import read_request
from balance_aggregator.snapshot import DETAIL_TYPE, SOURCE
from tests.schemas import EVENTS, problems

ROOT = EVENTS.parent
FILES = sorted(path for path in EVENTS.glob("*/*.json") if path.parent.name not in ("schema", "slack"))
# A folder that is not named here belongs to a provider.
SCHEMA_OF_FOLDER = {"aggregator": "aggregator-request", "slack-reporter": "slack-job"}
# Every function's folder; what is neither the aggregator's nor Slack's is a provider's.
PROVIDERS = sorted(path.name for path in (ROOT / "functions").iterdir() if path.is_dir())
PROVIDERS = [name for name in PROVIDERS if name not in ("aggregator", "slack")]


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_event_file_is_valid(path: Path) -> None:
    event = read_json(path)
    if event.get("detail-type") == DETAIL_TYPE:
        assert event["source"] == SOURCE
        assert problems("balances-collected", event["detail"]) == []
    else:
        assert problems(SCHEMA_OF_FOLDER.get(path.parent.name, "provider-request"), event) == []


def test_every_function_has_its_events() -> None:
    assert {path.parent.name for path in FILES} == {"aggregator", "slack-reporter", *PROVIDERS}


@pytest.mark.parametrize("name", ["snapshot", "eventbridge-rule", "scheduler-default"])
def test_what_schedules_send_is_a_snapshot_of_everything(name: str) -> None:
    request = read_request(read_json(EVENTS / "aggregator" / f"{name}.json"), ("alpha", "beta"), "id")
    assert (request.snapshot, request.providers, request.question.currencies) == (True, ("alpha", "beta"), ())


def test_the_aggregator_understands_what_a_job_asks_and_asks_anew_for_a_refresh_only() -> None:
    jobs = [read_json(path) for path in FILES if path.parent.name == "slack-reporter"]
    anew = {
        job["kind"]: read_request(job["request"], PROVIDERS, "id").refresh for job in jobs if "detail-type" not in job
    }
    assert {kind for kind, is_anew in anew.items() if is_anew} == {"refresh_answer", "refresh_home"}


def test_the_slash_command_is_a_function_urls_request_with_a_placeholder_for_the_signature() -> None:
    event = read_json(EVENTS / "slack" / "command-usd.json")
    body = base64.b64decode(event["body"], validate=True)
    assert (event["version"], event["isBase64Encoded"]) == ("2.0", True)
    assert event["headers"]["content-length"] == str(len(body))
    assert event["headers"]["x-slack-signature"] == "v0=" + "0" * 64
    form = parse_qs(body.decode("ascii"), strict_parsing=True)
    assert (form["command"], form["text"], form["token"]) == (["/balance"], ["USD"], ["placeholder"])


@pytest.mark.parametrize("folder", ["functions/aggregator", "events/schema"])
def test_no_provider_is_named_where_any_provider_must_do(folder: str) -> None:
    assert PROVIDERS
    for path in (ROOT / folder).rglob("*.*"):
        if path.suffix in (".py", ".json"):
            text = path.read_text(encoding="utf-8").lower()
            assert [name for name in PROVIDERS if name in text] == [], path.name
