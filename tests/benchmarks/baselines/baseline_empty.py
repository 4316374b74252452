"""Nothing: Python and Lambda's runtime client alone."""

from typing import Any


def handler(event: Any, context: Any) -> dict[str, object]:
    """Answer nothing."""
    return {}
