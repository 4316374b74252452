"""SECURITY.md names a test for each claim; a claim whose test is gone is a promise that nobody keeps."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NAMED = re.findall(
    r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (PROJECT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
)


def test_the_claims_name_tests() -> None:
    assert len(NAMED) > 10


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_the_named_test_exists(path: str, test: str) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    assert f"def {test}(" in text if test else "def test_" in text
