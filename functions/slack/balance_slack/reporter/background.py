"""Work beside an answer, which must not wait for it long: what others do not do in time is left out."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_any
from typing import Any, Protocol, TypeVar

from balance_core.history.items import HistoryError
from balance_core.observability import report_unavailable
from balance_slack.reporter.watch import WatchError

_T = TypeVar("_T")

# Calls that were given up may still run when the next ones start. They end by their client's timeouts.
_threads = ThreadPoolExecutor(8, "beside an answer")


class Wait(Protocol):
    """Waits until the future is done, at most that long, and says whether it is."""

    def __call__(self, future: Future[Any], timeout_seconds: float) -> bool: ...


def wait_until_done(future: Future[Any], timeout_seconds: float) -> bool:
    """The real `Wait`."""
    return bool(wait_for_any([future], timeout_seconds).done)


def start(call: Callable[[], _T]) -> Future[_T]:
    """Begin `call`."""
    return _threads.submit(call)


def result_in_time(
    future: Future[_T], wait: Wait, timeout_seconds: float, what: str, who: str = "DynamoDB"
) -> tuple[_T] | None:
    """What the call returned, in a tuple; None, logged and counted, if `who` was asked in vain or takes longer.

    `what` ends the sentence "DynamoDB was too slow for ...".
    """
    if not wait(future, timeout_seconds):
        problem = f"{who} was too slow for {what}"
    else:
        try:
            return (future.result(),)
        except (HistoryError, WatchError) as exc:
            problem = f"no {what}: {exc}"
    report_unavailable(problem)
    return None
