"""The Home tab: what is held, how fresh it is, what the watch says, who may use the bot, and how to ask."""

from collections.abc import Iterable, Sequence

from balance_slack.access import ANYONE, AccessPolicy
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, View, context, divider, header, home_buttons, sections
from balance_slack.view.headline import title
from balance_slack.view.lines import paragraphs
from balance_slack.view.message import no_balance_blocks, time_line
from balance_slack.view.mrkdwn import code, escape, mention
from balance_slack.view.notices import loud_notices
from balance_slack.view.small_print import quiet_lines
from balance_slack.view.texts import listed
from balance_slack.view.watch_lines import home_lines
from balance_slack.view.watched import Watched

# In bytes.
_ROOM = 60_000
_MAX_LISTED = 50


def home_view(answer: Answer, policy: AccessPolicy, rules: Sequence[Watched] | None = ()) -> View:
    """The newest balances, for somebody who may ask; `rules` is None if the watch could not be read."""
    head: list[Block] = [header(title(answer))]
    body: list[Block] = no_balance_blocks(answer)
    if answer.holdings:
        head += sections([notice.line for notice in loud_notices(answer)])
        head += [context("\n".join([*quiet_lines(answer), time_line(answer)]))]
        body = paragraphs(answer.holdings, _ROOM)
    return _home(
        *head,
        home_buttons(answer.reference),
        *body,
        *_watch(rules),
        divider(),
        *sections(_usage_lines(answer)),
        *sections(["*Who may ask*", _access(policy)]),
        context(f"Somebody is missing, or something looks wrong? Ask {answer.contact}."),
    )


def notice_view(text: str) -> View:
    """One text instead of the balances, such as a refusal."""
    return _home(header("Balance Bot"), *sections(text.split("\n")))


def retry_view(text: str, rules: Sequence[Watched] | None = ()) -> View:
    """One text instead of balances that could not be shown, with the buttons to try again."""
    return _home(header("Balance Bot"), *sections(text.split("\n")), home_buttons(), *_watch(rules))


def _watch(rules: Sequence[Watched] | None) -> list[Block]:
    lines = home_lines(rules)
    return [divider(), *lines] if lines else []


def _usage_lines(answer: Answer) -> list[str]:
    provider = escape(list(answer.names)[-1])
    return [
        "*How to ask*",
        f"`/balance` shows everything, `/balance USD` one currency, `/balance {provider}` one provider.",
        "`/balance help` shows the rest.",
    ]


def _access(policy: AccessPolicy) -> str:
    """`@Ada and @Ben, in #finance. Answers may be shared in #finance.`"""
    people = _listed(policy.user_ids, "Everybody in the allowed workspaces", "Nobody")
    channels = _listed(policy.channel_ids, "every channel", "no channel")
    shared = _listed(policy.share_channel_ids, "all of these channels", "no channel")
    return f"{people}, in {channels}. Answers may be shared in {shared}."


def _listed(slack_ids: Iterable[str], anyone: str, nobody: str) -> str:
    ids = sorted(slack_ids)
    if not ids or ANYONE in ids:
        return anyone if ids else nobody
    more = len(ids) - _MAX_LISTED
    shown = [mention(slack_id) or code(slack_id) for slack_id in ids[:_MAX_LISTED]]
    return listed([*shown, f"{more:,} more"] if more > 0 else shown)


def _home(*blocks: Block) -> View:
    return {"type": "home", "blocks": list(blocks)}
