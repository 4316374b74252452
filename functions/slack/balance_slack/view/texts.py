"""Everything that is said without balances, in mrkdwn: help, mistakes, refusals, progress and notices."""

from collections.abc import Iterable, Mapping, Sequence

from balance_slack.access import Refusal, Subject
from balance_slack.commands import AmbiguousWord, Mistake, UnknownWord
from balance_slack.topics import Topic
from balance_slack.view.mrkdwn import code, escape, mention

_MAX_LISTED = 20
_MAX_CONTACT_CHARACTERS = 80
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
_MAX_CHANNELS = 3

ASKING = "Asking the providers…"
ASKING_AGAIN = "Asking the providers again…"
OPENING = "Opening the answer…"
OPENING_FORM = "Opening the form…"
OPENING_ALERT = "Looking at the rule…"
NOT_KEPT = "This answer is no longer kept. Ask again with `/balance`."
STILL_WAITING = "Still waiting for the providers…"
NOTHING_SHARED = "Nothing was shared."
# Whom to ask where ADMIN_CONTACT is empty, and where an answer is for a whole channel: a mention would call somebody.
ANY_ADMIN = "the admin of Balance Bot"


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

    It fits inside a sentence: "Ask ... to allow". Without a setting it is "the admin of Balance Bot".
    """
    contact = setting.strip()
    if not contact:
        return ANY_ADMIN
    return mention(contact) or escape(contact, _MAX_CONTACT_CHARACTERS)


def help_text(names: Mapping[str, str], contact: str) -> str:
    """How to ask, on one screen, with examples that work here."""
    some = listed(shortened([escape(name) for name in names.values()], _MAX_LISTED))
    provider = escape(list(names)[-1])
    return "\n".join(
        [
            "*What you can type*",
            "`/balance`  everything that is not zero",
            "`/balance USD`  one currency",
            "`/balance USD AED`  several currencies",
            f"`/balance {provider}`  one provider",
            f"`/balance USD {provider}`  one currency at one provider",
            f"`/balance {provider}:uae`  one merchant account",
            "`/balance all`  zeros, too",
            "`/balance history USD 30d`  how it changed, also `24h`, `7d` and `90d`",
            "`/balance why USD`  what moved since yesterday",
            "`/balance watch`  who is told when a balance is low; `watch USD below 500k` adds a rule",
            "`/balance export USD 2026-11`  a month of closing balances as a file, in a direct message",
            f"Providers: {some}.",
            "",
            "*available* can be used now, *pending* is on its way, *frozen* is held back.",
            "What a provider does not report is left out or shown as —. It is not zero.",
            "",
            "*Details* shows every account. *Share to channel*, where it is allowed, shows the answer to everybody.",
            "Until then only you see it.",
            f"Something is missing or wrong? Ask {contact}.",
        ]
    )


def mistake_text(mistake: Mistake) -> str:
    """Which words are unknown or ambiguous, and what to type instead."""
    lines = [_mistake_line(word) for word in mistake.words]
    if mistake.more:
        lines.append(f"… and {mistake.more:,} more.")
    return "\n".join([*lines, "Nothing was asked. `/balance help` shows what I understand."])


def one_currency_text(topic: Topic) -> str:
    """A question about the past, or a new rule, must name one currency."""
    more = {Topic.HISTORY: " 30d", Topic.EXPORT: " 2026-11", Topic.WATCH: " below 500k"}.get(topic, "")
    return (
        f"Type one currency, and at most one provider: `/balance {topic.value} USD{more}`.\n"
        "Nothing was asked. `/balance help` shows what I understand."
    )


def no_history_text(correlation_id: str, contact: str) -> str:
    """DynamoDB did not give the stored figures."""
    return (
        "The stored figures could not be read. Please try again in a minute.\n"
        f"If it happens again, {_give_reference(correlation_id, contact)}"
    )


def too_few_snapshots_text(currency: str) -> str:
    """There is nothing to compare."""
    return f"{currency} was seen less than twice since yesterday, so nothing can be explained yet."


def unknown_zone_text(zone: str) -> str:
    """A time zone that nobody knows."""
    return f"I do not know the time zone {code(zone)}. Type one such as `Asia/Manila`. Nothing was exported."


def future_month_text(month: str) -> str:
    """A month that has not begun."""
    return f"{code(month)} has not begun yet. Nothing was exported."


def nothing_to_export_text(currency: str, month: str) -> str:
    """No account is known in this currency."""
    return f"No account in {currency} was seen in {month}, so there is nothing to export."


def exported_text(currency: str, month: str, rows: int) -> str:
    """Where the file is."""
    return f"The file for {currency} in {month} is in your direct messages with me: {counted(rows, 'row', 'rows')}."


def not_exported_text(error: str, correlation_id: str, contact: str) -> str:
    """Slack refused the file; `error` is its code."""
    if error == "missing_scope":
        return (
            "I may not send files here. "
            f"Ask {contact} to install the app again with the scopes `files:write` and `im:write`."
        )
    if error in ("file_uploads_disabled", "file_upload_size_restricted"):
        return "Files may not be uploaded in this workspace, so there is no export."
    return f"Slack did not take the file ({code(error)}). Give {contact} the reference {code(correlation_id)}."


def outdated_text(words: str) -> str:
    """A button's question is not understood any more; `words` are its value."""
    return (
        f"I do not know {code(words)} any more: a provider may have been removed since.\n"
        "Nothing was asked. `/balance` gives a new answer."
    )


