"""Tiny Lambda functions that a test writes, and the local Lambda service that runs them."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import InvokeResult
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import FunctionSpec

# Long enough for what always happens, even on a busy machine.
AMPLE_SECONDS = 60


def site_packages() -> Path:
    """The folder of awslambdaric and boto3 in this virtual environment."""
    found = importlib.util.find_spec("awslambdaric")
    assert found
    assert found.origin
    return Path(found.origin).parent.parent


def runtime(folder: Path, **changes: Any) -> Runtime:
    """The real runtime client, with logs in `folder`, and compiled modules in the parent folder, which tests share."""
    settings: dict[str, Any] = {
        "runtime_paths": (site_packages(),),
        "logs": folder / "logs",
        "pycache": folder.parent / "pycache",
        "init_timeout_seconds": AMPLE_SECONDS,
    }
    return Runtime(**settings | changes)


def function(folder: Path, source: str, name: str = "echo", **changes: Any) -> FunctionSpec:
    """A function whose module `app` is `source`; it has the alias `live` and a timeout of 60 s."""
    code = folder / "code" / name
    code.mkdir(parents=True)
    (code / "app.py").write_text(source)
    settings: dict[str, Any] = {
        "name": name,
        "handler": "app.handler",
        "code": code,
        "layers": (),
        "environment": {},
        "timeout_seconds": AMPLE_SECONDS,
        "memory_mb": 256,
        "aliases": ("live",),
        "async_retries": 0,
        "on_failure_arn": None,
        "snap_start": False,
    }
    return FunctionSpec(**settings | changes)


def by_name(*functions: FunctionSpec) -> Mapping[str, FunctionSpec]:
    """The mapping that the service takes."""
    return {spec.name: spec for spec in functions}


def service_of(folder: Path, source: str, **changes: Any) -> LambdaService:
    """A service with one function, `echo`."""
    return LambdaService(by_name(function(folder, source, **changes)), runtime(folder))


def answer(result: InvokeResult) -> Any:
    """The decoded payload of an invocation that succeeded."""
    assert result.function_error is None, result.payload
    return json.loads(result.payload)


def failure(result: InvokeResult) -> dict[str, Any]:
    """The decoded payload of an invocation that failed."""
    assert result.function_error == "Unhandled", result.payload
    return cast(dict[str, Any], json.loads(result.payload))
