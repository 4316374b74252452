"""What happens after a command, a button press or an opened Home tab: a reply, a job, or a refusal. Pure."""

import hashlib
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from balance_core.question import Question
from balance_slack.access import AccessPolicy, Refusal
from balance_slack.commands import Asked, HelpWanted, Mistake, NotOneCurrency, parse
from balance_slack.front.request import ButtonPress, Command, HomeOpened, Request
from balance_slack.job import Button, Job, JobKind
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
}


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

    The reporter can answer only at `response_url_origin`.

    Methods that make a job raise IncompleteJobError when Slack left out something that the job needs.
    """

    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str
    request_key: str
    response_url_origin: str

    @property
    def correlation_id(self) -> str:
        """Follows the request through every log; people quote it as the reference."""
        return self.request_key[:_CORRELATION_ID_CHARACTERS]

    def refusal(self, request: Request) -> Decision | None:
        """What a person is told who may not do this; None if they may. Only a command has a reply of its own."""
        if isinstance(request, HomeOpened) and not request.is_home:
            return None
        is_share = isinstance(request, ButtonPress) and request.action_id == Button.SHARE
        check = self.policy.share_refusals if is_share else self.policy.refusals
        refusals = tuple(check(request.requester))
        if not refusals:
            return None
        text = refusal_text(refusals, self.contact, self.policy.channel_ids)
        return self._refused(request, refusals, text)

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
        if asked.topic is Topic.WHO and (refusals := tuple(self.policy.audit_refusals(command.requester))):
            return self._refused(command, refusals, refusal_text(refusals, self.contact))
        job = self._job(command, _KINDS[asked.topic], asked.question)
        return Decision(job=replace(job, ignored=asked.ignored, month=asked.month, zone=asked.zone))

    def button(self, press: ButtonPress, kind: JobKind) -> Decision:
        """A job of this kind. Refresh asks every provider again; other buttons show the answer above them."""
        asked = parse(press.words, self.names, self.correlation_id)
        topic = Topic.HISTORY if kind is JobKind.HISTORY_REPLACED else Topic.BALANCES
        if not isinstance(asked, Asked) or asked.ignored or asked.topic is not topic:
            return Decision(job=self._notice(press, outdated_text(press.words)))
        question = asked.question
        if kind in (JobKind.REFRESH, JobKind.HOME_REFRESH):
            question = replace(question, refresh=True)
        return Decision(job=replace(self._job(press, kind, question), reference=press.reference))

    def home(self, opened: HomeOpened) -> Decision:
        """The Home tab shows everything."""
        question = Question(correlation_id=self.correlation_id)
        return Decision(job=self._job(opened, JobKind.HOME, question) if opened.is_home else None)

    def _refused(self, request: Request, refusals: tuple[Refusal, ...], text: str) -> Decision:
        """A command is answered at once, and the reporter keeps a record; elsewhere the reporter also tells."""
        if not isinstance(request, Command):
            job = replace(self._notice(request, text), is_refusal=True)
        elif all((request.team_id, request.user_id)):
            job = self._job(request, JobKind.REFUSED, Question(correlation_id=self.correlation_id))
            job = replace(job, channel_id=request.channel_id or None, response_url=None)
        else:
            job = None
        return Decision(text, job, refusals) if isinstance(request, Command) else Decision(job=job, refusals=refusals)

    def _notice(self, request: Request, text: str) -> Job:
        return self._job(request, JobKind.NOTICE, Question(correlation_id=self.correlation_id), text)

    def _job(self, request: Request, kind: JobKind, question: Question, notice: str | None = None) -> Job:
        requester = request.requester
        return Job(
            kind=kind,
            request_key=self.request_key,
            request=question,
            team_id=requester.workspaces[0].team_id,
            user_id=requester.user_id,
            channel_id=requester.channel_id,
            response_url=request.response_url,
            trigger_id=request.trigger_id,
            notice=notice,
        )
