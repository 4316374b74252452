"""Asks the aggregator, once: a second try would ask every provider again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import KeptLambdaClient
from balance_core.contract import read_summary
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceSummary
from balance_core.observability import count_failure, logger
from balance_core.secrets import required_setting
from balance_core.wire import WireError, dumps, loads

# Longer than the aggregator's own time, which is 20 s in the template: it always answers before.
_READ_TIMEOUT_SECONDS = 25.0


class AggregatorError(Exception):
    """No answer from the aggregator. The message tells the operator why, and quotes nothing from an answer."""


class Aggregator:
    """The function in AGGREGATOR_FUNCTION."""

    def __init__(
        self,
        read_timeout_seconds: float = _READ_TIMEOUT_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._read_timeout_seconds = read_timeout_seconds
        self._now = now
        self._client: KeptLambdaClient | None = None

    def ask(self, request: Mapping[str, object]) -> BalanceSummary:
        """The answer to an aggregator request; what a provider could not say is in it.

        Raises AggregatorError, and ProviderError (configuration) without AGGREGATOR_FUNCTION.
        """
        function = required_setting("AGGREGATOR_FUNCTION")
        try:
            response = self._lambda().get().invoke(FunctionName=function, Payload=dumps(dict(request)))
            payload = response["Payload"].read()
        except ClientError as exc:
            error_code = exc.response.get("Error", {}).get("Code", "no code")
            raise AggregatorError(f"Lambda refused to invoke the aggregator ({error_code})") from exc
        except BotoCoreError as exc:
            raise AggregatorError(f"the aggregator gave no answer in time ({type(exc).__name__})") from exc
        if response.get("FunctionError"):
            raise AggregatorError("the aggregator failed: its log tells why")
        try:
            return read_summary(loads(payload))
        except WireError as exc:
            raise AggregatorError(f"the aggregator's answer cannot be understood: {exc}") from exc

    def ask_for_somebody(self, request: Mapping[str, object]) -> BalanceSummary | None:
        """The same for a person who waits: None, logged and counted, for every error, which a retry would tell late."""
        try:
            return self.ask(request)
        except (AggregatorError, ProviderError) as exc:
            logger.error(f"no answer for somebody who waits: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return None

    def _lambda(self) -> KeptLambdaClient:
        if self._client is None:
            patience = Config(connect_timeout=2, read_timeout=self._read_timeout_seconds)
            self._client = KeptLambdaClient(patience, self._now)
        return self._client
