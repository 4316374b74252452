"""Asynchronous invocations of the local Lambda service: the queue, its retries and the on-failure destination."""

import json
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.integration.throwaway_functions import (
    AMPLE_SECONDS,
    ON_FAILURE_ARN,
    Meeting,
    by_name,
    function,
    meeting,
    runtime,
)
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.invocation import Invocation, InvokeResult
from tests.local.aws.lambda_service import LambdaService

# Fails until it has been called as often as the event says, and notes every request id in a file.
FRAGILE = (
    "from pathlib import Path\n"
    "def handler(event, context):\n"
    "    notes = Path(event['notes'])\n"
    "    with notes.open('a') as file:\n"
    "        file.write(context.aws_request_id + '\\n')\n"
    "    if len(notes.read_text().splitlines()) < event['good_from']:\n"
    "        raise ValueError('not yet')\n"
)


class Destination:
    """An on-failure destination that remembers what it received."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Mapping[str, object]]] = []

    def __call__(self, arn: str, record: Mapping[str, object]) -> None:
        self.received.append((arn, record))


def event(notes: Path, good_from: int) -> bytes:
    """The event of the fragile function."""
    return json.dumps({"notes": str(notes), "good_from": good_from}).encode()


def service(folder: Path, destination: Destination, **changes: Any) -> LambdaService:
    """The fragile function with very short waits before its retries."""
    spec = function(folder, FRAGILE, "fragile", **changes)
    return LambdaService(by_name(spec), runtime(folder), on_failure=destination, retry_delays_seconds=(0.01, 0.02))


def test_an_event_is_tried_again_with_the_same_request_id_until_it_succeeds(tmp_path: Path) -> None:
    destination, notes = Destination(), tmp_path / "notes"
    with service(tmp_path, destination) as local:
        request_id = local.invoke_async("fragile", event(notes, good_from=2))
        local.drain(AMPLE_SECONDS)
        assert notes.read_text().splitlines() == [request_id] * 2
        assert [entry.error for entry in local.timeline] == ["ValueError", None]
    assert destination.received == []


@pytest.mark.parametrize(
    ("name", "qualifier", "version"), [("fragile:live", "live", "1"), ("fragile", "$LATEST", "$LATEST")]
)
def test_an_event_that_always_fails_goes_to_the_destination_as_lambda_records_it(
    tmp_path: Path, name: str, qualifier: str, version: str
) -> None:
    destination, payload = Destination(), event(tmp_path / "notes", good_from=9)
    with service(tmp_path, destination) as local:
        request_id = local.invoke_async(name, payload)
        local.drain(AMPLE_SECONDS)
    ((arn, record),) = destination.received
    assert arn == ON_FAILURE_ARN
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(record["timestamp"]))
    response = record["responsePayload"]
    assert isinstance(response, dict)
    assert (response["errorType"], response["errorMessage"]) == ("ValueError", "not yet")
    assert response["requestId"] == request_id
    assert {key: record[key] for key in record if key not in ("timestamp", "responsePayload")} == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"arn:aws:lambda:eu-central-1:123456789012:function:fragile:{qualifier}",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": json.loads(payload),
        "responseContext": {"statusCode": 200, "executedVersion": version, "functionError": "Unhandled"},
    }


@pytest.mark.parametrize("retries", [0, 1])
def test_the_number_of_tries_is_the_functions_own(tmp_path: Path, retries: int) -> None:
    destination, notes = Destination(), tmp_path / "notes"
    with service(tmp_path, destination, async_retries=retries) as local:
        local.invoke_async("fragile", event(notes, good_from=9))
        local.drain(AMPLE_SECONDS)
    assert len(notes.read_text().splitlines()) == 1 + retries
    assert len(destination.received) == 1


def test_without_a_destination_a_failed_event_is_dropped(tmp_path: Path) -> None:
    destination = Destination()
    with service(tmp_path, destination, on_failure_arn=None) as local:
        local.invoke_async("fragile", event(tmp_path / "notes", good_from=9))
        local.drain(AMPLE_SECONDS)
    assert destination.received == []


def test_many_events_are_all_run(tmp_path: Path) -> None:
    spec = function(tmp_path, "def handler(event, context):\n    return event\n")
    with LambdaService(by_name(spec), runtime(tmp_path)) as local:
        for number in range(20):
            local.invoke_async("echo", str(number).encode())
        local.drain(AMPLE_SECONDS)
        assert len(local.timeline) == 20


def test_drain_says_what_is_unfinished(tmp_path: Path) -> None:
    spec = function(tmp_path, Meeting.MEET + "def handler(event, context):\n    meet(event['port'])\n")
    with LambdaService(by_name(spec), runtime(tmp_path)) as local, meeting() as place:
        local.invoke_async("echo", place.event)
        place.arrive()
        with pytest.raises(TimeoutError, match="1 asynchronous events are unfinished"):
            local.drain(0.05)
        place.close()
        local.drain(AMPLE_SECONDS)


def test_drain_waits_for_what_somebody_calls_and_waits_for_too(tmp_path: Path) -> None:
    spec = function(tmp_path, Meeting.MEET + "def handler(event, context):\n    meet(event['port'])\n")
    with (
        LambdaService(by_name(spec), runtime(tmp_path)) as local,
        meeting() as place,
        ThreadPoolExecutor() as callers,
    ):
        callers.submit(local.invoke, "echo", place.event)
        place.arrive()
        with pytest.raises(TimeoutError, match="1 invocations still run"):
            local.drain(0.05)
        place.close()
        local.drain(AMPLE_SECONDS)
        assert len(local.timeline) == 1


def test_a_destination_that_fails_is_not_swallowed(tmp_path: Path) -> None:
    def refuse(arn: str, record: Mapping[str, object]) -> None:
        raise ConnectionError(f"cannot reach {arn}")

    spec = function(tmp_path, FRAGILE, "fragile", async_retries=0)
    with LambdaService(by_name(spec), runtime(tmp_path), on_failure=refuse) as local:
        local.invoke_async("fragile", event(tmp_path / "notes", good_from=9))
        with pytest.raises(ConnectionError, match="failures"):
            local.drain(AMPLE_SECONDS)


def test_a_stop_does_not_wait_for_a_retry(tmp_path: Path) -> None:
    destination, tried = Destination(), threading.Event()

    class Watched(ExecutionEnvironment):
        def invoke(self, invocation: Invocation) -> InvokeResult:
            result = super().invoke(invocation)
            tried.set()
            return result

    local = LambdaService(
        by_name(function(tmp_path, "def handler(event, context):\n    1 / 0\n")),
        runtime(tmp_path),
        environments=Watched,
        on_failure=destination,
        retry_delays_seconds=(600,),
    )
    local.invoke_async("echo", b"{}")
    assert tried.wait(AMPLE_SECONDS)
    with pytest.raises(TimeoutError):
        local.drain(0.1)
    started = time.monotonic()
    local.stop()
    assert time.monotonic() - started < AMPLE_SECONDS
    assert destination.received == []
