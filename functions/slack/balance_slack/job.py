"""The job that the front hands to the reporter once the request is allowed (events/schema/slack-job.v1.json)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from balance_core.question import END, VERSION, CorrelationId, Question
from balance_core.watch_contract import RuleId
from balance_core.watch_requests import Press

# The block_id of the buttons below a kept answer: this, and the reference of the answer.
ANSWER_BLOCK = "answer:"


class Button(StrEnum):
    """The action ids of our buttons."""

    REFRESH = "refresh"
    SHARE = "share"
    DETAILS = "details"
    HELP = "help"
    # Followed by the period, because ids must differ within a message.
    HISTORY = "history"
    # On an alert. Their value is the rule and the incident, such as `php 3`.
    TAKE = "watch_take"
    SNOOZE = "watch_snooze"
    UNSNOOZE = "watch_unsnooze"
    FALSE_ALARM = "watch_false_alarm"
    WATCH_REFRESH = "watch_refresh"
    WATCH_DETAILS = "watch_details"
    TOP_UP = "watch_top_up"
    # On the list of rules. Their value is the rule; Add has none.
    ADD_RULE = "watch_add"
    EDIT_RULE = "watch_edit"
    REMOVE_RULE = "watch_remove"
    SNOOZE_RULE = "watch_snooze_rule"


class Form(StrEnum):
    """The callback ids of our modals with a submit button."""

    RULE = "watch_rule"
    PREVIEW = "watch_preview"
    TAKE = "watch_take"
    SNOOZE = "watch_snooze"


class JobKind(StrEnum):
    """What the reporter does."""

    ANSWER = "answer_command"
    REFRESH = "refresh_answer"
    SHARE = "share_answer"
    DETAILS = "open_details"
    HELP = "open_help"
    HOME = "show_home"
    HOME_REFRESH = "refresh_home"
    HISTORY = "show_history"
    HISTORY_REPLACED = "replace_history"
    WHY = "explain_change"
    EXPORT = "export_month"
    WHO = "show_who"
    RULES = "list_rules"
    RULE_FORM = "open_rule_form"
    RULE_PREVIEW = "preview_rule"
    RULE_SAVE = "save_rule"
    RULE_REMOVE = "remove_rule"
    TAKE_FORM = "open_take_form"
    SNOOZE_FORM = "open_snooze_form"
    PRESS = "press_alert"
    ALERT_DETAILS = "open_alert_details"
    REFUSED = "record_refusal"
    NOTICE = "deliver_notice"


_REQUIRED: Mapping[JobKind, tuple[str, ...]] = {
    JobKind.ANSWER: ("response_url", "channel_id"),
    JobKind.REFRESH: ("response_url", "channel_id"),
    JobKind.SHARE: ("response_url", "channel_id"),
    JobKind.DETAILS: ("trigger_id",),
    JobKind.HELP: ("trigger_id",),
    JobKind.HISTORY: ("response_url", "channel_id"),
    JobKind.HISTORY_REPLACED: ("response_url", "channel_id"),
    JobKind.WHY: ("response_url", "channel_id"),
    JobKind.EXPORT: ("response_url", "channel_id"),
    JobKind.WHO: ("response_url", "channel_id"),
    JobKind.RULES: ("response_url", "channel_id"),
    JobKind.RULE_FORM: ("trigger_id", "watch"),
    JobKind.RULE_PREVIEW: ("watch",),
    JobKind.RULE_SAVE: ("watch",),
    JobKind.RULE_REMOVE: ("response_url", "watch"),
    JobKind.TAKE_FORM: ("trigger_id", "watch"),
    JobKind.SNOOZE_FORM: ("trigger_id", "watch"),
    JobKind.PRESS: ("watch",),
    JobKind.ALERT_DETAILS: ("trigger_id", "watch"),
    JobKind.NOTICE: ("notice",),
}

SlackId = Annotated[str, Meta(min_length=1, max_length=64)]
# A secret: it lets its owner post as the bot for 30 minutes.
ResponseUrl = Annotated[str, Meta(pattern=rf"^https?://[!-~]+{END}", max_length=2000)]
# Opens one modal within three seconds.
TriggerId = Annotated[str, Meta(min_length=1, max_length=300)]
# The idempotency key: the SHA-256 of Slack's signature or of an event's id.
RequestKey = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}{END}")]

# Such as 2026-11.
Month = Annotated[str, Meta(pattern=rf"^20[0-9]{{2}}-(0[1-9]|1[0-2]){END}")]
# A word of a command as it was typed, not escaped.
IgnoredWord = Annotated[str, Meta(min_length=1, max_length=40)]


class WatchWork(Struct, frozen=True, kw_only=True):
    """What a job does with a rule of the watch.

    `rule` and `incident` are those of the button. `press` is what to press. `draft` is a rule as JSON, which a form
    shows or the watch saves. `view` is the external id of the modal that waits for the result.
    """

    rule: RuleId | None = None
    incident: int | None = None
    press: Press | None = None
    draft: dict[str, Any] | None = None
    view: Annotated[str, Meta(min_length=1, max_length=255)] | None = None


class IncompleteJobError(ValueError):
    """A job lacks a field that its kind needs. The message names both."""


class Job(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of work for the reporter.

    A command, Refresh, Share and a history need `response_url` and `channel_id`, a modal needs `trigger_id`, and a
    notice needs `notice`, which is finished mrkdwn. `channel_id` is null on the Home tab. `ignored` are the words of a
    command that were not understood, for the answer to name. `reference` is that of the answer whose button was
    pressed, if it was kept. An export has a `month`, or that of today, in a time `zone` as it was typed, or that of the
    schedules. `is_refusal` says that the notice tells somebody that they may not ask. `watch` is about a rule of the
    watch. Raises IncompleteJobError.
    """

    version: Literal[1] = VERSION
    kind: JobKind
    request_key: RequestKey
    request: Question
    team_id: SlackId
    user_id: SlackId
    channel_id: SlackId | None = None
    response_url: ResponseUrl | None = None
    trigger_id: TriggerId | None = None
    notice: Annotated[str, Meta(min_length=1, max_length=3000)] | None = None
    ignored: Annotated[tuple[IgnoredWord, ...], Meta(max_length=11)] = ()
    reference: CorrelationId | None = None
    month: Month | None = None
    zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    is_refusal: bool = False
    watch: WatchWork | None = None

    def __post_init__(self) -> None:
        for name in _REQUIRED.get(self.kind, ()):
            if getattr(self, name) is None:
                raise IncompleteJobError(f"{name} is missing, and {self.kind} needs it")

    def __repr__(self) -> str:
        # A response_url and a trigger_id are secrets.
        return f"Job({self.kind.value}, {self.correlation_id})"

    @property
    def correlation_id(self) -> str:
        """The id that follows the request to every function and provider."""
        return self.request.correlation_id

    @property
    def work(self) -> WatchWork:
        """What to do with a rule; empty for a job about something else."""
        return self.watch or WatchWork()