def refusal_text(
    refusals: Sequence[Refusal], contact: str, channels: Iterable[str] = (), *, nothing: str = "Nothing was asked."
) -> str:
    """What is not allowed, what to ask for, and whom to ask; `nothing` ends it.

    `channels` are the ids of those in which this person may ask; they are named if only the channel is wrong.
    """
    lines = [_refusal_line(refusal, contact, channels if len(refusals) == 1 else ()) for refusal in refusals]
    return "\n".join([*lines, nothing])


def other_slack_text(contact: str) -> str:
    """The command came from GovSlack and the bot is deployed for slack.com, or the other way round."""
    return (
        "Balance Bot is deployed for another Slack than this one, so it could not answer. Nothing was asked. "
        f"Ask {contact} to set `SlackDomain`: slack.com, or slack-gov.com for GovSlack."
    )


def not_started_text() -> str:
    """Lambda did not confirm the job; it may be running all the same."""
    return "The question may not have gone through. If no answer comes in a minute, ask again."


def no_answer_text(correlation_id: str, contact: str) -> str:
    """The aggregator gave no answer."""
    return (
        "There is no answer, so the balances are not known. Please try again in a minute.\n"
        f"If it happens again, {_give_reference(correlation_id, contact)}"
    )


def no_watch_text(correlation_id: str, contact: str) -> str:
    """The watch gave no answer."""
    return (
        "The watch gave no answer. `/balance watch` shows whether anything was changed.\n"
        f"If it happens again, {_give_reference(correlation_id, contact)}"
    )


def rule_gone_text() -> str:
    """Somebody else has removed the rule."""
    return "This rule was removed. `/balance watch` shows the others."


def shared_text(person: str) -> str:
    """Who shared an answer (a mention)."""
    return f"{person} shared this"


def shared_again_text(person: str) -> str:
    """The answer that the person saw was older than five minutes, or could not be found any more."""
    return f"{person} shared this, asked again just now"


def not_opened_text(correlation_id: str, contact: str) -> str:
    """DynamoDB did not give the kept answer."""
    return (
        "The answer could not be opened. Please try again in a minute.\n"
        f"If it happens again, {_give_reference(correlation_id, contact)}"
    )


def maybe_shared_text(correlation_id: str, contact: str) -> str:
    """Slack did not confirm the shared answer."""
    return (
        "Slack did not confirm that the answer was shared. If it is not in the channel, press *Share to channel* again."
        f" If that does not help, {_give_reference(correlation_id, contact)}"
    )


def wait_text(wait_seconds: int) -> str:
    """The providers were asked for this person a moment ago."""
    return f"The providers were asked a moment ago. {_please_wait(wait_seconds)} before you refresh again."


