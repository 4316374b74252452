"""How functions are run on this machine, and the environment variables that Lambda gives them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.local.aws.stack import REGION, FunctionSpec

# How Python starts AWS's own runtime client.
AWSLAMBDARIC = ("-m", "awslambdaric")
# Not set for a function with SnapStart: see RuntimeApi.
CREDENTIAL_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True)
class Runtime:
    """What all functions share on this machine.

    `runtime_paths` are the folders of awslambdaric and boto3, which Lambda's own runtime contains. `environment` is
    added to every function's variables and overrides them (endpoints, mostly); it is read at each start and may change
    in between. `logs` receives one file per environment, `pycache` the compiled modules, so that the source tree stays
    clean. `runtime_client` are the arguments with which Python starts the runtime client.
    """

    runtime_paths: tuple[Path, ...]
    logs: Path
    pycache: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    runtime_client: tuple[str, ...] = AWSLAMBDARIC
    init_timeout_seconds: float = 10.0

    @property
    def command(self) -> tuple[str, ...]:
        """What starts a function; -S hides the packages of this environment, which Lambda does not have."""
        return (sys.executable, "-S", *self.runtime_client)


def function_variables(spec: FunctionSpec, version: str, runtime: Runtime, log_stream: str) -> dict[str, str]:
    """The complete environment of a function's process; it inherits nothing from this machine's environment.

    The names are those of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html. A function cannot
    set the variables that Lambda reserves.
    """
    python_path = (spec.code, *spec.layers, *runtime.runtime_paths)
    defaults = {"LANG": "en_US.UTF-8", "TZ": ":UTC"}
    reserved = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in python_path),
        "PYTHONPYCACHEPREFIX": str(runtime.pycache),
        "_HANDLER": spec.handler,
        "LAMBDA_TASK_ROOT": str(spec.code),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # As on AWS each function has its own credentials, which show who makes a call.
        **dict(zip(CREDENTIAL_NAMES, (spec.name, "local", "local"), strict=True)),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }
    return {**defaults, **spec.environment, **runtime.environment, **reserved}
