"""What every test needs: an AWS environment that leads nowhere, and the context that Lambda passes to a handler."""

import gc
import os

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, settings

from tests.local.certificates import local_authority

# No time limit for a property: it would judge the machine. What else holds here (in CI, under mutation) stays.
_UNHURRIED = [*settings().suppress_health_check, HealthCheck.too_slow]
settings.register_profile("unhurried", deadline=None, suppress_health_check=_UNHURRIED)
settings.load_profile("unhurried")

# Before our code is imported: the profile, endpoint, proxy and log level of the person who runs the tests do not count.
for _name in list(os.environ):
    if _name.startswith(("AWS_", "POWERTOOLS_")) or _name.lower().endswith("_proxy"):
        del os.environ[_name]
# Handlers make their clients when they are imported, and boto3 needs a region for that. urllib, which slack_sdk uses,
# reads the trusted certificates once for the whole process.
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_DEFAULT_REGION": "eu-central-1",
    "SSL_CERT_FILE": str(local_authority().ca_file),
}

_ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
}


class FakeLambdaContext(LambdaContext):
    """The context of one invocation of the function `test`, with ten seconds left."""

    _function_name = "test"
    _function_version = "1"
    _invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:test:live"
    _memory_limit_in_mb = 256
    _aws_request_id = "00000000-0000-4000-8000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 10_000


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.enable()  # importing the front without its handler leaves it off
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def lambda_context() -> LambdaContext:
    return FakeLambdaContext()
