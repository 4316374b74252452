"""Sends requests to a running system's function URL, and counts what they started."""

import http.client
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product
from urllib.parse import urlencode, urlsplit

from tests.intake.case import Case, HttpRequest
from tests.intake.cases import CASES, STEERING
from tests.intake.people import CHANNELS, FINANCE, PEOPLE
from tests.local.aws.stack import STACK_NAME
from tests.local.system import LocalSystem

_PATIENCE_SECONDS = 120.0


@dataclass
class Started:
    """What has begun behind the function URL: runs by function, claims, messages, events and failure records."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How much of anything."""
        return self.counts.total()


@dataclass(frozen=True)
class Refusals:
    """What the spoiled requests led to: how many were tried, what was answered wrongly, and what was started."""

    tried: int
    wrong: Sequence[str]
    started: Started


@dataclass(frozen=True)
class Decisions:
    """What people in channels were told: how many asked, who of them was let in or kept out wrongly."""

    asked: int
    wrong: Sequence[str]


@dataclass(frozen=True)
class Deliveries:
    """One signed request, delivered often: the statuses, and what was started."""

    statuses: Counter[int]
    started: Started


def send(url: str, request: HttpRequest, timeout_seconds: float = _PATIENCE_SECONDS) -> int:
    """The status that a request gets. Raises OSError and HTTPException when there is no answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_seconds)
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
    """Send every spoiled request, and see that each is refused as it should be."""
    wrong = []
    with watched(system) as started:
        for case in cases:
            command = system.company.slack.new_command("USD").body()
            status = send(system.url, case.request(command, datetime.now(UTC)))
            if status not in case.statuses:
                wrong.append(f"{case.name}: {status}")
    return Refusals(len(cases), wrong, started)


def try_people(system: LocalSystem) -> Decisions:
    """Let everybody ask everywhere. The system's lists name one workspace, one channel and one person."""
    wrong = []
    for person, channel in product(PEOPLE, CHANNELS):
        answered = len(system.company.slack.messages)
        command = replace(system.company.slack.new_command("USD"), **person.fields, channel_id=channel)
        body = command.body() + b"&" + urlencode({"enterprise_id": person.enterprise_id}).encode()
        status = send(system.url, Case("a command", (200,)).request(body, datetime.now(UTC)))
        system.settle(_PATIENCE_SECONDS)
        answers = len(system.company.slack.messages) - answered
        if (status, answers) != (200, int(person.is_listed and channel == FINANCE)):
            wrong.append(f"{person.name} in {channel}: {status}, {answers} answers")
    return Decisions(len(PEOPLE) * len(CHANNELS), wrong)


def deliver(system: LocalSystem, times: int, at_once: int) -> Deliveries:
    """Deliver one good request often, from `at_once` threads, every second time with headers that steer Bolt."""
    command, now = system.company.slack.new_command("USD").body(), datetime.now(UTC)
    plain = Case("a command", (200,)).request(command, now)
    steered = Case("a steered command", (200,), headers=STEERING).request(command, now)
    with watched(system) as started, ThreadPoolExecutor(at_once) as threads:
        statuses = threads.map(lambda number: send(system.url, steered if number % 2 else plain), range(times))
        counted = Counter(statuses)
    return Deliveries(counted, started)


@contextmanager
def watched(system: LocalSystem) -> Iterator[Started]:
    """Count what starts inside the block and after it, until nothing more happens."""
    started = Started()
    before = _counts(system)
    yield started
    system.settle(_PATIENCE_SECONDS)
    started.counts = _counts(system) - before


def _counts(system: LocalSystem) -> Counter[str]:
    runs = Counter(run.function_name.removeprefix(f"{STACK_NAME}-") for run in system.functions.timeline)
    del runs["slack"]  # the front itself, which has to look at every request
    runs["messages"] = len(system.company.slack.messages)
    runs["events"] = len(system.bus.published)
    runs["claims"] = system.claims.count
    runs["failure records"] = len(system.failed_events())
    return runs
