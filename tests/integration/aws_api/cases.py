"""A clock of the tests' own, and how the service is found."""

from datetime import UTC, datetime

import pytest


class Clock:
    """Aware UTC that moves only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 1, 45, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def lead_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Have the service `lambda` at this address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
