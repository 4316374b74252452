"""The aggregator's function, asked once per question."""

from typing import TYPE_CHECKING

from balance_core.contract import read_summary
from balance_core.invocation import InvocationError, invoke
from balance_core.models import BalanceSummary
from balance_core.observability import report_unavailable
from balance_core.question import Question

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class Aggregator:
    """The aggregator's function, asked once per question: a second try would ask every provider again."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def ask_now(self, question: Question) -> BalanceSummary | None:
        """The answer, with the failures of single providers in it, for a person who is waiting.

        None, logged and counted, if there is none: a retry would come too late.
        """
        try:
            return invoke(self._client, self._function, question, "the aggregator", read_summary)
        except InvocationError as exc:
            report_unavailable(f"no answer for a person who is waiting: {exc}")
            return None
