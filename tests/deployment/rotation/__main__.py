"""`make keys`: rotates our key at a provider, in Secrets Manager or in AWS KMS.

Public keys and names are printed, never a private key. README.md of tests/deployment explains the steps.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.contract import ContractError, read_provider_answer
from balance_core.errors import ProviderError
from balance_core.models import ProviderAnswer
from balance_core.provider.credentials import OUR_KEY
from balance_core.provider.protocol import Provider
from balance_core.question import Question
from tests.deployment.aws import Aws
from tests.deployment.check import CheckError
from tests.deployment.providers import packaged_providers
from tests.deployment.rotation.asked_function import AskedFunction
from tests.deployment.rotation.kms_keys import KmsKeys
from tests.deployment.rotation.records import StepError
from tests.deployment.rotation.status import statuses
from tests.deployment.rotation.steps import Rotation
from tests.deployment.rotation.versions import Versions
from tests.deployment.target import Target, target_of

# One attempt: a repeated move of a label would be refused although it had succeeded.
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when the step is done, 1 when it was refused, 2 for a wrong option."""
    options = _options(arguments)
    providers = {name: each for name, each in packaged_providers().items() if _has_key(each)}
    chosen = [options.provider] if options.provider else list(providers)
    if problem := _wrong_option(options, list(providers)):
        print(problem, file=sys.stderr)
        return 2
    target = target_of(options.env, options.stack, options.region)
    try:
        for name in chosen:
            if options.step == "status":
                _print_status(name, target, options.account)
            else:
                _take_step(providers[name], target, options)
    except (StepError, ProviderError, CheckError, ContractError, ClientError, BotoCoreError) as error:
        print(_explained(error), file=sys.stderr)
        return 1
    return 0


def rotation(provider: Provider, account: str, target: Target) -> Rotation:
    """The rotation of an account's key in a deployed stack."""
    aws = Aws(target.region)

    def ask(question: Question) -> ProviderAnswer:
        function = f"{target.stack}-{provider.name}:live"
        return read_provider_answer(aws.invoke(provider.name, function, msgspec.json.encode(question)))

    function = AskedFunction(provider, ask, print, time.sleep)
    return Rotation(target.stack, provider, account, _versions(provider.name, target), _kms(target), function, print)


def _take_step(provider: Provider, target: Target, options: argparse.Namespace) -> None:
    steps = rotation(provider, options.account, target)
    match options.step:
        case "begin":
            steps.begin(options.kind)
        case "test":
            steps.test()
        case "finish":
            steps.finish(options.keep_days)
        case "abort":
            steps.abort()


def _print_status(provider: str, target: Target, account: str) -> None:
    for each in statuses(_versions(provider, target), _kms(target), datetime.now(UTC)):
        if not account or account in each.accounts:
            print(f"{provider} {', '.join(each.accounts)}: {', '.join(filter(None, (each.key, each.age)))}")
            print(f"  -> {each.next_step}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="keys", description=__doc__)
    parser.add_argument("--env", default="dev", help="the environment in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than the environment's")
    parser.add_argument("--region", default="", help="another region than the environment's")
    parser.add_argument("--provider", default="", help="whose key")
    parser.add_argument("--account", default="", help="the account in the provider's secret")
    parser.add_argument("--step", default="status", choices=["begin", "test", "finish", "abort", "status"])
    parser.add_argument("--kind", default="", choices=["", "kms", "secret"], help="where the new key is to live")
    parser.add_argument("--keep-days", type=_days, default=None, help="how long the old key is kept")
    return parser.parse_args(arguments)


def _wrong_option(options: argparse.Namespace, providers: Sequence[str]) -> str:
    """What is wrong, or nothing."""
    if options.provider and options.provider not in providers:
        return f"PROVIDER must be one of {', '.join(providers)}"
    if options.step != "status" and not (options.provider and options.account):
        return f"STEP={options.step} needs PROVIDER=... and ACCOUNT=..."
    try:
        target_of(options.env, options.stack, options.region)
    except ValueError as error:
        return str(error)
    return ""


def _days(text: str) -> int | None:
    """The option's value; empty means that it is not given."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise argparse.ArgumentTypeError("must be a whole number of days from 0 to 999")
    return int(text) if text else None


def _has_key(provider: Provider) -> bool:
    return any(field.name == OUR_KEY for field in provider.fields)


def _versions(provider: str, target: Target) -> Versions:
    client = boto3.client("secretsmanager", region_name=target.region, config=_CONFIG)
    return Versions(client, f"{target.stack}/{provider}")


def _kms(target: Target) -> KmsKeys:
    return KmsKeys(boto3.client("kms", region_name=target.region, config=_CONFIG))


def _explained(error: Exception) -> str:
    if isinstance(error, CheckError):
        return f"{error.check.finding}: {error.check.remedy}"
    if isinstance(error, ProviderError):
        return error.message
    if isinstance(error, ClientError):
        action = error.operation_name
        return f"AWS refused {action} ({error_code(error)}); what was done is kept: repeat the step, or STEP=status"
    if isinstance(error, BotoCoreError):
        return (
            f"AWS could not be called ({type(error).__name__}); what was done is kept: repeat the step, or STEP=status"
        )
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
