"""What Slack sends, as typed structs: commands, pressed buttons, submitted forms and opened Home tabs.

A signature says nothing about types, so every field that we use is checked. Sources: docs.slack.dev, "Slash commands",
"block_actions payload", "view_submission payload", "app_home_opened event", "url_verification event".
"""

import re
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct, convert

from balance_slack.access import Requester, Subject, Workspace
from balance_slack.front.request import RequestRefusedError
from balance_slack.job import ANSWER_BLOCK, ResponseUrl, SlackId, TriggerId

_ANSWER_BLOCK = re.compile(rf"{ANSWER_BLOCK}([A-Za-z0-9-]{{1,64}})")

_PossiblyEmptyId = Annotated[str, Meta(max_length=64)]


class _Payload(Struct, omit_defaults=True):
    def __repr__(self) -> str:
        # A response_url and a trigger_id are secrets.
        return type(self).__name__


class Command(_Payload):
    """A slash command. An id may be empty here: the access policy refuses it and tells the person so."""

    command: str
    response_url: ResponseUrl
    text: str = ""
    team_id: _PossiblyEmptyId = ""
    enterprise_id: _PossiblyEmptyId = ""
    channel_id: _PossiblyEmptyId = ""
    user_id: _PossiblyEmptyId = ""
    trigger_id: TriggerId | None = None

    label: ClassVar[str] = "command"

    @property
    def requester(self) -> Requester:
        """Who typed it, and where."""
        return Requester(self.user_id, self.channel_id, (Workspace(self.team_id, self.enterprise_id),))


class _Entity(Struct):
    """A person, workspace, organisation or channel, with its workspace or organisation if Slack names it."""

    id: SlackId
    team_id: SlackId | None = None
    enterprise_id: SlackId | None = None


class _Container(Struct):
    type: Annotated[str, Meta(min_length=1)]


class _Action(Struct):
    action_id: Annotated[str, Meta(min_length=1, max_length=255)]
    value: Annotated[str, Meta(max_length=2000)] | None = None
    block_id: Annotated[str, Meta(max_length=255)] = ""


class _Interaction(_Payload):
    """What somebody does with a message or a view, and in which workspaces."""

    user: _Entity
    team: _Entity | None = None
    enterprise: _Entity | None = None
    trigger_id: TriggerId | None = None

    def __post_init__(self) -> None:
        if self.team is None and self.user.team_id is None:
            raise ValueError("a press must name a workspace")

    def _workspaces(self) -> tuple[Workspace, ...]:
        """The workspace of the message or view, and the person's own if it is another one.

        In a channel that is shared with another company, `team` is the app's workspace and `user.team_id` the person's
        (slackapi/java-slack-sdk issue 1041). The person may be a stranger, so both must be allowed. On Enterprise Grid,
        `user.team_id` may be the organisation; it adds nothing if `team` itself says that this organisation owns it.
        The payload's `enterprise` may be anybody's, so it only speaks for `team`. With an app that an organisation
        installed, `team` may be missing (slackapi/bolt-python pull request 23).
        """
        own = self.user.team_id or ""
        if self.team is None:
            return (Workspace(own),)
        owner = self.team.enterprise_id
        here = Workspace(self.team.id, owner or (self.enterprise.id if self.enterprise else ""))
        if own in ("", self.team.id, owner):
            return (here,)
        return (here, Workspace(own, subject=Subject.OWN_WORKSPACE))


class ButtonPress(_Interaction, tag_field="type", tag="block_actions", kw_only=True):
    """A press of one button, below a message, in a modal or on the Home tab."""

    container: _Container
    actions: tuple[_Action]
    channel: _Entity | None = None
    response_url: ResponseUrl | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.channel is None and not self.is_on_home_tab:
            raise ValueError("a message must name its channel")

    @property
    def is_on_home_tab(self) -> bool:
        return self.container.type == "view"

    @property
    def action_id(self) -> str:
        return self.actions[0].action_id

    @property
    def value(self) -> str:
        """The button's value, empty if it has none. Most buttons hold a question as a command would ask it."""
        return self.actions[0].value or ""

    @property
    def reference(self) -> str | None:
        """The reference of the kept answer above the button; None below one that is not kept."""
        match = _ANSWER_BLOCK.fullmatch(self.actions[0].block_id)
        return match[1] if match else None

    @property
    def label(self) -> str:
        return f"button {self.action_id}"

    @property
    def requester(self) -> Requester:
        """Who pressed it, and where."""
        channel_id = None if self.channel is None or self.is_on_home_tab else self.channel.id
        return Requester(self.user.id, channel_id, self._workspaces())


