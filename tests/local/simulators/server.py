"""What every simulator is built on: HTTPS on 127.0.0.1, a record of every request, and faults on demand."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from tests.local.certificates import local_authority
from tests.local.http_server import RESET, HttpServer, Request, Response
from tests.local.simulators.answers import RefusalError, html_answer, json_answer
from tests.local.simulators.faults import FAULTS, Fault, FaultName, FaultSwitch

_TRANSPORT_FAULTS = {
    FaultName.FAIL: html_answer(503),
    FaultName.BUSY: html_answer(429, {"Retry-After": "1"}),
    FaultName.GARBAGE: json_answer(b'{"code": "'),
    FaultName.RESET: RESET,
}


class SimulatorServer(ABC):
    """A simulated service, from construction until `stop` or the end of a with block. A subclass writes `answer`.

    It presents a certificate of the local authority. Most services have one address, `url`. Further ones, such as the
    login of an OAuth provider, are named to the constructor: `url_of("login")`, and `request.host` says which was used.
    """

    known_faults: Collection[FaultName] = FAULTS.keys()
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {}

    def __init__(self, *other_hosts: str) -> None:
        self._faults = FaultSwitch()
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        tls = local_authority().server_context()
        self._servers = {host: HttpServer(self._receive, tls=tls, host=host) for host in ("", *other_hosts)}

    @abstractmethod
    def answer(self, request: Request, fault: Fault | None) -> Response:
        """What the service sends. Of the faults, apply those of the service's own protocol and ignore the others."""

    def refuse_if(self, fault: Fault | None) -> None:
        """Raise RefusalError with the service's own code when the fault is one of `codes_of_faults`."""
        if fault and fault.name in self.codes_of_faults:
            raise RefusalError(*self.codes_of_faults[fault.name])

    @property
    def title(self) -> str:
        """The service's name for people."""
        return type(self).__name__.removesuffix("Simulator")

    @property
    def url(self) -> str:
        """The origin, without a slash at the end."""
        return self.url_of("")

    def url_of(self, host: str) -> str:
        """The origin of one of the other hosts."""
        return self._servers[host].url

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first."""
        with self._lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        """How many TCP connections were opened so far."""
        return sum(server.accepted for server in self._servers.values())

    def set_fault(self, fault: Fault | None) -> None:
        """Apply a fault from the next request on, or none. Raises ValueError for one that this service cannot have."""
        if fault and fault.name not in self.known_faults:
            raise ValueError(f"{self.title} cannot have the fault {fault.name}, only {', '.join(self.known_faults)}")
        self._faults.set(fault)

    def hang_up(self) -> None:
        """Close every open connection, as a server does after waiting too long for the next request."""
        for server in self._servers.values():
            server.hang_up()

    def stop(self) -> None:
        """Stop at once, even in the middle of a response; every socket is closed afterwards."""
        for server in self._servers.values():
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _receive(self, request: Request) -> Response:
        with self._lock:
            self._requests.append(request)
        fault = self._faults.take()
        response = _TRANSPORT_FAULTS.get(fault.name) if fault else None
        response = response or self.answer(request, fault)
        if fault and fault.name is FaultName.SLOW:
            # The time that this process takes to verify and sign is part of the delay, as it is at a provider.
            self._servers[request.host].pause(request.arrived_seconds + fault.seconds - time.monotonic())
        if fault and fault.name is FaultName.DRIP:
            return replace(response, drip_seconds=fault.seconds)
        return response


@dataclass(frozen=True)
class LocalProvider:
    """A provider as the local system knows it: its simulator, and the accounts in its secret: `main`, and `others`."""

    simulator: SimulatorServer
    account: Mapping[str, object] = field(repr=False)
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict, repr=False)
