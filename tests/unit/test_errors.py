"""Kinds of failure and the error that carries one."""

import re

import pytest

from balance_core import errors
from balance_core.errors import UNLISTED_CODE, CodeRule, ErrorKind, ProviderError


def test_the_docstrings_table_is_what_the_code_does() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| (yes|no) \| (yes|no) \|$", str(errors.__doc__), re.MULTILINE)
    documented = {kind: (outage == "yes", retryable == "yes") for kind, outage, retryable in rows}
    assert documented == {kind.value: (kind.is_outage, kind.is_retryable) for kind in ErrorKind}


def test_only_an_unsupported_currency_is_an_answer() -> None:
    assert [kind for kind in ErrorKind if not kind.is_outage] == [ErrorKind.CURRENCY_NOT_SUPPORTED]


def test_a_rule_makes_an_error_with_the_providers_words() -> None:
    rule = CodeRule(ErrorKind.UNAVAILABLE, "is down: try again", retries=2)
    error = rule.error("500", "trace-7")
    assert (error.kind, error.message, error.retries) == (ErrorKind.UNAVAILABLE, "is down: try again", 2)
    assert (error.provider_code, error.trace_id) == ("500", "trace-7")
    assert str(error) == "unavailable: is down: try again"


def test_an_error_is_not_worth_another_try_unless_it_says_so() -> None:
    error = ProviderError(ErrorKind.TIMEOUT, "did not answer")
    assert error.retries == 0
    assert (error.retry_after_seconds, error.provider_code, error.trace_id) == (None, None, None)


def test_a_code_in_no_table_is_unknown_and_not_tried_again() -> None:
    error = UNLISTED_CODE.error("E42")
    assert (error.kind, error.retries, error.provider_code, error.trace_id) == (ErrorKind.UNKNOWN, 0, "E42", None)


def test_kinds_are_plain_words_on_the_wire() -> None:
    assert str(ErrorKind.BAD_RESPONSE) == ErrorKind.BAD_RESPONSE.value == "bad_response"
    with pytest.raises(ValueError, match="sunny"):
        ErrorKind("sunny")
