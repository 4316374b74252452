"""moto as an HTTP server: the AWS services that the functions and the commands call."""

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

from tests.local.aws.conditional_writes import atomic_writes
from tests.local.aws.strict_keys import strict_keys


@contextmanager
def empty_moto() -> Iterator[str]:
    """The origin of an empty server, which is emptied again at the end.

    moto has one state for the whole process, so this also deletes what was created before.
    """
    with atomic_writes(), strict_keys():
        server = start_moto()
        try:
            _reset(server)
            try:
                yield moto_origin(server)
            finally:
                _reset(server)
        finally:
            server.stop()


def start_moto() -> ThreadedMotoServer:
    """A server on a free port, which shares its state with moto inside this process. The caller stops it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    return server


def moto_origin(server: ThreadedMotoServer) -> str:
    """The server's origin, such as http://127.0.0.1:5000."""
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def _reset(server: ThreadedMotoServer) -> None:
    request = urllib.request.Request(f"{moto_origin(server)}/moto-api/reset", method="POST")  # noqa: S310 - moto's, here
    with urllib.request.urlopen(request):  # noqa: S310 - moto's, here
        pass
