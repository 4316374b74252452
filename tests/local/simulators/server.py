"""The HTTP/1.1 server on 127.0.0.1 that every simulator is built on.

It keeps connections alive, remembers each request to the byte, counts TCP connections, applies the faults that happen
below any provider's protocol, and stops at once: open connections are cut and no thread is left behind.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import ClassVar, Self

from tests.local.simulators.exchange import Answer, ReceivedRequest, RefusalError, html_answer, json_answer
from tests.local.simulators.faults import FAULTS, Fault, FaultName, FaultSwitch
from tests.local.simulators.listener import Listener

_CANNED = {
    FaultName.FAIL: html_answer(503),
    FaultName.BUSY: html_answer(429, {"Retry-After": "1"}),
    FaultName.GARBAGE: json_answer(b'{"code": "'),
}


class SimulatorServer(ABC):
    """A simulator: `start`, use `url`, `stop`; or a with block. A subclass says only what it answers."""

    known_faults: Collection[FaultName] = FAULTS.keys()
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {}

    def __init__(self) -> None:
        self._faults = FaultSwitch()
        self._stopping = threading.Event()
        self._arrival = threading.Condition()
        self._requests: list[ReceivedRequest] = []
        self._under_way = self._most_at_once = 0
        self._listener = Listener(self)
        self._thread = threading.Thread(target=self._listener.serve, name=type(self).__name__, daemon=True)

    @abstractmethod
    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        """What the simulated service sends; of the faults it applies those of its own protocol and ignores the rest."""

    def refuse_if(self, fault: Fault | None) -> None:
        """Raise RefusalError with the service's own code when the fault in force is one of `codes_of_faults`."""
        if fault and fault.name in self.codes_of_faults:
            raise RefusalError(*self.codes_of_faults[fault.name])

    @property
    def url(self) -> str:
        """The origin, without a slash at its end."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Every request so far, oldest first."""
        with self._arrival:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """How many TCP connections were opened so far."""
        return self._listener.accepted

    @property
    def most_at_once(self) -> int:
        """How many requests waited for their answers at the same time at most, so far."""
        with self._arrival:
            return self._most_at_once

    def wait_for_requests(self, count: int, timeout_seconds: float = 60.0) -> list[ReceivedRequest]:
        """Wait until `count` requests have arrived and give all of them. Raises TimeoutError."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self._requests) >= count, timeout_seconds):
                raise TimeoutError(f"{len(self._requests)} of {count} requests came in {timeout_seconds} s")
            return list(self._requests)

    def set_fault(self, fault: Fault | None) -> None:
        """Put a fault in force from the next request on, or end it with None.

        Raises ValueError for a fault that means nothing to this service.
        """
        if fault and fault.name not in self.known_faults:
            raise ValueError(f"{type(self).__name__} knows no {fault.name}, only {', '.join(self.known_faults)}")
        self._faults.turn(fault)

    def hang_up(self) -> None:
        """Close every connection that is open now, as a server does that waited too long for the next request."""
        self._listener.cut_connections()

    def start(self) -> Self:
        """Begin to serve; returns itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop at once, also in the middle of an answer; every socket is closed afterwards."""
        self._stopping.set()
        if self._thread.is_alive():
            self._listener.stop_serving()
            self._thread.join()
        self._listener.cut_connections()
        self._listener.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def receive(self, request: ReceivedRequest, arrived_seconds: float) -> tuple[Answer, Fault | None]:
        """Remember a request, be late when told so, and decide what is sent and which fault happens to its bytes.

        `arrived_seconds` is the monotonic clock's.
        """
        with self._arrival:
            self._requests.append(request)
            self._under_way += 1
            self._most_at_once = max(self._most_at_once, self._under_way)
            self._arrival.notify_all()
        try:
            fault = self._faults.take()
            canned = _CANNED.get(fault.name) if fault else None
            answer = canned or self.answer(request, fault)
            if fault and fault.name is FaultName.SLOW:
                # What this process takes to verify and sign is part of the provider's time, as it is at a provider.
                self.pause(arrived_seconds + fault.seconds - time.monotonic())
            return answer, fault
        finally:
            with self._arrival:
                self._under_way -= 1

    def pause(self, seconds: float) -> None:
        """Wait; a stop ends the wait."""
        self._stopping.wait(seconds)
