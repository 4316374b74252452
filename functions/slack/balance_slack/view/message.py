"""The answer as Slack messages: a headline, what is missing, and a table or lines. Also the digest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from balance_core.question import Question
from balance_slack.commands import words_of
from balance_slack.view.amounts import UNKNOWN, moved, unreported, worded
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import (
    MESSAGE_BYTES,
    Block,
    answer_buttons,
    context,
    details_button,
    header,
    sections,
    size,
    texts_of,
)
from balance_slack.view.headline import currencies_in_words, headline, leading_word, notification, title
from balance_slack.view.holdings import Holding
from balance_slack.view.lines import paragraphs, row_lines
from balance_slack.view.mrkdwn import date, escape
from balance_slack.view.notices import loud_notices
from balance_slack.view.small_print import is_incomplete, no_balance_lines, quiet_lines
from balance_slack.view.table import holding_table
from balance_slack.view.watch_lines import digest_lines, spoken_lines
from balance_slack.view.watched import Watched

_NOT_LISTED = "not listed = not reported"
_DASH = f"{UNKNOWN} = not reported"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` alone tells totals and outages: notifications and screen readers show nothing else.

    `plain_blocks` say the same where Slack refuses a table; empty where there is no table.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plain_blocks: tuple[Block, ...] = ()

    def forms(self) -> Iterator[Mapping[str, object]]:
        """The fields for Slack's message APIs, from the best form to the simplest, which has no blocks."""
        for blocks in filter(None, (self.blocks, self.plain_blocks)):
            yield {"text": self.text, "blocks": list(blocks)}
        yield {"text": "\n\n".join(texts_of(self.plain_blocks or self.blocks)) or self.text}


def render(answer: Answer, *, can_share: bool) -> Message:
    """The answer for the person who asked. It stays within Slack's limits however much is held."""
    words = words_of(answer.question)
    if answer.holdings:
        return _message(answer, [], [answer_buttons(words, answer.reference, can_share=can_share)])
    if not is_incomplete(answer):
        return Message(_no_balance_text(answer))
    buttons = answer_buttons(words, answer.reference, can_share=False)
    return Message(_no_balance_text(answer), (*no_balance_blocks(answer), buttons))


def render_shared(answer: Answer, note: str) -> Message:
    """The answer for everybody in the channel, below a note (mrkdwn) that says who shared it."""
    head, buttons = [context(note)], [details_button(words_of(answer.question), answer.reference)]
    if answer.holdings:
        message = _message(answer, head, buttons)
        return replace(message, text=f"{note}. {message.text}")
    return Message(f"{note}. {_no_balance_text(answer)}", (*head, *no_balance_blocks(answer), *buttons))


def render_digest(answer: Answer, *, has_details: bool = True, rules: Sequence[Watched] | None = ()) -> Message:
    """The scheduled post, always as lines; `has_details` adds the Details button.

    It ends with the open incidents of the `rules`, which are None if the watch could not be read.
    """
    buttons = [details_button(words_of(answer.question), answer.reference)] if has_details else []
    tail, spoken = [*digest_lines(rules), *buttons], spoken_lines(rules)
    if answer.holdings:
        message = _message_in_lines(answer, [], tail)
        return replace(message, text=f"{message.text} {spoken}".strip())
    text = f"{title(answer)}. {_no_balance_text(answer)} {spoken}".strip()
    return Message(text, (header(title(answer)), *no_balance_blocks(answer), *tail))


def no_balance_blocks(answer: Answer) -> list[Block]:
    """Why there is no balance to show."""
    return sections([*(each.line for each in loud_notices(answer)), *no_balance_lines(answer)])


def missing_digest(question: Question, rules: Sequence[Watched] | None = ()) -> Message:
    """The digest where its figures could not be stored; `rules` as for `render_digest`."""
    text = "The figures of this digest could not be stored, so they are missing. `/balance` asks the providers now."
    heading = escape(currencies_in_words(question), 150)
    blocks = (header(heading), *sections([f":warning: {text}"]), *digest_lines(rules))
    return Message(f"{heading}. {text} {spoken_lines(rules)}".strip(), blocks)


def time_line(answer: Answer, legend: str = _NOT_LISTED) -> str:
    """When the oldest figure was true, and what is not reported, if anything is; in mrkdwn."""
    as_of = date(min((balance.as_of for balance in answer.balances), default=answer.now))
    has_unreported = any(any(unreported(row.amounts)) for holding in answer.holdings for row in holding.leaves)
    return f"{as_of} · {legend}" if has_unreported else as_of


def _no_balance_text(answer: Answer) -> str:
    return "\n".join([*(each.spoken for each in loud_notices(answer)), *no_balance_lines(answer)])


def _message(answer: Answer, head: Sequence[Block], buttons: Sequence[Block]) -> Message:
    """The headline of a single currency is its total; several currencies have their totals in the lines."""
    if not answer.currency or len(answer.holdings) != 1:
        return _message_in_lines(answer, head, buttons)
    (holding,) = answer.holdings
    notices = loud_notices(answer)
    rest = worded(holding.total, skip=leading_word(holding.total), skip_zero=bool(holding.rows))
    below = [line for line in (_change_line(answer, holding), rest) if line]
    head = [*head, header(headline(answer)), *sections(below), *sections([each.line for each in notices])]
    tail = [_foot(answer, _NOT_LISTED), *buttons]
    plain = (*head, *row_lines(holding, MESSAGE_BYTES - size([*head, *tail])), *tail)
    text = notification(answer, notices)
    table = holding_table(holding)
    if table is None:
        return Message(text, plain)
    return Message(text, (*head, _foot(answer, _legend_of(table)), *buttons, table), plain)


def _change_line(answer: Answer, holding: Holding) -> str:
    """`▼ 311.81 since Yesterday at 11:45 PM`: the change of the only total, which the headline shows."""
    since, words = answer.change and answer.change.since, moved(holding.change)
    return f"{words} {date(since, 'since ')}" if since and words and holding.total.available is not None else ""


def _message_in_lines(answer: Answer, head: Sequence[Block], buttons: Sequence[Block]) -> Message:
    notices = loud_notices(answer)
    head = [*head, header(title(answer)), *sections([each.line for each in notices])]
    tail = [_foot(answer, _NOT_LISTED), *buttons]
    blocks = (*head, *paragraphs(answer.holdings, MESSAGE_BYTES - size([*head, *tail])), *tail)
    return Message(notification(answer, notices), blocks)


def _foot(answer: Answer, legend: str) -> Block:
    return context("\n".join([*quiet_lines(answer), time_line(answer, legend)]))


def _legend_of(table: Block) -> str:
    return _DASH if UNKNOWN in texts_of([table]) else _NOT_LISTED
