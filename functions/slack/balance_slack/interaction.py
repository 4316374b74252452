"""A press of one of our buttons, as Slack tells of it (`block_actions`), below a message or on the Home tab.

Source: docs.slack.dev, "block_actions payload". A signature says nothing about types, so every one is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from balance_core.wire import Node, WireError
from balance_slack.access import Asker, Workspace

_MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Press:
    """Which button, by whom and where; `words` are its value, empty for none.

    Whoever has `response_url` may post as the bot for 30 minutes, so printing leaves it out, and `trigger_id` as well.
    """

    action_id: str
    words: str
    asker: Asker
    response_url: str | None = field(repr=False)
    trigger_id: str | None = field(repr=False)


def read_press(body: Mapping[str, object]) -> Press:
    """Read the payload. Raises WireError for anything that Slack would not send for a press of one button."""
    payload = Node(body)
    actions = list(payload.get("actions").items())
    if len(actions) != 1:
        raise WireError(f"{payload.path}.actions", "must be one action")
    user = payload.get("user")
    return Press(
        action_id=actions[0].get("action_id").text(),
        words=_text(actions[0].optional("value")) or "",
        asker=Asker(user.get("id").text(), _channel_id(payload), _workspaces(payload, user)),
        response_url=_text(payload.optional("response_url")),
        trigger_id=_text(payload.optional("trigger_id")),
    )


def _channel_id(payload: Node) -> str | None:
    """None on the Home tab. A message without its channel is refused: nobody could be allowed there."""
    is_home = payload.get("container").get("type").text() == "view"
    return None if is_home else payload.get("channel").get("id").text()


def _workspaces(payload: Node, user: Node) -> tuple[Workspace, ...]:
    """The workspace of the message and the person's own, where that is another one.

    Below a message in a channel that is shared with another company, `team` is the workspace of the app and
    `user.team_id` that of the person (slackapi/java-slack-sdk issue 1041), who may be a stranger: so both must be
    allowed. On Enterprise Grid `user.team_id` may be the organisation; it says no more than `team` does if it owns that
    workspace by `team`'s own word. The payload's `enterprise` may be anybody's: it speaks for `team` only. An
    organisation's installation may have no `team` at all (slackapi/bolt-python pull request 23).
    """
    team, own = payload.optional("team"), _text(user.optional("team_id"))
    if team is None:
        return (Workspace(user.get("team_id").text()),)
    team_id, owner = team.get("id").text(), _text(team.optional("enterprise_id"))
    enterprise = payload.optional("enterprise")
    here = Workspace(team_id, owner or (enterprise.get("id").text() if enterprise else ""))
    return (here,) if own in (None, team_id, owner) else (here, Workspace(own or "", what="your own workspace"))


def _text(node: Node | None) -> str | None:
    return None if node is None else node.text(_MOST_CHARACTERS)
