"""What is mutated, and the tests that must notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_TESTS = PROJECT / "tests"


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
    found = [file for pattern in tests for file in sorted(_TESTS.glob(pattern))]
    return Subject(PROJECT / path, found)


# Money.
_MONEY = (
    _subject("layers/common/balance_core/money.py", "unit/test_money.py", "unit/test_currencies.py"),
    _subject("layers/common/balance_core/wire.py", "unit/test_wire*.py"),
    _subject("layers/common/balance_core/models.py", "unit/test_models.py"),
    _subject("layers/common/balance_core/replies.py", "unit/test_replies.py"),
    _subject("functions/pagsmile/pagsmile_balance/payloads.py", "unit/test_pagsmile_*.py"),
    _subject("functions/payby/payby_balance/payloads.py", "unit/test_payby_*.py"),
    _subject("functions/payermax/payermax_balance/payloads.py", "unit/test_payermax_*.py"),
    _subject("functions/aggregator/balance_aggregator/summary.py", "unit/test_aggregator_summary.py"),
    _subject("functions/aggregator/balance_aggregator/freshness.py", "unit/test_aggregator_freshness.py"),
    _subject("functions/slack/balance_slack/digest_channels.py", "unit/test_slack_digest_channels.py"),
    _subject("functions/slack/balance_slack/amounts.py", "unit/test_slack_amounts.py", "unit/test_slack_blocks.py"),
)
# Keys, signatures, and with whom there is a connection.
_SIGNATURES = (
    _subject("layers/common/balance_core/signing.py", "unit/test_signing*.py"),
    _subject("layers/common/balance_core/aws_signature.py", "unit/test_aws_signature.py"),
    _subject("layers/common/balance_core/credentials.py", "unit/test_credentials*.py"),
    _subject("layers/common/balance_core/connections.py", "unit/test_connections.py", "integration/test_http_tls.py"),
    _subject("layers/common/balance_core/pace.py", "unit/test_pace.py"),
    _subject("functions/pagsmile/pagsmile_balance/envelope.py", "unit/test_pagsmile_envelope.py"),
    _subject("functions/pagsmile/pagsmile_balance/client.py", "unit/test_pagsmile_*.py"),
    _subject("functions/payby/payby_balance/client.py", "unit/test_payby_*.py"),
    _subject("functions/payermax/payermax_balance/client.py", "unit/test_payermax_*.py"),
)
# Who may ask, and who gets the answer.
_AUTHORISATION = (
    _subject("functions/slack/balance_slack/access.py", "unit/test_slack_access*.py", "unit/test_slack_truth_table.py"),
    _subject("functions/slack/balance_slack/guard.py", "unit/test_slack_guard*.py", "unit/test_slack_envelope.py"),
    _subject(
        "functions/slack/balance_slack/interaction.py",
        "fuzz/test_corpus.py",
        "integration/slack_front/test_buttons.py",
        "integration/slack_front/test_malformed_buttons.py",
    ),
    _subject(
        "functions/slack/balance_slack/decisions.py",
        "fuzz/test_corpus.py",
        "integration/slack_front/test_buttons.py",
        "integration/slack_front/test_home.py",
        "integration/slack_front/test_commands.py",
    ),
    _subject("functions/slack/balance_slack/claims.py", "integration/slack_reporter/test_claims.py"),
    _subject("functions/slack/balance_slack/response_url.py", "integration/slack_reporter/test_response_urls.py"),
)
SUBJECTS = (*_MONEY, *_SIGNATURES, *_AUTHORISATION)
