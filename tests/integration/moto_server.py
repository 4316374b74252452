"""moto over HTTP, for code that talks to AWS without boto3. It has the same secrets as moto inside this process."""

import atexit
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from botocore.config import Config
from moto.server import ThreadedMotoServer

from tests.integration.wire import send

# For boto3's own clients, which need no server inside mock_aws, and would keep connections to it open.
IN_PROCESS = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg] # missing in the stubs only


@cache
def moto_url() -> str:
    """The server's origin; it starts at the first call and ends with the tests."""
    server = _started()
    atexit.register(server.stop)
    return _url(server)


@contextmanager
def empty_moto() -> Iterator[str]:
    """The origin of a server with nothing in it. moto keeps its state for the whole process: what was there is gone.

    What comes into it goes with the block.
    """
    server = _started()
    try:
        _forget_everything(server)
        yield _url(server)
        _forget_everything(server)
    finally:
        server.stop()


def _started() -> ThreadedMotoServer:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    return server


def _url(server: ThreadedMotoServer) -> str:
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def _forget_everything(server: ThreadedMotoServer) -> None:
    assert send(f"{_url(server)}/moto-api/reset", b"", {}).status == 200
