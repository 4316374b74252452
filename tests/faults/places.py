"""The loopback addresses at which faults are met: servers on raw sockets, most of them behind a good certificate."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from tests.faults.certificates import Certificates
from tests.faults.dialects import Dialect, received
from tests.faults.fault_class import Place
from tests.integration.fault_server import Behaviour, Connection, FaultServer, always, answer, closed_port, once
from tests.integration.http_calls import UNKNOWN_HOST
from tests.local.simulators.exchange import Answer

# What becomes of an honest answer.
Change = Callable[[Dialect, Answer], Answer]


def answering(dialect: Dialect, change: Change = lambda _, honest: honest) -> Behaviour:
    """Answer as the provider would, after `change`."""

    def behave(connection: Connection) -> None:
        while (request := connection.read_request()) is not None:
            said = change(dialect, dialect.honest(received(request)))
            connection.send(answer(said.status, said.body, **said.headers))

    return behave


def behaving(behaviour_of: Callable[[Dialect], Behaviour], certificate: str = "valid") -> Place:
    """A TLS server that shows `certificate` (a field of Certificates)."""

    @contextmanager
    def place(dialect: Dialect, certificates: Certificates) -> Iterator[str]:
        with FaultServer(behaviour_of(dialect), getattr(certificates, certificate)) as server:
            yield server.url

    return place


def changing(change: Change) -> Place:
    """A server whose honest answers go through `change`."""
    return behaving(lambda dialect: answering(dialect, change))


def sending(data: bytes) -> Place:
    """A server that answers every request with exactly `data`."""
    return behaving(lambda _: always(data))


def breaking_off(data: bytes) -> Place:
    """A server that answers `data` and closes the connection."""
    return behaving(lambda _: once(data))


def showing(certificate: str) -> Place:
    """An honest provider behind `certificate` (a field of Certificates)."""
    return behaving(answering, certificate)


def without_tls(behaviour: Behaviour) -> Place:
    """A server that is taken for a TLS server and is none."""

    @contextmanager
    def place(_dialect: Dialect, _certificates: Certificates) -> Iterator[str]:
        with FaultServer(behaviour) as server:
            yield server.url.replace("http:", "https:")

    return place


@contextmanager
def unknown_host(_dialect: Dialect, _certificates: Certificates) -> Iterator[str]:
    """A name that no DNS server knows."""
    yield f"https://{UNKNOWN_HOST}"


@contextmanager
def refused(_dialect: Dialect, _certificates: Certificates) -> Iterator[str]:
    """A port at which nobody listens."""
    yield f"https://127.0.0.1:{closed_port()}"


@contextmanager
def never_accepting(_dialect: Dialect, _certificates: Certificates) -> Iterator[str]:
    """A listener whose queue is full, so that the system drops every further attempt to connect."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


def redirecting_to_a_trap(dialect: Dialect, certificates: Certificates) -> AbstractContextManager[str]:
    """A redirect to another host, which fails the run when anybody connects to it."""

    @contextmanager
    def place() -> Iterator[str]:
        with FaultServer(always(answer(200)), certificates.valid) as trap:
            with sending(answer(307, Location=trap.url))(dialect, certificates) as url:
                yield url
            if trap.accepted:
                raise AssertionError("a redirect was followed")

    return place()


def doing(behaviour: Behaviour) -> Place:
    """A server that does the same whoever the provider is."""
    return behaving(lambda _: behaviour)
