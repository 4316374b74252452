"""What is said without balances, in mrkdwn: help, a mistake, a refusal, or that the question is on its way. Pure."""

from collections.abc import Mapping, Sequence

from balance_slack.access import Refused
from balance_slack.commands import Ask, Mistake, UnknownWord
from balance_slack.mrkdwn import code, escape
from balance_slack.names import listed

_MOST_LISTED = 20


def help_text(names: Mapping[str, str], contact: str) -> str:
    """How to ask, with examples that work here, on one screen; `contact` is mrkdwn (see contact.py)."""
    providers = [escape(name, 60) for name in names.values()]
    return "\n".join(
        [
            "*How much money do we have, where, and can we use it?*",
            "• `/balance` asks every provider about every currency",
            "• `/balance USD` or `/balance USD AED` asks about these currencies",
            f"• `/balance {providers[0]}` or `/balance USD {providers[0]}` asks one provider",
            "• `/balance all` shows zero balances, too",
            f"Providers: {_some(providers)}. Currencies: ISO 4217 codes such as USD. Case and order do not matter.",
            "*available* can be used now, *pending* is on its way, *frozen* is held back, — is not reported: not 0.",
            "Below an answer: *Refresh* asks again, *Details* shows every account.",
            "Only you see an answer, until you press *Share to channel*, which is there where that is allowed.",
            f"The *Home* tab of Balance Bot shows everything at once. Is something missing or wrong? Ask {contact}.",
        ]
    )


def mistake_text(mistake: Mistake) -> str:
    """Which words are unknown, and what may have been meant."""
    lines = [_mistake_line(unknown) for unknown in mistake.words]
    if mistake.more:
        lines.append(f"… and {mistake.more:,} more.")
    return "\n".join([*lines, "Nothing was asked. `/balance help` shows what is understood."])


def outdated_text(words: str) -> str:
    """That a button cannot be obeyed any more: `words` are its question."""
    return (
        f"This button asks about {code(words)}, which is not understood here any more: a provider may have been "
        "removed since. Nothing was asked. `/balance` gives a new answer, `/balance help` shows what is understood."
    )


def refusal_text(refusals: Sequence[Refused], contact: str) -> str:
    """Who or what is not allowed, what to ask for, and whom; `contact` is mrkdwn (see contact.py)."""
    lines = [
        f"• {refused.what}: add {code(refused.slack_id)} to `{refused.parameter}`"
        if refused.slack_id
        else f"• {refused.what}: Slack did not say which one it is"
        for refused in refusals
    ]
    subjects = listed(refused.what for refused in refusals)
    return "\n".join(
        [
            f"Balance Bot is not open to {subjects} yet. Ask {contact} to allow:",
            *lines,
            "Nothing was asked.",
        ]
    )


def asking_text(ask: Ask, names: Mapping[str, str], correlation_id: str) -> str:
    """Who is being asked about what, and the reference to quote if no answer comes."""
    providers = [escape(names[provider], 60) for provider in ask.providers or names]
    about = f" about {_some(ask.currencies)}" if ask.currencies else ""
    return f"Asking {_some(providers)}{about}… (reference {code(correlation_id)})"


def not_started_text(correlation_id: str, contact: str) -> str:
    """That nobody confirmed to have the question, which may be under way all the same; `contact` is mrkdwn."""
    return (
        "It is not certain that the question was passed on, so an answer may not come. If none has come, please try "
        f"again in a minute. If it happens again, give {contact} the reference {code(correlation_id)}."
    )


def no_answer_text(correlation_id: str, contact: str) -> str:
    """That the aggregator gave no answer; `contact` is mrkdwn (see contact.py)."""
    return (
        "Balance Bot got no answer to your question, so it cannot say what the balances are. Please try again in a "
        f"minute. If it happens again, give {contact} the reference {code(correlation_id)}."
    )


def _mistake_line(unknown: UnknownWord) -> str:
    suggestion = f" Did you mean {code(unknown.suggestion)}?" if unknown.suggestion else ""
    return f"{code(unknown.word, 40)} is neither a currency nor a provider here.{suggestion}"


def _some(words: Sequence[str]) -> str:
    left = len(words) - _MOST_LISTED
    return listed([*words[:_MOST_LISTED], f"{left} more"] if left > 0 else words)
