"""The Lambda handler that every provider function shares: question in, partial answer out, never an exception.

Only a bug raises, so that Lambda's Errors metric and its alarm mean "bug" and not "provider down".
"""

import os
import secrets as entropy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.caller import Caller
from balance_core.connections import Connections
from balance_core.contract import provider_answer_to_wire
from balance_core.credentials import Credentials, read_credentials
from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Exchange, Plan
from balance_core.http import Deadline
from balance_core.models import Balance, BalanceReport, Failure, ProviderAnswer
from balance_core.observability import lambda_handler, logger, report_failure
from balance_core.pace import parallel_calls
from balance_core.question import (
    Question,
    QuestionError,
    correlation_id_of,
    is_plain,
    new_correlation_id,
    read_question,
    repeated,
)
from balance_core.secrets import SecretStore, required_setting

# What is left of the function's own time after the last provider call: enough to assemble and return the answer.
_RETURN_MARGIN_SECONDS = 1.0


def provider_handler(name: str, plan: Plan) -> Callable[[Any, LambdaContext], dict[str, object]]:
    """The Lambda handler of the provider `name` (its id on the wire), which asks what `plan` lays out."""
    function = ProviderFunction(name, plan)

    def handler(event: Any, context: LambdaContext) -> dict[str, object]:
        return function.answer(event, context.get_remaining_time_in_millis())

    return lambda_handler(handler)


class ProviderFunction:
    """One provider's function: keeps secrets, connections and the event loop across warm invocations."""

    def __init__(
        self,
        name: str,
        plan: Plan,
        secrets: SecretStore | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random_bytes: Callable[[int], bytes] = entropy.token_bytes,
        connections: Connections | None = None,
    ) -> None:
        self._name = name
        self._plan = plan
        self._secrets = secrets or SecretStore()
        self._now = now
        self._caller = Caller(name, now, random_bytes, connections)

    def close(self) -> None:
        """Close connections and the event loop. Lambda never calls it; a test that made the object does."""
        self._caller.close()

    def answer(self, event: object, remaining_ms: int) -> dict[str, object]:
        """Answer a provider request (events/schema/provider-request.v1.json) before `remaining_ms` have passed."""
        answer = self._answer(event, Deadline(remaining_ms / 1000 - _RETURN_MARGIN_SECONDS))
        for failure in answer.failures:
            report_failure(failure)
        return provider_answer_to_wire(answer)

    def _answer(self, event: object, end: Deadline) -> ProviderAnswer:
        correlation_id = correlation_id_of(event, new_correlation_id)
        logger.set_correlation_id(correlation_id)
        try:
            question = read_question(event, lambda: correlation_id)
            most_calls = parallel_calls()
            credentials = self._credentials()
        except QuestionError as exc:
            return ProviderAnswer(self._name, self._now(), failures=(exc.failure(correlation_id, self._name),))
        except ProviderError as exc:
            failure = Failure.of(exc, correlation_id=correlation_id, provider=self._name)
            return ProviderAnswer(self._name, self._now(), failures=(failure,))
        # The provider's time begins when it is asked: how long the secret took is not its fault.
        deadline = Deadline(min(_deadline_seconds(), end.remaining_seconds()))
        return self._ask(question, credentials, deadline, most_calls)

    def _credentials(self) -> tuple[Credentials, ...]:
        secret = self._secrets.get(required_setting("SECRET_NAME"))
        insecure = os.environ.get("ALLOW_INSECURE_PROVIDER_URLS") == "true"
        return read_credentials(secret, allow_insecure_urls=insecure)

    def _ask(
        self, question: Question, credentials: Sequence[Credentials], deadline: Deadline, most_calls: int
    ) -> ProviderAnswer:
        failures = self._unknown_accounts(question, [one.account for one in credentials])
        planned: list[tuple[str, Exchange]] = []
        for one in credentials:
            if question.accounts and one.account not in question.accounts:
                continue
            try:
                planned += [(one.account, exchange) for exchange in self._plan(one, question)]
            except ProviderError as exc:
                failures.append(self._failure(exc, question, one.account))
        exchanges = [exchange for _, exchange in planned]
        outcomes = self._caller.run(exchanges, question.correlation_id, deadline, most_calls)
        balances: dict[str, list[Balance]] = {}
        for (account, exchange), outcome in zip(planned, outcomes, strict=True):
            if isinstance(outcome, ProviderError):
                failures.append(self._failure(outcome, question, account, exchange.currency))
            else:
                shown = (balance for balance in outcome if question.include_zero or not balance.is_zero)
                balances.setdefault(account, []).extend(shown)
        return ProviderAnswer(
            provider=self._name,
            generated_at=self._now(),
            accounts=tuple(one.account for one in credentials),
            reports=tuple(BalanceReport(self._name, name, tuple(held)) for name, held in balances.items()),
            failures=tuple(failures),
        )

    def _failure(self, error: ProviderError, question: Question, account: str, currency: str | None = None) -> Failure:
        return Failure.of(
            error,
            correlation_id=question.correlation_id,
            provider=self._name,
            account=account,
            currency=currency,
        )

    def _unknown_accounts(self, question: Question, known: Sequence[str]) -> list[Failure]:
        return [
            Failure(
                kind=ErrorKind.INVALID_REQUEST,
                message=f"has no account {repeated(name)}: known are {', '.join(known)}",
                correlation_id=question.correlation_id,
                provider=self._name,
                account=name if is_plain(name) else None,
                field="accounts",
            )
            for name in question.accounts
            if name not in known
        ]


def _deadline_seconds() -> float:
    return float(os.environ.get("DEADLINE_SECONDS", "8"))
