"""What asking a provider cannot do without: HTTP, cryptography and the way to the secret. It asks nobody."""

from typing import Any

import botocore.session
import cryptography  # noqa: F401 - imported to be measured
import httpx  # noqa: F401 - imported to be measured

_client = botocore.session.get_session().create_client("secretsmanager")


def handler(event: Any, context: Any) -> dict[str, object]:
    """Answer nothing."""
    return {}
