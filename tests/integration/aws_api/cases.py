"""How the service is found."""

import pytest


def lead_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Have the service `lambda` at this address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
