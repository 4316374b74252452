"""What is mutated, and the tests that must notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_UNIT = PROJECT / "tests" / "unit"


@dataclass(frozen=True)
class Subject:
    """One module by its path, and the test files that cover it, the quickest first."""

    path: Path
    tests: Sequence[Path]

    @property
    def module(self) -> str:
        """The name under which it is imported."""
        return f"{self.path.parent.name}.{self.path.stem}"


def _subject(path: str, *tests: str) -> Subject:
    found = [file for pattern in tests for file in sorted(_UNIT.glob(pattern))]
    return Subject(PROJECT / path, found)


SUBJECTS = (
    _subject("layers/common/balance_core/money.py", "test_money.py", "test_currencies.py"),
    _subject("layers/common/balance_core/wire.py", "test_wire*.py"),
    _subject("layers/common/balance_core/signing.py", "test_signing*.py"),
    _subject("functions/slack/balance_slack/access.py", "test_slack_access*.py", "test_slack_truth_table.py"),
    _subject("functions/slack/balance_slack/guard.py", "test_slack_guard*.py", "test_slack_envelope.py"),
    _subject("functions/pagsmile/pagsmile_balance/payloads.py", "test_pagsmile_*.py"),
    _subject("functions/payby/payby_balance/payloads.py", "test_payby_*.py"),
    _subject("functions/payermax/payermax_balance/payloads.py", "test_payermax_*.py"),
)
