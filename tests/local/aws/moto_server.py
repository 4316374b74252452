"""moto over HTTP: AWS's services, as far as the functions and the commands ask them."""

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

from tests.local.aws.conditional_writes import atomic_writes


@contextmanager
def empty_moto() -> Iterator[str]:
    """The origin of a server with nothing in it. moto keeps its state for the whole process: what was there is gone.

    What comes into it goes with the block.
    """
    with atomic_writes():
        server = start_moto()
        try:
            _forget_everything(server)
            try:
                yield moto_origin(server)
            finally:
                _forget_everything(server)
        finally:
            server.stop()


def start_moto() -> ThreadedMotoServer:
    """A server on a port of its own, which has the same state as moto inside this process; for the caller to stop."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    return server


def moto_origin(server: ThreadedMotoServer) -> str:
    """Such as http://127.0.0.1:5000."""
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def _forget_everything(server: ThreadedMotoServer) -> None:
    request = urllib.request.Request(f"{moto_origin(server)}/moto-api/reset", method="POST")  # noqa: S310 - moto's, here
    with urllib.request.urlopen(request):  # noqa: S310 - moto's, here
        pass
