"""One HTTP exchange over a real socket, with nothing added to the bytes."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """Header names are lower case; the body is exact."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send(url: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> Reply:
    """Send on a connection of its own and close it. Raises OSError and http.client.HTTPException as they come."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path, body, dict(headers))
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, received, response.read())
    finally:
        connection.close()
