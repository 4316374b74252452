"""moto over HTTP, for code that talks to AWS without boto3. It has the same secrets as moto inside this process."""

import atexit
from functools import cache

from botocore.config import Config

from tests.local.aws.moto_server import moto_origin, start_moto

# For boto3's own clients, which need no server inside mock_aws, and would keep connections to it open.
IN_PROCESS = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg] # missing in the stubs only


@cache
def moto_url() -> str:
    """The server's origin; it starts at the first call and ends with the tests."""
    server = start_moto()
    atexit.register(server.stop)
    return moto_origin(server)
