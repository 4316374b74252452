"""What an HTTP status means when the body says nothing."""

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import HttpReply, status_error


@pytest.mark.parametrize(
    ("status", "kind", "retries"),
    [
        (401, ErrorKind.AUTHENTICATION, 0),
        (403, ErrorKind.PERMISSION_DENIED, 0),
        (408, ErrorKind.TIMEOUT, 1),
        (504, ErrorKind.TIMEOUT, 1),
        (429, ErrorKind.RATE_LIMITED, 1),
        (500, ErrorKind.UNAVAILABLE, 1),
        (502, ErrorKind.UNAVAILABLE, 1),
        (503, ErrorKind.UNAVAILABLE, 1),
        (599, ErrorKind.UNAVAILABLE, 1),
        (200, ErrorKind.BAD_RESPONSE, 0),
        (400, ErrorKind.BAD_RESPONSE, 0),
        (404, ErrorKind.BAD_RESPONSE, 0),
    ],
)
def test_is_what_the_status_means(status: int, kind: ErrorKind, retries: int) -> None:
    error = status_error(HttpReply(status, {}, b"secret body"))
    assert (error.kind, error.retries, error.provider_code) == (kind, retries, f"HTTP {status}")
    assert "body" not in str(error)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        ("3600", 3600.0),
        ("9" * 5000, float("inf")),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
        ("1.5", None),
        ("\u0667", None),
        ("", None),
    ],
)
def test_waits_as_long_as_the_provider_asks_for(header: str, seconds: float | None) -> None:
    assert status_error(HttpReply(429, {"retry-after": header}, b"")).retry_after_seconds == seconds


def test_leaves_the_pause_open_when_the_provider_does_not_say() -> None:
    assert status_error(HttpReply(429, {}, b"")).retry_after_seconds is None
