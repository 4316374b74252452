"""The secret store while Secrets Manager fails, and when a secret may have a new key."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import SecretStore
from tests.clock import Clock
from tests.integration.printed import captured_log

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue")
NO_SUCH_LABEL = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
FORBIDDEN = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")


class Manager:
    """Secrets Manager with one secret, which it may fail to give."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.value = 1
        self.reads = 0
        self.text = ""
        self.error: Exception | None = None
        self.store = SecretStore(self, self.clock)  # type: ignore[arg-type]

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "") -> Mapping[str, str]:  # noqa: N803 - boto3's
        self.reads += 1
        if self.error:
            raise self.error
        return {"SecretString": self.text or json.dumps({"n": str(self.value)})}

    def get(self, **later: float) -> str:
        """What the store gives, after so much time."""
        self.clock.now += timedelta(**later)
        return self.store.get("s").text("n")


@pytest.fixture
def manager() -> Manager:
    made = Manager()
    assert made.get() == "1"
    return made


def test_a_secret_is_looked_at_again_at_most_every_ten_seconds(manager: Manager) -> None:
    manager.value = 2
    before = manager.store.get("s")
    manager.clock.now += timedelta(seconds=9)
    assert manager.store.look_again("s") is before
    manager.clock.now += timedelta(seconds=1)
    after = manager.store.look_again("s")
    assert (after.text("n"), manager.get(), manager.reads) == ("2", "2", 2)


def test_a_labelled_version_is_read_at_most_every_ten_seconds_and_need_not_exist(manager: Manager) -> None:
    first = manager.store.labelled("s", "pending-main")
    manager.error = NO_SUCH_LABEL
    assert manager.store.labelled("s", "pending-main") is first
    assert manager.store.labelled("s", "pending-main", again=True) is None
    manager.error = THROTTLED
    assert manager.store.labelled("s", "pending-main") is None
    manager.clock.now += timedelta(seconds=10)
    with pytest.raises(ProviderError) as caught:
        manager.store.labelled("s", "pending-main")
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_an_unchanged_secret_is_the_same_object(manager: Manager) -> None:
    before = manager.store.get("s")
    manager.clock.now += timedelta(minutes=6)
    assert manager.store.look_again("s") is manager.store.get("s") is before


@pytest.mark.parametrize("error", [THROTTLED, EndpointConnectionError(endpoint_url="https://sm")])
def test_the_last_good_value_is_used_for_an_hour_while_secrets_manager_fails(
    manager: Manager, error: Exception
) -> None:
    manager.error = error
    with captured_log() as log:
        assert manager.get(minutes=5) == manager.get(seconds=9) == "1"
        assert manager.store.look_again("s").text("n") == "1"
        assert manager.reads == 2
    assert "the last good value is used" in log.getvalue()
    assert manager.get(minutes=54) == "1"
    with pytest.raises(ProviderError) as caught:
        manager.get(minutes=1)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    manager.error, manager.value = None, 2
    assert manager.get() == "2"


@pytest.mark.parametrize("text", ["{", "[1]", " "])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_malformed_version_is_read_again_at_most_every_ten_seconds(
    manager: Manager, text: str, *, is_known: bool
) -> None:
    if not is_known:
        manager.store.forget()
    manager.text = text
    for seconds, reads in ((300, 2), (0, 2), (9, 2), (1, 3), (9, 3)):
        manager.clock.now += timedelta(seconds=seconds)
        for read in (manager.store.get, manager.store.look_again):
            with pytest.raises(ProviderError, match="secret 's' is") as caught:
                read("s")
            assert caught.value.kind is ErrorKind.CONFIGURATION
        assert manager.reads == reads
    manager.text, manager.value = "", 2
    assert (manager.get(seconds=1), manager.get(minutes=4), manager.reads) == ("2", "2", 4)


def test_a_malformed_version_does_not_replace_the_last_good_value_before_its_time(manager: Manager) -> None:
    manager.text = "{"
    manager.clock.now += timedelta(seconds=10)
    for _ in range(2):
        with pytest.raises(ProviderError, match="is not a valid JSON object"):
            manager.store.look_again("s")
        assert (manager.get(), manager.reads) == ("1", 2)


def test_a_secret_that_may_not_be_read_any_more_is_not_used(manager: Manager) -> None:
    manager.error = FORBIDDEN
    with pytest.raises(ProviderError, match="may not be read"):
        manager.get(minutes=5)
