"""What a function's cold start imports: nothing heavy that it does not need."""

import subprocess
import sys

import pytest

from tests.local.system import PROJECT

_PROVIDER = {"boto3", "botocore.session", "slack_bolt", "slack_sdk", "urllib3"}
_HANDLERS = {
    "balance_slack.front": {"boto3", "botocore.session", "cryptography", "httpx", "urllib3", "balance_core.signing"},
    "balance_slack.reporter": {"boto3", "cryptography", "httpx", "slack_bolt", "balance_core.signing"},
    "balance_aggregator.handler": {"asyncio", "boto3", "cryptography", "httpx", "slack_bolt", "slack_sdk"},
    "pagsmile_balance.handler": _PROVIDER,
    "payby_balance.handler": _PROVIDER,
    "payermax_balance.handler": _PROVIDER,
}
# Nowhere needed: they would double a cold start.
_NOWHERE = {
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.parameters",
    "aws_xray_sdk",
    "multiprocessing",
    "pydantic",
    "s3transfer",
}


@pytest.mark.parametrize("module", _HANDLERS)
def test_imports_nothing_heavy_that_it_does_not_need(module: str) -> None:
    folders = [PROJECT / "layers" / "common", *sorted((PROJECT / "functions").iterdir())]
    code = f"import sys; sys.path[:0] = {[str(each) for each in folders]}; import {module}; print(*sys.modules)"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)
    heavy = sorted((_HANDLERS[module] | _NOWHERE).intersection(done.stdout.split()))
    assert heavy == []
