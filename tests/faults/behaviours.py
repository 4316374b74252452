"""What a server can do to a client below HTTP's meaning: be late, stop short, lie, pour, and leave."""

import socket
import zlib

from tests.integration.fault_server import Behaviour, Connection, answer

_SLOWNESS_SECONDS = 0.3


def dripping(prefix: bytes, drop: bytes) -> Behaviour:
    """`prefix` at once, then `drop` every 300 ms until the client hangs up."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        connection.send(prefix)
        connection.stream.settimeout(_SLOWNESS_SECONDS)
        while True:
            connection.send(drop)
            try:
                if not connection.stream.recv(1):
                    return
            except TimeoutError:
                continue

    return behave


def pouring(prefix: bytes, block: bytes) -> Behaviour:
    """`prefix`, then `block` as fast as the client takes it, without end."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        connection.send(prefix)
        while True:
            connection.send(block)

    return behave


def resetting(*sent: bytes) -> Behaviour:
    """Take a request, send this much of an answer, and reset the connection."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        for data in sent:
            connection.send(data)
        connection.reset()

    return behave


def stalling(data: bytes) -> Behaviour:
    """Send this much of an answer and keep the connection open in silence."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        connection.send(data)
        connection.wait_for_hang_up()

    return behave


def resetting_at_once(connection: Connection) -> None:
    """Reset at the first byte, in the middle of the TLS handshake."""
    connection.stream.recv(1)
    connection.reset()


def saying_nothing(connection: Connection) -> None:
    """Accept, and never begin TLS."""
    connection.wait_for_hang_up()


def answering_plainly(connection: Connection) -> None:
    """Take the TLS handshake for a bad HTTP request."""
    connection.stream.recv(65_536)
    connection.send(answer(400))


def leaving_tls(connection: Connection) -> None:
    """Answer a request beside the TLS session."""
    connection.read_request()
    with socket.socket(fileno=connection.stream.detach()) as bare:
        bare.sendall(b"not a TLS record")


def bomb(megabytes: int) -> bytes:
    """That much nothing, compressed by gzip to a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(1_000_000)) for _ in range(megabytes)]) + packer.flush()
