"""The Lambda handler that every provider function shares: question in, partial answer out.

Only a bug raises, so Lambda's Errors metric and its alarm mean "bug" and not "provider down".
"""

import secrets as entropy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

import httpx
from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec.structs import replace as replaced

from balance_core.aws import secrets_client
from balance_core.contract import provider_answer_json
from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceReport, Failure, Notice, ProviderAnswer, Reading
from balance_core.observability import (
    count_mismatches,
    lambda_handler,
    logger,
    report_failure,
    report_notices,
    scrub_fields,
)
from balance_core.provider.answer import merchants_once, notices_about, placed, rows_once, with_counts
from balance_core.provider.asked import Asked, Result, pending_accounts
from balance_core.provider.calls import Calls
from balance_core.provider.credentials import Credentials, read_credentials, secret_names
from balance_core.provider.http import MAX_CONNECTIONS
from balance_core.provider.protocol import Inquiry, Provider, TokenCache
from balance_core.question import (
    Question,
    QuestionError,
    account_owners,
    accounts_at,
    correlation_id_of,
    is_plain,
    read_question,
    repeated,
)
from balance_core.secrets import Secret, SecretStore
from balance_core.settings import required_text, whole_number

# Time to assemble and return the answer after the last provider call.
_RETURN_MARGIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """A provider function's settings: its secret, and how long and how much in parallel it may ask."""

    secret_name: str
    deadline_seconds: int
    max_parallel_calls: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """SECRET_NAME, DEADLINE_SECONDS and MAX_PARALLEL_CALLS. Raises ProviderError (configuration)."""
        return cls(
            secret_name=required_text(environment, "SECRET_NAME"),
            deadline_seconds=whole_number(environment, "DEADLINE_SECONDS", default=8, least=1, most=890),
            max_parallel_calls=whole_number(
                environment, "MAX_PARALLEL_CALLS", default=20, least=1, most=MAX_CONNECTIONS
            ),
        )


def provider_handler(
    provider: Provider, environment: Mapping[str, str]
) -> Callable[[Any, LambdaContext], dict[str, Any]]:
    """The Lambda handler of `provider`. `environment` is read at each invocation, so a mistake in it is an answer."""
    scrub_fields(secret_names(provider.fields))
    function = ProviderFunction(provider, SecretStore(secrets_client()))

    def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
        return function.answer(event, environment, context.get_remaining_time_in_millis())

    return lambda_handler(handler)


