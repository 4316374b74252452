"""A day of `make day` behind the page: its clock plays or stands still, and the bot answers in this process."""

import json
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tests.local.aws.http_api import http_event, http_response
from tests.local.company import Company
from tests.local.day.curves import Curve
from tests.local.day.functions import SECRETS
from tests.local.day.people import ALERTS, ANA, BEN, CARL, MONEY, PEOPLE
from tests.local.day.play import TICK, Day
from tests.local.http_server import Request
from tests.local.playground.controller import Controller
from tests.local.playground.workspace import Channel, Member, Workspace
from tests.local.simulators.slack_commands import CommandReply
from tests.local.simulators.slack_person import Person

DAY_WORKSPACE = Workspace(
    members=(
        Member(Person(ANA, "ana"), "Ana", "may ask, admin"),
        Member(Person(BEN, "ben"), "Ben", "may ask"),
        Member(Person(CARL, "carl"), "Carl", "may ask"),
    ),
    channels=(
        Channel(MONEY, "money", "The alerts of the rule about PHP at PayerMax come here."),
        Channel(ALERTS, "alerts", "Alerts without a channel of their own come here."),
    ),
    names={user_id: name.capitalize() for user_id, name in PEOPLE.items() if user_id.startswith("U")},
)
_SECONDS_PER_QUARTER = 1.0
# An asynchronous invocation does not begin before Slack has got its acknowledgement.
_START_SECONDS = 0.05


class PlayedDay:
    """A day that has begun; safe to use from several threads, because one lock is around the day.

    It is a Bot, whose clock goes on with ours between two events of the day, and a Player.
    """

    def __init__(self, day: Day) -> None:
        self._day = day
        self._lock = threading.Lock()
        self._is_playing, self._is_closing = threading.Event(), threading.Event()
        self._seen_seconds = time.monotonic()

    def post(self, headers: Mapping[str, str], body: bytes) -> CommandReply:
        lower = {name.lower(): value for name, value in headers.items()}
        event = http_event(Request("POST", "/slack", lower, body), datetime.now(UTC))
        with self._lock:
            self._pass_time()
            started = time.perf_counter()
            answer = self._day.functions.front.answer(event, self._day.environment("SlackFunction"))
            elapsed_ms = (time.perf_counter() - started) * 1000
        response = http_response(json.dumps(answer).encode())
        return CommandReply(response.status, response.headers, response.body.decode(), elapsed_ms)

    def play(self, is_playing: bool) -> None:
        if is_playing and not self._is_over:
            self._is_playing.set()
        else:
            self._is_playing.clear()

    def step(self) -> None:
        self._day.functions.jobs.join()  # what somebody has asked for is done before the clock goes on
        with self._lock:
            if not self._is_over:
                self._day.step()
            if self._is_over:
                self._is_playing.clear()
            self._seen_seconds = time.monotonic()

    def to_json(self) -> dict[str, object]:
        return {
            "now": self._day.now.isoformat(timespec="minutes"),
            "is_playing": self._is_playing.is_set(),
            "is_over": self._is_over,
            "about": f"{self._day.curve.about[0].upper()}{self._day.curve.about[1:]}.",
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """Do the jobs of the functions, and let the clock play, within the with block."""
        threads = [threading.Thread(target=each, daemon=True) for each in (self._do_jobs, self._play)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_closing.set()
            self._day.functions.jobs.put(b"")
            for thread in threads:
                thread.join()

    @property
    def _is_over(self) -> bool:
        return self._day.clock + TICK > timedelta(hours=24)

    def _pass_time(self) -> None:
        now_seconds = time.monotonic()
        self._day.pass_time(now_seconds - self._seen_seconds)
        self._seen_seconds = now_seconds

    def _do_jobs(self) -> None:
        jobs = self._day.functions.jobs
        while payload := jobs.get():
            time.sleep(_START_SECONDS)
            with self._lock:
                try:
                    self._day.functions.do_job(payload)
                except Exception:  # noqa: BLE001 - as in Lambda, the next job comes to a working function
                    traceback.print_exc()
            jobs.task_done()

    def _play(self) -> None:
        while not self._is_closing.wait(_SECONDS_PER_QUARTER):
            if self._is_playing.is_set():
                try:
                    self.step()
                except Exception:  # noqa: BLE001 - the page remains usable
                    self._is_playing.clear()
                    traceback.print_exc()


@contextmanager
def day_at_the_page(curve: Curve, acknowledgement_seconds: float = 3.0) -> Iterator[tuple[Company, Controller]]:
    """A day that stands still at the quarter of an hour before its first change; only one at a time in a process."""
    first = min(step.at for step in curve.steps if step.at > timedelta(0))
    with Day(curve) as day:
        day.begin()
        while day.clock + TICK < first:
            day.step()
        played = PlayedDay(day)
        company = Company({}, day.slack, SECRETS)
        controller = Controller(company, played, None, acknowledgement_seconds, workspace=DAY_WORKSPACE, player=played)
        with played.running():
            yield company, controller
