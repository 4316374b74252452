"""What is done around a SnapStart snapshot, and only there."""

import random
from collections.abc import Iterator, Mapping

import pytest
from awslambdaric.lambda_runtime_hooks_runner import run_after_restore, run_before_snapshot
from snapshot_restore_py import get_after_restore, get_before_snapshot  # type: ignore[import-untyped]  # has no types

from balance_core.aws_api import trusted_certificates
from balance_slack.snapshot import register_hooks, reseed

SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}


@pytest.fixture(autouse=True)
def registers() -> Iterator[None]:
    yield
    get_before_snapshot().clear()
    get_after_restore().clear()


@pytest.mark.parametrize("variables", [{}, {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}])
def test_nothing_is_registered_without_a_snapshot(variables: Mapping[str, str]) -> None:
    register_hooks(lambda: None, variables)
    assert get_before_snapshot() == get_after_restore() == []


def test_before_it_everything_is_forgotten_and_the_certificates_are_read() -> None:
    done: list[str] = []
    trusted_certificates.cache_clear()
    register_hooks(lambda: done.append("forgotten"), SNAP_START)
    run_before_snapshot()
    assert done == ["forgotten"]
    assert trusted_certificates.cache_info().currsize == 1


def test_what_cannot_be_forgotten_fails_the_snapshot() -> None:
    def fail() -> None:
        raise OSError("a connection that does not close")

    register_hooks(fail, SNAP_START)
    with pytest.raises(OSError, match="does not close"):
        run_before_snapshot()


def test_after_each_restore_the_random_numbers_are_others() -> None:
    register_hooks(lambda: None, SNAP_START)
    in_the_snapshot = random.getstate()
    run_after_restore()
    first = random.random()
    random.setstate(in_the_snapshot)
    run_after_restore()
    assert random.random() != first


def test_openssl_gets_other_entropy_each_time() -> None:
    mixed: list[tuple[bytes, float]] = []
    for _ in range(2):
        reseed(lambda seed, entropy: mixed.append((seed, entropy)))
    (first, _), (second, _) = mixed
    assert first != second
    assert len(first) == len(second) == 32
    assert {entropy for _, entropy in mixed} == {0}
