"""What is logged and counted about a failure, and about totals that do not add up."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from balance_core.errors import ErrorKind
from balance_core.models import Failure, Notice, NoticeKind
from balance_core.observability import count_mismatches, logger, report_failure, report_notices
from tests.integration.printed import captured_log, metrics


def test_a_failure_is_logged_with_what_a_support_ticket_needs() -> None:
    expected = {"provider": "payby", "account": "main", "currency": "USD", "provider_code": "78001", "trace_id": "7"}
    with captured_log() as log:
        report_failure(replace(Failure(ErrorKind.UNKNOWN, "answered", "9f2c4e1ab07d3c55"), **cast(Any, expected)))
    line = json.loads(log.getvalue())
    assert {name: line[name] for name in expected} == expected
    assert (line["message"], line["kind"]) == ("answered", "unknown")


def test_a_failure_without_a_provider_counts_for_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    with captured_log() as log:
        report_failure(Failure(ErrorKind.INVALID_REQUEST, "request", "9f2c4e1ab07d3c55"))
    (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert metric["provider"] == logger.service
    assert "provider" not in json.loads(log.getvalue())


def test_a_notice_is_logged_without_its_message() -> None:
    with captured_log() as log:
        report_notices([Notice(NoticeKind.TOTAL_DIFFERS, "USD 7654", "pagsmile", "main", "USD", "$.data[1]")])
    line = json.loads(log.getvalue())
    assert [line[name] for name in ("notice", "account", "place")] == ["total_differs", "main", "$.data[1]"]
    assert "7654" not in log.getvalue()


def test_totals_that_do_not_add_up_are_counted_by_provider(capsys: pytest.CaptureFixture[str]) -> None:
    count_mismatches("payby", 3)
    (metric,) = metrics(capsys.readouterr().out, "TotalMismatch")
    assert (metric["provider"], metric["TotalMismatch"]) == ("payby", [3])