def wait_to_share_text(wait_seconds: int) -> str:
    """This person pressed Share a moment ago; that answer may have arrived, be on its way, or be lost."""
    return f"You pressed *Share to channel* a moment ago. {_please_wait(wait_seconds)} before you share again."


def press_again_text(correlation_id: str, contact: str) -> str:
    """A button opened no modal."""
    return (
        "The dialog could not be opened. Please press the button again.\n"
        f"If that does not help, {_give_reference(correlation_id, contact)}"
    )


def not_shown_text(correlation_id: str, contact: str) -> str:
    """Slack refused the view with the balances."""
    return (
        "Slack did not take the balances in this form. `/balance` shows them; `/balance USD` is shorter.\n"
        f"If that does not help, {_give_reference(correlation_id, contact)}"
    )


def rules_not_read_text(correlation_id: str, contact: str) -> str:
    """The watch gave no answer."""
    return (
        "The rules could not be read, so their state is not known. Please try again in a minute.\n"
        f"If it happens again, {_give_reference(correlation_id, contact)}"
    )


def maybe_removed_text(correlation_id: str, contact: str) -> str:
    """The watch did not confirm that a rule was removed."""
    return (
        "Nobody knows whether the rule was removed. `/balance watch` shows whether it is still there.\n"
        f"If that does not help, {_give_reference(correlation_id, contact)}"
    )


def alert_not_shown_text(correlation_id: str, contact: str) -> str:
    """Slack refused the details of an alert."""
    return (
        "Slack did not take the details of this alert. `/balance watch` shows its rule.\n"
        f"If that does not help, {_give_reference(correlation_id, contact)}"
    )


def form_not_shown_text(correlation_id: str, contact: str) -> str:
    """Slack refused the form of a rule."""
    return (
        "Slack did not take the form of this rule. `/balance watch` shows the rules.\n"
        f"If that does not help, {_give_reference(correlation_id, contact)}"
    )


def _give_reference(correlation_id: str, contact: str) -> str:
    return f"give {contact} the reference {code(correlation_id)}."


def _mistake_line(word: UnknownWord | AmbiguousWord) -> str:
    typed = code(word.word, 40)
    if isinstance(word, AmbiguousWord):
        number = _NUMBERS.get(len(word.choices), "several")
        return f"{typed} can be {number} {word.what}. Type {listed(map(code, word.choices), 'or')}."
    line = f"I do not know {typed}."
    if word.suggestion:
        line += f" Did you mean {code(word.suggestion)}?"
    elif word.accounts:
        line += f" For a merchant account, type {listed(map(code, word.accounts), 'or')}."
    return line


def _refusal_line(refusal: Refusal, contact: str, channels: Iterable[str]) -> str:
    slack_id = f"Slack ID is {code(refusal.slack_id)}" if refusal.slack_id else "Slack ID was not sent"
    if refusal.subject is Subject.PERSON:
        who = "You are not on the list of people who may ask for balances."
        return f"{who} Ask {contact} to add you (your {slack_id})."
    if refusal.subject is Subject.CHANNEL:
        mentions = [each for channel in sorted(channels) if (each := mention(channel))]
        elsewhere = f"Ask in {listed(shortened(mentions, _MAX_CHANNELS), 'or')}, or ask" if mentions else "Ask"
        what_to_do = f"{elsewhere} {contact} to allow this channel (its {slack_id})"
        return f"Balances may not be asked for in this channel. {what_to_do}."
    if refusal.subject is Subject.SHARING:
        return f"Answers may not be shared in this channel. Ask {contact} to allow it (its {slack_id})."
    if refusal.subject is Subject.AUDIT:
        return f"Who asked is only for a few people. Ask {contact} to add you (your {slack_id})."
    if refusal.subject is Subject.RULES:
        return f"Rules may be changed only by a few people. Ask {contact} to add you (your {slack_id})."
    whose = "Your own workspace" if refusal.subject is Subject.OWN_WORKSPACE else "This workspace"
    return f"{whose} is not on the list of those that may ask for balances. Ask {contact} to add it (its {slack_id})."


def _please_wait(wait_seconds: int) -> str:
    return f"Please wait {counted(wait_seconds, 'second', 'seconds')}"
