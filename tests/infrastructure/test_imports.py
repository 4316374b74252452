"""What a cold start imports, in the environment that Lambda gives a function: only the packages that it needs."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.process import run_python
from tests.local.aws.cloudformation import Template
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.stack import STACK_NAME
from tests.local.aws.template import stack_of
from tests.local.paths import INSTALLED, PROJECT, WORKSPACE

_PROVIDERS = sorted({folder.name for folder in (PROJECT / "functions").iterdir()} - {"aggregator", "slack", "watch"})
_BOTO3 = {"boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
_EVERYWHERE = {"aws_lambda_powertools", "balance_core", "msgspec", "typing_extensions"} | _BOTO3
_HTTP_AND_SIGNING = {"anyio", "cryptography", "h11", "httpcore", "httpx", "idna", "sniffio"}
_NEEDED = {
    "aggregator": {"balance_aggregator"},
    "slack": {"balance_slack", "slack_bolt", "slack_sdk"},
    "slack-reporter": {"balance_slack", "slack_sdk"},
    "watch": {"balance_watch"},
    "watch-states": {"balance_watch"},
    **{name: {f"{name}_balance"} | _HTTP_AND_SIGNING for name in _PROVIDERS},
}
# Parts of Powertools that are slow to import and that no function uses.
_SLOW = {"aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.parameters"}


@pytest.mark.parametrize("function", _NEEDED)
def test_a_function_imports_only_the_packages_that_it_needs(function: str, template: Template, tmp_path: Path) -> None:
    spec = stack_of(template).functions[f"{STACK_NAME}-{function}"]
    runtime = Runtime((INSTALLED / "runtime",), tmp_path, WORKSPACE / "pycache")
    code = f"import sys, {spec.handler.rpartition('.')[0]}; print(*sys.modules)"
    modules = run_python(spec, runtime, "-c", code).split()
    # The names of a package's compiled parts begin with an underscore.
    packages = {name.partition(".")[0] for name in modules if not name.startswith("_")} - sys.stdlib_module_names
    assert sorted(packages - _NEEDED[function] - _EVERYWHERE) == []
    assert sorted(_SLOW.intersection(modules)) == []
    assert ("balance_core.provider" in modules) == (function in _PROVIDERS)
