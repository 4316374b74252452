"""Sends requests to the HTTP API of a running system, and counts what they start."""

import http.client
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from urllib.parse import urlencode, urlsplit

from tests.intake.cases import CASES, CONTROL_HEADERS, Case, HttpRequest
from tests.intake.people import CHANNELS, FINANCE, LISTED_PERSON, OURS, PEOPLE
from tests.local.aws.stack import STACK_NAME
from tests.local.system import LocalSystem

_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class Started:
    """What was started: function runs, idempotency keys, messages, events and failure records, by name."""

    counts: Counter[str]

    @property
    def total(self) -> int:
        """The sum of all counts."""
        return self.counts.total()


@dataclass(frozen=True)
class Refusals:
    """How many requests were sent, those with an unexpected answer, and what was started."""

    tried: int
    wrong: Sequence[str]
    started: Started


@dataclass(frozen=True)
class Decisions:
    """How many people asked in how many channels, and who was allowed or refused wrongly."""

    asked: int
    wrong: Sequence[str]


@dataclass(frozen=True)
class Deliveries:
    """The answers to one signed request that was delivered many times, and what was started."""

    statuses: Counter[int]
    started: Started


def send(url: str, request: HttpRequest) -> int:
    """The HTTP status of the answer. Raises OSError or HTTPException when there is none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.putrequest(request.method, request.target, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode("latin-1"))
        connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        return connection.getresponse().status
    finally:
        connection.close()


def try_cases(system: LocalSystem, cases: Sequence[Case] = CASES) -> Refusals:
    """Send every request, and check that it is refused as expected."""
    wrong, before = [], _counts(system)
    for case in cases:
        command = system.company.slack.new_command("USD").body()
        status = send(system.url, case.request(command, datetime.now(UTC)))
        if status not in case.statuses:
            wrong.append(f"{case.name}: {status}")
    return Refusals(len(cases), wrong, _started_since(before, system))


def try_people(system: LocalSystem) -> Decisions:
    """Let each person ask in each channel. The settings list one workspace, one channel and one person."""
    wrong = []
    for person, channel in product(PEOPLE, CHANNELS):
        is_listed = (person.team_id, person.user_id, channel) == (OURS, LISTED_PERSON, FINANCE)
        answered = len(system.company.slack.messages)
        command = replace(system.company.slack.new_command("USD"), **person.fields, channel_id=channel)
        body = command.body() + b"&" + urlencode({"enterprise_id": person.enterprise_id}).encode()
        status = send(system.url, Case("a command", (200,)).request(body, datetime.now(UTC)))
        system.settle(_TIMEOUT_SECONDS)
        answers = len(system.company.slack.messages) - answered
        if (status, answers) != (200, int(is_listed)):
            wrong.append(f"{person.name} in {channel}: {status}, {answers} answers")
    return Decisions(len(PEOPLE) * len(CHANNELS), wrong)


def deliver(system: LocalSystem, times: int, at_once: int) -> Deliveries:
    """Deliver one valid request many times from `at_once` threads, every second time with headers that control Bolt."""
    command, now = system.company.slack.new_command("USD").body(), datetime.now(UTC)
    plain = Case("a command", (200,)).request(command, now)
    controlled = Case("a command with control headers", (200,), headers=CONTROL_HEADERS).request(command, now)
    before = _counts(system)
    with ThreadPoolExecutor(at_once) as threads:
        statuses = threads.map(lambda number: send(system.url, controlled if number % 2 else plain), range(times))
    return Deliveries(Counter(statuses), _started_since(before, system))


def _started_since(before: Counter[str], system: LocalSystem) -> Started:
    """What was started since the counts were `before`, once nothing runs any more."""
    system.settle(_TIMEOUT_SECONDS)
    return Started(_counts(system) - before)


def _counts(system: LocalSystem) -> Counter[str]:
    runs = Counter(run.function_name.removeprefix(f"{STACK_NAME}-") for run in system.functions.timeline)
    del runs["slack"]  # the front itself, which reads every request
    runs["messages"] = len(system.company.slack.messages)
    runs["events"] = len(system.bus.published)
    runs["idempotency keys"] = system.requests_table.count
    runs["failure records"] = len(system.failed_events())
    return runs
