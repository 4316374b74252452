"""A question to the aggregator, what two providers' functions answer, and the answer held against the contract."""

from typing import Any

from balance_aggregator.aggregator import Aggregator
from tests.integration.invoke_api import provider_answer, returned
from tests.schemas import problems

ID = "9f2c4e1ab07d3c55"
QUESTION = {"currencies": ["USD"], "correlation_id": ID}
ALPHA = returned(provider_answer("alpha", "1008.29"))
GAMMA = returned(provider_answer("gamma", "776.34"))


def ask(event: object, aggregator: Aggregator | None = None, remaining_ms: int = 15_000) -> Any:
    """The answer, which keeps the contract whatever it says."""
    given = (aggregator or Aggregator()).answer(event, remaining_ms)
    assert problems("aggregator-answer", given) == []
    return given
