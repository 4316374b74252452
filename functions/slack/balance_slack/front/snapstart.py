"""Lambda SnapStart: what must happen before the snapshot of this process and after each restore.

Lambda takes the snapshot when a version is published, after importing the handler, and starts many environments from
it. Source: AWS Lambda Developer Guide, "Lambda SnapStart runtime hooks" and "Handling uniqueness with SnapStart".
"""

import os
import random
import ssl
from collections.abc import Callable

_SEED_BYTES = 32


def register_hooks(before_snapshot: Callable[[], None]) -> None:
    """Register the hooks, when Lambda is about to take a snapshot.

    `before_snapshot` drops secrets and connections. If it raises, the version is not published.
    """
    # Part of Lambda's runtime from Python 3.12 on, as SnapStart is.
    import snapshot_restore_py as hooks  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

    hooks.register_before_snapshot(before_snapshot)
    hooks.register_after_restore(reseed)


def reseed() -> None:
    """Give the random number generators of this process a state that no other environment shares.

    OpenSSL makes the keys of TLS connections. `random` decides nothing of ours; libraries spread their retries by it.
    """
    # An entropy estimate of 0: OpenSSL also adds entropy of its own.
    ssl.RAND_add(os.urandom(_SEED_BYTES), 0)
    random.seed()
