"""moto over HTTP, for code that talks to AWS without boto3. It has the same secrets as moto inside this process."""

import atexit
import logging
from functools import cache

from botocore.config import Config
from moto.server import ThreadedMotoServer

# For boto3's own clients, which need no server inside mock_aws, and would keep connections to it open.
IN_PROCESS = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg] # missing in the stubs only


@cache
def moto_url() -> str:
    """The server's origin; it starts at the first call and ends with the tests."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    atexit.register(server.stop)
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"
