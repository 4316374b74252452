"""A simulated provider that signs its answers: SHA256withRSA over the exact bytes of the body, in the header `sign`."""

from abc import abstractmethod
from typing import ClassVar

from tests.local.http_server import Request, Response
from tests.local.simulators.answers import Clock, RefusalError, json_answer, misrouted, utc_now
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.keys import KeyPair
from tests.local.simulators.server import SimulatorServer


class SigningSimulator(SimulatorServer):
    """Serves one `path`. Refusals have HTTP 200 too, and are not signed. `keys` is the provider's own pair."""

    path: ClassVar[str]

    def __init__(self, keys: KeyPair, clock: Clock = utc_now) -> None:
        super().__init__()
        self._keys, self._clock = keys, clock

    @abstractmethod
    def query(self, request: Request) -> bytes:
        """The body of the signed answer to a POST of JSON. Raises RefusalError."""

    @abstractmethod
    def refused(self, refusal: RefusalError) -> bytes:
        """The body of a refusal."""

    def answer(self, request: Request, fault: Fault | None) -> Response:
        if refused_by_web_server := misrouted(request, self.path):
            return refused_by_web_server
        try:
            self.refuse_if(fault)
            body = self.query(request)
        except RefusalError as refusal:
            return json_answer(self.refused(refusal))
        lies = fault is not None and fault.name is FaultName.LIE
        return json_answer(body, headers={"sign": self._keys.sign(body + b" " if lies else body)})
