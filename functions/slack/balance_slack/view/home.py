"""The Home tab: what is held, how fresh it is, who may use the bot, and how to ask."""

from collections.abc import Iterable

from balance_slack.access import ANYONE, AccessPolicy
from balance_slack.view.accounts import account_blocks
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, View, context, divider, header, home_buttons, sections
from balance_slack.view.message import note_blocks, summary_blocks
from balance_slack.view.mrkdwn import code, mention

# In bytes. With thirty providers this makes at most 70 of the 100 blocks: two sections together hold more than 3,000
# characters.
_ACCOUNTS_ROOM = 60_000
_MAX_LISTED = 50
_USAGE_LINES = (
    "*How to ask*",
    "• `/balance` asks every provider about every currency, `/balance USD` about one",
    "• `/balance help` shows everything that is understood",
)


def home_view(answer: Answer, policy: AccessPolicy) -> View:
    """The newest balances, for somebody who may ask."""
    return _home(
        header("Balances at all providers"),
        *summary_blocks(answer),
        home_buttons(),
        *account_blocks(answer, _ACCOUNTS_ROOM),
        *note_blocks(answer),
        divider(),
        *sections([*_access_lines(policy), *_USAGE_LINES]),
        context(f"Somebody is missing, or something looks wrong? Ask {answer.contact}."),
    )


def notice_view(text: str) -> View:
    """One text instead of the balances, such as a refusal."""
    return _home(header("Balance Bot"), *sections(text.split("\n")))


def retry_view(text: str) -> View:
    """One text instead of balances that could not be shown, with the buttons to try again."""
    return _home(header("Balance Bot"), *sections(text.split("\n")), home_buttons())


def _access_lines(policy: AccessPolicy) -> list[str]:
    return [
        "*Who may ask, and where*",
        f"• People: {_listed(policy.user_ids, 'everybody in the allowed workspaces')}",
        f"• Channels: {_listed(policy.channel_ids, 'every channel')}",
        f"• Channels in which an answer may be shared: {_listed(policy.share_channel_ids, 'all of these')}",
    ]


def _listed(slack_ids: Iterable[str], anyone: str) -> str:
    ids = sorted(slack_ids)
    if not ids or ANYONE in ids:
        return anyone if ids else "none"
    more = len(ids) - _MAX_LISTED
    shown = [mention(slack_id) or code(slack_id) for slack_id in ids[:_MAX_LISTED]]
    return ", ".join([*shown, f"… and {more:,} more"] if more > 0 else shown)


def _home(*blocks: Block) -> View:
    return {"type": "home", "blocks": list(blocks)}
