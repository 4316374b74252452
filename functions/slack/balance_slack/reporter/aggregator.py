"""The aggregator's function, asked once per question."""

from typing import TYPE_CHECKING

from balance_core.contract import ContractError, read_summary
from balance_core.errors import ErrorKind
from balance_core.invocation import InvocationError, invoke
from balance_core.models import BalanceSummary
from balance_core.observability import count_failure, logger
from balance_core.question import Question

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class AggregatorError(Exception):
    """No answer from the aggregator. The message tells the operator why, and quotes nothing from an answer."""


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
            return self._ask(question)
        except AggregatorError as exc:
            logger.error(f"no answer for a person who is waiting: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return None

    def _ask(self, question: Question) -> BalanceSummary:
        try:
            payload = invoke(self._client, self._function, question, "the aggregator")
        except InvocationError as exc:
            raise AggregatorError(str(exc)) from exc
        try:
            return read_summary(payload)
        except ContractError as exc:
            raise AggregatorError(f"the aggregator's answer cannot be understood: {exc}") from exc
