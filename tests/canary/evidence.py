"""Everything that left the functions of a local system, in pieces, and what each piece may contain."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import boto3

from tests.canary.company import TYPED_AMOUNT, CanaryCompany, amount_canary
from tests.canary.search import Canary, Kind, Search
from tests.canary.witness import Run
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.http_server import Request
from tests.local.simulators.slack_commands import CommandReply
from tests.local.simulators.slack_response_urls import PREFIXES
from tests.local.system import LocalSystem

# Hexadecimal digests and ids have no capitals.
_LONG_BASE64 = re.compile(r"(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{64,}")
_AMOUNT = re.compile(r'"(\d{7,}\.\d\d)"')
_TRIGGER = re.compile(r'"trigger_id": ?"\d+\.\d+\.([0-9a-f]{32})"')
# The tables with `place` and `entry`, and the number at the end of an entry where a text is in several items.
_KEEPING = frozenset({"BalancesTable", "AnswersTable", "WatchTable"})
_WHOLE = frozenset({"WatchTable"})
_PART = re.compile(r"#\d+$")
# The header in which providers get our signature.
_SIGNATURE_HEADER = "sign"


class Place(Enum):
    """Where the bytes go."""

    LOG = "log"
    ANSWER = "answer"
    ERROR = "error"
    STATES = "states for other services"
    JOB = "job"
    ALERT = "alert for the reporter"
    RULE = "rule for the watch"
    EVENT = "event"
    ITEM = "item"
    KEPT = "kept balances, answers and alerts"
    FAILURE_RECORD = "failure record"
    PROVIDER = "provider request"
    SLACK = "Slack message"
    ACKNOWLEDGEMENT = "acknowledgement"


# It is part of the question, and of the answer to the person who asked.
_TYPED = {Kind.TYPED_TOKEN, Kind.TYPED_AMOUNT}
# Nothing is allowed elsewhere.
ALLOWED: Mapping[Place, frozenset[Kind]] = {
    Place.ANSWER: frozenset({Kind.AMOUNT, *_TYPED}),
    Place.SLACK: frozenset({Kind.AMOUNT, Kind.TRIGGER}),
    # The tables that are there to hold amounts.
    Place.KEPT: frozenset({Kind.AMOUNT}),
    Place.JOB: frozenset({Kind.RESPONSE_URL, Kind.TRIGGER, *_TYPED}),
    Place.ALERT: frozenset({Kind.AMOUNT}),
    Place.RULE: frozenset({Kind.AMOUNT, *_TYPED}),
    # Lambda's record of an event that failed holds the event.
    Place.FAILURE_RECORD: frozenset({Kind.RESPONSE_URL, Kind.TRIGGER}),
    Place.ACKNOWLEDGEMENT: frozenset(_TYPED),
}
# The libraries' own logs contain amounts and trigger ids, which is why the functions set their levels. A trigger id is
# useless without the bot token, and after three seconds.
IN_FORCED_LOGS = frozenset({Kind.AMOUNT, Kind.TYPED_AMOUNT, Kind.TRIGGER})


@dataclass(frozen=True)
class Piece:
    """Some of the bytes as text, the place they went to, and a name for messages."""

    place: Place
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Leak:
    """A canary where it must not be."""

    place: Place
    name: str
    canary: str


def leaks(pieces: Iterable[Piece], search: Search, ignored: frozenset[Kind] = frozenset()) -> list[Leak]:
    """The canaries in places that do not allow them; `ignored` kinds do not count."""
    return [
        Leak(piece.place, piece.name, canary.name)
        for piece in pieces
        for canary in sorted(search.find(piece.text), key=lambda canary: canary.name)
        if canary.kind not in ALLOWED.get(piece.place, frozenset()) | ignored
    ]


def nameless_base64(pieces: Iterable[Piece]) -> list[str]:
    """Long Base64 in logs that no canary represents, such as signatures of answers."""
    return [found for piece in pieces if piece.place is Place.LOG for found in _LONG_BASE64.findall(piece.text)]


def collect(system: LocalSystem, runs: Iterable[Run], replies: Iterable[CommandReply]) -> list[Piece]:
    """All pieces so far. `runs` are what a Witness recorded, `replies` the answers to slash commands."""
    return [
        *(Piece(Place.LOG, path.name, path.read_text("utf-8", "replace")) for path in sorted(system.logs.iterdir())),
        *(piece for run in runs for piece in _of_run(run)),
        *(Piece(Place.EVENT, "event", json.dumps(event)) for event in system.bus.published),
        *_of_moto(system.variables["AWS_ENDPOINT_URL"]),
        *(Piece(Place.FAILURE_RECORD, "failure record", json.dumps(record)) for record in _all_failed(system)),
        *_of_requests(system),
        *(Piece(Place.ACKNOWLEDGEMENT, "reply", json.dumps([dict(each.headers), each.body])) for each in replies),
    ]


def canaries_of(company: CanaryCompany, runs: Iterable[Run]) -> list[Canary]:
    """The company's canaries, and those created while it ran: signatures, response URLs, trigger ids, sums."""
    requests = [request for simulator in company.company.providers.values() for request in simulator.requests]
    signatures = {request.headers[_SIGNATURE_HEADER] for request in requests if _SIGNATURE_HEADER in request.headers}
    urls = {request.route for request in company.company.slack.requests if request.route.startswith(PREFIXES)}
    sums: set[str] = set()
    triggers: set[str] = set()
    for run in runs:
        triggers |= set(_TRIGGER.findall(run.event.decode()))
        if run.function_name == f"{STACK_NAME}-slack":
            signatures |= set(re.findall(r"v0=[0-9a-f]{64}", run.event.decode()))
        sums |= set(_AMOUNT.findall(run.result.payload.decode())) - {TYPED_AMOUNT}
    return [
        *company.canaries,
        *(Canary(f"signature {text[:12]}", Kind.SIGNATURE, (text.encode(),)) for text in sorted(signatures)),
        # Only the last part is secret; team and form are the same in all.
        *(Canary(f"response URL {url[-6:]}", Kind.RESPONSE_URL, (url.rpartition("/")[2].encode(),)) for url in urls),
        # The numbers in front say only where and when.
        *(Canary(f"trigger id {text[-6:]}", Kind.TRIGGER, (text.encode(),)) for text in sorted(triggers)),
        *(amount_canary(amount) for amount in sorted(sums)),
    ]


