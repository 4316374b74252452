"""The template, translated by SAM and resolved once for all tests."""

from pathlib import Path

import pytest

from tests.local.aws.cloudformation import Template, load_template, read_source
from tests.local.aws.intrinsics import Node

TEMPLATE_PATH = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="session")
def source() -> dict[str, Node]:
    """template.yaml as written."""
    return read_source(TEMPLATE_PATH)


@pytest.fixture(scope="session")
def template() -> Template:
    """The stack with a digest and a mailed alarm, without a VPC."""
    return load_template(TEMPLATE_PATH, {"DigestChannels": "C0DIGEST", "AlarmEmail": "finance@example.com"})
