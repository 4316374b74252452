"""What happens before a SnapStart snapshot and after each restore."""

import random
import ssl
from collections.abc import Iterator

import pytest
from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot
from snapshot_restore_py import get_after_restore, get_before_snapshot  # type: ignore[import-untyped]  # has no types

from balance_slack.front.snapstart import register_hooks, reseed


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    yield
    get_before_snapshot().clear()
    get_after_restore().clear()


def test_secrets_and_connections_are_dropped_before_the_snapshot() -> None:
    done: list[str] = []
    register_hooks(lambda: done.append("dropped"))
    run_before_snapshot()
    assert done == ["dropped"]


def test_a_failure_to_drop_them_fails_the_snapshot() -> None:
    def fail() -> None:
        raise OSError("a connection that does not close")

    register_hooks(fail)
    with pytest.raises(OSError, match="does not close"):
        run_before_snapshot()


def test_random_numbers_differ_after_each_restore() -> None:
    register_hooks(lambda: None)
    in_the_snapshot = random.getstate()
    run_after_restore()
    first = random.random()
    random.setstate(in_the_snapshot)
    run_after_restore()
    assert random.random() != first


def test_openssl_gets_other_entropy_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[tuple[bytes, float]] = []
    monkeypatch.setattr(ssl, "RAND_add", lambda seed, estimate: added.append((seed, estimate)))
    reseed()
    reseed()
    (first, _), (second, _) = added
    assert first != second
    assert len(first) == len(second) == 32
    assert {estimate for _, estimate in added} == {0}
