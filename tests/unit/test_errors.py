"""The retry table, and the error that carries a kind and the provider's code."""

import re

import pytest

from balance_core import errors
from balance_core.errors import RETRIES, UNLISTED_CODE, CodeRule, ErrorKind, ProviderError


def test_every_kind_has_a_row_in_the_retry_table_and_in_the_docstring() -> None:
    documented = re.findall(r"^\| (\w+) \| [^|]+ \|$", str(errors.__doc__), re.MULTILINE)
    assert documented == ["kind", *ErrorKind]
    assert list(RETRIES) == list(ErrorKind)


def test_only_errors_that_may_pass_by_themselves_are_retried() -> None:
    retried = {ErrorKind.RATE_LIMITED: 50, ErrorKind.TIMEOUT: 2, ErrorKind.UNAVAILABLE: 2}
    assert {kind: rule.retries for kind, rule in RETRIES.items() if rule.retries} == retried
    retryable = {kind for kind in ErrorKind if kind.is_retryable}
    assert retryable == {*retried, ErrorKind.BAD_RESPONSE}
    # Their messages end with advice; the others say themselves what to change.
    assert {kind for kind, rule in RETRIES.items() if rule.advice} == {*retryable, ErrorKind.UNKNOWN}
    assert {rule.pause_seconds for rule in RETRIES.values()} == {0.2}


def test_only_an_unsupported_currency_is_not_an_outage() -> None:
    assert [kind for kind in ErrorKind if not kind.is_outage] == [ErrorKind.CURRENCY_NOT_SUPPORTED]


@pytest.mark.parametrize("kind", ErrorKind)
def test_an_error_follows_the_retry_table(kind: ErrorKind) -> None:
    error = ProviderError(kind, "did not answer")
    advice = RETRIES[kind].advice
    assert error.message == (f"did not answer; {advice}" if advice else "did not answer")
    assert str(error) == f"{kind.value}: {error.message}"
    assert error.retries == RETRIES[kind].retries
    assert (error.retry_after_seconds, error.provider_code, error.trace_id) == (None, None, None)
    assert error.new_key_may_help is (kind is ErrorKind.AUTHENTICATION)
    assert error.hides_money


@pytest.mark.parametrize("kind", ErrorKind)
def test_a_providers_row_overrides_the_retry_table(kind: ErrorKind) -> None:
    error = CodeRule(kind, "is busy", retries=7, advice="call them").error("E1", "trace-7")
    assert (error.kind, error.message, error.retries) == (kind, "is busy; call them", 7)
    assert (error.provider_code, error.trace_id) == ("E1", "trace-7")
    silent = CodeRule(kind, "is busy", retries=0, advice="").error()
    assert (silent.message, silent.retries, silent.provider_code) == ("is busy", 0, None)


def test_a_row_without_overrides_follows_the_retry_table() -> None:
    error = UNLISTED_CODE.error("E42")
    expected = ProviderError(ErrorKind.UNKNOWN, UNLISTED_CODE.problem)
    assert (error.kind, error.message, error.retries) == (expected.kind, expected.message, expected.retries)
    assert (error.provider_code, error.trace_id) == ("E42", None)


def test_a_kind_is_written_as_a_plain_word() -> None:
    assert str(ErrorKind.BAD_RESPONSE) == ErrorKind.BAD_RESPONSE.value == "bad_response"
    with pytest.raises(ValueError, match="sunny"):
        ErrorKind("sunny")
