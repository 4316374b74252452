"""What happens after a command, a button press or an opened Home tab: a reply, a job, or a refusal. Pure."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from balance_core.question import Question
from balance_core.watch_requests import Press, PressKind
from balance_slack.access import AccessPolicy, Refusal, Requester
from balance_slack.alert_form import AlertOf
from balance_slack.commands import Asked, HelpWanted, Mistake, NotOneCurrency, parse
from balance_slack.front.payloads import ButtonPress, Command, FormSubmitted, HomeOpened, Request
from balance_slack.job import Button, Form, Job, JobKind, WatchWork
from balance_slack.topics import Topic
from balance_slack.view.texts import (
    help_text,
    mistake_text,
    one_currency_text,
    other_slack_text,
    outdated_text,
    refusal_text,
)

_CORRELATION_ID_CHARACTERS = 16
_KINDS = {
    Topic.BALANCES: JobKind.ANSWER,
    Topic.HISTORY: JobKind.HISTORY,
    Topic.WHY: JobKind.WHY,
    Topic.EXPORT: JobKind.EXPORT,
    Topic.WHO: JobKind.WHO,
    Topic.WATCH: JobKind.RULES,
}
_CHANGES_RULES = frozenset({Button.ADD_RULE, Button.EDIT_RULE, Button.REMOVE_RULE, Form.RULE, Form.PREVIEW})
# Needs the secret that opens a modal.
_OPENS_MODAL = frozenset({JobKind.RULE_FORM, JobKind.TAKE_FORM, JobKind.SNOOZE_FORM, JobKind.ALERT_DETAILS})
_PRESSES = {Button.UNSNOOZE: PressKind.UNSNOOZE, Button.FALSE_ALARM: PressKind.FALSE_ALARM}


def event_key(event_id: str) -> str:
    """The idempotency key of an event, whose retries have new signatures but the same id."""
    return hashlib.sha256(f"event:{event_id}".encode()).hexdigest()


class Decision(Struct, frozen=True):
    """`reply` (mrkdwn) is what the person who typed a command reads at once; `job` is for the reporter.

    A question with a job has no reply: Slack could never remove it from above the answer. A refused command has both.
    """

    reply: str = ""
    job: Job | None = None
    refusals: tuple[Refusal, ...] = ()


class Decider(Struct, frozen=True):
    """Decides about one request with the idempotency key `request_key`. `contact` is mrkdwn.

    The reporter can answer only at `response_url_origin`. `now` is aware UTC.

    Methods that make a job raise IncompleteJobError when Slack left out something that the job needs.
    """

    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str
    request_key: str
    response_url_origin: str
    now: datetime

    @property
    def correlation_id(self) -> str:
        """Follows the request through every log; people quote it as the reference."""
        return self.request_key[:_CORRELATION_ID_CHARACTERS]

    def refusal(self, request: Request) -> Decision | None:
        """What a person is told who may not do this; None if they may. Only a command has a reply of its own."""
        if isinstance(request, HomeOpened) and not request.is_home:
            return None
        refusals = tuple(self._check(request)(request.requester))
        if not refusals:
            return None
        text = refusal_text(refusals, self.contact, self.policy.channel_ids)
        return self._refused(request, refusals, text)

    def _check(self, request: Request) -> Callable[[Requester], list[Refusal]]:
        if isinstance(request, ButtonPress) and request.action_id == Button.SHARE:
            return self.policy.share_refusals
        action = request.action_id if isinstance(request, ButtonPress) else None
        if isinstance(request, FormSubmitted):
            action = request.view.callback_id
        return self.policy.rule_refusals if action in _CHANGES_RULES else self.policy.refusals

    def command(self, command: Command) -> Decision:
        """Help and mistakes are answered at once; a question becomes a job."""
        asked = parse(command.text, self.names, self.correlation_id)
        if isinstance(asked, HelpWanted):
            return Decision(help_text(self.names, self.contact))
        if isinstance(asked, Mistake):
            return Decision(mistake_text(asked))
        if isinstance(asked, NotOneCurrency):
            return Decision(one_currency_text(asked.topic))
        if not command.response_url.startswith(f"{self.response_url_origin}/"):
            return Decision(other_slack_text(self.contact))
        return self._asked(command, asked)

    def _asked(self, command: Command, asked: Asked) -> Decision:
        refusals: list[Refusal] = []
        if asked.topic is Topic.WHO:
            refusals = self.policy.audit_refusals(command.requester)
        elif asked.levels is not None:
            refusals = self.policy.rule_refusals(command.requester)
        if refusals:
            nothing = "Nothing was asked." if asked.levels is None else "Nothing was changed."
            return self._refused(command, tuple(refusals), refusal_text(refusals, self.contact, nothing=nothing))
        if asked.levels is not None:
            draft = {"target": _target(asked.question), **asked.levels, **_mine(command)}
            job = self.job(command, JobKind.RULE_FORM, watch=WatchWork(draft=draft))
        else:
            # Only a modal needs it, and it is a secret.
            job = replace(self.job(command, _KINDS[asked.topic], asked.question), trigger_id=None)
        return Decision(job=replace(job, ignored=asked.ignored, month=asked.month, zone=asked.zone))

    def rule(self, press: ButtonPress, kind: JobKind) -> Decision:
        """A button on the list of rules: what it does with the rule in its value."""
        return self._watch(press, kind, WatchWork(rule=press.value) if press.value else WatchWork(draft=_mine(press)))

    def alert(self, press: ButtonPress, kind: JobKind) -> Decision:
        """A button of an alert, whose value is the rule and the incident."""
        alert = AlertOf.read(press.value)
        pressed = _PRESSES.get(Button(press.action_id))
        what = Press(kind=pressed, by=press.user.id, incident=alert.incident) if pressed else None
        return self._watch(press, kind, WatchWork(rule=alert.rule, incident=alert.incident, press=what))

    def _watch(self, press: ButtonPress, kind: JobKind, work: WatchWork) -> Decision:
        job = self.job(press, kind, watch=work)
        return Decision(job=job if kind in _OPENS_MODAL else replace(job, trigger_id=None))

    def fresh(self, press: ButtonPress) -> Decision:
        """Fresh figures of an alert's money, as an answer of its own."""
        decision = self.button(press, JobKind.ANSWER)
        job = decision.job
        if job is None or job.kind is not JobKind.ANSWER:
            return decision
        return Decision(job=replace(job, request=replace(job.request, refresh=True), trigger_id=None))

    def button(self, press: ButtonPress, kind: JobKind) -> Decision:
        """A job of this kind. Refresh asks every provider again; other buttons show the answer above them."""
        asked = parse(press.value, self.names, self.correlation_id)
        topic = Topic.HISTORY if kind is JobKind.HISTORY_REPLACED else Topic.BALANCES
        if not isinstance(asked, Asked) or asked.ignored or asked.topic is not topic:
            return Decision(job=self._notice(press, outdated_text(press.value)))
        question = asked.question
        if kind in (JobKind.REFRESH, JobKind.HOME_REFRESH):
            question = replace(question, refresh=True)
        return Decision(job=replace(self.job(press, kind, question), reference=press.reference))

    def home(self, opened: HomeOpened) -> Decision:
        """The Home tab shows everything."""
        question = Question(correlation_id=self.correlation_id)
        return Decision(job=self.job(opened, JobKind.HOME, question) if opened.is_home else None)

    def _refused(self, request: Request, refusals: tuple[Refusal, ...], text: str) -> Decision:
        """A command and a form are answered at once, and the reporter keeps a record; elsewhere it also tells."""
        requester = request.requester
        if not isinstance(request, Command | FormSubmitted):
            job = replace(self._notice(request, text), is_refusal=True)
        elif all((requester.workspaces[0].team_id, requester.user_id)):
            job = self.job(request, JobKind.REFUSED)
            job = replace(job, channel_id=requester.channel_id or None, response_url=None, trigger_id=None)
        else:
            job = None
        return Decision(text, job, refusals) if isinstance(request, Command) else Decision(job=job, refusals=refusals)

    def _notice(self, request: Request, text: str) -> Job:
        return self.job(request, JobKind.NOTICE, notice=text)

    def job(
        self,
        request: Request,
        kind: JobKind,
        question: Question | None = None,
        *,
        notice: str | None = None,
        watch: WatchWork | None = None,
    ) -> Job:
        """A job of this kind. Raises IncompleteJobError."""
        requester = request.requester
        return Job(
            kind=kind,
            request_key=self.request_key,
            request=question or Question(correlation_id=self.correlation_id),
            team_id=requester.workspaces[0].team_id,
            user_id=requester.user_id,
            channel_id=requester.channel_id,
            response_url=request.response_url,
            trigger_id=request.trigger_id,
            notice=notice,
            watch=watch,
        )


def _target(question: Question) -> dict[str, Any]:
    """The money that a new rule watches, as far as it was typed."""
    currency = next(iter(question.currencies or ()), None)
    provider, _, account = next(iter(question.accounts or question.providers or ()), "").partition(":")
    named = {"currency": currency, "provider": provider or None, "account": account or None}
    return {name: value for name, value in named.items() if value}


def _mine(request: Command | ButtonPress) -> dict[str, Any]:
    """What a new rule begins with: the channel where it was asked for, and the person as its owner."""
    requester = request.requester
    return {"channel": requester.channel_id or "", "owner": requester.user_id}
