"""The Lambda handler that answers commands, button presses and opened Home tabs, and posts digests and alerts.

Every event is asynchronous, except what the watch asks. What raises here is tried again by Lambda and then kept in the
failure queue.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext
from slack_sdk import WebClient

from balance_core.aws import dynamodb_client, lambda_client, secrets_client
from balance_core.contract import convert, to_json
from balance_core.errors import ProviderError
from balance_core.history.items import HistoryError, Items
from balance_core.history.table import BalancesTable
from balance_core.observability import lambda_handler, logger
from balance_core.secrets import SecretStore
from balance_core.watch_contract import WatchPost
from balance_slack.job import Job, JobKind
from balance_slack.reporter.aggregator import Aggregator
from balance_slack.reporter.answers import Answers
from balance_slack.reporter.asking import Asker
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.background import Wait, wait_until_done
from balance_slack.reporter.comparison import Yesterday
from balance_slack.reporter.digest import Digest, SnapshotEvent
from balance_slack.reporter.export import Exports
from balance_slack.reporter.home import HomeTab
from balance_slack.reporter.idempotency import IdempotencyTable
from balance_slack.reporter.kept_answers import KeptAnswers
from balance_slack.reporter.modals import Modals
from balance_slack.reporter.past import Past
from balance_slack.reporter.presses import Presses
from balance_slack.reporter.rule_forms import RuleForms
from balance_slack.reporter.rules import Rules
from balance_slack.reporter.slack import DeliveryError, web_client
from balance_slack.reporter.waiting_modal import WaitingModal
from balance_slack.reporter.watch import WatchFunction
from balance_slack.reporter.watch_posts import WatchPosts
from balance_slack.reporter.watched import WatchedRules
from balance_slack.settings import ReporterSettings
from balance_slack.view.message import Message
from balance_slack.view.texts import no_history_text, wait_text, wait_to_share_text
from balance_slack.view.who import render_who

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient

# The record of deeds names rules by their ids where the watch takes longer.
_PATIENCE_SECONDS = 2.0


class Reporter:
    """Does jobs and posts digests. `now` gives aware UTC; `wait` waits for what is done in another thread."""

    def __init__(
        self,
        settings: ReporterSettings,
        secrets: SecretStore,
        lambda_: "LambdaClient",
        dynamodb: "DynamoDBClient",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: Wait = wait_until_done,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._now = now
        self._idempotency = IdempotencyTable(dynamodb, settings.requests_table)
        balances = BalancesTable(Items(dynamodb, settings.balances_table, time.sleep), settings.zone)
        answers = Items(dynamodb, settings.answers_table, time.sleep)
        kept = KeptAnswers(answers, now, wait)
        self._audit = Audit(answers, now, wait)
        aggregator = Aggregator(lambda_, settings.aggregator_function)
        asker = Asker(settings, aggregator, kept, Yesterday(balances), wait, now)
        self._answers = Answers(settings, asker, wait, now)
        self._modals = Modals(settings, asker, self._answers, self._web_client)
        watch = WatchFunction(lambda_, settings.watch_function)
        self._watched = WatchedRules(watch, settings.names, wait)
        self._home = HomeTab(settings, asker, self._watched, self._web_client)
        past = Past(settings, balances, now)
        exports = Exports(settings, balances, self._answers, self._web_client, now)
        self._digest = Digest(settings, self._idempotency, asker, self._watched, balances, self._web_client)
        self._watch_posts = WatchPosts(settings.names, self._web_client)
        rules = Rules(settings, watch, self._watched, self._audit, self._answers, self._modals)
        waiting = WaitingModal(self._web_client, time.sleep)
        forms = RuleForms(settings, watch, balances, self._modals, waiting, self._audit, now)
        presses = Presses(settings, watch, self._modals, waiting, self._audit, now)
        self._actions: Mapping[JobKind, Callable[[Job], None]] = {
            JobKind.ANSWER: self._answers.answer,
            JobKind.REFRESH: self._answers.refresh,
            JobKind.SHARE: self._answers.share,
            JobKind.DETAILS: self._modals.show_details,
            JobKind.HELP: self._modals.show_help,
            JobKind.HOME: self._home.show,
            JobKind.HOME_REFRESH: self._home.show,
            JobKind.HISTORY: past.show_history,
            JobKind.HISTORY_REPLACED: past.show_history,
            JobKind.WHY: past.explain,
            JobKind.EXPORT: exports.export,
            JobKind.WHO: self._show_who,
            JobKind.RULES: rules.show,
            JobKind.RULE_REMOVE: rules.remove,
            JobKind.RULE_FORM: forms.open,
            JobKind.RULE_PREVIEW: forms.preview,
            JobKind.RULE_SAVE: forms.save,
            JobKind.TAKE_FORM: presses.open_take_form,
            JobKind.SNOOZE_FORM: presses.open_snooze_form,
            JobKind.PRESS: presses.press,
            JobKind.ALERT_DETAILS: rules.show_details,
            JobKind.REFUSED: lambda _: None,
            JobKind.NOTICE: self._deliver_notice,
        }

    def report(self, event: object, context: LambdaContext) -> dict[str, Any] | None:
        """Handle an event that no earlier delivery has handled, or answer what the watch asks.

        Raises ContractError for any other event, IdempotencyError, DeliveryError, ProviderError for a missing secret,
        and for a digest also HistoryError.
        """
        self._idempotency.begin(context)
        try:
            # A job has such a member too: what it does with a rule, or null.
            if isinstance(event, dict) and isinstance(event.get("watch"), str):
                return to_json(self._watch_posts.answer(convert(event, WatchPost)))
            if isinstance(event, dict) and "detail-type" in event:
                snapshot = convert(event, SnapshotEvent)
                logger.set_correlation_id(snapshot.detail.correlation_id)
                self._digest.post(snapshot)
            else:
                job = convert(event, Job)
                logger.set_correlation_id(job.correlation_id)
                self._idempotency.once("job", job.request_key, partial(self._do, job))
        except DeliveryError as exc:
            if exc.is_about_token:
                # Lambda's retry should find a rotated token.
                self._secrets.look_again(self._settings.bot_token_secret_name)
            raise
        return None

    def _do(self, job: Job) -> None:
        wait_seconds = self._idempotency.pause_seconds(job, self._now())
        if wait_seconds:
            self._ask_to_wait(job, wait_seconds)
        else:
            recorded = self._audit.begin(job) if self._is_recorded(job) else None
            self._actions[job.kind](job)
            self._audit.end(recorded)
        logger.info("job done", kind=job.kind.value, paused=bool(wait_seconds))

    def _is_recorded(self, job: Job) -> bool:
        """A person who is refused again and again by buttons is recorded once a minute, as for commands."""
        as_refusal = msgspec.structs.replace(job, kind=JobKind.REFUSED)
        return not job.is_refusal or not self._idempotency.pause_seconds(as_refusal, self._now())

    def _ask_to_wait(self, job: Job, wait_seconds: int) -> None:
        # A person who only opened the Home tab has asked for nothing, and sees what was published last.
        if job.kind is JobKind.REFRESH:
            self._answers.tell(job, wait_text(wait_seconds))
        elif job.kind is JobKind.SHARE:
            self._answers.tell(job, wait_to_share_text(wait_seconds))
        elif job.kind is JobKind.HOME_REFRESH:
            self._modals.show_notice(job, wait_text(wait_seconds))

    def _show_who(self, job: Job) -> None:
        try:
            deeds = self._audit.newest()
            names = self._names_of_rules() if any(deed.rule for deed in deeds) else {}
            message = render_who(deeds, names)
        except HistoryError as exc:
            logger.error(f"nothing about who asked: {exc}")
            message = Message(no_history_text(job.correlation_id, self._settings.contact))
        self._answers.show(job, message)

    def _names_of_rules(self) -> Mapping[str, str]:
        rules = self._watched.in_time(self._watched.begin(), _PATIENCE_SECONDS)
        return {each.alert.rule.id: each.target_words for each in rules or ()}

    def _deliver_notice(self, job: Job) -> None:
        text = job.notice or ""
        if job.response_url:
            self._answers.tell(job, text)
        else:
            self._home.show_notice(job, text)

    def _web_client(self) -> WebClient:
        name, url = self._settings.bot_token_secret_name, self._settings.slack.api_url
        secret = self._secrets.get(name)
        try:
            return web_client(secret, url)
        except ProviderError:
            # The secret may have been corrected since it was read.
            return web_client(self._secrets.look_again(name), url)


_secrets = SecretStore(secrets_client())
# The aggregator answers a question in 17 seconds at most, before this client gives up.
_lambda = lambda_client(connect_timeout_seconds=2.0, read_timeout_seconds=25.0)
_dynamodb = dynamodb_client()


@cache
def _reporter() -> Reporter:
    return Reporter(ReporterSettings.from_environment(os.environ), _secrets, _lambda, _dynamodb)


@lambda_handler
def handler(event: Any, context: LambdaContext) -> dict[str, Any] | None:
    """Lambda's entry point."""
    return _reporter().report(event, context)
