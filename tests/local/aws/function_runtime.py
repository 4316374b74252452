"""How functions are run on this machine, and the environment variables that Lambda gives them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.local.aws.stack import REGION, FunctionSpec

# A function with SnapStart has none of them: see RuntimeApi.
CREDENTIAL_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True)
class Runtime:
    """The machine's side of every function.

    `runtime_paths` are the folders that hold awslambdaric and boto3, as Lambda's own runtime does. `environment` is
    added to every function's and wins over the function's own (endpoints, mostly); it is read at each start, so it may
    still be filled after the service is made. `logs` receives one file per environment, `pycache` the compiled modules,
    so that the source tree stays clean. `python` is `python_version`. With `enforce_memory` the function's memory size
    caps the data segment (RLIMIT_DATA, Linux only).
    """

    runtime_paths: tuple[Path, ...]
    logs: Path
    pycache: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    python: Path = Path(sys.executable)
    python_version: str = f"{sys.version_info.major}.{sys.version_info.minor}"
    init_timeout_seconds: float = 10.0
    enforce_memory: bool = False

    @property
    def command(self) -> tuple[str, ...]:
        """Python with the runtime client; -S hides what is installed here, so only what Lambda would have is found."""
        return (str(self.python), "-S", "-m", "awslambdaric")


def function_variables(spec: FunctionSpec, version: str, runtime: Runtime, log_stream: str) -> dict[str, str]:
    """The whole environment of a function's process: nothing of this machine's own environment is in it.

    The names are those of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html. The variables that
    Lambda reserves cannot be set by a function.
    """
    python_path = (spec.code, *spec.layers, *runtime.runtime_paths)
    defaults = {"LANG": "en_US.UTF-8", "TZ": ":UTC"}
    reserved = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in python_path),
        "PYTHONPYCACHEPREFIX": str(runtime.pycache),
        "_HANDLER": spec.handler,
        "LAMBDA_TASK_ROOT": str(spec.code),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{runtime.python_version}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # As in Lambda each function has credentials of its own, so that a call shows who makes it.
        **dict(zip(CREDENTIAL_NAMES, (spec.name, "local", "local"), strict=True)),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }
    return {**defaults, **spec.environment, **runtime.environment, **reserved}
