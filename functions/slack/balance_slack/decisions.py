"""What is done about a command, a pressed button, an opened Home tab: who is refused, what the reporter gets. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from balance_core.secrets import required_setting
from balance_slack import buttons
from balance_slack.access import AccessPolicy, Asker, Refused
from balance_slack.commands import Ask, HelpWanted, Mistake, parse
from balance_slack.contact import contact_from
from balance_slack.home_event import HomeOpened
from balance_slack.interaction import Press
from balance_slack.job import Job, JobKind
from balance_slack.names import read_names
from balance_slack.replies import asking_text, help_text, mistake_text, outdated_text, refusal_text

_CORRELATION_ID_CHARACTERS = 16
_KINDS: Mapping[str, JobKind] = {
    buttons.REFRESH: JobKind.REFRESH,
    buttons.SHARE: JobKind.SHARE,
    buttons.DETAILS: JobKind.DETAILS,
    buttons.HELP: JobKind.HELP,
}


def correlation_id(request_key: str) -> str:
    """The id that follows one request through every log, and the reference that people quote."""
    return request_key[:_CORRELATION_ID_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is said at once (to a command only, in mrkdwn), the job for the reporter, and what kept somebody out."""

    reply: str = ""
    job: Job | None = None
    refusals: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides by who is allowed, the display names of the providers by id, and the contact as mrkdwn."""

    policy: AccessPolicy
    names: Mapping[str, str]
    contact: str

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "Decider":
        """By the settings of access.py and ADMIN_CONTACT. Raises ProviderError without PROVIDERS in the environment."""
        names = read_names(required_setting("PROVIDERS"))
        return cls(AccessPolicy.from_settings(settings), names, contact_from(settings))

    def command(self, asker: Asker, text: str, response_url: str | None, request_key: str) -> Decision:
        """About `/balance` followed by `text`. Help and mistakes are answered at once and need no job."""
        refusals = self.policy.refusals(asker)
        if refusals:
            return Decision(refusal_text(refusals, self.contact), refusals=tuple(refusals))
        meant = parse(text, self.names)
        if isinstance(meant, HelpWanted):
            return Decision(help_text(self.names, self.contact))
        if isinstance(meant, Mistake):
            return Decision(mistake_text(meant))
        job = Job(
            kind=JobKind.ANSWER,
            request=meant.to_wire(correlation_id(request_key)),
            request_key=request_key,
            team_id=asker.team_id,
            user_id=asker.user_id,
            channel_id=asker.channel_id,
            response_url=response_url,
        )
        return Decision(asking_text(meant, self.names, job.correlation_id), job)

    def press(self, press: Press, request_key: str) -> Decision:
        """About one of our buttons. What is wrong becomes a notice: a press has no reply of its own.

        Raises KeyError for an action_id that is not in buttons.py.
        """
        kind = _KINDS[press.action_id]
        is_share = kind is JobKind.SHARE
        refusals = self.policy.share_refusals(press.asker) if is_share else self.policy.refusals(press.asker)
        if refusals:
            return self._refused(refusals, press.asker, request_key, press.response_url)
        meant = parse(press.words, self.names)
        if not isinstance(meant, Ask):
            return Decision(job=_notice(outdated_text(press.words), press.asker, request_key, press.response_url))
        is_refresh = kind is JobKind.REFRESH
        job = Job(
            kind=JobKind.HOME_REFRESH if is_refresh and press.asker.channel_id is None else kind,
            # Only who presses Refresh insists: every other question may share an answer that is seconds old.
            request=meant.to_wire(correlation_id(request_key)) | ({"refresh": True} if is_refresh else {}),
            request_key=request_key,
            team_id=press.asker.team_id,
            user_id=press.asker.user_id,
            channel_id=press.asker.channel_id,
            response_url=press.response_url,
            trigger_id=press.trigger_id,
        )
        return Decision(job=job)

    def home(self, opened: HomeOpened, request_key: str) -> Decision:
        """About an opened Home tab: everything is shown there, or nothing but whom to ask."""
        refusals = self.policy.refusals(opened.asker)
        if refusals:
            return self._refused(refusals, opened.asker, request_key, None)
        request = Ask().to_wire(correlation_id(request_key))
        return Decision(job=Job(JobKind.HOME, request, request_key, opened.asker.team_id, opened.asker.user_id))

    def _refused(
        self, refusals: Sequence[Refused], asker: Asker, request_key: str, response_url: str | None
    ) -> Decision:
        notice = _notice(refusal_text(refusals, self.contact), asker, request_key, response_url)
        return Decision(job=notice, refusals=tuple(refusals))


def _notice(text: str, asker: Asker, request_key: str, response_url: str | None) -> Job:
    return Job(
        kind=JobKind.NOTICE,
        request={"version": 1, "correlation_id": correlation_id(request_key)},
        request_key=request_key,
        team_id=asker.team_id,
        user_id=asker.user_id,
        channel_id=asker.channel_id,
        response_url=response_url,
        notice=text,
    )
