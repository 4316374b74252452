"""The rules of the watch on other surfaces: their states on the Home tab, and the open incidents below a digest."""

from collections.abc import Sequence

from balance_slack.view.blocks import Block, Lines, cut, sections
from balance_slack.view.mrkdwn import escape
from balance_slack.view.texts import counted
from balance_slack.view.watch import who_is_on_it
from balance_slack.view.watch_words import subject, who
from balance_slack.view.watched import Watched, worst_first

NOT_READ = "The watch could not be read, so the state of its rules is not known."
# In bytes. Below a digest, the balances need the rest of the message.
_HOME_ROOM = 12_000
_DIGEST_ROOM = 3_000
_SPOKEN_ROOM = 2_000
_MORE = ": `/balance watch`"


def home_lines(rules: Sequence[Watched] | None) -> list[Block]:
    """The state of every rule, worst first; nothing if there is none. None: they could not be read."""
    if rules is None:
        return sections([f":warning: {NOT_READ}"])
    if not rules:
        return []
    lines = cut(Lines(lambda each: each.line, worst_first(rules)), _HOME_ROOM, "more", "more", _MORE)
    return sections(["*Watch*", *lines])


def digest_lines(rules: Sequence[Watched] | None) -> list[Block]:
    """What is open and what could not be delivered, each in a line; nothing if that is nothing."""
    if rules is None:
        return sections([f":warning: {NOT_READ}"])
    is_open = [_open_line(each) for each in rules if each.is_open]
    lines = cut(is_open, _DIGEST_ROOM, "more incident", "more incidents", _MORE)
    lost = [f":warning: {_undelivered(each)}" for each in rules if each.listed.undelivered]
    lost = cut(lost, _DIGEST_ROOM // 2, "more rule", "more rules", _MORE)
    return sections([*(["*Open incidents*", *lines] if lines else []), *lost])


def spoken_lines(rules: Sequence[Watched] | None) -> str:
    """The same for the notification, without formatting; empty if there is nothing."""
    if rules is None:
        return NOT_READ
    open_ = [f"{each.headline}." for each in rules if each.is_open]
    spoken = cut(open_, _SPOKEN_ROOM, "more incident", "more incidents")
    lost = cut(
        [_undelivered(each) for each in rules if each.listed.undelivered], _SPOKEN_ROOM, "more rule", "more rules"
    )
    return " ".join([*(["Open incidents:", *spoken] if spoken else []), *lost])


def _open_line(rule: Watched) -> str:
    """`:red_circle: *PHP at PayerMax is critical: 180,400.00*, since Today at 7:45 AM. Nobody is on it.`"""
    on_it = who_is_on_it(rule.alert).removeprefix(":raising_hand: ")
    return f"{rule.sign} *{rule.headline}*{rule.since}.{f' {on_it}' if on_it else ''}"


def _undelivered(rule: Watched) -> str:
    alerts = counted(rule.listed.undelivered, "alert", "alerts")
    them = "it" if rule.listed.undelivered == 1 else "them"
    what, where = escape(subject(rule.alert), 150), who(rule.alert.rule.channel)
    return f"{alerts} about {what} could not be delivered in {where}: Slack refuses {them} or cannot be reached."
