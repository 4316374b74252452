"""The switches for faults: which one each service has now."""

import threading
from collections.abc import Mapping

from tests.local.simulators.faults import FAULTS, FaultName, parse_fault
from tests.local.simulators.server import SimulatorServer

# One delay that is within every deadline, and one that is not.
_SECONDS = {FaultName.SLOW: (3, 20), FaultName.DRIP: (3, 20)}


class FaultSwitches:
    """One switch for each of `services`; safe to use from several threads."""

    def __init__(self, services: Mapping[str, SimulatorServer]) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._faults: dict[str, str] = {}

    def set(self, service: str, fault: str | None) -> None:
        """Apply `fault` (`fail`, `slow 5`) or none. Raises ValueError with a message that lists what there is."""
        if service not in self._services:
            raise ValueError(f"there is no service {service}: {', '.join(self._services)}")
        with self._lock:
            self._services[service].set_fault(parse_fault(fault) if fault else None)
            self._faults.pop(service, None)
            if fault:
                self._faults[service] = fault

    def to_json(self) -> list[dict[str, object]]:
        """For the page: every service, with its possible faults and the current one."""
        with self._lock:
            return [
                {"id": name, "name": server.title, "fault": self._faults.get(name), "faults": _choices(server)}
                for name, server in self._services.items()
            ]


def _choices(server: SimulatorServer) -> list[dict[str, str]]:
    choices = []
    for name, meaning in FAULTS.items():
        if name in server.known_faults:
            without_example = meaning.partition(" (")[0]
            choices += [
                {"fault": f"{name} {seconds}", "meaning": without_example.replace("N seconds", f"{seconds} seconds")}
                for seconds in _SECONDS.get(name, ())
            ] or [{"fault": name, "meaning": meaning}]
    return choices
