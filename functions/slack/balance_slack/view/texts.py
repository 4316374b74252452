"""Everything that is said without balances, in mrkdwn: help, mistakes, refusals, progress and notices."""

from collections.abc import Iterable, Mapping, Sequence

from balance_core.question import Question
from balance_slack.access import Refusal
from balance_slack.commands import AmbiguousWord, Mistake, UnknownWord
from balance_slack.view.mrkdwn import code, escape, mention

_MAX_LISTED = 20
_MAX_CONTACT_CHARACTERS = 80
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}

ASKING = ":hourglass_flowing_sand: Asking the providers…"
ASKING_AGAIN = "Asking the providers again…"
SHARING = "Asking the providers again. The answer will be shown to everybody here…"
NOTHING_SHARED = "Nothing was shared."


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """`Pagsmile, PayBy and PayerMax`; empty for no words."""
    *rest, last = list(words) or [""]
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last


def shortened(words: Sequence[str], most: int) -> list[str]:
    """The first `most` words, then `3 more` for the others."""
    more = len(words) - most
    return [*words[:most], f"{more} more"] if more > 0 else list(words)


def counted(number: int, one: str, many: str) -> str:
    """`1 more account`, `1,000 more accounts`."""
    return f"{number:,} {one if number == 1 else many}"


def contact_mention(setting: str) -> str:
    """Whom to ask, from ADMIN_CONTACT: an id of a user or channel becomes a mention, other text is escaped.

    It fits inside a sentence: "Ask ... to allow". Without a setting it is "the administrator of Balance Bot".
    """
    contact = setting.strip()
    if not contact:
        return "the administrator of Balance Bot"
    return mention(contact) or escape(contact, _MAX_CONTACT_CHARACTERS)


def help_text(names: Mapping[str, str], contact: str) -> str:
    """How to ask, on one screen, with examples that work here."""
    providers = [escape(name) for name in names.values()]
    some = listed(shortened(providers, _MAX_LISTED))
    return "\n".join(
        [
            "*How much money do we have, where, and can we use it?*",
            "• `/balance` asks every provider about every currency",
            "• `/balance USD` or `/balance USD AED` asks about these currencies",
            f"• `/balance {providers[0]}` or `/balance USD {providers[0]}` asks one provider",
            "• `/balance all` shows zero balances, too",
            f"Providers: {some}. Currencies: codes such as USD or USDT. Case and order do not matter.",
            "*available* can be used now, *pending* is on its way, *frozen* is held back, — is not reported: not 0.",
            "Below an answer: *Refresh* asks again, *Details* shows every account.",
            "Only you see an answer, until you press *Share to channel*, which is there where that is allowed.",
            f"The *Home* tab of Balance Bot shows everything at once. Is something missing or wrong? Ask {contact}.",
        ]
    )


def mistake_text(mistake: Mistake) -> str:
    """Which words are unknown or ambiguous, and what to type instead."""
    lines = [_mistake_line(word) for word in mistake.words]
    if mistake.more:
        lines.append(f"… and {mistake.more:,} more.")
    return "\n".join([*lines, "Nothing was asked. `/balance help` shows what I understand."])


def outdated_text(words: str) -> str:
    """A button's question is not understood any more; `words` are its value."""
    return (
        f"This button asks about {code(words)}, which is not understood here any more: a provider may have been "
        "removed since. Nothing was asked. `/balance` gives a new answer, `/balance help` shows what is understood."
    )


def refusal_text(refusals: Sequence[Refusal], contact: str) -> str:
    """What is not allowed, what to ask for, and whom to ask."""
    lines = [
        f"• {refusal.subject}: add {code(refusal.slack_id)} to `{refusal.parameter}`"
        if refusal.slack_id
        else f"• {refusal.subject}: Slack did not say which one it is"
        for refusal in refusals
    ]
    subjects = listed(refusal.subject for refusal in refusals)
    return "\n".join(
        [f"Balance Bot is not open to {subjects} yet. Ask {contact} to allow:", *lines, "Nothing was asked."]
    )


def asking_text(question: Question, names: Mapping[str, str]) -> str:
    """Who is being asked about what, and the reference to quote if no answer comes."""
    providers = [escape(names[provider]) for provider in question.providers or names]
    about = f" about {listed(shortened(question.currencies, _MAX_LISTED))}" if question.currencies else ""
    return f"Asking {listed(shortened(providers, _MAX_LISTED))}{about}… (reference {code(question.correlation_id)})"


def other_slack_text(contact: str) -> str:
    """The command came from GovSlack and the bot is deployed for slack.com, or the other way round."""
    return (
        "Balance Bot is deployed for another Slack than this one, so it could not answer. Nothing was asked. "
        f"Ask {contact} to set `SlackDomain`: slack.com, or slack-gov.com for GovSlack."
    )


def not_started_text(correlation_id: str, contact: str) -> str:
    """Lambda did not confirm the job; it may be running all the same."""
    return (
        "It is not certain that the question was passed on, so an answer may not come. If none has come, please try "
        f"again in a minute. If it happens again, give {contact} the reference {code(correlation_id)}."
    )


def no_answer_text(correlation_id: str, contact: str) -> str:
    """The aggregator gave no answer."""
    return (
        "Balance Bot got no answer to your question, so it cannot say what the balances are. Please try again in a "
        f"minute. If it happens again, give {contact} the reference {code(correlation_id)}."
    )


def maybe_shared_text(correlation_id: str, contact: str) -> str:
    """Slack did not confirm the shared answer."""
    return (
        "Slack did not confirm that the answer was shared. If it is not in the channel, press *Share to channel* again."
        f" If that does not help, give {contact} the reference {code(correlation_id)}."
    )


def wait_text(wait_seconds: int) -> str:
    """The providers were asked for this person a moment ago."""
    return f"The providers were asked for you only a moment ago. {_please_wait(wait_seconds)} before you refresh again."


def wait_to_share_text(wait_seconds: int) -> str:
    """This person pressed Share a moment ago; that answer may have arrived, be on its way, or be lost."""
    return f"You pressed *Share to channel* only a moment ago. {_please_wait(wait_seconds)} before you share again."


def press_again_text(correlation_id: str, contact: str) -> str:
    """A button opened no modal."""
    return (
        "The dialog could not be opened. Please press the button again. "
        f"If that does not help, give {contact} the reference {code(correlation_id)}."
    )


def not_shown_text(correlation_id: str, contact: str) -> str:
    """Slack refused the view with the balances."""
    return (
        "Slack did not take the balances in this form. `/balance` shows them; `/balance USD` makes the answer shorter. "
        f"If that does not help, give {contact} the reference {code(correlation_id)}."
    )


def _mistake_line(word: UnknownWord | AmbiguousWord) -> str:
    typed = code(word.word, 40)
    if isinstance(word, AmbiguousWord):
        number = _NUMBERS.get(len(word.choices), "several")
        return f"{typed} can be {number} currencies. Type {listed(map(code, word.choices), 'or')}."
    line = f"I do not know {typed}."
    if word.suggestion:
        line += f" Did you mean {code(word.suggestion)}?"
    elif word.accounts:
        line += f" For a merchant account, type {listed(map(code, word.accounts), 'or')}."
    return line


def _please_wait(wait_seconds: int) -> str:
    return f"Please wait {counted(wait_seconds, 'second', 'seconds')}"