def _of_run(run: Run) -> Iterator[Piece]:
    answer = Place.STATES if run.function_name == f"{STACK_NAME}-watch-states" else Place.ANSWER
    yield Piece(Place.ERROR if run.result.function_error else answer, run.function_name, run.result.payload.decode())
    yield Piece(Place.LOG, f"log tail of {run.function_name}", run.result.log_tail.decode("utf-8", "replace"))
    if run.function_name != f"{STACK_NAME}-slack":  # what the front gets comes from Slack, not from us
        yield Piece(_place_of_event(run), f"event for {run.function_name}", run.event.decode())


def _place_of_event(run: Run) -> Place:
    if run.function_name == f"{STACK_NAME}-slack-reporter" and b'"effect"' in run.event:
        return Place.ALERT
    has_levels = run.function_name == f"{STACK_NAME}-watch" and re.search(rb'"rule":\s*\{', run.event)
    return Place.RULE if has_levels else Place.JOB


def _of_moto(endpoint_url: str) -> Iterator[Piece]:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
    dynamodb = session.client("dynamodb", endpoint_url=endpoint_url)
    for table in dynamodb.list_tables()["TableNames"]:
        items = [item for page in dynamodb.get_paginator("scan").paginate(TableName=table) for item in page["Items"]]
        if table.removeprefix(f"{STACK_NAME}-") in _KEEPING:
            yield from _of_kept(table, items)
        else:
            yield from (Piece(Place.ITEM, table, json.dumps(item)) for item in items)


def _of_kept(table: str, items: Iterable[Mapping[str, Any]]) -> Iterator[Piece]:
    """The keys of the items and their JSON, mostly compressed. A long text is in several items: `...#0`, `...#1`."""
    is_whole = table.removeprefix(f"{STACK_NAME}-") in _WHOLE
    whole: dict[tuple[str, str], bytes] = {}
    for item in sorted(items, key=lambda item: (item["place"]["S"], item["entry"]["S"])):
        readable = {name: value for name, value in item.items() if "B" not in value}
        yield Piece(Place.KEPT, table, json.dumps(readable))
        for name in item.keys() - readable.keys():
            entry = item["entry"]["S"] if is_whole else _PART.sub("", item["entry"]["S"])
            text = (item["place"]["S"], f"{entry} {name}")
            whole[text] = whole.get(text, b"") + item[name]["B"]
    for data in whole.values():
        is_plain = data.startswith((b"{", b"["))
        yield Piece(Place.KEPT, table, (data if is_plain else zlib.decompress(data)).decode())


def _all_failed(system: LocalSystem) -> Iterator[Mapping[str, object]]:
    while records := system.failed_events():
        yield from records


def _of_requests(system: LocalSystem) -> Iterator[Piece]:
    for name, simulator in system.company.providers.items():
        for request in simulator.requests:
            yield Piece(Place.PROVIDER, name, _text(request, _SIGNATURE_HEADER))
    for request in system.company.slack.requests:
        yield Piece(Place.SLACK, "Slack", _text(request, "authorization"))


def _text(request: Request, except_for: str) -> str:
    """The request without the header that carries the credential, or without the path if that is the credential."""
    headers = {name: value for name, value in request.headers.items() if name != except_for}
    path = "" if request.path.startswith(PREFIXES) else request.path
    return json.dumps([path, headers]) + request.body.decode("utf-8", "replace")
