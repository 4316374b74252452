"""The switches: which fault is in force at which service."""

import threading
from collections.abc import Mapping

from tests.local.simulators.faults import FAULTS, FaultName, parse_fault
from tests.local.simulators.server import SimulatorServer

_TITLES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax", "slack": "Slack"}
# Late, but in time; and later than any deadline.
_SECONDS = {FaultName.SLOW: (3, 20), FaultName.DRIP: (3, 20)}


class Switches:
    """One switch for each of `services`; safe to turn from several threads."""

    def __init__(self, services: Mapping[str, SimulatorServer]) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._turned: dict[str, str] = {}

    def turn(self, service: str, fault: str | None) -> None:
        """Put `fault` (`fail`, `slow 5`) in force, or end it with None. Raises ValueError that says what there is."""
        if service not in self._services:
            raise ValueError(f"no service is called {service}: {', '.join(self._services)}")
        with self._lock:
            self._services[service].set_fault(parse_fault(fault) if fault else None)
            self._turned.pop(service, None)
            if fault:
                self._turned[service] = fault

    def to_wire(self) -> list[dict[str, object]]:
        """For the page: every service with what can happen to it, and what does now."""
        with self._lock:
            return [
                {
                    "id": name,
                    "name": _TITLES.get(name, name),
                    "fault": self._turned.get(name),
                    "faults": _choices(server),
                }
                for name, server in self._services.items()
            ]


def _choices(server: SimulatorServer) -> list[dict[str, str]]:
    choices = []
    for name, meaning in FAULTS.items():
        if name in server.known_faults:
            example_left_out = meaning.partition(" (")[0]
            choices += [
                {"fault": f"{name} {seconds}", "meaning": example_left_out.replace("N seconds", f"{seconds} seconds")}
                for seconds in _SECONDS.get(name, ())
            ] or [{"fault": name, "meaning": meaning}]
    return choices
