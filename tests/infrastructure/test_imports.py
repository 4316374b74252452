"""What a function's cold start imports, in the environment that Lambda gives it: no package that it does not need."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.process import run_python
from tests.local.aws.cloudformation import Template
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.stack import STACK_NAME
from tests.local.aws.template import stack_of
from tests.local.system import INSTALLED, PROJECT, WORKSPACE, build_paths

_NOT_PROVIDERS = ("aggregator", "slack", "slack-reporter")
_PROVIDERS = sorted({folder.name for folder in (PROJECT / "functions").iterdir()} - set(_NOT_PROVIDERS))
# What Powertools' logger and metrics bring: of botocore it is the configuration, and nothing that asks AWS.
_EVERYWHERE = {"aws_lambda_powertools", "balance_core", "botocore", "jmespath", "typing_extensions"}
_BOTOCORE = {"certifi", "dateutil", "six", "urllib3"}
_NEEDED = {
    "aggregator": {"balance_aggregator"} | _BOTOCORE,
    "slack": {"balance_slack", "slack_bolt", "slack_sdk"},
    "slack-reporter": {"balance_slack"} | _BOTOCORE,
    **{name: {f"{name}_balance", "certifi", "cryptography", "httpx", "idna"} for name in _PROVIDERS},
}
# Parts of what is needed, and of Python, that would double a cold start.
_HEAVY = {
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.parameters",
    "multiprocessing",
    "unittest",
}
_HEAVY_HERE = {
    "aggregator": {"asyncio"},
    "slack": {"balance_core.signing", "botocore.session"},
    "slack-reporter": {"asyncio"},
    **{name: {"botocore.session"} for name in _PROVIDERS},
}


@pytest.mark.parametrize("function", _NEEDED)
def test_imports_nothing_that_it_does_not_need(function: str, template: Template, tmp_path: Path) -> None:
    spec = stack_of(template, build_paths()).functions[f"{STACK_NAME}-{function}"]
    runtime = Runtime((INSTALLED / "runtime",), tmp_path, WORKSPACE / "pycache")
    code = f"import sys, {spec.handler.rpartition('.')[0]}; print(*sys.modules)"
    modules = run_python(spec, runtime, "-c", code).split()
    # A package's compiled parts have names of their own, which begin with an underscore.
    packages = {name.partition(".")[0] for name in modules if not name.startswith("_")} - sys.stdlib_module_names
    assert sorted(packages - _NEEDED[function] - _EVERYWHERE) == []
    assert sorted((_HEAVY | _HEAVY_HERE[function]).intersection(modules)) == []
