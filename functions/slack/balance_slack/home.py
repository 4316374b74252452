"""The Home tab: what is held, how fresh it is, who may use the bot, and how to ask. Pure."""

from collections.abc import Iterable, Mapping

from balance_core.models import BalanceSummary
from balance_slack.access import AccessPolicy
from balance_slack.accounts import account_groups, accounts_left_out, group_blocks
from balance_slack.block_kit import View, context, divider, header, sections
from balance_slack.blocks import summary_blocks
from balance_slack.buttons import home_actions
from balance_slack.mrkdwn import code, mention
from balance_slack.notes import note_blocks

# With thirty providers this makes at most 70 of the 100 blocks: two sections together hold more than 3,000 characters.
_ACCOUNTS_ROOM = 60_000
_MOST_LISTED = 50
_ANYONE = "*"


def home_view(
    summary: BalanceSummary, names: Mapping[str, str], correlation_id: str, access: AccessPolicy, contact: str
) -> View:
    """The view for views.publish: the newest balances, for somebody who may ask. `contact` is mrkdwn (contact.py)."""
    accounts = group_blocks(account_groups(summary, names), _ACCOUNTS_ROOM, accounts_left_out)
    return _home(
        header("Balances at all providers"),
        *summary_blocks(summary, names, contact=contact),
        home_actions(),
        *accounts,
        *note_blocks(summary, names, correlation_id),
        divider(),
        *sections([*_access_lines(access), *_USAGE_LINES]),
        context(f"Somebody is missing, or something looks wrong? Ask {contact}."),
    )


def asking_view(text: str) -> View:
    """What stands there until the answer comes: `text` is mrkdwn."""
    return notice_view(f":hourglass_flowing_sand: {text}")


def notice_view(text: str) -> View:
    """One text (mrkdwn) instead of the balances, such as a refusal."""
    return _home(header("Balance Bot"), *sections(text.split("\n")))


def retry_view(text: str) -> View:
    """One text (mrkdwn) instead of the balances that could not be shown, with the buttons to try again."""
    return _home(header("Balance Bot"), *sections(text.split("\n")), home_actions())


_USAGE_LINES = (
    "*How to ask*",
    "• `/balance` asks every provider about every currency, `/balance USD` about one",
    "• `/balance help` shows everything that is understood",
)


def _access_lines(access: AccessPolicy) -> list[str]:
    return [
        "*Who may ask, and where*",
        f"• People: {_listed(access.user_ids, 'everybody in the allowed workspaces')}",
        f"• Channels: {_listed(access.channel_ids, 'every channel')}",
        f"• Channels in which an answer may be shared: {_listed(access.share_channel_ids, 'all of these')}",
    ]


def _listed(slack_ids: Iterable[str], anyone: str) -> str:
    ids = sorted(slack_ids)
    if not ids or _ANYONE in ids:
        return anyone if ids else "none"
    left = len(ids) - _MOST_LISTED
    shown = [mention(slack_id) or code(slack_id) for slack_id in ids[:_MOST_LISTED]]
    return ", ".join([*shown, f"… and {left:,} more"] if left > 0 else shown)


def _home(*blocks: View) -> View:
    return {"type": "home", "blocks": list(blocks)}
