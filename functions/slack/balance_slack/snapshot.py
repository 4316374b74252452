"""Lambda SnapStart: what must not be in the snapshot of this process, from which many environments start.

Lambda takes it when a version is published, once the handler's module is imported, and runs these hooks around it.
"""

import os
import random
import ssl
from collections.abc import Callable, Mapping

from balance_core.aws_api import trusted_certificates

_SEED_BYTES = 32


def register_hooks(forget: Callable[[], None], variables: Mapping[str, str] = os.environ) -> None:
    """Have everything done around the snapshot, if Lambda is about to take one: else nothing is registered.

    `forget` drops secrets and connections. If it raises, the version is not published and the deployment fails.
    Source of the variable and its value: AWS Lambda Developer Guide, "Defined runtime environment variables".
    """
    if variables.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    # Lambda's own runtime brings it, but only from Python 3.12 on, as it does SnapStart.
    import snapshot_restore_py as hooks  # type: ignore[import-untyped]  # noqa: PLC0415 - see above; it has no types

    hooks.register_before_snapshot(forget)
    # Read once instead of after every restore.
    hooks.register_before_snapshot(trusted_certificates)
    hooks.register_after_restore(reseed)


def reseed(mix: Callable[[bytes, int], None] = ssl.RAND_add) -> None:
    """Give both generators of random numbers that this process has a state that no other environment shares.

    OpenSSL makes the keys of every TLS connection, and AWS calls only its version 1.0.2 safe to restore. What `random`
    gives decides nothing here: some library spreads its retries by it. Source: AWS Lambda Developer Guide, "Handling
    uniqueness with Lambda SnapStart".
    """
    # OpenSSL adds entropy of the system's own, so that this is counted as none.
    mix(os.urandom(_SEED_BYTES), 0)
    random.seed()
