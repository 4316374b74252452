"""The buttons below an answer and on the Home tab. What a press means is decided anew when it comes back.

A button carries its question in the command's own grammar (`USD AED payby`), so it is read by the same parser. The
question about everything has no value: Slack refuses an empty one.
"""

from balance_slack.block_kit import Block, plain_text

REFRESH = "refresh"
SHARE = "share"
DETAILS = "details"
HELP = "help"


def answer_actions(words: str, can_share: bool) -> Block:
    """The buttons of an answer that one person sees: `words` are its question, `can_share` whether to offer sharing."""
    buttons = [_button(REFRESH, "Refresh", words), _button(DETAILS, "Details", words)]
    if can_share:
        buttons.append({**_button(SHARE, "Share to channel", words), "confirm": _SHARE_CONFIRM})
    return _actions(*buttons)


def details_only(words: str) -> Block:
    """The button of an answer that a whole channel sees. Refresh would replace what others read."""
    return _actions(_button(DETAILS, "Details", words))


def refresh_only(words: str) -> Block:
    """The button where there is no answer that could have details."""
    return _actions(_button(REFRESH, "Try again", words))


def home_actions() -> Block:
    """The buttons of the Home tab, which always asks about everything."""
    return _actions(_button(REFRESH, "Refresh", ""), _button(DETAILS, "Details", ""), _button(HELP, "Help", ""))


def _button(action_id: str, label: str, words: str) -> Block:
    value = {"value": words} if words else {}
    return {"type": "button", "action_id": action_id, "text": plain_text(label), **value}


def _actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


_SHARE_CONFIRM: Block = {
    "title": plain_text("Share with everyone here?"),
    "text": plain_text(
        "Everyone in this channel will see the balances. They are looked up again and may differ from those above."
    ),
    "confirm": plain_text("Share"),
    "deny": plain_text("Cancel"),
}
