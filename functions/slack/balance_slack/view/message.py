"""The answer as Slack messages: totals, who could not answer and why, then the accounts; and the digest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from balance_core.question import Question
from balance_slack.commands import words_of
from balance_slack.view.accounts import account_blocks, account_table, empty_lines
from balance_slack.view.amounts import UNKNOWN, as_of_lines, has_unknown, total_sections, total_texts
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import MESSAGE_BYTES, Block, context, cut, details_button, header, sections, size
from balance_slack.view.failures import (
    contact_lines,
    quiet_notice_lines,
    support_lines,
    unsupported_lines,
    warning_lines,
)
from balance_slack.view.mrkdwn import code
from balance_slack.view.texts import counted

# In bytes.
_NOTES_ROOM = 800
# Room for sixty currencies.
_MAX_QUESTION_CHARACTERS = 300
_ACCOUNTS_LEFT_OUT = (
    "The accounts are left out: Slack did not take them. Asking about one currency or provider may show them."
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` alone tells totals and outages: notifications and screen readers show nothing else.

    `plain_blocks` replace `blocks` where Slack refuses a table; empty where there is no table. `afterword` (mrkdwn) is
    added to `text` where Slack accepts no blocks at all.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plain_blocks: tuple[Block, ...] = ()
    afterword: str = ""

    def forms(self) -> Iterator[Mapping[str, object]]:
        """The fields for Slack's message APIs, from the best form to the simplest."""
        for blocks in filter(None, (self.blocks, self.plain_blocks)):
            yield {"text": self.text, "blocks": list(blocks)}
        yield {"text": "\n".join(filter(None, [self.text, self.afterword]))}


def render(answer: Answer, buttons: Block | None = None, note: str | None = None) -> Message:
    """The message for an answer, with `note` (one line of safe mrkdwn) on top.

    It stays within Slack's limits however long the answer is, and says what it leaves out.
    """
    text = "\n".join(filter(None, [note, summary_text(answer)]))
    head = [*([context(note)] if note else []), *summary_blocks(answer)]
    tail = [*note_blocks(answer), *([buttons] if buttons else [])]
    message = _with_accounts(answer, text, head, tail)
    afterwords = [_summary_afterword(answer), message.afterword]
    return replace(message, afterword="\n".join(filter(None, afterwords)))


def render_digest(answer: Answer, heading: str, *, has_details: bool = True) -> tuple[Message, Message | None]:
    """The scheduled post: the totals for the channel, and the accounts for its thread (None if there are none).

    `heading` is plain text. `has_details` adds the Details button.
    """
    accounts = counted(len(answer.balances), "account", "accounts")
    pointer = [context(f":thread: The {accounts} behind these totals: in the thread.")] if answer.balances else []
    totals = Message(
        "\n".join([heading, summary_text(answer)]),
        (
            header(heading),
            *summary_blocks(answer),
            *_as_of_blocks(answer),
            *pointer,
            *note_blocks(answer),
            *([details_button(words_of(answer.question))] if has_details else []),
        ),
        afterword=_summary_afterword(answer),
    )
    if not answer.balances:
        return totals, None
    # The post above already says how fresh the figures are.
    return totals, _with_accounts(answer, f"{heading}: {accounts}", [], [], has_as_of=False)


def summary_blocks(answer: Answer) -> list[Block]:
    """The totals, who is missing from them, and whom to tell."""
    warnings = [f":warning: {line}" for line in warning_lines(answer)]
    return [*total_sections(answer), *sections([*warnings, *contact_lines(answer)])]


def summary_text(answer: Answer) -> str:
    """The same as text without blocks."""
    return "\n".join([*total_texts(answer), *warning_lines(answer), *contact_lines(answer)])


def note_blocks(answer: Answer) -> list[Block]:
    """Currencies that nobody holds, what a support ticket needs, and our reference: at most three blocks."""
    texts = [_quiet_note(answer), "\n".join(support_lines(answer)), _reference(answer)]
    return [context(text) for text in texts if text]


def question_text(question: Question) -> str:
    """The command that asks this question. Without it, one provider's money could pass for all there is."""
    return code(f"/balance {words_of(question)}".strip(), _MAX_QUESTION_CHARACTERS)


def legend(answer: Answer) -> str:
    """What the dash means, with a space at its end; empty where no dash is shown."""
    is_needed = any(map(has_unknown, answer.summary.totals)) or any(map(has_unknown, answer.balances))
    return f"{UNKNOWN} means not reported by the provider. " if is_needed else ""


def _with_accounts(
    answer: Answer, text: str, head: list[Block], tail: list[Block], *, has_as_of: bool = True
) -> Message:
    """A message with the accounts in a table, which Slack shows at the end, or in sections if they are too many."""
    afterword = _ACCOUNTS_LEFT_OUT if answer.balances else ""
    plain_room = MESSAGE_BYTES - size([*head, *tail])
    plain = (*head, *account_blocks(answer, plain_room), *tail)
    rest = [*head, *(_as_of_blocks(answer) if has_as_of else []), *tail]
    table = account_table(answer, MESSAGE_BYTES - size(rest))
    return Message(text, (*rest, table), plain, afterword) if table else Message(text, plain, afterword=afterword)


def _as_of_blocks(answer: Answer) -> list[Block]:
    lines = as_of_lines(answer)
    return [context("\n".join(lines))] if lines else []


def _summary_afterword(answer: Answer) -> str:
    """How fresh the figures are, and the notes without the providers' own words, in which text could become a link."""
    return "\n".join(filter(None, [*as_of_lines(answer), _quiet_note(answer), _reference(answer)]))


def _quiet_note(answer: Answer) -> str:
    """What nobody holds, without any of the providers' own words; empty if there is nothing to say."""
    lines = [*unsupported_lines(answer), *empty_lines(answer), *quiet_notice_lines(answer)]
    return "\n".join(cut(lines, _NOTES_ROOM, "more note", "more notes"))


def _reference(answer: Answer) -> str:
    return f"{legend(answer)}Reference {code(answer.question.correlation_id)}"
