"""Slack accepts every message and view, nothing in them mentions or links, and their figures are right."""

from tests.rendering.answers import many_accounts
from tests.rendering.trial import render_ms, try_acknowledgements, try_answers
from tests.trust.report import Section, at_least, below, count

_SEED = 20261121
_MIXED = 300


def measure() -> Section:
    """Render every difficult answer in every form, 300 random mixtures of them, and every acknowledgement."""
    answers, acknowledgements = try_answers(_SEED, _MIXED), try_acknowledgements()
    return Section(
        "Rendering",
        (
            at_least("messages and views: 0 to 5,000 balances, hostile words", answers.messages, 2000),
            at_least("acknowledgements of hostile commands", acknowledgements.messages, 60),
            count("refused by the model of Slack's limits", len(answers.refused) + len(acknowledgements.refused), 0),
            count("mentions, links or reversals possible", len(answers.dangers) + len(acknowledgements.dangers), 0),
            count("totals and rows that differ from the answer", len(answers.wrong), 0),
            below("one answer of 5,000 balances", min(render_ms(many_accounts(5000))), 500, "ms"),
        ),
    )
