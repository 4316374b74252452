"""Where an account's requests go: to an https address that the secret names, directly or by its environment."""

import pytest

from balance_core.credentials import read_credentials
from balance_core.errors import ProviderError
from tests.unit.credentials_cases import CANARY, credentials, refusal_of, secret

HOSTS = {"production": "https://api.example.com", "sandbox": "https://sandbox.example.com"}


def test_is_the_environment_s() -> None:
    assert credentials({"environment": "sandbox"}).base_url(HOSTS) == "https://sandbox.example.com"


@pytest.mark.parametrize("url", ["https://proxy.example.com/a", "https://127.0.0.1:8443", "HTTPS://[::1]/a"])
def test_may_be_set_and_wins(url: str) -> None:
    assert credentials({"environment": "sandbox", "base_url": url}).base_url(HOSTS) == url


def test_has_no_trailing_slash() -> None:
    assert credentials({"base_url": "https://example.com/box//"}).base_url({}) == "https://example.com/box"


@pytest.mark.parametrize(
    "url",
    [
        f"http://{CANARY}.example.com",
        f"ftp://{CANARY}.example.com",
        f"//{CANARY}.example.com",
        f"{CANARY}.example.com",
        "https://",
        "https:///path",
        f"https://user:{CANARY}@example.com",
        f"https://:{CANARY}@example.com",
        "https://@example.com",
        f"https://example.com/?key={CANARY}",
        "https://example.com/?",
        f"https://example.com/#{CANARY}",
        "https://example.com/#",
        f" https://example.com/{CANARY}",
        f"https://example.com/{CANARY}\n",
        "https://exämple.com",
        "https://example.com:0",
    ],
)
def test_must_be_a_plain_https_address(url: str) -> None:
    assert "must be an https:// address" in refusal_of("base_url", url, lambda one: one.base_url(HOSTS))


@pytest.mark.parametrize("url", ["https://[::1", "https://example.com:port", "https://127.0.0.1:70000"])
def test_must_be_an_address(url: str) -> None:
    assert "is not a URL" in refusal_of("base_url", url, lambda one: one.base_url(HOSTS))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://example.com"])
def test_may_be_insecure_only_where_the_function_allows_it(url: str) -> None:
    assert credentials({"base_url": url}, insecure=True).base_url(HOSTS) == url
    with pytest.raises(ProviderError):
        credentials({"base_url": "ftp://127.0.0.1"}, insecure=True).base_url(HOSTS)


def test_must_be_secure_where_nobody_says_otherwise() -> None:
    (one,) = read_credentials(secret({"accounts": {"main": {"base_url": "http://127.0.0.1:8080"}}}))
    with pytest.raises(ProviderError, match="must be an https:// address"):
        one.base_url(HOSTS)


def test_names_the_environments_there_are() -> None:
    message = refusal_of("environment", CANARY, lambda one: one.base_url(HOSTS))
    assert "production, sandbox" in message


def test_needs_an_environment_or_an_address() -> None:
    assert "is missing" in refusal_of("environment", None, lambda one: one.base_url(HOSTS))


def test_is_required_where_the_provider_has_no_known_hosts() -> None:
    assert "is missing" in refusal_of("base_url", None, lambda one: one.base_url({}))