class _Option(Struct):
    value: Annotated[str, Meta(max_length=255)]


class InputValue(Struct, omit_defaults=True):
    """What a person entered in one field: the member of its kind of element; None where nothing was."""

    value: Annotated[str, Meta(max_length=3000)] | None = None
    selected_option: _Option | None = None
    selected_user: SlackId | None = None
    selected_conversation: SlackId | None = None
    selected_date_time: Annotated[int, Meta(ge=0, lt=2**33)] | None = None

    @property
    def text(self) -> str:
        """The text, the option or the id; empty where nothing was entered."""
        option = self.selected_option.value if self.selected_option else None
        return self.value or option or self.selected_user or self.selected_conversation or ""


class _Inputs(Struct):
    values: dict[str, dict[str, InputValue]] = {}


class _View(Struct, omit_defaults=True):
    type: str
    callback_id: Annotated[str, Meta(min_length=1, max_length=255)]
    private_metadata: Annotated[str, Meta(max_length=3000)] = ""
    state: _Inputs = msgspec.field(default_factory=_Inputs)


class FormSubmitted(_Interaction, tag_field="type", tag="view_submission", kw_only=True):
    """Somebody submitted a modal. Slack says neither channel nor response_url.

    Source: docs.slack.dev, "view_submission payload".
    """

    view: _View

    response_url: ClassVar[None] = None

    @property
    def label(self) -> str:
        return f"form {self.view.callback_id}"

    @property
    def inputs(self) -> dict[str, InputValue]:
        """What was entered, by the id of the block. Our blocks have one element each."""
        return {block: next(iter(fields.values()), InputValue()) for block, fields in self.view.state.values.items()}

    @property
    def requester(self) -> Requester:
        """Who submitted it. A modal belongs to no channel."""
        return Requester(self.user.id, None, self._workspaces())


class _Event(Struct):
    type: str
    user: SlackId
    tab: str | None = None


class HomeOpened(_Payload, tag_field="type", tag="event_callback"):
    """Somebody opened a tab of the app. Slack sends an event up to four times with the same `event_id`."""

    team_id: SlackId
    event_id: Annotated[str, Meta(min_length=1, max_length=100)]
    event: _Event
    enterprise_id: SlackId | None = None

    response_url: ClassVar[None] = None
    trigger_id: ClassVar[None] = None
    label: ClassVar[str] = "home tab"

    @property
    def is_home(self) -> bool:
        """Whether it was the Home tab. Another tab needs nothing."""
        return self.event.tab == "home"

    @property
    def requester(self) -> Requester:
        """Who opened it."""
        return Requester(self.event.user, None, (Workspace(self.team_id, self.enterprise_id or ""),))


class UrlCheck(_Payload):
    """A check of the Request URL, which Bolt answers: `url_verification` as JSON, or `ssl_check` as a form."""

    type: str = ""
    challenge: str = ""
    ssl_check: str = ""


class _Typed(Struct):
    type: str = ""


Request = Command | ButtonPress | FormSubmitted | HomeOpened

_JSON_TYPES: dict[str, type[ButtonPress | FormSubmitted | HomeOpened | UrlCheck]] = {
    "block_actions": ButtonPress,
    "view_submission": FormSubmitted,
    "event_callback": HomeOpened,
    "url_verification": UrlCheck,
}


def read_payload(body: str) -> Request | UrlCheck:
    """Read a verified body: an event's JSON, a command's form, or a form with a button's JSON in `payload`.

    Raises RequestRefusedError: 404 for what is not ours, 400 for a wrong type or a missing field.
    """
    try:
        if body.startswith("{"):
            return _read_json(body)
        form = dict(parse_qsl(body, keep_blank_values=True))
        if "command" in form:
            return convert(form, Command)
        if "payload" in form:
            return _read_json(form["payload"])
    except (msgspec.MsgspecError, RecursionError) as exc:
        raise RequestRefusedError(400, "the body is signed, but not what Slack sends") from exc
    if form.get("ssl_check") == "1":
        return UrlCheck(ssl_check="1")
    raise not_ours()


def not_ours() -> RequestRefusedError:
    """The refusal of a request that Slack signed, but that we do not answer."""
    return RequestRefusedError(404, "only /balance, its buttons and its Home tab are answered")


def _read_json(text: str) -> ButtonPress | FormSubmitted | HomeOpened | UrlCheck:
    payload_type = _JSON_TYPES.get(msgspec.json.decode(text, type=_Typed).type)
    if payload_type is None:
        raise not_ours()
    payload = msgspec.json.decode(text, type=payload_type)
    if isinstance(payload, HomeOpened) and payload.event.type != "app_home_opened":
        raise not_ours()
    return payload