class ProviderFunction:
    """One provider's function: keeps secrets, tokens, connections and the event loop across warm invocations."""

    def __init__(
        self,
        provider: Provider,
        secrets: SecretStore,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random_bytes: Callable[[int], bytes] = entropy.token_bytes,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._provider = provider
        self._secrets = secrets
        self._now = now
        self._calls = Calls(provider.name, now, random_bytes, client)
        self._tokens: dict[str, TokenCache] = {}
        self._tokens_of: Secret | None = None

    def close(self) -> None:
        """Close connections and the event loop. Lambda never calls it; tests do."""
        self._calls.close()

    def answer(self, event: object, environment: Mapping[str, str], remaining_ms: int) -> dict[str, Any]:
        """Answer a question (events/schema/question.v1.json) before `remaining_ms` have passed."""
        end = Deadline(remaining_ms / 1000 - _RETURN_MARGIN_SECONDS)
        correlation_id = correlation_id_of(event)
        logger.set_correlation_id(correlation_id)
        try:
            question = _read(event, self._provider.name, correlation_id)
            settings = ProviderSettings.from_environment(environment)
            answer = self._answer(question, settings, end)
        except QuestionError as exc:
            name = self._provider.name
            failure = Failure.of_request(exc.field, exc.problem, correlation_id=correlation_id, provider=name)
            answer = self._refusal(failure)
        except ProviderError as exc:
            answer = self._refusal(Failure.of(exc, correlation_id=correlation_id, provider=self._provider.name))
        for failure in answer.failures:
            report_failure(failure)
        report_notices(answer.notices)
        return provider_answer_json(answer)

    def _refusal(self, failure: Failure) -> ProviderAnswer:
        return ProviderAnswer(self._provider.name, self._now(), failures=(failure,))

    def _answer(self, question: Question, settings: ProviderSettings, end: Deadline) -> ProviderAnswer:
        """Ask, and ask once more with what a refusal may have been about: the secret's new version, our pending key.

        Raises ProviderError.
        """
        secret = self._secrets.get(settings.secret_name)
        if question.key != "current":
            return self._answered(question, self._ask_with_pending(question, secret, settings, end))
        try:
            asked = self._ask(question, secret, settings, end)
        except ProviderError as exc:
            changed = self._changed_secret(settings.secret_name, secret, [exc])
            if changed is None:
                raise
            asked = self._ask(question, changed, settings, end)
        else:
            changed = self._changed_secret(settings.secret_name, secret, asked.errors)
            if changed is not None:
                asked = self._ask(question, changed, settings, end)
        return self._answered(question, self._second_try(question, asked, settings, end))

    def _changed_secret(self, name: str, secret: Secret, errors: Iterable[ProviderError]) -> Secret | None:
        """The secret's new version, if it could explain one of `errors`."""
        if not any(error.new_key_may_help or error.kind is ErrorKind.CONFIGURATION for error in errors):
            return None
        try:
            current = self._secrets.look_again(name)
        except ProviderError as exc:
            logger.warning("the secret could not be read again", kind=exc.kind.value)
            return None
        return None if current is secret else current

    def _second_try(self, question: Question, asked: Asked, settings: ProviderSettings, end: Deadline) -> Asked:
        """Where a rotation of our key is pending and the provider refused the current key: the pending key, once."""
        refused = [one for one in asked.selected if asked.is_refused(one.account)]
        try:
            pending, _ = pending_accounts(self._secrets, settings.secret_name, refused, end)
        except ProviderError as exc:
            logger.warning("the pending key could not be read", kind=exc.kind.value)
            return asked
        if not pending:
            return asked
        again = self._hold(question, pending, settings, end)
        for account in {each.account for each in again if isinstance(each.outcome, Reading)}:
            logger.warning("the current key was refused, the pending key answered", account=account)
            asked = asked.with_pending(account, again)
        return asked

    def _ask(self, question: Question, secret: Secret, settings: ProviderSettings, end: Deadline) -> Asked:
        asked = self._selected(question, secret)
        return replace(asked, results=(*asked.results, *self._hold(question, asked.selected, settings, end)))

    def _ask_with_pending(self, question: Question, secret: Secret, settings: ProviderSettings, end: Deadline) -> Asked:
        """With the pending keys only: for whoever rotates a key."""
        asked = self._selected(question, secret)
        pending, missing = pending_accounts(self._secrets, settings.secret_name, asked.selected, end, again=True)
        if question.key == "sign":
            results = [Result(one.account, None, self._try_to_sign(one, end)) for one in pending]
        else:
            results = self._hold(question, pending, settings, end)
        asked = replace(asked, results=(*asked.results, *missing, *results))
        for one in pending:
            asked = asked.with_pending(one.account, results, is_notable=False)
        return asked

    def _try_to_sign(self, account: Credentials, end: Deadline) -> Reading | ProviderError:
        try:
            self._calls.try_to_sign(account.signer(), b"balance bot pending key test", end)
        except ProviderError as exc:
            return exc
        return Reading()

    def _selected(self, question: Question, secret: Secret) -> Asked:
        """The accounts to ask, and errors for those that are configured twice. Raises ProviderError."""
        accounts = read_credentials(secret)
        if secret is not self._tokens_of:
            self._tokens, self._tokens_of = {}, secret
        names = tuple(one.account for one in accounts)
        wanted = {_account_named(name, names) for name in question.accounts or ()}
        selected = [one for one in accounts if not question.accounts or one.account in wanted]
        once, repeated_merchants = merchants_once(self._provider, selected)
        results = tuple(Result(account, None, error) for account, error in repeated_merchants.items())
        return Asked(accounts, tuple(once), results)

    def _hold(
        self, question: Question, accounts: Iterable[Credentials], settings: ProviderSettings, end: Deadline
    ) -> list[Result]:
        """The outcomes of all conversations about these accounts."""
        results: list[Result] = []
        planned: list[tuple[str, Inquiry]] = []
        for one in accounts:
            try:
                planned += [(one.account, inquiry) for inquiry in self._provider.plan(one, question)]
            except ProviderError as exc:
                results.append(Result(one.account, None, exc))
        # The provider's time begins now: reading the secret is not its fault.
        deadline = Deadline(min(settings.deadline_seconds, end.remaining_seconds()))
        outcomes = self._calls.run(
            [(inquiry, self._tokens.setdefault(account, TokenCache())) for account, inquiry in planned],
            question.correlation_id,
            deadline,
            settings.max_parallel_calls,
        )
        counted = with_counts(self._provider, outcomes)
        results += [
            Result(account, inquiry.currency, outcome)
            for (account, inquiry), outcome in zip(planned, counted, strict=True)
        ]
        return results

    def _answered(self, question: Question, asked: Asked) -> ProviderAnswer:
        once = rows_once(self._provider, asked.selected, asked.readings())
        names = tuple(one.account for one in asked.accounts)
        unknown = [name for name in question.accounts or () if _account_named(name, names) is None]
        failures = [
            self._failure(each.outcome, question, each.account, each.currency)
            for each in asked.results
            if isinstance(each.outcome, ProviderError)
        ]
        return ProviderAnswer(
            provider=self._provider.name,
            generated_at=self._now(),
            accounts=names,
            reports=self._reports(once, question) if question.key != "sign" else (),
            failures=(*self._unknown_accounts(unknown, names, question), *failures),
            notices=self._notices(once),
            keys=tuple(asked.key_use(account, reading) for account, reading in once.items()),
        )

    def _reports(self, readings: Mapping[str, Reading], question: Question) -> tuple[BalanceReport, ...]:
        mismatches = sum(not balance.adds_up for reading in readings.values() for balance in reading.balances)
        if mismatches:
            count_mismatches(self._provider.name, mismatches)
        return tuple(
            BalanceReport(
                self._provider.name,
                account,
                tuple(balance for balance in reading.balances if question.include_zero or not balance.is_zero),
                self._provider.signs_answers,
            )
            for account, reading in readings.items()
        )

    def _notices(self, readings: Mapping[str, Reading]) -> tuple[Notice, ...]:
        now = self._now()
        return tuple(
            placed(notice, self._provider.name, account)
            for account, reading in readings.items()
            for notice in (*reading.notices, *notices_about(reading.balances, now))
        )

    def _failure(self, error: ProviderError, question: Question, account: str, currency: str | None = None) -> Failure:
        return Failure.of(
            error,
            correlation_id=question.correlation_id,
            provider=self._provider.name,
            account=account,
            currency=currency,
        )

    def _unknown_accounts(self, unknown: Sequence[str], known: Sequence[str], question: Question) -> list[Failure]:
        return [
            Failure(
                kind=ErrorKind.INVALID_REQUEST,
                message=f"has no {_called(name)}: it has {', '.join(known)}",
                correlation_id=question.correlation_id,
                provider=self._provider.name,
                account=name if is_plain(name) else None,
                field="accounts",
            )
            for name in unknown
        ]


def _called(name: str) -> str:
    return f"account {repeated(name)}" if is_plain(name) else "such account"


def _account_named(name: str, known: Sequence[str]) -> str | None:
    """The account that people mean by `name`: they may write it in another case, or end their sentence with it."""
    spellings = {one.casefold(): one for one in known} | {one: one for one in known}
    return next(filter(None, map(spellings.get, (name, name.casefold(), name.casefold().rstrip("._-")))), None)


def _read(event: object, provider: str, correlation_id: str) -> Question:
    """The question, with account names as in the secret.

    Raises QuestionError, also for other providers' accounts and the fields that only the aggregator handles.
    """
    question = read_question(event)
    if not account_owners(question) <= {"", provider}:
        raise QuestionError("accounts", f"must be accounts of {provider}, such as main or {provider}:main")
    for field in ("providers", "snapshot", "firing", "history"):
        if getattr(question, field):
            raise QuestionError(field, "is for the aggregator: ask the aggregator, or leave it out")
    return replaced(question, accounts=accounts_at(question, provider), correlation_id=correlation_id)
